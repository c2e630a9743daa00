/** Who has stopped payments, in memory: what is known, what is lacking, and what a discard takes back. */
import { describe, expect, test } from 'vitest';
import { LedgerState } from '../../src/engine/state.ts';
import { Stops } from '../../src/engine/stops.ts';

const ASHA = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const RAVI = '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f';

function withStop(number: number): Stops {
  const stops = new Stops();
  stops.note(ASHA, true, number);
  return stops;
}

describe('memory', () => {
  test('knows who has stopped, and nobody without an owner', () => {
    const stops = withStop(5);
    expect([stops.isEmpty, stops.has(ASHA), stops.has(RAVI), stops.has(null)]).toEqual([
      false,
      true,
      false,
      false,
    ]);
    stops.note(ASHA, false, 6);
    expect([stops.isEmpty, stops.has(ASHA)]).toEqual([true, false]);
  });

  test('lacks nothing where nobody ever stopped, nor of its own switches', () => {
    const stops = new Stops();
    stops.hear(0);
    expect(stops.lackingAfter).toBeUndefined();
    stops.note(ASHA, true, 5);
    stops.hear(5);
    expect(stops.lackingAfter).toBeUndefined();
  });

  test('lacks what others switched since, until it has caught up', () => {
    const stops = withStop(5);
    stops.hear(9);
    expect(stops.lackingAfter).toBe(5);
    stops.note(RAVI, true, 9);
    stops.caughtUp();
    expect([stops.lackingAfter, stops.has(ASHA), stops.has(RAVI)]).toEqual([undefined, true, true]);
  });

  test('does not ask again for what is not there', () => {
    const stops = new Stops();
    stops.hear(9);
    stops.caughtUp();
    stops.hear(9);
    expect(stops.lackingAfter).toBeUndefined();
  });
});

describe('a discard', () => {
  test.each([
    [5, true, undefined],
    [4, false, 0],
  ])('down to event %d keeps the stop of event 5: %s', (confirmed, kept, lacking) => {
    const state = new LedgerState(7);
    state.stops.note(ASHA, true, 5);
    state.forgetNewerThan(confirmed);
    state.stops.hear(kept ? 5 : 3);
    expect([state.stops.has(ASHA), state.stops.lackingAfter]).toEqual([kept, lacking]);
  });

  test('that forgets everything forgets who has stopped', () => {
    const state = new LedgerState(7);
    state.stops.note(ASHA, true, 5);
    state.forgetTouched(null, []);
    state.stops.hear(5);
    expect([state.stops.has(ASHA), state.stops.lackingAfter]).toEqual([false, 0]);
  });
});
