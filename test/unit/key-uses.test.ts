/** Uses of API keys: noted in memory, written together, kept where the database is away. */
import { expect, test } from 'vitest';
import { type KeyUse, KeyUses } from '../../src/engine/keys/key-uses.ts';

/** Uses over a clock that stands until it is moved, with what was written. */
function noted() {
  const written: (readonly KeyUse[])[] = [];
  const state = { ms: 0, isAway: false, warnings: 0 };
  const uses: KeyUses = new KeyUses({
    clock: { monotonicMs: () => state.ms },
    record: async (rows) => {
      if (state.isAway) {
        uses.note(1, 8);
        throw new Error('away');
      }
      written.push(rows);
    },
    log: { warn: () => state.warnings++ },
  });
  return { uses, written, state };
}

test('many uses of a key are one row with the age of the newest, and nothing is written twice', async () => {
  const { uses, written, state } = noted();
  for (let i = 0; i < 1000; i++) uses.note(1, 7);
  state.ms = 30_000;
  uses.note(1, 7);
  uses.note(2, 7);
  state.ms = 60_000;
  await Promise.all([uses.flush(), uses.flush()]);
  expect(written).toEqual([
    [
      { ledgerId: 1, apiKey: 7, ageMs: 30_000 },
      { ledgerId: 2, apiKey: 7, ageMs: 30_000 },
    ],
  ]);
});

test('what could not be written is written the next time, unless a newer use took its place', async () => {
  const { uses, written, state } = noted();
  uses.note(1, 7);
  uses.note(1, 8);
  [state.isAway, state.ms] = [true, 2000];
  await uses.flush();
  expect(state.warnings).toBe(1);
  [state.isAway, state.ms] = [false, 5000];
  await uses.stop();
  expect(written).toEqual([
    [
      { ledgerId: 1, apiKey: 8, ageMs: 3000 },
      { ledgerId: 1, apiKey: 7, ageMs: 5000 },
    ],
  ]);
});
