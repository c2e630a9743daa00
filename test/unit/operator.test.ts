/** What may become of an operator: the transitions one by one, and no skipped state (V2.3.1) over random histories. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  disabledOperator,
  enrolled,
  FAILURES_MAX,
  IDLE_SECONDS,
  invitedOperator,
  isLive,
  type OperatorState,
  passwordChanged,
  resetPassword,
  SESSIONS_MAX,
  sessionEnded,
  signedIn,
  takesSignIns,
  unlockedOperator,
} from '../../src/identity/operator.ts';

const DAY = 86_400_000_000;
const FACTORS = { passwordDigest: 'p', totpDigest: 't', recoveryHashes: ['r1', 'r2'], timeStep: 100 };
const ATTEMPT: Attempt = {
  credential: 2,
  matched: true,
  timeStep: 101,
  recoveryHash: null,
  tokenHash: 'h',
  sessionSeconds: 3600,
  rehashedDigest: null,
};
const invited = invitedOperator(
  1,
  { name: 'asha', grants: [{ role: 'admin', ledger: null }] },
  'invitation',
  DAY,
);
const asha = enrolled(invited, 'invitation', FACTORS, 2, 0) as OperatorState;

describe('an invitation', () => {
  test('is redeemed in time, by who holds it, once', () => {
    expect(asha).toMatchObject({ status: 'enrolled', credential: 2, invitationHash: null, changed: 2 });
    expect(enrolled(invited, 'another', FACTORS, 2, 0)).toBeUndefined();
    expect(enrolled(invited, 'invitation', FACTORS, 2, DAY)).toBeUndefined();
    expect(enrolled(asha, 'invitation', FACTORS, 3, 0)).toBeUndefined();
  });

  test('lets nobody sign in', () => {
    expect(signedIn(invited, { ...ATTEMPT, credential: 1 }, 3, 0)).toBeUndefined();
  });
});

describe('a sign-in', () => {
  test('is against the factors in force', () => {
    expect(signedIn(asha, { ...ATTEMPT, credential: 1 }, 3, 0)).toBeUndefined();
    expect(signedIn(asha, ATTEMPT, 3, 0)).toMatchObject({
      verdict: 'started',
      next: { timeStep: 101, failures: 0, sessions: [{ id: 3, startedAt: 0, expiresAt: 3_600_000_000 }] },
    });
  });

  test('takes a time step once, and the refusal changes nothing', () => {
    const { next } = signedIn(asha, ATTEMPT, 3, 0) ?? { next: asha };
    for (const timeStep of [101, 100])
      expect(signedIn(next, { ...ATTEMPT, timeStep }, 4, 0)).toEqual({ verdict: 'code_used', next });
  });

  test('without a code takes a recovery code that is left', () => {
    const recover = { ...ATTEMPT, timeStep: null, recoveryHash: 'r1' };
    const first = signedIn(asha, recover, 3, 0);
    expect(first).toMatchObject({ verdict: 'started', next: { recoveryHashes: ['r2'], timeStep: 100 } });
    const again = signedIn(first?.next ?? asha, recover, 4, 0);
    expect(again).toMatchObject({ verdict: 'mismatch', next: { failures: 1, recoveryHashes: ['r2'] } });
    expect(signedIn(asha, { ...recover, matched: false }, 3, 0)).toMatchObject({
      verdict: 'mismatch',
      next: { recoveryHashes: ['r1', 'r2'] },
    });
  });

  test('fails ten times in a row and no more; a success begins anew, an unlocking too', () => {
    let state = asha;
    for (let i = 0; i < FAILURES_MAX; i++)
      state = signedIn(state, { ...ATTEMPT, matched: false }, 3 + i, 0)?.next ?? state;
    expect(state.failures).toBe(FAILURES_MAX);
    expect(signedIn(state, ATTEMPT, 20, 0)).toBeUndefined();
    const unlocked = unlockedOperator(state, 21);
    expect(unlocked).toEqual({ ...state, failures: 0, changed: 21 });
    expect(signedIn({ ...unlocked, failures: 9 }, ATTEMPT, 22, 0)?.next.failures).toBe(0);
  });

  test('ends the oldest session where there are too many, and drops those that are over', () => {
    let state = asha;
    for (let i = 0; i < SESSIONS_MAX + 2; i++)
      state = signedIn(state, { ...ATTEMPT, timeStep: 101 + i }, 3 + i, i)?.next ?? state;
    expect(state.sessions.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    const later = signedIn(state, { ...ATTEMPT, timeStep: 500 }, 30, DAY)?.next;
    expect(later?.sessions.map(({ id }) => id)).toEqual([30]);
  });
});

describe('a session', () => {
  const session = { id: 3, tokenHash: 'h', startedAt: 0, expiresAt: DAY };
  const idle = IDLE_SECONDS * 1_000_000;

  test('lives while it is used, and no longer than it may', () => {
    expect(isLive(session, undefined, idle - 1)).toBe(true);
    expect(isLive(session, undefined, idle)).toBe(false);
    expect(isLive(session, idle, 2 * idle - 1)).toBe(true);
    expect(isLive(session, DAY - 1, DAY)).toBe(false);
  });

  test('ends once', () => {
    const state = { ...asha, sessions: [session] };
    const ended = sessionEnded(state, 3, 9);
    expect(ended).toEqual({ ...asha, changed: 9 });
    expect(sessionEnded(ended ?? state, 3, 10)).toBeUndefined();
  });
});

describe('a reset of the password', () => {
  const reset = resetPassword(asha, 'reset', DAY, 5) ?? asha;
  const attempt = {
    credential: asha.credential ?? 0,
    invitationHash: 'reset',
    timeStep: 101,
    recoveryHash: null,
    passwordDigest: 'new',
  };

  test('is of the enrolled only, and changes nothing before it is redeemed', () => {
    expect(reset).toEqual({ ...asha, invitationHash: 'reset', invitationExpiresAt: DAY, changed: 5 });
    expect(resetPassword(invited, 'reset', DAY, 5)).toBeUndefined();
    expect(enrolled(reset, 'reset', FACTORS, 6, 0)).toBeUndefined();
    expect(signedIn(reset, ATTEMPT, 6, 0)?.verdict).toBe('started');
  });

  test('V6.4.3: takes the second factor, keeps it, and ends all sessions', () => {
    const session = { id: 3, tokenHash: 'h', startedAt: 0, expiresAt: DAY };
    const before = { ...reset, sessions: [session], failures: 4 };
    const changed = passwordChanged(before, attempt, 6, 0);
    expect(changed).toEqual({
      verdict: 'changed',
      next: {
        ...asha,
        invitationHash: null,
        invitationExpiresAt: null,
        credential: 6,
        passwordDigest: 'new',
        timeStep: 101,
        changed: 6,
      },
    });
    expect(passwordChanged(changed?.next ?? before, attempt, 7, 0)).toBeUndefined();
    expect(signedIn(changed?.next ?? before, { ...ATTEMPT, timeStep: 102 }, 7, 0)).toBeUndefined();
  });

  test('counts a wrong second factor as a sign-in does, and stands no more than ten', () => {
    const wrong = { ...attempt, timeStep: null };
    let state = reset;
    for (let i = 0; i < FAILURES_MAX; i++) {
      const judged = passwordChanged(state, wrong, 6 + i, 0);
      expect(judged?.verdict).toBe('mismatch');
      state = judged?.next ?? state;
    }
    expect(state).toEqual({ ...reset, failures: FAILURES_MAX, changed: 5 + FAILURES_MAX });
    expect(passwordChanged(state, attempt, 30, 0)).toBeUndefined();
  });

  test('takes no code twice, a recovery code once, and no token that is another or over', () => {
    expect(passwordChanged(reset, { ...attempt, timeStep: asha.timeStep }, 6, 0)).toEqual({
      verdict: 'code_used',
      next: reset,
    });
    const recovers = { ...attempt, timeStep: null, recoveryHash: 'r1' };
    expect(passwordChanged(reset, recovers, 6, 0)).toMatchObject({
      verdict: 'changed',
      next: { recoveryHashes: ['r2'], totpDigest: asha.totpDigest },
    });
    expect(passwordChanged(reset, { ...recovers, recoveryHash: 'r3' }, 6, 0)?.verdict).toBe('mismatch');
    expect(passwordChanged(reset, { ...attempt, invitationHash: 'other' }, 6, 0)).toBeUndefined();
    expect(passwordChanged(reset, attempt, 6, DAY)).toBeUndefined();
    expect(passwordChanged(reset, { ...attempt, credential: 99 }, 6, 0)).toBeUndefined();
  });
});

test('V2.3.1: over random histories no state is skipped, nothing that was used up comes back, nobody locked comes in', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('enrol' as const), invitation: fc.constantFrom('invitation', 'another') }),
    fc.record({
      do: fc.constant('sign_in' as const),
      matched: fc.boolean(),
      timeStep: fc.option(fc.integer({ min: 95, max: 130 })),
      recoveryHash: fc.option(fc.constantFrom('r1', 'r2', 'r3')),
      credential: fc.integer({ min: 1, max: 6 }),
    }),
    fc.record({ do: fc.constantFrom('disable' as const, 'unlock' as const, 'end' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = invited;
      for (const [i, each] of steps.entries()) {
        const number = 2 + i;
        const before = state;
        if (each.do === 'enrol') state = enrolled(state, each.invitation, FACTORS, number, i) ?? state;
        if (each.do === 'disable') state = disabledOperator(state, number) ?? state;
        if (each.do === 'unlock') state = unlockedOperator(state, number);
        if (each.do === 'end') state = sessionEnded(state, state.sessions[0]?.id ?? 0, number) ?? state;
        if (each.do === 'sign_in') {
          const judged = signedIn(state, { ...ATTEMPT, ...each, timeStep: each.timeStep }, number, i);
          expect(judged !== undefined).toBe(takesSignIns(before) && each.credential === before.credential);
          state = judged?.next ?? state;
          if (judged?.verdict === 'started') {
            expect(each.matched).toBe(true);
            const used = before.recoveryHashes.length - state.recoveryHashes.length;
            expect(state.timeStep > before.timeStep || used === 1).toBe(true);
          }
        }
        const order = ['invited', 'enrolled', 'disabled'];
        expect(order.indexOf(state.status)).toBeGreaterThanOrEqual(order.indexOf(before.status));
        if (before.status === 'enrolled') {
          expect(state.timeStep).toBeGreaterThanOrEqual(before.timeStep);
          expect(before.recoveryHashes).toEqual(expect.arrayContaining([...state.recoveryHashes]));
        }
        expect(state.failures).toBeLessThanOrEqual(FAILURES_MAX);
        if (state.status !== 'enrolled') expect(state.sessions).toEqual([]);
        expect(state.status === 'enrolled' && state.credential === null).toBe(false);
      }
    }),
  );
});
