/** V6.3.8: the time of a failed sign-in does not tell what failed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerAfter, atEvenTimes } from '../../src/engine/operators/even-time.ts';
import { signIn } from '../../src/engine/operators/sign-in.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { type FailureCode, FailureError } from '../../src/kernel/failure.ts';

/** How long an answer takes whose shared work and whose rest take so long. */
async function answered(code: FailureCode, sharedMs: number, restMs: number): Promise<number> {
  let nowMs = 5000;
  const engine = {
    clock: { monotonicMs: () => nowMs },
    operators: {
      machine: {
        wait: async (ms: number) => {
          nowMs += ms;
        },
      },
    },
  } as unknown as Engine;
  const work = atEvenTimes(engine, async (shared) => {
    nowMs += sharedMs;
    shared();
    nowMs += restMs;
    throw new FailureError(code);
  });
  await expect(work).rejects.toMatchObject({ code });
  return nowMs - 5000;
}

describe('V6.3.8: a failure', () => {
  test('is answered at the same moment with and without what only known names take, wherever it began', async () => {
    const ms = fc.double({ min: 0, max: 3000, noNaN: true });
    const rest = fc.double({ min: 0, max: 99, noNaN: true });
    await fc.assert(
      fc.asyncProperty(ms, rest, async (sharedMs, restMs) => {
        const unknown = await answered('sign_in_failed', sharedMs, 0);
        expect(await answered('sign_in_failed', sharedMs, restMs)).toBeCloseTo(unknown, 6);
        expect(Math.abs(unknown / 250 - Math.round(unknown / 250))).toBeLessThan(1e-6);
      }),
    );
  });

  test('whose commit took long is answered at a later step', () => {
    expect(answerAfter(30, 400)).toBe(500);
    expect(answerAfter(30, 130)).toBe(250);
    expect(answerAfter(200, 210)).toBe(500);
  });

  test('of an invitation or a reset is answered so, too; others are not kept', async () => {
    expect(await answered('invitation_invalid', 0, 2)).toBe(250);
    expect(await answered('invalid_request', 0, 2)).toBe(2);
    expect(await answered('overloaded', 0, 2)).toBe(1002);
  });

  test('of a sign-in counts from the end of the hash, not from that of the whole', async () => {
    let nowMs = 0;
    const engine = {
      clock: { monotonicMs: () => nowMs, nowMicros: () => 0 },
      denials: { unknown: () => {} },
      operators: {
        store: { find: async () => undefined },
        machine: {
          verifyPassword: async () => {
            nowMs += 200;
            return { matches: false, weak: false };
          },
          totpStep: async () => undefined,
          wait: async (ms: number) => {
            nowMs += ms;
          },
        },
      },
    } as unknown as Engine;
    const input = { name: 'nobody', password: 'x', code: '000000' };
    const call = { input, idempotencyKey: '', ledgerId: 0, requestId: '', actor: {} };
    await expect(signIn.run(engine, call as never)).rejects.toMatchObject({ code: 'sign_in_failed' });
    // The hash ended at 200: a fold that takes up to 100 more would still be answered at 500.
    expect(nowMs).toBe(500);
  });
});
