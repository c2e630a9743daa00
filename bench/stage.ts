/**
 * The stage: one PostgreSQL for a run, embedded or one's own, and fresh databases on it.
 *
 * A database is seeded once for each number of accounts and then cloned, so every workload begins on the same rows.
 * Nothing is written into a database that was there before: with a server of one's own, the owner's role needs
 * CREATEDB, and what the run made is dropped at its end. A data directory that is kept keeps its seeds.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Config } from '../src/config.ts';
import { connect } from '../src/db/connect.ts';
import { createKey } from '../src/engine/keys/create-key.ts';
import { verifyLedger } from '../src/engine/verify/verify-ledger.ts';
import type { Scope } from '../src/identity/api-key.ts';
import { SIGN_IN_RATE } from '../src/identity/rate.ts';
import { assert, defined } from '../src/kernel/assert.ts';
import { masterKey as masterKeyOf } from '../src/platform/master-key.ts';
import { withEngine } from './engine/open.ts';
import { BENCH_ACTOR, createBenchLedger, openAccounts } from './seed.ts';
import { embeddedServer, ownServer, withSql } from './server.ts';
import type { BenchLedger, Stage } from './workload.ts';

export interface StageOptions {
  /** Uses the server that DATABASE_URL and DATABASE_OWNER_URL name. */
  readonly ownServer: boolean;
  /** Settings of the embedded server on top of the product's own. */
  readonly settings: Readonly<Record<string, string>>;
  /** Kept, with what was seeded; undefined: a new one that goes with the run. */
  readonly dataDir: string | undefined;
  readonly note: (text: string) => void;
}

export interface OpenStage extends Stage {
  /** Settings of the server that bear on the figures. */
  settings(): Promise<Record<string, string>>;
  /** Drops every ledger taken since the last call, verified before where asked. Fails when one is not sound. */
  settle(options: { readonly verify: boolean }): Promise<void>;
  close(): Promise<void>;
}

interface Seed {
  readonly database: string;
  readonly ledgerId: number;
}

const LEDGER = 'bench';
const BENCH_SCOPES: readonly Scope[] = [
  'accounts:read',
  'accounts:write',
  'accounts:unrestricted',
  'transfers:read',
  'transfers:write',
  'transfers:unrestricted',
];
const SETTINGS =
  `server_version shared_buffers max_wal_size checkpoint_timeout fsync full_page_writes synchronous_commit
  wal_compression wal_sync_method autovacuum jit max_connections`.split(/\s+/);

export async function openStage(options: StageOptions): Promise<OpenStage> {
  const { note } = options;
  const kept = options.dataDir !== undefined;
  const dataDir = options.dataDir ? resolve(options.dataDir) : await mkdtemp(join(tmpdir(), 'bahi-bench-'));
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, 0o711);
  const server = options.ownServer ? ownServer() : await embeddedServer(dataDir, options.settings);
  const admin = connect(server.admin, { max: 1, applicationName: 'bahi bench', statementTimeoutMs: 0 });
  const masterKey = await masterKeyOf({ dataDir, masterKey: undefined });
  const prefix = `bahi_bench_${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`;
  const seeds = new Map<number, Promise<Seed>>();
  let taken: BenchLedger[] = [];

  const optionsOf = (database: string) => ({
    owner: { ...server.owner, database },
    serve: { ...server.serve, database },
  });
  /** All databases are copies of one installation: each has a directory of its own, which goes with it. */
  const checkpointsOf = (database: string): string => join(dataDir, 'checkpoints', database);
  const configOf = (database: string): Config => {
    const { owner, serve } = optionsOf(database);
    return {
      ...NO_LISTENER,
      dataDir,
      checkpointDir: checkpointsOf(database),
      checkpointLagSeconds: 60,
      database: serve,
      ownerDatabase: owner,
      masterKey,
    };
  };
  const create = async (database: string, template: string): Promise<void> => {
    await admin`create database ${admin(database)} template ${admin(template)} strategy file_copy owner ${admin(server.owner.user)}`;
    await admin`revoke all on database ${admin(database)} from public`;
    await admin`grant connect on database ${admin(database)} to ${admin(server.serve.user)}`;
  };
  const drop = async (database: string): Promise<void> => {
    await admin`drop database if exists ${admin(database)} with (force)`;
    await rm(checkpointsOf(database), { recursive: true, force: true });
  };
  const databases = async (): Promise<string[]> => {
    const rows = await admin<{ name: string }[]>`
      select datname::text as name from pg_database where starts_with(datname, ${prefix})`;
    return rows.map(({ name }) => name);
  };
  const dropAll = async (isDropped: (name: string) => boolean): Promise<void> => {
    for (const name of (await databases()).filter(isDropped)) await drop(name);
  };

  const seed = async (accounts: number): Promise<Seed> => {
    const database = `${prefix}_seed_${accounts}`;
    if ((await databases()).includes(database)) {
      const ledgerId = await seededLedger(configOf(database));
      if (ledgerId !== undefined) return { database, ledgerId };
      await drop(database);
    }
    note(`seeding ${accounts.toLocaleString('en-US')} accounts`);
    const draft = `${prefix}_draft`;
    await drop(draft);
    await create(draft, 'template0');
    const config = configOf(draft);
    const ledgerId = await createBenchLedger(config, LEDGER);
    await withEngine(config, ({ engine }) => openAccounts(engine, ledgerId, 0, accounts));
    await withSql(optionsOf(draft).owner, (sql) => sql`vacuum (analyze)`);
    await admin`alter database ${admin(draft)} rename to ${admin(database)}`;
    return { database, ledgerId };
  };
  const seedOf = (accounts: number): Promise<Seed> => {
    const made = seeds.get(accounts) ?? seed(accounts);
    seeds.set(accounts, made);
    return made;
  };

  const ledgerOn = (database: string, ledgerId: number, accounts: number): BenchLedger => ({
    name: LEDGER,
    ledgerId,
    accounts,
    ...optionsOf(database),
    environment: {
      PATH: process.env['PATH'] ?? '',
      NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '',
      NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
      DATABASE_URL: server.urlOf(database),
      BAHI_MASTER_KEY: masterKey.toString('hex'),
      BAHI_DATA_DIR: dataDir,
      BAHI_CHECKPOINT_DIR: checkpointsOf(database),
      LOG_LEVEL: 'warn',
    },
  });
  // Without the owner: there is nothing to migrate.
  const verify = ({ serve, ledgerId }: BenchLedger): Promise<void> =>
    requireSound({ ...configOf(serve.database), ownerDatabase: undefined }, ledgerId);

  await dropAll((name) => !isKept(name));
  return {
    dataDir,
    async freshLedger({ accounts }) {
      const { database: template, ledgerId } = await seedOf(accounts);
      const database = `${prefix}_run_${randomBytes(4).toString('hex')}`;
      await create(database, template);
      const ledger = ledgerOn(database, ledgerId, accounts);
      taken.push(ledger);
      return ledger;
    },
    async keptLedger(name) {
      const database = `${prefix}_kept_${name}`;
      if (!(await databases()).includes(database)) await create(database, (await seedOf(0)).database);
      const ledgerId = defined(await seededLedger(configOf(database)), 'a kept ledger has this schema');
      return ledgerOn(database, ledgerId, 0);
    },
    verify,
    apiKey: (ledger) =>
      withEngine(configOf(ledger.serve.database), async ({ engine }) => {
        const { body } = await createKey.run(engine, {
          actor: BENCH_ACTOR,
          ledgerId: ledger.ledgerId,
          requestId: 'req_bench',
          idempotencyKey: randomBytes(16).toString('hex'),
          input: { client: 'bench', scopes: [...BENCH_SCOPES] },
        });
        return String(body['token']);
      }),
    settings: async () => {
      const rows = await admin<{ name: string; value: string }[]>`
        select name, current_setting(name) as value from pg_settings where name in ${admin(SETTINGS)}`;
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    },
    async settle({ verify: isVerified }) {
      const ledgers = taken;
      taken = [];
      for (const ledger of ledgers) {
        if (isVerified) await verify(ledger);
        await drop(ledger.serve.database);
      }
    },
    async close() {
      await dropAll((name) => !kept || !isKept(name));
      await admin.end({ timeout: 5 });
      await server.release();
      if (!kept) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const isKept = (database: string): boolean => /_(seed|kept)_/.test(database);

const NO_LISTENER = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'warn',
  tls: undefined,
  trustedProxies: undefined,
  factorWaitSeconds: 43_200,
  signInRate: SIGN_IN_RATE,
} as const;

/** Brings a kept seed to the functions of this version. Undefined: its schema is another one, so it is made anew. */
async function seededLedger(config: Config): Promise<number | undefined> {
  try {
    return await withEngine(config, async ({ engine }) => {
      const ledgers = await engine.reads.listLedgers();
      const ledger = ledgers.find(({ name }) => name === LEDGER);
      return defined(ledger, 'a seed holds its ledger').ledger_id;
    });
  } catch (cause) {
    if ((cause as Error).name === 'MigrationError') return undefined;
    throw cause;
  }
}

async function requireSound(config: Config, ledgerId: number): Promise<void> {
  const report = await withEngine(config, ({ sql, linkKey }) => verifyLedger({ sql, linkKey, ledgerId }));
  const problems = report.problems
    .map(({ check, subject, expected, found }) => `${check}: ${subject} is ${found}, not ${expected}`)
    .join('; ');
  assert(report.problemCount === 0, `the ledger is sound after the load (${problems})`);
}
