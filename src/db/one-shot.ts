/**
 * One socket, one backend, never reconnected, never reused after any failure: the ground under a posting session.
 *
 * The driver may silently move queued calls to a new connection after a drop, reject a call with an old session's
 * error, or never settle it. So the socket factory works once, every call has its own deadline, and the first
 * irregularity (error of the socket, deadline, empty answer, warning) kills the connection with all that is queued in it.
 * Whether a call failed for certain or its outcome is unknown is said by `SessionFault.unknown`.
 */
import { connect as dial, type Socket } from 'node:net';
import type postgres from 'postgres';
import { connect, type Sql } from './connect.ts';
import type { DatabaseOptions } from './postgres-url.ts';

/** Like DatabaseFault, it carries no message of the server: those repeat values, and an error ends in a log. */
export class SessionFault extends Error {
  override readonly name = 'SessionFault';
  /** True when the statement may yet commit or have committed. */
  readonly unknown: boolean;
  readonly sqlstate: string | undefined;
  readonly constraint: string | undefined;
  constructor(message: string, unknown: boolean, sqlstate?: string, constraint?: string) {
    super(message);
    this.unknown = unknown;
    this.sqlstate = sqlstate;
    this.constraint = constraint;
  }
}

const STATEMENT_TIMEOUT_MS = 2000;
const CONNECT_TIMEOUT_MS = 3000;
const KEEP_ALIVE_MS = 5000;
/** The driver holds a statement back while more than this is unsent; an append is about a megabyte, and two are in flight. */
const WRITE_BYTES_MAX = 16 * 2 ** 20;

/** A statement whose client is gone must not go on waiting for a lock; the server refuses the setting on Windows. */
const CHECK_CONNECTION = process.platform === 'win32' ? {} : { client_connection_check_interval: 200 };

export class OneShotConnection {
  readonly #sql: Sql;
  /** Ends the calls that wait for an answer. */
  readonly #pending = new Set<(fault: SessionFault) => void>();
  #socket: Socket | undefined;
  #answered = false;
  /** Why the connection is dead; undefined while it lives. */
  dead: string | undefined;

  constructor(database: DatabaseOptions, applicationName: string) {
    this.#sql = connect(database, {
      max: 1,
      applicationName,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      lifetimeSeconds: null,
      onNotice: (notice) => this.#onNotice(notice),
      onClose: () => this.destroy('closed'),
      socket: () => this.#dial(database),
      settings: {
        default_transaction_isolation: 'read committed',
        plan_cache_mode: 'force_generic_plan',
        tcp_user_timeout: 5000,
        ...CHECK_CONNECTION,
      },
    });
  }

  #dial({ host, port }: DatabaseOptions): Promise<Socket> {
    return new Promise((resolve, reject) => {
      if (this.#socket) return reject(new SessionFault('a posting session does not reconnect', true));
      const where = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { port, host };
      const options = { ...where, writableHighWaterMark: WRITE_BYTES_MAX };
      const socket = dial(options);
      this.#socket = socket;
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      socket.once('connect', () => resolve(socket));
      socket.once('error', (error) => {
        reject(error);
        this.destroy('socket');
      });
      socket.once('close', () => {
        reject(new SessionFault('closed', true));
        this.destroy('closed');
      });
      // Destroyed before the driver dialled.
      if (this.dead !== undefined) socket.destroy();
    });
  }

  /** "canceling wait for synchronous replication": committed here, perhaps nowhere else. Warnings at connecting are others. */
  #onNotice(notice: postgres.Notice): void {
    const warning = notice['severity'] === 'WARNING' || notice['code'] === '01000';
    if (warning && this.#answered) this.destroy('warning');
  }

  /**
   * Resolves when nothing that was sent waits in this process any more, or the connection is dead. The system takes
   * about 200 kB at a time; a process that computes instead of writing leaves the database without the rest.
   */
  flushed(): Promise<void> {
    const socket = this.#socket;
    if (!socket || this.dead !== undefined || socket.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => socket.write('', () => resolve()));
  }

  /** One statement with its own deadline, milliseconds. Fails with SessionFault only. */
  run<T>(query: (sql: Sql) => PromiseLike<readonly { r: T }[]>, deadlineMs: number): Promise<T> {
    if (this.dead !== undefined) return Promise.reject(new SessionFault(`session ${this.dead}`, false));
    // No Promise.race: a promise that lives as long as the session would keep every call that ever raced it, and an
    // answer that came together with the end of the session would lose.
    return new Promise((resolve, reject) => {
      const fail = (fault: SessionFault): void => {
        if (this.#end(fail, timer)) reject(fault);
        if (fault.unknown) this.destroy(fault.message);
      };
      const timer = setTimeout(() => fail(new SessionFault('deadline', true)), deadlineMs);
      this.#pending.add(fail);
      query(this.#sql).then(
        ([row]) => {
          if (!row) return fail(new SessionFault('empty answer', true));
          this.#answered = true;
          if (this.#end(fail, timer)) resolve(row.r);
        },
        (error: unknown) => fail(asSessionFault(error)),
      );
    });
  }

  /** True for the first end of a call, which counts. */
  #end(call: (fault: SessionFault) => void, timer: NodeJS.Timeout): boolean {
    clearTimeout(timer);
    return this.#pending.delete(call);
  }

  destroy(why: string): void {
    if (this.dead !== undefined) return;
    this.dead = why;
    this.#socket?.destroy();
    // After what has arrived already: the driver settles an answer and the end of its session in one go.
    setImmediate(() => {
      for (const fail of this.#pending) fail(new SessionFault(`session ${why}`, true));
      this.#sql.end({ timeout: 0 }).catch(() => {});
    });
  }
}

/** An ERROR came as the answer to our statement and rolled it back; everything else leaves the outcome open. */
function asSessionFault(error: unknown): SessionFault {
  if (error instanceof SessionFault) return error;
  const { severity, code, constraint_name } = (error ?? {}) as Record<string, string | undefined>;
  return new SessionFault(code ?? 'connection failed', severity !== 'ERROR', code, constraint_name);
}
