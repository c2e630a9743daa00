/**
 * What may become of a customer's factors: the transitions one by one. Ids at the front of a title are requirements of OWASP
 * ASVS 5.0.0 (V…) or sections of NIST SP 800-63B-4 and RFC 6238: SECURITY.md maps each to its test.
 */
import { describe, expect, test } from 'vitest';
import {
  type CustomerState,
  codeTaken,
  confirmed,
  enrolled,
  FACTORS_MAX,
  FAILURES_MAX,
  newCustomer,
  type Proof,
  removed,
} from '../../src/identity/factor.ts';
import { defined } from '../../src/kernel/assert.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const NOBODY = newCustomer(1, 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b');
const CODES = ['r1', 'r2', 'r3'];

const enrol = (state: CustomerState, number: number, proof?: Proof, at = 0) =>
  enrolled(state, { label: null, seedDigest: 's', confirmWithinSeconds: 900, proof }, number, at);
const confirm = (state: CustomerState, factor: number, timeStep: number | null = 10, at = 0) =>
  defined(
    confirmed(state, { factor, timeStep, recoveryHashes: CODES, waitSeconds: 3600 }, factor + 1, at),
    'the factor is known',
  );
const by = (factor: number, timeStep: number | null, replace = false): Proof => ({
  by: 'factor',
  factor,
  timeStep,
  replace,
});
const withCode = (recoveryHash: string): Proof => ({ by: 'recovery', recoveryHash });
const statuses = ({ factors }: CustomerState): unknown => factors.map(({ id, status }) => [id, status]);

/** One active factor, number 1, whose step 10 is used. */
const asha = confirm(enrol(NOBODY, 1).next, 1).next;

describe('an enrolment', () => {
  test('of a first factor is on the word of the client, and waits to be confirmed', () => {
    const { code, next } = enrol(NOBODY, 1);
    expect(code).toBe('');
    expect(next.factors).toMatchObject([{ id: 1, status: 'pending', voucher: 'client', usableFrom: null }]);
  });

  test('V7.5.1: beside a factor takes that factor, or a recovery code', () => {
    expect(enrol(asha, 3)).toEqual({ code: 'factor_proof_required', next: asha });
    expect(enrol(asha, 3, by(1, 11)).next.factors).toMatchObject([
      { id: 1, timeStep: 11 },
      { id: 3, status: 'pending', voucher: 'factor', replaces: null },
    ]);
    expect(enrol(asha, 3, withCode('r2')).next).toMatchObject({ recoveryHashes: ['r1', 'r3'] });
  });

  test('is vouched for by an active factor of the customer only', () => {
    const pending = enrol(NOBODY, 1).next;
    expect(enrol(pending, 2, by(1, 11))).toEqual({ code: 'factor_not_active', next: pending });
    expect(enrol(asha, 3, by(2, 11))).toEqual({ code: 'factor_not_active', next: asha });
  });

  test('takes the place of one that waits', () => {
    const both = enrol(enrol(asha, 3, by(1, 11)).next, 4, by(1, 12)).next;
    expect(statuses(both)).toEqual([
      [1, 'active'],
      [3, 'removed'],
      [4, 'pending'],
    ]);
    expect(confirm(both, 3).code).toBe('factor_not_pending');
  });

  test('is refused beyond the most that a customer may have, unless it replaces one', () => {
    let state = asha;
    for (let step = 11; state.factors.length < FACTORS_MAX; step++) {
      const number = state.changed + 1;
      state = confirm(enrol(state, number, by(1, step)).next, number).next;
    }
    expect(enrol(state, 50, by(1, 99))).toEqual({ code: 'too_many_factors', next: state });
    expect(enrol(state, 50, by(1, 99, true)).code).toBe('');
    expect(enrol(state, 50, withCode('r1')).code).toBe('');
  });
});

describe('a confirmation', () => {
  test('makes the factor usable after the time that it has to wait, and no sooner', () => {
    const { next, issuesCodes } = confirm(enrol(NOBODY, 1).next, 1, 10, MINUTE);
    expect(next.factors).toMatchObject([
      { status: 'active', since: MINUTE, usableFrom: MINUTE + 3600 * SECOND, timeStep: 10 },
    ]);
    expect([issuesCodes, next.recoveryHashes]).toEqual([true, CODES]);
  });

  test('comes in time, with a right code', () => {
    const pending = enrol(NOBODY, 1).next;
    expect(confirm(pending, 1, 10, 15 * MINUTE)).toMatchObject({ code: 'factor_not_pending', next: pending });
    expect(confirm(pending, 1, 10, 15 * MINUTE - 1).code).toBe('');
    expect(confirm(pending, 1, null)).toMatchObject({
      code: 'code_mismatch',
      next: { factors: [{ status: 'pending', failures: 1 }] },
    });
    expect(confirm(asha, 1, 11).code).toBe('factor_not_pending');
    expect(
      confirmed(asha, { factor: 9, timeStep: 1, recoveryHashes: [], waitSeconds: 1 }, 9, 0),
    ).toBeUndefined();
  });

  test('removes what it replaces, and keeps the recovery codes', () => {
    const { next, issuesCodes } = confirm(enrol(asha, 3, by(1, 11, true)).next, 3);
    expect(statuses(next)).toEqual([
      [1, 'removed'],
      [3, 'active'],
    ]);
    expect([issuesCodes, next.recoveryHashes]).toEqual([false, CODES]);
  });

  test('behind a recovery removes all others and makes new recovery codes', () => {
    const two = confirm(enrol(asha, 3, by(1, 11)).next, 3).next;
    const { next, issuesCodes } = confirm(enrol(two, 5, withCode('r1')).next, 5);
    expect(statuses(next)).toEqual([
      [1, 'removed'],
      [3, 'removed'],
      [5, 'active'],
    ]);
    expect([issuesCodes, next.recoveryHashes]).toEqual([true, CODES]);
  });
});

describe('a code', () => {
  test('V6.5.1, RFC 6238 §5.2: works once, and none before it afterwards; that is no failure', () => {
    const { next } = codeTaken(asha, 1, 12, 3, MINUTE);
    expect(next.factors).toMatchObject([{ timeStep: 12, usedAt: MINUTE }]);
    for (const step of [12, 11])
      expect(codeTaken(next, 1, step, 4, MINUTE)).toEqual({ code: 'code_used', next });
    expect(codeTaken(next, 1, 13, 4, MINUTE).code).toBe('');
  });

  test('V6.3.1, NIST §3.2.2: five wrong ones in a row lock the factor, the next five for twice as long', () => {
    let state = asha;
    let number = 3;
    const wrong = (at: number): string => {
      const { code, next } = codeTaken(state, 1, null, number++, at);
      state = next;
      return code;
    };
    const fiveTimes = (at: number): string[] => Array.from({ length: 5 }, () => wrong(at));
    expect(fiveTimes(0)).toEqual(Array(5).fill('code_mismatch'));
    expect(codeTaken(state, 1, 11, number, 15 * MINUTE - 1)).toEqual({ code: 'factor_locked', next: state });
    expect(codeTaken(state, 1, 11, number, 15 * MINUTE).code).toBe('');
    expect(fiveTimes(15 * MINUTE)).toEqual(Array(5).fill('code_mismatch'));
    expect(wrong(45 * MINUTE - 1)).toBe('factor_locked');
    expect(codeTaken(state, 1, 11, number, 45 * MINUTE)).toMatchObject({
      code: '',
      next: { factors: [{ failures: 0, lockedUntil: null }] },
    });
  });

  test('NIST §3.2.2: after a hundred wrong ones in a row there is nothing left but a recovery', () => {
    let state = asha;
    for (let i = 0; i < FAILURES_MAX; i++) state = codeTaken(state, 1, null, 3 + i, i * 86_400 * SECOND).next;
    const later = 10 ** 15;
    expect(codeTaken(state, 1, 99, 200, later)).toEqual({ code: 'factor_locked', next: state });
    const recovered = confirm(enrol(state, 200, withCode('r1'), later).next, 200, 1, later);
    expect(recovered.code).toBe('');
  });

  test('V6.5.2: a recovery code works once', () => {
    const { next } = enrol(asha, 3, withCode('r1'));
    expect(enrol(next, 4, withCode('r1'))).toEqual({ code: 'recovery_code_invalid', next });
    expect(enrol(asha, 3, withCode('r9'))).toEqual({ code: 'recovery_code_invalid', next: asha });
  });
});

describe('a removal', () => {
  test('V7.5.1: takes a code of that very factor, and the last one takes the recovery codes with it', () => {
    const two = confirm(enrol(asha, 3, by(1, 11)).next, 3, 20).next;
    expect(removed(two, 3, null, 5, 0)).toMatchObject({ code: 'code_mismatch' });
    const one = defined(removed(two, 3, 21, 5, 0), 'a factor').next;
    expect([statuses(one), one.recoveryHashes]).toEqual([
      [
        [1, 'active'],
        [3, 'removed'],
      ],
      CODES,
    ]);
    expect(removed(one, 3, 22, 6, 0)).toEqual({ code: 'factor_not_active', next: one });
    expect(removed(one, 1, 12, 6, 0)).toMatchObject({ code: '', next: { recoveryHashes: [] } });
    expect(removed(one, 9, 12, 6, 0)).toBeUndefined();
  });

  test('of many leaves the newest ten to be seen', () => {
    let state = NOBODY;
    for (let i = 0; i < 15; i++) {
      const number = 1 + i * 3;
      const active = confirm(enrol(state, number, undefined, i).next, number, 1, i).next;
      state = defined(removed(active, number, 2, number + 2, i), 'a factor').next;
    }
    expect(state.factors.map(({ id }) => id)).toEqual([16, 19, 22, 25, 28, 31, 34, 37, 40, 43]);
  });
});
