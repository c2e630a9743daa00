/**
 * Invariants of our own: a violation is a bug, never the caller's fault.
 *
 * Thrown as `InvariantViolation`, logged with its cause, answered 500, never retried.
 */

export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantViolation(what);
}

/** Unwraps a value that must be there by construction. */
export function defined<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new InvariantViolation(what);
  return value;
}
