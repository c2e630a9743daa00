/**
 * Puts the engine together for an entry point: database, keys, pool, posters. Used by the server and by every verb.
 *
 * The embedded database is migrated at every opening (it belongs to this version); one behind DATABASE_URL only where
 * DATABASE_OWNER_URL is given, and refused otherwise when it is behind. What cannot keep the guarantees is refused.
 */

import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { connect, type Sql } from './db/connect.ts';
import { type Cluster, openCluster } from './db/embedded.ts';
import { refuseUnsafeServer } from './db/guard.ts';
import { migrate, schemaState } from './db/migrate.ts';
import type { DatabaseOptions } from './db/postgres-url.ts';
import { SQL_DIRECTORY } from './db/sql-files.ts';
import type { SigningOptions } from './engine/audit/job.ts';
import { AuditStore } from './engine/audit/store.ts';
import { keyCheckValue, type LinkKey } from './engine/batch-rows.ts';
import { customerStore } from './engine/customers/store.ts';
import { DenialCount } from './engine/denials/denial-count.ts';
import { type KeyProvider, openKeyring, UnknownWrappingKey } from './engine/keyring/keyring.ts';
import { KeyringStore } from './engine/keyring/store.ts';
import { MACS_MIGRATION, signApiKeys } from './engine/keys/sign-keys.ts';
import { hashingOverloaded } from './engine/operators/desk.ts';
import { operatorStore } from './engine/operators/store.ts';
import { POSTER_DEFAULTS, type PosterOptions } from './engine/poster-options.ts';
import { Posters } from './engine/posters.ts';
import { Reads } from './engine/reads.ts';
import { rowKeyOf } from './engine/row-mac.ts';
import { postingSession } from './engine/store.ts';
import type { Engine } from './engine/use-case.ts';
import { systemClock } from './kernel/clock.ts';
import { ok, type Result } from './kernel/result.ts';
import { identityMachine } from './platform/identity-machine.ts';
import { localKeyProvider } from './platform/key-provider.ts';
import { derivedKey } from './platform/keys.ts';
import { masterKey, readMasterKeyFile } from './platform/master-key.ts';

export interface Runtime {
  readonly engine: Engine;
  /** Authenticates links: for the verifier. */
  readonly linkKey: LinkKey;
  /** The wrapped data keys, and who wraps them: for the verbs of the master key. */
  readonly keyring: {
    readonly store: KeyringStore;
    readonly provider: KeyProvider;
    readonly installation: string;
  };
  /** What signs the logs: a job of the server, or once at the command line. */
  readonly signing: SigningOptions;
  /** The pool of the serving role, for reads. */
  readonly sql: Sql;
  /** What the migration changed just now. */
  readonly applied: readonly string[];
  /** Finishes what is in line within the grace, milliseconds, and leaves the database. */
  stop(graceMs: number): Promise<void>;
}

/** The world is not as it must be; the message is for the person who started us. */
class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

export interface RuntimeOptions {
  readonly applicationName: string;
  readonly log: Logger;
  readonly poolMax: number;
  /** How this entry point posts, where it differs from the default. */
  readonly posting?: Partial<PosterOptions>;
  /** For reads that take their time. */
  readonly statementTimeoutMs?: number;
}

/** Version of the link key; a rotation adds the next one. */
const LINK_KEY_VERSION = 1;
const STATEMENT_TIMEOUT_MS = 4000;

export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  const master = await masterKey(config);
  const database = await openDatabase(config, options);
  let sql: Sql | undefined;
  try {
    sql = connect(database.serve, {
      max: options.poolMax,
      applicationName: options.applicationName,
      statementTimeoutMs: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    });
    const pool = sql;
    // Before the migration, which takes the rights of every other role away, and again with the schema in place.
    if (config.database) await refuseUnsafe(pool);
    const applied = database.owner ? await migrateAs(database.owner, database.serve) : [];
    const state = await schemaState(pool, SQL_DIRECTORY);
    if (!state.ok) throw new StartRefused(state.error);
    await refuseUnsafe(pool);
    const reads = new Reads(pool);
    const installation = await reads.installation();
    const keyring = new KeyringStore(pool);
    const keyProvider = localKeyProvider(master);
    const keys = await openKeyring(keyring, keyProvider, installation, (purpose) =>
      derivedKey(master, purpose),
    ).catch(refuseUnknownKey);
    const linkKey = { version: LINK_KEY_VERSION, secret: keys.link, installation };
    await refuseOtherKey(reads, linkKey);
    const posters = new Posters(
      {
        clock: systemClock,
        linkKey,
        readAhead: (ledgerId, wanted) => reads.states(ledgerId, wanted),
        openSession: (ledgerId) => postingSession(database.serve, ledgerId),
        log: options.log,
      },
      { ...POSTER_DEFAULTS, ...options.posting },
    );
    const stop = async (graceMs: number): Promise<void> => {
      await posters.stop(graceMs);
      await pool.end({ timeout: 5 });
      await database.release();
    };
    const machine = identityMachine(keys.seal, hashingOverloaded);
    const rowKey = rowKeyOf(linkKey);
    // The one moment at which keys without MACs are taken for what they say: those that the migration met.
    if (applied.includes(MACS_MIGRATION)) await signApiKeys(reads.keyStore, rowKey);
    const engine: Engine = {
      posters,
      reads,
      clock: systemClock,
      cursorKey: keys.cursor,
      rowKey,
      operators: { store: operatorStore(pool, rowKey), machine },
      denials: new DenialCount(systemClock, keys.source),
      customers: { store: customerStore(pool, rowKey), machine, waitSeconds: config.factorWaitSeconds },
      audit: { store: new AuditStore(pool), installation },
    };
    return {
      engine,
      sql: pool,
      linkKey,
      keyring: { store: keyring, provider: keyProvider, installation },
      signing: {
        database: database.serve,
        linkKey,
        sealKey: keys.seal,
        checkpointDir: config.checkpointDir,
        log: options.log,
      },
      applied,
      stop,
    };
  } catch (error) {
    await sql?.end({ timeout: 0 });
    await database.release();
    throw error;
  }
}

interface OpenDatabase {
  readonly serve: DatabaseOptions;
  readonly owner: DatabaseOptions | undefined;
  release(): Promise<void>;
}

async function openDatabase(config: Config, { log }: RuntimeOptions): Promise<OpenDatabase> {
  if (config.database) {
    return { serve: config.database, owner: config.ownerDatabase, release: async () => {} };
  }
  const cluster: Cluster = await openCluster({ dataDir: config.dataDir, log: (line) => log.info(line) });
  cluster.supervise();
  return { serve: cluster.serveOptions, owner: cluster.ownerOptions, release: () => cluster.release() };
}

async function migrateAs(owner: DatabaseOptions, serve: DatabaseOptions): Promise<readonly string[]> {
  const sql = connect(owner, {
    max: 1,
    applicationName: 'bahi migrate',
    statementTimeoutMs: 0,
    reserves: true,
  });
  try {
    return (await migrate(sql, { directory: SQL_DIRECTORY, servingRole: serve.user })).applied;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function refuseUnsafe(sql: Sql): Promise<void> {
  const server = await refuseUnsafeServer(sql);
  if (!server.ok) throw new StartRefused(server.error.join('\n'));
}

/** Of the master key in a file; what is wrong with the file otherwise. */
export function keyProviderOf(file: string): Result<KeyProvider, string> {
  const key = readMasterKeyFile(file);
  return key.ok ? ok(localKeyProvider(key.value)) : key;
}

const OTHER_KEY =
  'The master key is not the one that this database was begun with: restore master.key of its data directory, or set BAHI_MASTER_KEY or BAHI_MASTER_KEY_FILE to it';

const refuseUnknownKey = (error: unknown): never => {
  throw error instanceof UnknownWrappingKey ? new StartRefused(OTHER_KEY) : error;
};

/** With another key the log would go on under links that nobody can verify together. */
async function refuseOtherKey(reads: Reads, linkKey: LinkKey): Promise<void> {
  const own = keyCheckValue(linkKey);
  if ((await reads.registerLinkKey(linkKey.version, own)) !== own) throw new StartRefused(OTHER_KEY);
}
