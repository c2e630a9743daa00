/** What an operator who is signed in changes of itself: the session renewed, the factors changed, each with what it takes. */
import { describe, expect, test } from 'vitest';
import { enrolled, FAILURES_MAX, invitedOperator, type OperatorState } from '../../src/identity/operator.ts';
import {
  type FactorChange,
  FRESH_SECONDS,
  factorsChanged,
  isFresh,
  type Renewal,
  sessionRenewed,
} from '../../src/identity/operator-change.ts';

const HOUR = 3_600_000_000;
const invited = invitedOperator(1, { name: 'asha', grants: [] }, 'invitation', HOUR);
const factors = { passwordDigest: 'p', totpDigest: 't', recoveryHashes: ['r1', 'r2'], timeStep: 100 };
const [own, other] = [3, 4].map((id) => ({ id, tokenHash: `h${id}`, startedAt: id, expiresAt: HOUR }));
const asha = {
  ...(enrolled(invited, 'invitation', factors, 2, 0) as OperatorState),
  sessions: [own, other],
  failures: 4,
  invitationHash: 'reset',
  invitationExpiresAt: HOUR,
} as OperatorState;
const RENEWAL: Renewal = {
  session: 3,
  credential: 2,
  matched: true,
  timeStep: 101,
  recoveryHash: null,
  tokenHash: 'new',
};
const NOTHING: FactorChange = { passwordDigest: null, totp: null, recoveryHashes: null };
const CHANGE: FactorChange = {
  passwordDigest: 'p2',
  totp: { digest: 't2', timeStep: 90 },
  recoveryHashes: ['r9'],
};
const renewedSession = { id: 9, tokenHash: 'new', startedAt: 500, expiresAt: HOUR };
/** Both take the same, and refuse the same. */
const BOTH = [
  [
    'a renewal',
    (state: OperatorState, more: Partial<Renewal>, at = 500) =>
      sessionRenewed(state, { ...RENEWAL, ...more }, 9, at),
  ],
  [
    'a change of factors',
    (state: OperatorState, more: Partial<Renewal>, at = 500) =>
      factorsChanged(state, { ...RENEWAL, ...more }, CHANGE, 9, at),
  ],
] as const;

describe.each(BOTH)('%s', (_, judge) => {
  test('takes a session that there is and that is not over, the factors in force, and no lockout', () => {
    expect(judge(asha, { session: 8 })).toBeUndefined();
    expect(judge(asha, {}, HOUR)).toBeUndefined();
    expect(judge(asha, { credential: 1 })).toBeUndefined();
    expect(judge({ ...asha, failures: FAILURES_MAX }, {})).toBeUndefined();
    expect(judge({ ...asha, status: 'disabled' }, {})).toBeUndefined();
    expect(judge(asha, {})?.verdict).toBe('done');
  });

  test('counts what does not match and changes nothing else', () => {
    for (const wrong of [{ matched: false }, { timeStep: null }, { timeStep: null, recoveryHash: 'r3' }])
      expect(judge(asha, wrong)).toEqual({
        verdict: 'mismatch',
        next: { ...asha, failures: 5, changed: 9 },
      });
  });

  test('V6.5.1: takes a time step and a recovery code once', () => {
    for (const timeStep of [100, 99])
      expect(judge(asha, { timeStep })).toEqual({ verdict: 'code_used', next: asha });
    const { next } = judge(asha, {}) ?? { next: asha };
    expect(next).toMatchObject({ timeStep: 101, failures: 0 });
    const recovered = judge(asha, { timeStep: null, recoveryHash: 'r1' });
    expect(recovered?.verdict).toBe('done');
    expect(recovered?.next.recoveryHashes).not.toContain('r1');
  });
});

test('V7.2.4, V7.3.2: a renewal gives the session another number and token, and no later end; others stay', () => {
  const next = sessionRenewed(asha, RENEWAL, 9, 500)?.next;
  expect(next).toEqual({
    ...asha,
    sessions: [renewedSession, other],
    timeStep: 101,
    failures: 0,
    changed: 9,
  });
});

describe('V7.5.1: a change of factors', () => {
  test('makes a new credential, ends the other sessions and takes a reset back', () => {
    expect(factorsChanged(asha, RENEWAL, CHANGE, 9, 500)?.next).toEqual({
      ...asha,
      credential: 9,
      passwordDigest: 'p2',
      totpDigest: 't2',
      recoveryHashes: ['r9'],
      timeStep: 101,
      failures: 0,
      invitationHash: null,
      invitationExpiresAt: null,
      sessions: [renewedSession],
      changed: 9,
    });
  });

  test('leaves what is not asked for as it is, but for the recovery code that was used', () => {
    const recovers = { ...RENEWAL, timeStep: null, recoveryHash: 'r1' };
    expect(factorsChanged(asha, recovers, NOTHING, 9, 500)?.next).toMatchObject({
      passwordDigest: 'p',
      totpDigest: 't',
      recoveryHashes: ['r2'],
      timeStep: 100,
    });
  });

  test('uses up the code by which the new app was confirmed', () => {
    const totp = { digest: 't2', timeStep: 102 };
    expect(factorsChanged(asha, RENEWAL, { ...NOTHING, totp }, 9, 500)?.next.timeStep).toBe(102);
  });
});

test('V7.5.3: a session is fresh for five minutes after its factor', () => {
  const session = { startedAt: HOUR };
  expect(isFresh(session, HOUR + FRESH_SECONDS * 1_000_000 - 1)).toBe(true);
  expect(isFresh(session, HOUR + FRESH_SECONDS * 1_000_000)).toBe(false);
});
