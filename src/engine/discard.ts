/**
 * Why a posting session was discarded, and what follows for the items that it had in flight.
 *
 * `certain`: the failed append rolled back or was refused, and with it every later one in the pipeline (their link is
 * wrong now). Otherwise the outcome is unknown until a new session settles it.
 *   retry  the world, or another process was first: the same items go again
 *   full   no room left: the items are rejected, since nothing of them is stored
 *   bug    what was sent can never be stored, or the fold broke: tried again in ever smaller batches, then rejected
 *   halt   the stored log is not ours: an operator decides
 */

import { InvariantViolation } from '../kernel/assert.ts';
import { SessionFault } from './store.ts';

/** The fence refused, or a read found another head than the one folded on. */
export class Discard extends Error {
  override readonly name = 'Discard';
}

/** The log is not the one that this process acknowledged: nothing may be posted until an operator decides. */
export class Halt extends Error {
  override readonly name = 'Halt';
}

export interface Verdict {
  readonly kind: 'retry' | 'full' | 'bug' | 'halt';
  readonly certain: boolean;
  readonly cause: string;
  /** All in a day's work: another process was first, or a client came again with a key that it had used. */
  readonly ordinary?: true;
}

const DISK_FULL = '53100';
const UNIQUE_VIOLATION = '23505';
/** Connection, state of the transaction, rollback, rights, resources, locks, an operator, the system: never the statement's fault. */
const FAULT_OF_THE_WORLD = /^(08|25|40|42501|53|55|57|58)/;

/** `keysLookedUp`: whether the keys of the failed batch had been looked up at the head that it was folded on. */
export function classify(error: unknown, keysLookedUp: boolean): Verdict {
  if (error instanceof Halt) return { kind: 'halt', certain: true, cause: error.message };
  if (error instanceof Discard)
    return { kind: 'retry', certain: true, cause: `refused: ${error.message}`, ordinary: true };
  if (error instanceof SessionFault) return classifyFault(error, keysLookedUp);
  const cause = error instanceof InvariantViolation ? `invariant: ${error.message}` : `bug: ${String(error)}`;
  return { kind: 'bug', certain: true, cause };
}

function classifyFault(fault: SessionFault, keysLookedUp: boolean): Verdict {
  const { sqlstate, constraint } = fault;
  const cause = constraint === undefined ? fault.message : `${fault.message} ${constraint}`;
  if (fault.unknown) return { kind: 'retry', certain: false, cause };
  if (sqlstate === DISK_FULL) return { kind: 'full', certain: true, cause };
  if (sqlstate === undefined || FAULT_OF_THE_WORLD.test(sqlstate))
    return { kind: 'retry', certain: true, cause };
  if (sqlstate === UNIQUE_VIOLATION && constraint === 'event_key_is_used_once') {
    if (!keysLookedUp) return { kind: 'retry', certain: true, cause, ordinary: true };
    const why = 'a key is stored that the lookup at the same head did not find';
    return { kind: 'halt', certain: true, cause: why };
  }
  return { kind: 'bug', certain: true, cause };
}
