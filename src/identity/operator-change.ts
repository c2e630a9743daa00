/**
 * What an operator who is signed in changes of itself: the session, renewed by a new code, and the factors, changed with both of
 * the old ones. Verified outside as a sign-in is, and decided here in the same way: the credential in force, the lockout, a
 * code that works once. Pure.
 */
import { type Attempt, type OperatorSession, type OperatorState, takesSignIns } from './operator.ts';

/** How long what needs a fresh factor takes one to be fresh (RFC 9470 `max_age`; OWASP ASVS 5.0.0 V7.5.3). */
export const FRESH_SECONDS = 300;

/** A session begins with a factor: at the sign-in, and anew at each renewal. */
export const isFresh = ({ startedAt }: Pick<OperatorSession, 'startedAt'>, nowMicros: number): boolean =>
  nowMicros < startedAt + FRESH_SECONDS * 1_000_000;

/** What an operator shows of its factors, as far as it was verified outside. */
type Shown = Pick<Attempt, 'credential' | 'matched' | 'timeStep' | 'recoveryHash' | 'tokenHash'> & {
  /** Number of the session that asks. */
  readonly session: number;
};

/** For a renewal the password is not asked for: `matched` says of the second factor alone whether it may be right. */
export type Renewal = Shown;

/** New factors; what is absent stays. */
export interface FactorChange {
  readonly passwordDigest: string | null;
  /** With the time step of the code that confirmed it. */
  readonly totp: { readonly digest: string; readonly timeStep: number } | null;
  readonly recoveryHashes: readonly string[] | null;
}

export interface Judged {
  readonly verdict: 'done' | 'mismatch' | 'code_used';
  readonly next: OperatorState;
}

/**
 * The session under a new token and number, fresh again; it ends no later than before (V7.3.2). Undefined where nothing may be
 * tried: no such session, locked, or the factors changed meanwhile.
 */
export function sessionRenewed(
  state: OperatorState,
  renewal: Renewal,
  number: number,
  at: number,
): Judged | undefined {
  return shown(state, renewal, number, at, (proven, session) => ({
    ...proven,
    sessions: proven.sessions.map((each) => (each.id === renewal.session ? session : each)),
  }));
}

/** Makes a new credential, takes a pending reset back, and ends all other sessions. Undefined as above. */
export function factorsChanged(
  state: OperatorState,
  attempt: Shown,
  { passwordDigest, totp, recoveryHashes }: FactorChange,
  number: number,
  at: number,
): Judged | undefined {
  return shown(state, attempt, number, at, (proven, session) => ({
    ...proven,
    invitationHash: null,
    invitationExpiresAt: null,
    credential: number,
    passwordDigest: passwordDigest ?? proven.passwordDigest,
    totpDigest: totp?.digest ?? proven.totpDigest,
    timeStep: Math.max(proven.timeStep, totp?.timeStep ?? 0),
    recoveryHashes: recoveryHashes ?? proven.recoveryHashes,
    sessions: [session],
  }));
}

/** `then` is given the state with the code used up, and the session as it goes on. */
function shown(
  state: OperatorState,
  { credential, matched, timeStep, recoveryHash, tokenHash, session: id }: Shown,
  number: number,
  at: number,
  then: (proven: OperatorState, session: OperatorSession) => OperatorState,
): Judged | undefined {
  const session = state.sessions.find((each) => each.id === id && at < each.expiresAt);
  if (!session || !takesSignIns(state) || credential !== state.credential) return undefined;
  const recovers = recoveryHash !== null && state.recoveryHashes.includes(recoveryHash);
  if (!matched || (timeStep === null && !recovers))
    return { verdict: 'mismatch', next: { ...state, failures: state.failures + 1, changed: number } };
  if (timeStep !== null && timeStep <= state.timeStep) return { verdict: 'code_used', next: state };
  const proven: OperatorState = {
    ...state,
    timeStep: timeStep ?? state.timeStep,
    recoveryHashes: state.recoveryHashes.filter((hash) => hash !== recoveryHash),
    failures: 0,
    changed: number,
  };
  return {
    verdict: 'done',
    next: then(proven, { id: number, tokenHash, startedAt: at, expiresAt: session.expiresAt }),
  };
}
