/**
 * The stage: one PostgreSQL for a run, embedded or one's own, and fresh databases on it.
 *
 * A database is seeded once for each number of accounts and then cloned, so every workload begins on the same rows.
 * Nothing is written into a database that was there before: with a server of one's own, the owner's role needs
 * CREATEDB, and what the run made is dropped at its end.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../src/config.ts';
import { connect, type Sql } from '../src/db/connect.ts';
import { openCluster } from '../src/db/embedded.ts';
import type { DatabaseOptions } from '../src/db/postgres-url.ts';
import { createKey } from '../src/engine/keys/create-key.ts';
import { verifyLedger } from '../src/engine/verify/verify-ledger.ts';
import { SCOPES } from '../src/identity/api-key.ts';
import { assert, defined } from '../src/kernel/assert.ts';
import { withEngine } from './engine/open.ts';
import { BENCH_ACTOR, createBenchLedger, openAccounts } from './seed.ts';
import type { BenchLedger, Stage } from './workload.ts';

export interface StageOptions {
  /** Uses the server that DATABASE_URL and DATABASE_OWNER_URL name. */
  readonly ownServer: boolean;
  /** Settings of the embedded server on top of the product's own. */
  readonly settings: Readonly<Record<string, string>>;
  readonly note: (text: string) => void;
}

export interface OpenStage extends Stage {
  /** Settings of the server that bear on the figures. */
  settings(): Promise<Record<string, string>>;
  /** Verifies every ledger taken since the last call, and drops it. Fails when one is not sound. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface Server {
  /** May create databases. */
  readonly admin: DatabaseOptions;
  readonly owner: DatabaseOptions;
  readonly serve: DatabaseOptions;
  release(): Promise<void>;
}

interface Template {
  readonly database: string;
  readonly ledgerId: number;
}

const SETTINGS =
  `server_version shared_buffers max_wal_size checkpoint_timeout fsync full_page_writes synchronous_commit
  wal_compression wal_sync_method autovacuum jit max_connections`.split(/\s+/);

export async function openStage({ ownServer, settings, note }: StageOptions): Promise<OpenStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bahi-bench-'));
  await chmod(dataDir, 0o711);
  const server = ownServer ? ownServerOf() : await embeddedServer(dataDir, settings);
  const admin = connect(server.admin, { max: 1, applicationName: 'bahi bench', statementTimeoutMs: 0 });
  const masterKey = randomBytes(32);
  const prefix = `bahi_bench_${randomBytes(4).toString('hex')}`;
  const templates = new Map<number, Promise<Template>>();
  const databases = new Set<string>();
  let taken: BenchLedger[] = [];

  const optionsOf = (database: string) => ({
    owner: { ...server.owner, database },
    serve: { ...server.serve, database },
  });
  const configOf = (database: string): Config => {
    const { owner, serve } = optionsOf(database);
    return { ...EMPTY_CONFIG, dataDir, database: serve, ownerDatabase: owner, masterKey };
  };
  const create = async (database: string, template: string): Promise<void> => {
    databases.add(database);
    await admin`create database ${admin(database)} template ${admin(template)} strategy file_copy owner ${admin(server.owner.user)}`;
    await admin`revoke all on database ${admin(database)} from public`;
    await admin`grant connect on database ${admin(database)} to ${admin(server.serve.user)}`;
  };
  const drop = async (database: string): Promise<void> => {
    await admin`drop database if exists ${admin(database)} with (force)`;
    databases.delete(database);
  };
  const makeTemplate = async (accounts: number): Promise<Template> => {
    note(`seeding ${accounts.toLocaleString('en-US')} accounts`);
    const database = `${prefix}_seed_${accounts}`;
    await create(database, 'template0');
    const config = configOf(database);
    const ledgerId = await createBenchLedger(config, 'bench');
    await withEngine(config, ({ engine }) => openAccounts(engine, ledgerId, 0, accounts));
    await withSql(optionsOf(database).owner, (sql) => sql`vacuum (analyze)`);
    return { database, ledgerId };
  };
  const templateOf = (accounts: number): Promise<Template> => {
    const made = templates.get(accounts) ?? makeTemplate(accounts);
    templates.set(accounts, made);
    return made;
  };
  const verify = (ledger: BenchLedger): Promise<void> =>
    withEngine(configOf(ledger.serve.database), async ({ sql, linkKey }) => {
      const report = await verifyLedger({ sql, linkKey, ledgerId: ledger.ledgerId });
      const problems = report.problems.map(({ check, detail }) => `${check}: ${detail}`).join('; ');
      assert(report.problemCount === 0, `the ledger is sound after the load (${problems})`);
    });

  return {
    dataDir,
    async freshLedger({ accounts }) {
      const template = await templateOf(accounts);
      const database = `${prefix}_${randomBytes(4).toString('hex')}`;
      await create(database, template.database);
      const ledger: BenchLedger = {
        name: 'bench',
        ledgerId: template.ledgerId,
        accounts,
        ...optionsOf(database),
        environment: {
          PATH: process.env['PATH'] ?? '',
          NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '',
          DATABASE_URL: urlOf(optionsOf(database).serve),
          BAHI_MASTER_KEY: masterKey.toString('hex'),
          LOG_LEVEL: 'warn',
        },
      };
      taken.push(ledger);
      return ledger;
    },
    apiKey: (ledger) =>
      withEngine(configOf(ledger.serve.database), async ({ engine }) => {
        const { body } = await createKey.run(engine, {
          actor: BENCH_ACTOR,
          ledgerId: ledger.ledgerId,
          requestId: 'req_bench',
          idempotencyKey: randomBytes(16).toString('hex'),
          input: { client: 'bench', scopes: SCOPES.filter((scope) => scope !== 'ledgers:read') },
        });
        return String(body['token']);
      }),
    settings: async () => {
      const rows = await admin<{ name: string; value: string }[]>`
        select name, current_setting(name) as value from pg_settings where name = any (${SETTINGS})`;
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    },
    async settle() {
      const ledgers = taken;
      taken = [];
      for (const ledger of ledgers) {
        await verify(ledger);
        await drop(ledger.serve.database);
      }
    },
    async close() {
      for (const database of databases) await drop(database);
      await admin.end({ timeout: 5 });
      await server.release();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const EMPTY_CONFIG = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'warn',
  tls: undefined,
  trustedProxies: undefined,
} as const;

async function embeddedServer(dataDir: string, settings: Readonly<Record<string, string>>): Promise<Server> {
  const cluster = await openCluster({ dataDir, settings: { max_connections: '200', ...settings } });
  return {
    admin: cluster.adminOptions,
    owner: cluster.ownerOptions,
    serve: cluster.serveOptions,
    release: () => cluster.release(),
  };
}

function ownServerOf(): Server {
  const config = loadConfig();
  if (!config.ok) throw new Error(config.error);
  const owner = defined(config.value.ownerDatabase, 'DATABASE_OWNER_URL names the role that makes databases');
  const serve = defined(config.value.database, 'DATABASE_URL names the role that serves');
  return { admin: owner, owner, serve, release: async () => {} };
}

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

function urlOf({ host, port, user, password, database, tls }: DatabaseOptions): string {
  const part = encodeURIComponent;
  const at = host.startsWith('/')
    ? `localhost:${port}`
    : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const query = host.startsWith('/') ? `?host=${part(host)}` : tls ? '?sslmode=verify-full' : '';
  return `postgres://${part(user)}:${part(password)}@${at}/${part(database)}${query}`;
}
