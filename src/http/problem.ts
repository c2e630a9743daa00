/**
 * The one map from what went wrong to RFC 9457. Nothing else in `http/` builds an error answer.
 *
 * A failure keeps its code; a database that does not answer is 503 and may be retried; everything else is our bug:
 * 500 without any detail, and the cause goes to the log alone.
 */
import { DatabaseFault } from '../db/fault.ts';
import { failureProblem } from '../engine/problem.ts';
import { FRESH_SECONDS } from '../identity/operator-change.ts';
import { FAILURES, type FailureCode, FailureError } from '../kernel/failure.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export interface Problem {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Set when somebody on our side has to look at it. */
  readonly cause?: unknown;
}

/** Seconds after which a retry is worth the while. */
const RETRY_AFTER_SECONDS: Partial<Record<FailureCode, number>> = {
  overloaded: 1,
  outcome_unknown: 1,
  shutting_down: 1,
  database_unavailable: 2,
  storage_full: 30,
  ledger_halted: 30,
};

export function problemOf(error: unknown, requestId: string): Problem {
  const failure = failureOf(error);
  const { code } = failure;
  return {
    status: FAILURES[code].status,
    body: failureProblem(failure, requestId),
    headers: headersOf(code),
    ...(failure !== error || code === 'internal' ? { cause: error } : {}),
  };
}

function failureOf(error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  if (!(error instanceof DatabaseFault) || error.kind === 'internal') return new FailureError('internal');
  return new FailureError(error.kind === 'storage_full' ? 'storage_full' : 'database_unavailable');
}

function headersOf(code: FailureCode): Record<string, string> {
  const seconds = RETRY_AFTER_SECONDS[code];
  if (seconds !== undefined) return { 'Retry-After': String(seconds) };
  // RFC 6750 §3.
  if (code === 'unauthenticated' || code === 'sign_in_failed' || code === 'invitation_invalid')
    return { 'WWW-Authenticate': 'Bearer realm="bahi"' };
  // RFC 9470 §3.
  if (code === 'reauthentication_required')
    return {
      'WWW-Authenticate': `Bearer realm="bahi", error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="${FRESH_SECONDS}"`,
    };
  if (code === 'forbidden') return { 'WWW-Authenticate': 'Bearer realm="bahi", error="insufficient_scope"' };
  // The rest of the body is not read.
  if (code === 'body_too_large') return { Connection: 'close' };
  return {};
}
