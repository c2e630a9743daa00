/** The fold of a sandbox ledger, whose clock moves and whose amounts provoke: what depends on either meets it as in the model. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatId } from '../../src/kernel/id.ts';
import { movingClock } from '../support/arbitrary-clocks.ts';
import { prelude, type Step } from '../support/arbitrary-commands.ts';
import { holdScript } from '../support/arbitrary-holds.ts';
import { provokedScript } from '../support/arbitrary-provoked.ts';
import { scheduleScript } from '../support/arbitrary-schedules.ts';
import { ModelLedger } from '../support/model-ledger.ts';
import type { Predicted } from '../support/model-outcomes.ts';
import { asPredicted, foldAll, timesOf } from '../support/run-fold.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const MICROS = 1_000_000;
const PREFIXES = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'dddddddd'];
const scripts = movingClock(
  fc.oneof(holdScript(LEDGER, 20), scheduleScript(LEDGER, AT, 20), provokedScript(LEDGER, 30)),
  AT,
).map((steps) => [...prelude(PREFIXES), ...steps]);

/** What the model makes of a script, and how far ahead its clock is in the end. */
function predict(steps: readonly Step[]): {
  readonly model: ModelLedger;
  readonly predicted: Predicted[];
  readonly ahead: number;
} {
  const model = new ModelLedger((number) => formatId('acc', LEDGER, number));
  model.isSandbox = true;
  const times = timesOf(steps, AT);
  let ahead = 0;
  const predicted = steps.flatMap((step, i) => {
    const real = times[i] as number;
    const all = model.perform(step, real + ahead);
    const [command] = step.intents.map((intent) => intent.command);
    const [one] = all;
    if (command?.type === 'clock.move' && one?.kind === 'event' && one.code === '')
      ahead = 'to' in command ? command.to - real : ahead + command.advanceSeconds * MICROS;
    return all;
  });
  return { model, predicted, ahead };
}

describe('the fold of a sandbox ledger', () => {
  test('decides every script as the model does, and its clock stands where the model has it', () => {
    fc.assert(
      fc.property(scripts, (steps) => {
        const { model, predicted, ahead } = predict(steps);
        const { state, results } = foldAll(
          LEDGER,
          steps.map((step) => [step]),
          AT,
          'everything',
          true,
        );
        expect(results.map(asPredicted)).toEqual(predicted);
        expect(state.ahead).toBe(ahead);
        expect([...state.schedules].map(([id, { status }]) => [id, status])).toEqual(
          [...model.schedules].map(([id, { state: now }]) => [
            id,
            now === 'open' ? 'scheduled' : now.replace('schedule_', ''),
          ]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('writes the same log in batches, and when it forgets everything between them', () => {
    fc.assert(
      fc.property(scripts, fc.integer({ min: 1, max: 9 }), (steps, size) => {
        const alone = foldAll(
          LEDGER,
          steps.map((step) => [step]),
          AT,
          'everything',
          true,
        );
        const batches = Array.from({ length: Math.ceil(steps.length / size) }, (_, i) =>
          steps.slice(i * size, (i + 1) * size),
        );
        for (const memory of ['everything', 'nothing'] as const) {
          const other = foldAll(LEDGER, batches, AT, memory, true);
          expect(other.rows).toEqual(alone.rows);
          expect(other.results).toEqual(alone.results);
        }
      }),
      { numRuns: 100 },
    );
  });
});
