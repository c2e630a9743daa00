/**
 * Why a posting session was discarded, and what follows for the items that it had in flight.
 *
 * `certain`: the failed append rolled back or was refused, and with it every later one in the pipeline (their link is
 * wrong now). Otherwise the outcome is unknown until a new session settles it.
 */

import { InvariantViolation } from '../kernel/assert.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { SessionFault } from './store.ts';

/** The fence refused, or a read found another head than the one folded on. */
export class Discard extends Error {
  override readonly name = 'Discard';
}

/** The log is not the one that this process acknowledged: nothing may be posted until an operator decides. */
export class Halt extends Error {
  override readonly name = 'Halt';
}

export type Verdict = { readonly cause: string; readonly certain: boolean } & (
  | { readonly kind: 'retry' | 'halt' }
  | { readonly kind: 'fail'; readonly code: FailureCode }
);

const UNIQUE_VIOLATION = '23505';
/** Class 53: disk full, out of memory, too many connections. */
const isOutOfResources = (sqlstate: string | undefined): boolean => sqlstate?.startsWith('53') ?? false;

export function classify(error: unknown, keysLookedUp: boolean): Verdict {
  if (error instanceof Halt) return { kind: 'halt', cause: error.message, certain: true };
  if (error instanceof Discard) return { kind: 'retry', cause: `refused: ${error.message}`, certain: true };
  if (error instanceof SessionFault) {
    const { sqlstate, message, constraint } = error;
    const cause = sqlstate === undefined ? message : `${sqlstate} ${message}`;
    if (error.unknown) return { kind: 'retry', cause, certain: false };
    if (isOutOfResources(sqlstate)) return { kind: 'fail', code: 'storage_full', cause, certain: true };
    if (sqlstate === UNIQUE_VIOLATION && constraint === 'event_key_is_used_once' && keysLookedUp) {
      return {
        kind: 'halt',
        cause: 'a key is stored that the lookup at the same head did not find',
        certain: true,
      };
    }
    return { kind: 'retry', cause, certain: true };
  }
  const cause = error instanceof InvariantViolation ? `invariant: ${error.message}` : `bug: ${String(error)}`;
  return { kind: 'retry', cause, certain: true };
}
