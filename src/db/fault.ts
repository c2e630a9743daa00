/**
 * What the database did not do, in the few kinds that a caller can act on.
 *
 * Carries the SQLSTATE and the name of a broken constraint, never the server's message or detail: those repeat
 * values, and an error ends in a log.
 */

export type FaultKind = 'unavailable' | 'storage_full' | 'unknown_outcome' | 'timeout' | 'internal';

const MESSAGES: Record<FaultKind, string> = {
  unavailable: 'The database does not answer; nothing was done',
  storage_full: 'The database has no room left; nothing was done',
  unknown_outcome: 'The database gave no answer: it may or may not have done it',
  timeout: 'The database gave up after its time limit; nothing was done',
  internal: 'The database refused the statement',
};

export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly kind: FaultKind;
  readonly sqlstate: string | undefined;
  readonly constraint: string | undefined;
  constructor(kind: FaultKind, sqlstate?: string, constraint?: string) {
    super(`${MESSAGES[kind]}${sqlstate ? ` (${sqlstate}${constraint ? `, ${constraint}` : ''})` : ''}`);
    this.kind = kind;
    this.sqlstate = sqlstate;
    this.constraint = constraint;
  }
}

/** Never reached the server: nothing can have happened. */
const NOT_SENT = new Set([
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** SQLSTATE (PostgreSQL manual, appendix A), exact or by class. */
const KINDS: readonly (readonly [prefix: string, kind: FaultKind])[] = [
  ['53100', 'storage_full'],
  ['53', 'unavailable'],
  ['57014', 'timeout'],
  ['55P03', 'timeout'],
  ['40001', 'unavailable'],
  ['40P01', 'unavailable'],
  // The session was ended from outside, perhaps between the commit and its answer.
  ['57P01', 'unknown_outcome'],
  ['57P02', 'unknown_outcome'],
  ['57P05', 'unknown_outcome'],
  ['40003', 'unknown_outcome'],
  ['08', 'unknown_outcome'],
  ['57P', 'unavailable'],
  ['25006', 'unavailable'],
  // Granted to another serving role just now.
  ['42501', 'unavailable'],
  ['58030', 'unavailable'],
];

/** How a server turns a connection away: the statement was never taken. */
const TURNED_AWAY = /^(28|3D|53300|57P03)/;

/** Maps whatever a statement was rejected with. */
export function databaseFault(cause: unknown): DatabaseFault {
  if (cause instanceof DatabaseFault) return cause;
  const { code, severity, constraint_name } = (cause ?? {}) as Record<string, string | undefined>;
  if (code === undefined) return new DatabaseFault('internal');
  if (NOT_SENT.has(code)) return new DatabaseFault('unavailable', code);
  if (!/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return new DatabaseFault('unknown_outcome', code);
  // FATAL and PANIC end the session: only an ERROR says that the statement was rolled back.
  const ended = severity !== undefined && severity !== 'ERROR' && !TURNED_AWAY.test(code);
  const kind = ended ? 'unknown_outcome' : KINDS.find(([prefix]) => code.startsWith(prefix))?.[1];
  return new DatabaseFault(kind ?? 'internal', code, constraint_name);
}
