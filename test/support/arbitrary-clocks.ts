/**
 * Scripts for a sandbox ledger: those about holds and about scheduled transfers, where the clock is moved instead of waited
 * for, now and then to a time that is past, and under keys that come again.
 */
import fc from 'fast-check';
import type { MoveClock } from '../../src/engine/command.ts';
import { SHELL, type Step } from './arbitrary-commands.ts';

const MICROS = 1_000_000;

export function movingClock(script: fc.Arbitrary<Step[]>, at: number): fc.Arbitrary<Step[]> {
  const odd: fc.Arbitrary<MoveClock> = fc.oneof(
    fc.record({ type: fc.constant('clock.move' as const), advanceSeconds: fc.constantFrom(1, 10, 3600) }),
    fc.record({
      type: fc.constant('clock.move' as const),
      to: fc.constantFrom(-1, 0, 15, 40, 4000).map((seconds) => at + seconds * MICROS),
    }),
  );
  const choice = fc.oneof(
    { weight: 4, arbitrary: fc.constant('wait' as const) },
    { weight: 4, arbitrary: fc.constant('move' as const) },
    { weight: 1, arbitrary: odd },
  );
  const key = fc.integer({ min: 0, max: 40 }).map((n) => `clock-${n}`);
  return fc
    .tuple(script, fc.array(fc.tuple(choice, key), { minLength: 1, maxLength: 40 }))
    .map(([steps, choices]) =>
      steps.flatMap((step, i): Step[] => {
        const [chosen, name] = choices[i % choices.length] as (typeof choices)[number];
        const moved = (command: MoveClock): Step => ({
          actor: SHELL,
          atomic: false,
          intents: [{ key: name, command }],
        });
        if (typeof chosen === 'object') return [step, moved(chosen)];
        const { later, ...now } = step;
        if (chosen === 'wait' || later === undefined) return [step];
        return [moved({ type: 'clock.move', advanceSeconds: later }), now];
      }),
    );
}
