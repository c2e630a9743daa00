/**
 * The factors of a customer as the fold knows them, and what may become of them. Pure: each transition gives the next state,
 * so that it is decided in the serial order of the ledger's log and decided the same way ever after.
 *
 *   pending --confirm--> active --remove, replace, recover--> removed
 *
 * Nobody adds a factor to a customer who has one without that one: an enrolment is vouched for by a code of an active factor,
 * or by a recovery code. Only a customer without an active factor enrols on the client's word alone. Whatever it was enrolled
 * on, a factor waits before it can authorise anything: who stole a client's key cannot enrol and pay in one go.
 *
 * A code is verified outside, against the sealed seed; what is submitted is the time step that it matched, or none. Decided
 * here: that the factor is active and not locked, and that the step was not used before (RFC 6238 §5.2).
 */
import { assert } from '../kernel/assert.ts';
import type { RefusalCode } from '../kernel/failure.ts';

export type FactorStatus = 'pending' | 'active' | 'removed';
/** On whose word a factor is enrolled. */
export type Voucher = 'client' | 'factor' | 'recovery';

export interface FactorState {
  /** Number of the event that enrolled it. */
  readonly id: number;
  readonly type: 'totp';
  /** The client's own name for it; no name of a person. */
  readonly label: string | null;
  readonly status: FactorStatus;
  /** SHA-256 of the sealed seed, which stands apart. */
  readonly seedDigest: string;
  readonly voucher: Voucher;
  /** The factor that goes when this one is confirmed. */
  readonly replaces: number | null;
  /** When the status began; microseconds since 1970, as all times here. */
  readonly since: number;
  /** A pending factor is confirmed before this. */
  readonly confirmBy: number;
  /** From when it authorises transfers; null before it was confirmed. */
  readonly usableFrom: number | null;
  /** When a code of it was taken last. */
  readonly usedAt: number | null;
  /** Newest time step that was used; 0 before the first. */
  readonly timeStep: number;
  /** Consecutive wrong codes. */
  readonly failures: number;
  readonly lockedUntil: number | null;
}

export interface CustomerState {
  /** Number of the event of this ledger that was the first about the customer. */
  readonly id: number;
  /** The random UUID that owns the accounts. */
  readonly customer: string;
  /** In the order of their enrolment; of the removed ones the newest few. */
  readonly factors: readonly FactorState[];
  /** SHA-256 of the recovery codes that are left. */
  readonly recoveryHashes: readonly string[];
  /** Whether the customer's payments are stopped, since which event and when; absent: they never were (stop.ts). */
  readonly stop?: { readonly stopped: boolean; readonly number: number; readonly at: number };
  /** Nothing is authorised before it; absent: nothing made it wait. */
  readonly waitsUntil?: number;
  /** Number of the newest event that changed it. */
  readonly changed: number;
  /** Marks for eviction (engine/state.ts). */
  passedBy: number;
}

/** What a request came to: a refusal, which may have counted, or the next state. */
export interface Judged {
  readonly code: RefusalCode | '';
  /** The very state that was given where nothing changed. */
  readonly next: CustomerState;
}

/** Wrong codes in a row that lock a factor, for a time that doubles with each further lock. */
export const FAILURES_PER_LOCK = 5;
export const LOCK_SECONDS = 15 * 60;
const LOCK_SECONDS_MAX = 24 * 3600;
/** NIST SP 800-63B-4 §3.2.2: after so many in a row it takes no code any more; what remains is a recovery. */
export const FAILURES_MAX = 100;
/** Active ones of a customer. */
export const FACTORS_MAX = 5;
/** So many removed ones are still told; the log has them all. */
const REMOVED_MAX = 10;

const MICROS = 1_000_000;

export const newCustomer = (number: number, customer: string): CustomerState => ({
  id: number,
  customer,
  factors: [],
  recoveryHashes: [],
  changed: number,
  passedBy: number,
});

export const factorOf = ({ factors }: CustomerState, id: number): FactorState | undefined =>
  factors.find((factor) => factor.id === id);

export const activeOf = ({ factors }: CustomerState): FactorState[] =>
  factors.filter(({ status }) => status === 'active');

export const isLocked = ({ failures, lockedUntil }: FactorState, at: number): boolean =>
  failures >= FAILURES_MAX || at < (lockedUntil ?? 0);

export const isPending = ({ status, confirmBy }: FactorState, at: number): boolean =>
  status === 'pending' && at < confirmBy;

/** What vouches for an enrolment: a code of a factor, as it was verified outside, or a recovery code. */
export type Proof =
  | {
      readonly by: 'factor';
      readonly factor: number;
      readonly timeStep: number | null;
      readonly replace: boolean;
    }
  | { readonly by: 'recovery'; readonly recoveryHash: string };

export interface Enrolment {
  readonly label: string | null;
  readonly seedDigest: string;
  readonly confirmWithinSeconds: number;
  readonly proof: Proof | undefined;
}

/** A new factor that waits to be confirmed; one that waited already is removed. */
export function enrolled(state: CustomerState, asked: Enrolment, number: number, at: number): Judged {
  const { proof } = asked;
  const active = activeOf(state);
  if (!proof && active.length > 0) return { code: 'factor_proof_required', next: state };
  const adds = proof?.by === 'factor' && !proof.replace;
  if (adds && active.length >= FACTORS_MAX) return { code: 'too_many_factors', next: state };
  const proven = proof ? proofTaken(state, proof, number, at) : { code: '' as const, next: state };
  if (proven.code !== '') return proven;
  const factor: FactorState = {
    id: number,
    type: 'totp',
    label: asked.label,
    status: 'pending',
    seedDigest: asked.seedDigest,
    voucher: proof?.by ?? 'client',
    replaces: proof?.by === 'factor' && proof.replace ? proof.factor : null,
    since: at,
    confirmBy: at + asked.confirmWithinSeconds * MICROS,
    usableFrom: null,
    usedAt: null,
    timeStep: 0,
    failures: 0,
    lockedUntil: null,
  };
  const others = proven.next.factors.map((one) => (one.status === 'pending' ? removedFactor(one, at) : one));
  return { code: '', next: withFactors(proven.next, [...others, factor], number) };
}

function proofTaken(state: CustomerState, proof: Proof, number: number, at: number): Judged {
  if (proof.by === 'factor') return codeTaken(state, proof.factor, proof.timeStep, number, at);
  const { recoveryHashes } = state;
  if (!recoveryHashes.includes(proof.recoveryHash)) return { code: 'recovery_code_invalid', next: state };
  const left = recoveryHashes.filter((hash) => hash !== proof.recoveryHash);
  return { code: '', next: { ...state, recoveryHashes: left, changed: number } };
}

/** A code of an active factor: taken, or why not. A wrong one counts; a right one that was used before is no guess. */
export function codeTaken(
  state: CustomerState,
  id: number,
  timeStep: number | null,
  number: number,
  at: number,
): Judged {
  const factor = factorOf(state, id);
  if (factor?.status !== 'active') return { code: 'factor_not_active', next: state };
  return codeJudged(state, factor, timeStep, number, at);
}

/** A code of a factor that has waited long enough. */
export function waitedCodeTaken(
  state: CustomerState,
  id: number,
  timeStep: number | null,
  number: number,
  at: number,
): Judged {
  const factor = factorOf(state, id);
  if (factor?.status === 'active' && at < (factor.usableFrom ?? Number.POSITIVE_INFINITY))
    return { code: 'factor_waiting', next: state };
  return codeTaken(state, id, timeStep, number, at);
}

/** A code that authorises a transfer: of a factor that has waited, and of a customer who does not wait. */
export function authorized(
  state: CustomerState,
  id: number,
  timeStep: number | null,
  number: number,
  at: number,
): Judged {
  if (factorOf(state, id)?.status === 'active' && at < (state.waitsUntil ?? 0))
    return { code: 'authorization_waiting', next: state };
  return waitedCodeTaken(state, id, timeStep, number, at);
}

function codeJudged(
  state: CustomerState,
  factor: FactorState,
  timeStep: number | null,
  number: number,
  at: number,
): Judged {
  if (isLocked(factor, at)) return { code: 'factor_locked', next: state };
  if (timeStep === null)
    return { code: 'code_mismatch', next: withFactor(state, failedOnce(factor, at), number) };
  if (timeStep <= factor.timeStep) return { code: 'code_used', next: state };
  const taken = { ...factor, timeStep, usedAt: at, failures: 0, lockedUntil: null };
  return { code: '', next: withFactor(state, taken, number) };
}

function failedOnce(factor: FactorState, at: number): FactorState {
  const failures = factor.failures + 1;
  if (failures % FAILURES_PER_LOCK !== 0) return { ...factor, failures };
  const seconds = LOCK_SECONDS * 2 ** (failures / FAILURES_PER_LOCK - 1);
  return { ...factor, failures, lockedUntil: at + Math.min(seconds, LOCK_SECONDS_MAX) * MICROS };
}

export interface Confirmation {
  readonly factor: number;
  /** Of the first code of the new factor; null: it is none. */
  readonly timeStep: number | null;
  /** Put in force where no code is left, and behind a recovery. */
  readonly recoveryHashes: readonly string[];
  readonly waitSeconds: number;
}

/** Undefined where the customer has no such factor. */
export function confirmed(
  state: CustomerState,
  asked: Confirmation,
  number: number,
  at: number,
): (Judged & { readonly issuesCodes: boolean }) | undefined {
  const factor = factorOf(state, asked.factor);
  if (!factor) return undefined;
  const refused = (judged: Judged) => ({ ...judged, issuesCodes: false });
  if (!isPending(factor, at)) return refused({ code: 'factor_not_pending', next: state });
  // One waits at a time: whatever was confirmed since would have taken its place.
  assert(
    factor.voucher !== 'client' || activeOf(state).length === 0,
    'a factor on the word of the client is the first',
  );
  const judged = codeJudged(state, factor, asked.timeStep, number, at);
  if (judged.code !== '') return refused(judged);
  const issuesCodes = factor.voucher === 'recovery' || state.recoveryHashes.length === 0;
  const goes = ({ id, status }: FactorState): boolean =>
    status === 'active' && (factor.voucher === 'recovery' || id === factor.replaces);
  const factors = judged.next.factors.map((one): FactorState => {
    if (one.id !== factor.id) return goes(one) ? removedFactor(one, at) : one;
    return { ...one, status: 'active', since: at, usableFrom: at + asked.waitSeconds * MICROS };
  });
  const recoveryHashes = issuesCodes ? asked.recoveryHashes : state.recoveryHashes;
  return { code: '', next: { ...withFactors(judged.next, factors, number), recoveryHashes }, issuesCodes };
}

/** With a code of that very factor. The last one takes the recovery codes with it. Undefined where there is no such factor. */
export function removed(
  state: CustomerState,
  id: number,
  timeStep: number | null,
  number: number,
  at: number,
): Judged | undefined {
  const factor = factorOf(state, id);
  if (!factor) return undefined;
  const judged = codeTaken(state, id, timeStep, number, at);
  if (judged.code !== '') return judged;
  const factors = judged.next.factors.map((one) => (one.id === id ? removedFactor(one, at) : one));
  const next = withFactors(judged.next, factors, number);
  return { code: '', next: activeOf(next).length === 0 ? { ...next, recoveryHashes: [] } : next };
}

const removedFactor = (factor: FactorState, at: number): FactorState => ({
  ...factor,
  status: 'removed',
  since: at,
});

const withFactor = (state: CustomerState, factor: FactorState, number: number): CustomerState =>
  withFactors(
    state,
    state.factors.map((one) => (one.id === factor.id ? factor : one)),
    number,
  );

/** Forgets the oldest removed ones beyond those that are told. */
function withFactors(state: CustomerState, factors: readonly FactorState[], number: number): CustomerState {
  const gone = factors
    .filter(({ status }) => status === 'removed')
    .toSorted((a, b) => a.since - b.since || a.id - b.id);
  const forgotten = new Set(gone.slice(0, Math.max(0, gone.length - REMOVED_MAX)));
  return { ...state, factors: factors.filter((factor) => !forgotten.has(factor)), changed: number };
}
