/**
 * One socket, one backend, never reconnected, never reused after any failure: the ground under a posting session.
 *
 * The driver may silently move queued calls to a new connection after a drop, reject a call with an old session's
 * error, or never settle it. So the socket factory works once, every call has its own deadline, and the first
 * irregularity (error of the socket, deadline, empty answer, warning) kills the connection with all that is queued in it.
 * Whether a call failed for certain or its outcome is unknown is said by `SessionFault.unknown`.
 */
import net from 'node:net';
import postgres from 'postgres';

export type SessionOptions = postgres.Options<Record<string, never>> & {
  readonly host: string;
  readonly port: number;
};

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

export class OneShotConnection {
  readonly #sql: postgres.Sql;
  readonly #died: Promise<never>;
  #reject: (fault: SessionFault) => void = () => {};
  #socket: net.Socket | undefined;
  #used = false;
  /** Why the connection is dead; undefined while it lives. */
  dead: string | undefined;

  constructor(options: SessionOptions, applicationName: string) {
    this.#died = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#died.catch(() => {});
    this.#sql = postgres({
      ...options,
      max: 1,
      max_lifetime: null,
      idle_timeout: 0,
      connect_timeout: 3,
      fetch_types: false,
      backoff: () => 0,
      onnotice: (notice) => {
        // "canceling wait for synchronous replication": committed here, perhaps nowhere else.
        if (notice['severity'] === 'WARNING' || notice['code'] === '01000') this.destroy('warning');
      },
      onclose: () => this.destroy('closed'),
      // The types of the driver lack the factory that its connection calls.
      ...({ socket: () => this.#connect(options) } as object),
      connection: {
        application_name: applicationName,
        default_transaction_isolation: 'read committed',
        plan_cache_mode: 'force_generic_plan',
        statement_timeout: STATEMENT_TIMEOUT_MS,
        client_connection_check_interval: 200,
        tcp_user_timeout: 5000,
      },
    });
  }

  #connect(options: SessionOptions): Promise<net.Socket> {
    return new Promise((resolve, reject) => {
      if (this.#used) return reject(new SessionFault('a posting session does not reconnect', true));
      this.#used = true;
      const socket = options.host.startsWith('/')
        ? net.connect(`${options.host}/.s.PGSQL.${options.port}`)
        : net.connect(options.port, options.host);
      this.#socket = socket;
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 5000);
      socket.once('connect', () => resolve(socket));
      socket.once('error', (error) => {
        reject(error);
        this.destroy('socket');
      });
      socket.once('close', () => this.destroy('closed'));
    });
  }

  /** One statement with its own deadline, milliseconds. Fails with SessionFault only. */
  async run<T>(
    query: (sql: postgres.Sql) => PromiseLike<readonly { r: T }[]>,
    deadlineMs: number,
  ): Promise<T> {
    if (this.dead !== undefined) throw new SessionFault(`session ${this.dead}`, false);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new SessionFault('deadline', true));
        this.destroy('deadline');
      }, deadlineMs);
    });
    deadline.catch(() => {});
    try {
      const rows = await Promise.race([Promise.resolve(query(this.#sql)), deadline, this.#died]);
      const row = rows[0];
      if (!row) throw new SessionFault('empty answer', true);
      return row.r;
    } catch (error) {
      const fault = asSessionFault(error);
      if (fault.unknown) this.destroy(fault.message);
      throw fault;
    } finally {
      clearTimeout(timer);
    }
  }

  destroy(why: string): void {
    if (this.dead !== undefined) return;
    this.dead = why;
    this.#reject(new SessionFault(`session ${why}`, true));
    this.#socket?.destroy();
    setImmediate(() => this.#sql.end({ timeout: 0 }).catch(() => {}));
  }
}

/** An ERROR came as the answer to our statement and rolled it back; everything else leaves the outcome open. */
function asSessionFault(error: unknown): SessionFault {
  if (error instanceof SessionFault) return error;
  const { severity, severity_local, code, message, constraint_name } = error as Record<
    string,
    string | undefined
  >;
  const definite = (severity ?? severity_local) === 'ERROR';
  return new SessionFault(message ?? 'connection failed', !definite, code, constraint_name);
}
