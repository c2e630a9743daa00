/**
 * Pools of connections, and the one way to make a call through them.
 *
 * postgres.js reads PG* variables for whatever it is not told, turns timestamps into milliseconds, and has calls
 * that never settle or come back empty after a lost connection: so everything is told, times stay text, and every
 * call has a deadline of its own and counts no rows as no answer. A call is one statement and so one transaction.
 */
import { isIP, type Socket } from 'node:net';
import postgres from 'postgres';
import { DatabaseFault, databaseFault } from './fault.ts';
import type { DatabaseOptions } from './postgres-url.ts';

/** bigint, numeric, date and timestamps arrive as text (UTC, ISO); int4 and float8 as numbers; bytea as Buffer; json parsed; arrays as PostgreSQL writes them. */
export type Sql = postgres.Sql;

export interface PoolOptions {
  readonly max: number;
  /** Shows in pg_stat_activity. */
  readonly applicationName: string;
  /** The server ends a statement after this long; 0: never. */
  readonly statementTimeoutMs: number;
  /** How long a statement may wait for a lock; 0: for ever. */
  readonly lockTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Seconds after which a connection is replaced; null: never, for a session that holds something. */
  readonly lifetimeSeconds?: number | null;
  /** Statements on their way on one connection at once. */
  readonly pipelineMax?: number;
  /** Some connection of the pool was lost or ended. */
  readonly onClose?: () => void;
  /** Notices and warnings of the server; without it they are dropped. */
  readonly onNotice?: (notice: postgres.Notice) => void;
  /** A connected socket, in place of the driver's own; TLS is still spoken over it. */
  readonly socket?: () => Promise<Socket>;
  /**
   * Sessions of the pool are reserved. postgres.js gives none before a new connection has asked for the array types, and
   * leaves that question unheard: a server lost at that moment ends the process by an unhandled rejection. So pools that
   * need not ask do not; it spares them a round trip, too.
   */
  readonly reserves?: boolean;
  /** More settings of the server for the session. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const timesAsText = {
  to: 1184,
  from: [1082, 1083, 1114, 1184, 1266],
  serialize: (value: unknown) => (value instanceof Date ? value.toISOString() : String(value)),
  parse: (text: string) => text,
};

/** Who and where, in the words of postgres.js: for a session that brings a socket of its own. */
function driverOptions({ tls, ...database }: DatabaseOptions) {
  const { host } = database;
  // A verified name: without host, tls.connect would compare the certificate of an address with "localhost".
  const verified = { ...tls, host, ...(isIP(host) === 0 && { servername: host }), rejectUnauthorized: true };
  return { ...database, ssl: tls === undefined ? (false as const) : verified };
}

/** Connects when first used. End it with `sql.end({ timeout: seconds })`. */
export function connect(database: DatabaseOptions, options: PoolOptions): Sql {
  const { host } = database;
  const sql = postgres({
    ...driverOptions(database),
    // Arrays, and an explicit path: postgres.js splits a host at commas and colons.
    host: [host],
    port: [database.port],
    ...(host.startsWith('/') && { path: `${host}/.s.PGSQL.${database.port}` }),
    sslnegotiation: null,
    max: options.max,
    connect_timeout: (options.connectTimeoutMs ?? 5_000) / 1000,
    idle_timeout: null,
    max_lifetime: options.lifetimeSeconds === undefined ? 3_600 : options.lifetimeSeconds,
    max_pipeline: options.pipelineMax ?? 100,
    keep_alive: 30,
    backoff: (retries: number) => Math.min(0.01 * 2 ** retries, 1),
    prepare: true,
    debug: false,
    fetch_types: options.reserves ?? false,
    publications: 'alltables',
    types: { date: timesAsText },
    onnotice: options.onNotice ?? (() => {}),
    ...(options.onClose && { onclose: options.onClose }),
    ...(options.socket && { socket: options.socket }),
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs,
      lock_timeout: options.lockTimeoutMs ?? 0,
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      ...options.settings,
    },
  } as unknown as postgres.Options<Record<string, never>>);
  return sql as Sql;
}

/**
 * A read that lost its connection is made once more, and then a last time: after a session that ended with a FATAL
 * error, postgres.js rejects the first statement on the new connection with the old session's error.
 */
const READ_ATTEMPTS_MAX = 3;

export interface CallOptions {
  /** No answer within this time is `unknown_outcome` for a write and `timeout` for a read. Longer than the statement timeout. */
  readonly deadlineMs: number;
  /** A read changes nothing, so a lost connection is tried again: the only retry there is. */
  readonly read?: boolean;
  /** A call that may truthfully return no rows; otherwise none is a lost answer. */
  readonly mayBeEmpty?: boolean;
}

/** One function call. Fails with DatabaseFault only. `run` starts the statement: `() => sql\`select … from f(…)\``. */
export async function call<T extends readonly unknown[]>(
  run: () => PromiseLike<T>,
  options: CallOptions,
): Promise<T> {
  const end = performance.now() + options.deadlineMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(run, end - performance.now(), options.mayBeEmpty ?? false);
    } catch (cause) {
      const fault = databaseFault(cause);
      if (!options.read) throw fault;
      const lost = fault.kind === 'unknown_outcome' && fault.sqlstate !== undefined;
      if (!lost || attempt === READ_ATTEMPTS_MAX || performance.now() >= end)
        throw fault.kind === 'unknown_outcome'
          ? new DatabaseFault(fault.sqlstate === undefined ? 'timeout' : 'unavailable', fault.sqlstate)
          : fault;
    }
  }
}

async function once<T extends readonly unknown[]>(
  run: () => PromiseLike<T>,
  limitMs: number,
  mayBeEmpty: boolean,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseFault('unknown_outcome')), limitMs);
  });
  try {
    const rows = await Promise.race([run(), deadline]);
    if (rows.length === 0 && !mayBeEmpty) throw new DatabaseFault('unknown_outcome', 'NO_ROWS');
    return rows;
  } finally {
    clearTimeout(timer);
  }
}
