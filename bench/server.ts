/** The PostgreSQL of a run: embedded, or one's own behind DATABASE_URL and DATABASE_OWNER_URL. */
import { loadConfig } from '../src/config.ts';
import { connect, type Sql } from '../src/db/connect.ts';
import { openCluster } from '../src/db/embedded.ts';
import type { DatabaseOptions } from '../src/db/postgres-url.ts';
import { defined } from '../src/kernel/assert.ts';

export interface Server {
  /** May create databases. */
  readonly admin: DatabaseOptions;
  readonly owner: DatabaseOptions;
  readonly serve: DatabaseOptions;
  /** DATABASE_URL for another database on it. */
  urlOf(database: string): string;
  release(): Promise<void>;
}

/** Room for the baselines and for servers beside each other. */
const CONNECTIONS = '200';

export async function embeddedServer(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Server> {
  const cluster = await openCluster({ dataDir, settings: { max_connections: CONNECTIONS, ...settings } });
  const { host, port, user, password } = cluster.serveOptions;
  const at = host.startsWith('/') ? `localhost:${port}` : `${host}:${port}`;
  const query = host.startsWith('/') ? `?host=${encodeURIComponent(host)}` : '';
  return {
    admin: cluster.adminOptions,
    owner: cluster.ownerOptions,
    serve: cluster.serveOptions,
    urlOf: (database) => `postgres://${user}:${encodeURIComponent(password)}@${at}/${database}${query}`,
    release: () => cluster.release(),
  };
}

/** Fails with an Error for the caller when a variable is missing or wrong. */
export function ownServer(): Server {
  const config = loadConfig();
  if (!config.ok) throw new Error(config.error);
  const { database: serve, ownerDatabase: owner } = config.value;
  if (serve === undefined || owner === undefined)
    throw new Error('--database needs DATABASE_URL and DATABASE_OWNER_URL, whose role may create databases');
  const url = defined(process.env['DATABASE_URL'], 'the configuration was read from it');
  return {
    admin: owner,
    owner,
    serve,
    urlOf: (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href,
    release: async () => {},
  };
}

/** A pool of one connection for the time of `run`. */
export async function withSql<T>(
  database: DatabaseOptions,
  run: (sql: Sql) => Promise<T> | PromiseLike<T>,
): Promise<T> {
  const sql = connect(database, { max: 1, applicationName: 'bahi bench', statementTimeoutMs: 0 });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
