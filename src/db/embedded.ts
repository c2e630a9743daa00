/**
 * The embedded database: a real PostgreSQL that belongs to a data directory and to whoever is using it.
 *
 * There is no supervisor. Each process that opens the cluster starts it when it is not running, and keeps one
 * session (its presence) while it uses it. Releasing, the last one present stops it. A killed process leaves
 * PostgreSQL running for the next one to attach to; a killed PostgreSQL recovers at the next open.
 *
 * Who opens takes the lifecycle lock shared, who releases takes it exclusively while counting and stopping: so a
 * cluster is never stopped under somebody who was told that it is open. Lock order: lifecycle, bootstrap.
 */
import { realpath, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Sql } from './connect.ts';
import { databaseAccount, EmbeddedDatabaseError, findBinaries } from './embedded-binaries.ts';
import {
  type Credentials,
  ensureCluster,
  findHome,
  inDirectory,
  prepareSocketDirectory,
  readCredentials,
} from './embedded-files.ts';
import {
  findPostmaster,
  logTail,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
} from './embedded-process.ts';
import { ensureRoles } from './embedded-roles.ts';
import { databaseFault } from './fault.ts';
import type { DatabaseOptions } from './postgres-url.ts';

export interface ClusterOptions {
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  /** For tests: more arguments of initdb at the first start. */
  readonly initdbArgs?: string[];
  /** Settings of the server on top of ours; they hold from the start, so not when it is running already. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Cluster {
  readonly ownerOptions: DatabaseOptions;
  readonly serveOptions: DatabaseOptions;
  /** The superuser, for tests: nothing that serves may use it. */
  readonly adminOptions: DatabaseOptions;
  readonly pid: number;
  /** False: it was running, and we attached. */
  readonly started: boolean;
  /** From now on, looks whether it runs and starts it again where it ended under us, at the same address. */
  supervise(): void;
  /** Close your own pools first. Ensures: stopped, unless somebody else is using it. */
  release(): Promise<void>;
}

/**
 * An eighth of the memory that this process may use, 128 MB to 1 GB. Of 10⁷ entries, 256 MB hold too little of the indexes:
 * postings came to 0.69 of the rate on 10⁵, with 1 GB to 0.86.
 */
function sharedBuffers(): string {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return `${Math.min(1024, Math.max(128, Math.floor(bytes / 8 / 2 ** 20)))}MB`;
}

const SETTINGS = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  jit: 'off',
  shared_buffers: sharedBuffers(),
  max_wal_size: '4GB',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Neither statements nor details: both repeat values.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
};

const LIFECYCLE_LOCK = 4_820_110_002;
const PRESENT = 'bahi present';
const LEAVING = 'bahi leaving';
const FAILED_STARTS_MAX = 40;
const RETRY_MS = 50;
/** On a busy machine, processes of the postmaster before may take seconds to go; PostgreSQL refuses to start beside them. */
const BESIDE_OTHERS = 'is still in use';
const BESIDE_OTHERS_MS_MAX = 15_000;
const OTHERS_LEAVE_MS = 2_000;
const STOP_LIMIT_MS = 60_000;
const SUPERVISION_MS = 500;

/** Fails with EmbeddedDatabaseError, whose message says what to do. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const dataDir = resolve(options.dataDir);
  const first = await databaseAccount(join(dataDir, 'cluster', 'data'));
  const home = await inDirectory(dataDir, async () =>
    realpath(await findHome(dataDir, first, options.log ?? (() => {}))),
  );
  const cluster = join(home, 'cluster');
  const data = join(cluster, 'data');
  const account = await databaseAccount(data);
  await inDirectory(home, () =>
    ensureCluster(home, () => findBinaries(home, account), account, options.initdbArgs ?? []),
  );
  const credentials = await readCredentials(cluster);

  /** At the address it had, where it had one: the options that we gave out stay true. */
  const start = async (former?: Postmaster): Promise<boolean> => {
    const socketDirectory =
      former === undefined
        ? await prepareSocketDirectory(cluster, account)
        : former.host.startsWith('/')
          ? former.host
          : undefined;
    return startPostmaster({
      data,
      bin: await findBinaries(home, account),
      account,
      socketDirectory,
      port: former?.port ?? (socketDirectory === undefined ? await freePort() : 5432),
      settings: { ...SETTINGS, ...options.settings },
      logFile: join(cluster, 'postgres.log'),
    });
  };
  const attached = await attach(cluster, credentials, start);
  const { postmaster, started } = attached;
  let { presence } = attached;
  await ensureRoles(presence, credentials);

  let supervisor: NodeJS.Timeout | undefined;
  let reviving: Promise<void> | undefined;
  const revive = async (): Promise<void> => {
    if ((await findPostmaster(data)) !== undefined) return;
    options.log?.('PostgreSQL ended under us: starting it again');
    const again = await attach(cluster, credentials, () => start(postmaster));
    await presence.end({ timeout: 0 });
    presence = again.presence;
  };
  const supervise = (): void => {
    supervisor ??= setInterval(() => {
      reviving ??= revive()
        .catch((cause: Error) => options.log?.(`PostgreSQL is down: ${cause.message}`))
        .finally(() => {
          reviving = undefined;
        });
    }, SUPERVISION_MS);
    supervisor.unref();
  };

  const as = (user: string, password: string, database: string): DatabaseOptions => ({
    host: postmaster.host,
    port: postmaster.port,
    user,
    password,
    database,
  });
  let released: Promise<void> | undefined;
  return {
    ownerOptions: as('bahi_owner', credentials.owner, 'bahi'),
    serveOptions: as('bahi_serve', credentials.serve, 'bahi'),
    adminOptions: as('bahi_admin', credentials.admin, 'postgres'),
    pid: postmaster.pid,
    started,
    supervise,
    release: () => {
      clearInterval(supervisor);
      released ??= Promise.resolve(reviving).then(() => release(presence, cluster));
      return released;
    },
  };
}

interface Attached {
  readonly postmaster: Postmaster;
  readonly presence: Sql;
  readonly started: boolean;
}

/** Ensures: a ready postmaster that nobody stops while `presence` is connected. */
async function attach(
  cluster: string,
  credentials: Credentials,
  start: () => Promise<boolean>,
): Promise<Attached> {
  const data = join(cluster, 'data');
  const log = join(cluster, 'postgres.log');
  const patientUntilMs = performance.now() + BESIDE_OTHERS_MS_MAX;
  let startedPid: number | undefined;
  for (let failures = 0; failures < FAILED_STARTS_MAX; ) {
    const postmaster = await findPostmaster(data);
    if (postmaster === undefined) {
      if (await start()) startedPid = (await findPostmaster(data))?.pid;
      else if (performance.now() > patientUntilMs || !(await logTail(log)).includes(BESIDE_OTHERS))
        failures++;
    } else if (postmaster.status === 'ready') {
      const presence = await enter(postmaster, credentials);
      // A postmaster that is being stopped says so here before it ends any session: it is checked after the lock.
      const now = await findPostmaster(data);
      if (presence !== undefined && now?.pid === postmaster.pid && now.status === 'ready')
        return { postmaster, presence, started: startedPid === postmaster.pid };
      await presence?.end({ timeout: 0 });
      failures++;
    }
    await delay(postmaster?.status === 'ready' || postmaster === undefined ? RETRY_MS : 5);
  }
  throw new EmbeddedDatabaseError(`PostgreSQL does not start; it said: ${await logTail(log)} (${log})`);
}

/** Undefined: the server is going away, try again. */
async function enter(postmaster: Postmaster, credentials: Credentials): Promise<Sql | undefined> {
  const presence = connect(
    {
      host: postmaster.host,
      port: postmaster.port,
      user: 'bahi_admin',
      password: credentials.admin,
      database: 'postgres',
    },
    { max: 1, applicationName: PRESENT, statementTimeoutMs: 0, lifetimeSeconds: null },
  );
  try {
    await presence`select pg_advisory_xact_lock_shared(${LIFECYCLE_LOCK})`;
    return presence;
  } catch (cause) {
    await presence.end({ timeout: 0 });
    const fault = databaseFault(cause);
    if (fault.kind === 'internal')
      throw new EmbeddedDatabaseError(`The embedded database refuses its administrator: ${fault.message}`);
    return undefined;
  }
}

async function release(presence: Sql, cluster: string): Promise<void> {
  try {
    if (!(await mayStop(presence))) return;
    const running = await findPostmaster(join(cluster, 'data'));
    if (running === undefined) return;
    await stopPostmaster(join(cluster, 'data'), running.pid, STOP_LIMIT_MS);
    // Only where it is empty: it is named by a file, and PostgreSQL took its socket along.
    if (running.host.startsWith('/') && !running.host.startsWith(cluster))
      await rmdir(running.host).catch(() => {});
  } finally {
    await presence.end({ timeout: 0 });
  }
}

/** Ensures: when true, `presence` holds the lifecycle lock and nobody else is there. */
async function mayStop(presence: Sql): Promise<boolean> {
  try {
    await presence`select pg_advisory_lock(${LIFECYCLE_LOCK})`;
    if (await isAlone(presence)) return true;
    await presence`select set_config('application_name', ${LEAVING}, false)`;
  } catch {
    // It does not answer: somebody killed it, so there is nothing to stop.
  }
  return false;
}

/** Sessions without a presence (a pool that was closed just now, a psql) get a moment to go. */
async function isAlone(presence: Sql): Promise<boolean> {
  for (const end = performance.now() + OTHERS_LEAVE_MS; performance.now() < end; await delay(10)) {
    const [others] = await presence<{ present: number; sessions: number }[]>`
      select (count(*) filter (where application_name = ${PRESENT}))::int as present, count(*)::int as sessions
      from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> ${LEAVING}`;
    if (others === undefined || others.present > 0) return false;
    if (others.sessions === 0) return true;
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string')
    throw new EmbeddedDatabaseError('There is no free port');
  return address.port;
}
