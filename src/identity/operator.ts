/**
 * An operator (a member of staff) as the fold knows one, and what may become of it. Pure: each transition gives the next
 * state, so that it is decided in the serial order of the installation's log and decided the same way ever after.
 *
 *   invited --enrol--> enrolled --disable--> disabled
 *
 * A reset gives an enrolled operator a new password, and only whoever has the second factor can redeem it: nothing here takes
 * that factor away or replaces it.
 *
 * Password and TOTP code are verified outside (argon2 takes its time); what is submitted is the verdict with the
 * credential that it is about. Decided here: that this credential is still the one in force, that the lockout has not
 * come, that a time step was not used before, that a recovery code is one that is left.
 */
import { type Grant, withGrant, withoutGrant } from './grant.ts';

export type OperatorStatus = 'invited' | 'enrolled' | 'disabled';

/** A session that was not ended; one that has expired may still stand here. */
export interface OperatorSession {
  /** Number of the event that started it. */
  readonly id: number;
  readonly tokenHash: string;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  /** However much it is used. */
  readonly expiresAt: number;
}

export interface OperatorState {
  /** Number of the event that created it. */
  readonly id: number;
  /** Handle to sign in with; no name of a person. */
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly status: OperatorStatus;
  /** Of an invitation, or where enrolled, of a reset of the password. Null once it was redeemed. */
  readonly invitationHash: string | null;
  readonly invitationExpiresAt: number | null;
  /** Number of the event that set the factors; null before. */
  readonly credential: number | null;
  /** SHA-256 of the sealed argon2id hash and of the sealed TOTP seed, which stand apart. */
  readonly passwordDigest: string | null;
  readonly totpDigest: string | null;
  /** SHA-256 of the recovery codes that are left. */
  readonly recoveryHashes: readonly string[];
  /** Newest TOTP time step that was used (RFC 6238 §5.2: a code works once). */
  readonly timeStep: number;
  /** Consecutive failures since the last success. Nothing but a success or an administrator takes it back. */
  readonly failures: number;
  readonly sessions: readonly OperatorSession[];
  /** Number of the newest event that changed it. */
  readonly changed: number;
}

/** NIST SP 800-63B-4 §3.2.2 asks for a bound of at most 100; OWASP ASVS 5.0.0 V6.3.1. */
export const FAILURES_MAX = 10;
/** One more ends the oldest. */
export const SESSIONS_MAX = 8;

export const invitedOperator = (
  number: number,
  { name, grants }: Pick<OperatorState, 'name' | 'grants'>,
  invitationHash: string,
  invitationExpiresAt: number,
): OperatorState => ({
  id: number,
  name,
  grants,
  status: 'invited',
  invitationHash,
  invitationExpiresAt,
  credential: null,
  passwordDigest: null,
  totpDigest: null,
  recoveryHashes: [],
  timeStep: 0,
  failures: 0,
  sessions: [],
  changed: number,
});

/** What an enrolment brings: both factors, and the step of the code that confirmed the second one. */
export interface Factors {
  readonly passwordDigest: string;
  readonly totpDigest: string;
  readonly recoveryHashes: readonly string[];
  readonly timeStep: number;
}

export const isOpenInvitation = (state: OperatorState, invitationHash: string, at: number): boolean =>
  state.status === 'invited' &&
  state.invitationHash === invitationHash &&
  at < (state.invitationExpiresAt ?? 0);

/** Undefined where the invitation is another one, was redeemed or has expired. */
export function enrolled(
  state: OperatorState,
  invitationHash: string,
  factors: Factors,
  number: number,
  at: number,
): OperatorState | undefined {
  if (!isOpenInvitation(state, invitationHash, at)) return undefined;
  return {
    ...state,
    status: 'enrolled',
    invitationHash: null,
    invitationExpiresAt: null,
    credential: number,
    ...factors,
    changed: number,
  };
}

/** One attempt to sign in, verified outside as far as that goes. */
export interface Attempt {
  /** The credential that was verified against. */
  readonly credential: number;
  /** Password right, and the TOTP code right where one was sent. */
  readonly matched: boolean;
  /** Time step of the code; null where a recovery code takes its place, or nothing matched. */
  readonly timeStep: number | null;
  readonly recoveryHash: string | null;
  readonly tokenHash: string;
  readonly sessionSeconds: number;
  /** The password under stronger parameters, where the stored one had weaker ones. */
  readonly rehashedDigest: string | null;
}

export type Verdict = 'started' | 'mismatch' | 'code_used';

/** May somebody sign in here at all. */
export const takesSignIns = ({ status, failures }: OperatorState): boolean =>
  status === 'enrolled' && failures < FAILURES_MAX;

/**
 * Undefined where nothing may be tried: not enrolled, locked, or the factors changed meanwhile. A code that was used before
 * is no guess, since it was right: it is refused and not counted.
 */
export function signedIn(
  state: OperatorState,
  attempt: Attempt,
  number: number,
  at: number,
): { readonly verdict: Verdict; readonly next: OperatorState } | undefined {
  if (!takesSignIns(state) || attempt.credential !== state.credential) return undefined;
  const { matched, timeStep, recoveryHash } = attempt;
  const recovers = recoveryHash !== null && state.recoveryHashes.includes(recoveryHash);
  if (!matched || (timeStep === null && !recovers))
    return { verdict: 'mismatch', next: { ...state, failures: state.failures + 1, changed: number } };
  if (timeStep !== null && timeStep <= state.timeStep) return { verdict: 'code_used', next: state };
  const session: OperatorSession = {
    id: number,
    tokenHash: attempt.tokenHash,
    startedAt: at,
    expiresAt: at + attempt.sessionSeconds * 1_000_000,
  };
  const next: OperatorState = {
    ...state,
    passwordDigest: attempt.rehashedDigest ?? state.passwordDigest,
    recoveryHashes: state.recoveryHashes.filter((hash) => hash !== recoveryHash),
    timeStep: timeStep ?? state.timeStep,
    failures: 0,
    sessions: [...openSessions(state, at), session].slice(-SESSIONS_MAX),
    changed: number,
  };
  return { verdict: 'started', next };
}

const openSessions = ({ sessions }: OperatorState, at: number): OperatorSession[] =>
  sessions.filter(({ expiresAt }) => at < expiresAt);

/** Undefined where there is no such session any more. */
export function sessionEnded(
  state: OperatorState,
  session: number,
  number: number,
): OperatorState | undefined {
  const sessions = state.sessions.filter(({ id }) => id !== session);
  return sessions.length === state.sessions.length ? undefined : { ...state, sessions, changed: number };
}

/** Undefined where nobody can have a new password: not enrolled. The old one works until the reset is redeemed. */
export const resetPassword = (
  state: OperatorState,
  invitationHash: string,
  invitationExpiresAt: number,
  number: number,
): OperatorState | undefined =>
  state.status === 'enrolled'
    ? { ...state, invitationHash, invitationExpiresAt, changed: number }
    : undefined;

export const isOpenReset = (state: OperatorState, invitationHash: string, at: number): boolean =>
  takesSignIns(state) && state.invitationHash === invitationHash && at < (state.invitationExpiresAt ?? 0);

/** One attempt to redeem a reset: the second factor as it was verified outside, and the password to be. */
export type PasswordAttempt = Pick<Attempt, 'credential' | 'timeStep' | 'recoveryHash'> & {
  readonly invitationHash: string;
  readonly passwordDigest: string;
};

/**
 * The second factor counts as at a sign-in: a wrong code is a failure and brings the lockout nearer. Ends all sessions, and
 * makes a new credential, so that a sign-in that was verified against the old password comes too late.
 */
export function passwordChanged(
  state: OperatorState,
  attempt: PasswordAttempt,
  number: number,
  at: number,
): { readonly verdict: 'changed' | 'mismatch' | 'code_used'; readonly next: OperatorState } | undefined {
  if (!isOpenReset(state, attempt.invitationHash, at) || attempt.credential !== state.credential)
    return undefined;
  const { timeStep, recoveryHash, passwordDigest } = attempt;
  const recovers = recoveryHash !== null && state.recoveryHashes.includes(recoveryHash);
  if (timeStep === null && !recovers)
    return { verdict: 'mismatch', next: { ...state, failures: state.failures + 1, changed: number } };
  if (timeStep !== null && timeStep <= state.timeStep) return { verdict: 'code_used', next: state };
  const next: OperatorState = {
    ...state,
    invitationHash: null,
    invitationExpiresAt: null,
    credential: number,
    passwordDigest,
    recoveryHashes: state.recoveryHashes.filter((hash) => hash !== recoveryHash),
    timeStep: timeStep ?? state.timeStep,
    failures: 0,
    sessions: [],
    changed: number,
  };
  return { verdict: 'changed', next };
}

/** All of them; doing it twice does no harm. */
export const sessionsEnded = (state: OperatorState, number: number): OperatorState => ({
  ...state,
  sessions: [],
  changed: number,
});

/** Ends all sessions with it. Undefined where it is disabled already. */
export const disabledOperator = (state: OperatorState, number: number): OperatorState | undefined =>
  state.status === 'disabled'
    ? undefined
    : {
        ...state,
        status: 'disabled',
        invitationHash: null,
        invitationExpiresAt: null,
        sessions: [],
        changed: number,
      };

/** Gives back the attempts and nothing else: both factors stay as they are. */
export const unlockedOperator = (state: OperatorState, number: number): OperatorState => ({
  ...state,
  failures: 0,
  changed: number,
});

/** Undefined where it is disabled, or has too many. */
export function granted(state: OperatorState, grant: Grant, number: number): OperatorState | undefined {
  const grants = state.status === 'disabled' ? undefined : withGrant(state.grants, grant);
  return grants && { ...state, grants, changed: number };
}

/** Undefined where it has none there. Acts at once, in open sessions too. */
export function revoked(
  state: OperatorState,
  ledger: number | null,
  number: number,
): OperatorState | undefined {
  const grants = withoutGrant(state.grants, ledger);
  return grants && { ...state, grants, changed: number };
}

/** A session without use for so long is over (OWASP ASVS 5.0.0 V7.3.1), and however much it is used, after so long (V7.3.2). */
export const IDLE_SECONDS = 15 * 60;
export const SESSION_SECONDS = 12 * 3600;

/** Usable at this moment. `seenAt`: its newest use on record, microseconds; none before the first minute. */
export const isLive = (session: OperatorSession, seenAt: number | undefined, nowMicros: number): boolean =>
  nowMicros < session.expiresAt &&
  nowMicros < Math.max(session.startedAt, seenAt ?? 0) + IDLE_SECONDS * 1_000_000;
