/** A customer's switch and the wait behind it: the diagram in identity/stop.ts against the code. */
import { describe, expect, test } from 'vitest';
import {
  authorized,
  type CustomerState,
  confirmed,
  enrolled,
  newCustomer,
} from '../../src/identity/factor.ts';
import { isStopped, resumed, stopped, waiting } from '../../src/identity/stop.ts';
import { defined } from '../../src/kernel/assert.ts';

const MICROS = 1_000_000;
const WAIT = 3600;
const nobody = newCustomer(3, 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b');
const asked = { label: null, seedDigest: 's', confirmWithinSeconds: 900, proof: undefined };
const pending = enrolled(nobody, asked, 3, 0).next;
/** With a factor that may be used from WAIT on. */
const someone = defined(
  confirmed(pending, { factor: 3, timeStep: 10, recoveryHashes: [], waitSeconds: WAIT }, 4, 0),
  'a factor',
).next;
const LATER = WAIT * MICROS;
const proof = (timeStep: number | null, factor = 3) => ({ factor, timeStep });
const goOn = (state: CustomerState, by?: ReturnType<typeof proof>, at = LATER) =>
  resumed(state, { proof: by, waitSeconds: WAIT }, 9, at);

describe('a customer', () => {
  test('is running until stopped, and stopped until resumed', () => {
    expect(isStopped(nobody)).toBe(false);
    const off = stopped(nobody, 8, 5);
    expect([isStopped(off), off.stop, off.changed]).toEqual([true, { stopped: true, number: 8, at: 5 }, 8]);
    const on = goOn(off);
    expect([on.code, isStopped(on.next), on.next.stop?.number, on.next.waitsUntil]).toEqual([
      '',
      false,
      9,
      2 * LATER,
    ]);
    expect(isStopped(stopped(on.next, 10, 6))).toBe(true);
  });

  test('who has stopped is not changed by stopping again', () => {
    const off = stopped(nobody, 8, 5);
    expect(stopped(off, 9, 6)).toBe(off);
  });

  test('who has not stopped has nothing to resume, and no code is taken', () => {
    expect(goOn(someone, proof(11))).toEqual({ code: 'payments_not_stopped', next: someone });
  });

  test.each<[string, ReturnType<typeof proof> | undefined, number, string]>([
    ['no code', undefined, LATER, 'factor_code_required'],
    ['a wrong code', proof(null), LATER, 'code_mismatch'],
    ['a code that was used', proof(10), LATER, 'code_used'],
    ['a factor of nobody', proof(11, 7), LATER, 'factor_not_active'],
    ['a factor that has not waited', proof(11), LATER - 1, 'factor_waiting'],
    ['a code of a factor that has waited', proof(11), LATER, ''],
  ])('who has a factor goes on with %s: not', (_, by, at, code) => {
    const off = stopped(someone, 8, 5);
    const judged = goOn(off, by, at);
    expect([judged.code, isStopped(judged.next)]).toEqual([code, code !== '']);
    const factor = judged.next.factors[0];
    expect([factor?.failures, factor?.timeStep]).toEqual([
      code === 'code_mismatch' ? 1 : 0,
      code === '' ? 11 : 10,
    ]);
  });

  test('whose factor is only pending goes on at the word of the client', () => {
    expect(goOn(stopped(pending, 8, 5)).code).toBe('');
  });
});

describe('a wait', () => {
  const waits = waiting(someone, WAIT, 8, LATER);

  test.each([
    [2 * LATER - 1, 'authorization_waiting', 10],
    [2 * LATER, '', 11],
  ])('ends to the microsecond: at %d %s', (at, code, timeStep) => {
    const judged = authorized(waits, 3, 11, 9, at);
    expect([judged.code, judged.next.factors[0]?.timeStep]).toEqual([code, timeStep]);
  });

  test('counts no wrong code', () => {
    expect(authorized(waits, 3, null, 9, LATER).next).toBe(waits);
  });

  test('never gets shorter', () => {
    expect(waiting(waits, 1, 9, LATER).waitsUntil).toBe(2 * LATER);
    expect(waiting(waits, WAIT, 9, LATER + 1).waitsUntil).toBe(2 * LATER + 1);
  });
});
