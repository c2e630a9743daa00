/**
 * Several processes post to one ledger while everything breaks: processes are killed and stopped, sessions ended,
 * statements cut off, connections cut, held and half open, and PostgreSQL itself is killed. Whoever was told that a
 * transfer is posted or refused must find it so, once; the checker reads the whole log back.
 *
 * BAHI_FAULT_SECONDS lengthens each run (default 8), BAHI_FAULT_SEED repeats a run's choice of faults.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Sql } from '../../src/db/connect.ts';
import { type Cluster, openCluster } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { SQL_DIRECTORY } from '../../src/db/sql-files.ts';
import { checkLedger } from '../support/fault-checker.ts';
import { type LedgerUnderTest, makeLedger } from '../support/fault-ledger.ts';
import { Acknowledged, FaultWorker } from '../support/fault-workers.ts';

const SECONDS = Number(process.env['BAHI_FAULT_SECONDS'] ?? 8);
const SEED = Number(process.env['BAHI_FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const CUSTOMERS = 8;
const EVERY_MS = 150;
/** A stopped process must lose the lock: longer than idle_session_timeout. */
const STOPPED_MS = 2600;
const FINISH_LIMIT_MS = 30_000;

let dataDir: string;
let cluster: Cluster;
let admin: Sql;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bahi-fault-'));
  await chmod(dataDir, 0o711);
  await openDatabase();
  const owner = connect(cluster.ownerOptions, {
    max: 1,
    applicationName: 'migrate',
    statementTimeoutMs: 0,
    reserves: true,
  });
  await migrate(owner, { directory: SQL_DIRECTORY, servingRole: cluster.serveOptions.user });
  await owner.end({ timeout: 5 });
});

afterAll(async () => {
  await admin.end({ timeout: 1 });
  await cluster.release();
  await rm(dataDir, { recursive: true, force: true });
});

async function openDatabase(): Promise<void> {
  cluster = await openCluster({ dataDir });
  const options = { ...cluster.adminOptions, database: cluster.serveOptions.database };
  admin = connect(options, { max: 2, applicationName: 'fault test', statementTimeoutMs: 30_000 });
}

/** kill -9 of the postmaster; its children end by themselves, and the next opening recovers. */
async function crashDatabase(): Promise<void> {
  process.kill(cluster.pid, 'SIGKILL');
  await admin.end({ timeout: 0 });
  await cluster.release().catch(() => {});
  await openDatabase();
}

/** Numbers below `bound`, the same for the same seed. */
function choices(seed: number): (bound: number) => number {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** What may happen to a worker; a fault that lasts is undone later, without waiting for it. */
const FAULTS: Record<
  string,
  (worker: FaultWorker, later: (ms: number, undo: () => void) => void) => unknown
> = {
  'kill -9': (worker) => worker.restart(),
  'stopped process': (worker, later) => {
    worker.pause();
    later(STOPPED_MS, () => worker.resume());
  },
  'ended session': () => admin`
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'bahi posting' order by random() limit 1`,
  'cancelled statement': () => admin`
    select pg_cancel_backend(pid) from pg_stat_activity
    where application_name = 'bahi posting' and state = 'active' order by random() limit 1`,
  'cut connection': ({ proxy }) => proxy.cut(),
  'lost answer': ({ proxy }, later) => {
    proxy.holdAnswers();
    later(20, () => proxy.cut());
  },
  'slow answers': ({ proxy }, later) => {
    proxy.holdAnswers();
    later(300, () => proxy.resume());
  },
  'slow requests': ({ proxy }, later) => {
    proxy.holdRequests();
    later(300, () => proxy.resume());
  },
  'half-open connection': ({ proxy }) => proxy.halfOpen(),
  'refused connections': ({ proxy }, later) => {
    proxy.refusing = true;
    proxy.cut();
    later(200, () => {
      proxy.refusing = false;
    });
  },
  'statement timeout': () => blockLedger(),
};

let ledger: LedgerUnderTest;

/** Longer than the statement timeout of a posting session. */
async function blockLedger(): Promise<void> {
  const options = { ...cluster.adminOptions, database: cluster.serveOptions.database };
  const blocker = connect(options, { max: 1, applicationName: 'blocker', statementTimeoutMs: 0 });
  await blocker
    .begin(async (sql) => {
      await sql`select from bahi.ledger where ledger_id = ${ledger.ledgerId} for update`;
      await sql`select pg_sleep(2.3)`;
    })
    .catch(() => {});
  await blocker.end({ timeout: 0 });
}

const OFTEN = Object.keys(FAULTS).filter((name) => name !== 'statement timeout');
const RARE = ['statement timeout', 'killed database'];

interface Run {
  readonly faults: string[];
  readonly acknowledged: Acknowledged;
}

async function runWorkers(processes: number, seconds: number, seed: number): Promise<Run> {
  const choose = choices(seed);
  ledger = await makeLedger(cluster.serveOptions, CUSTOMERS, 1000n);
  const acknowledged = new Acknowledged();
  const workers = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      FaultWorker.start(`w${i}`, seed + i * 1000, ledger, CUSTOMERS, acknowledged),
    ),
  );
  const faults: string[] = [];
  const lasting: Promise<unknown>[] = [];
  const later = (ms: number, undo: () => void): void => {
    lasting.push(delay(ms).then(undo));
  };
  const end = performance.now() + seconds * 1000;
  // Every 24th fault is one of the rare ones: they stop everybody for seconds.
  for (let i = 1; performance.now() < end; i++) {
    await delay(EVERY_MS);
    const name =
      i % 24 === 12 ? (RARE[Math.floor(i / 24) % 2] as string) : (OFTEN[choose(OFTEN.length)] as string);
    const n = choose(processes);
    faults.push(`${name} (${n})`);
    if (name === 'killed database') await crashDatabase();
    else if (name === 'statement timeout') lasting.push(blockLedger());
    else await FAULTS[name]?.(workers[n] as FaultWorker, later);
  }
  await Promise.all(lasting);
  for (const { proxy } of workers) proxy.refusing = false;
  await Promise.all(workers.map((worker) => worker.finish(FINISH_LIMIT_MS)));
  return { faults, acknowledged };
}

test.each([
  [2, SECONDS],
  [3, SECONDS],
])(
  'what %i processes were told stands in the log once, whatever broke meanwhile',
  async (processes, seconds) => {
    const { faults, acknowledged } = await runWorkers(processes, seconds, SEED + processes);
    const checked = await checkLedger(admin, ledger, acknowledged.answers);
    const violations = [...acknowledged.violations, ...checked.violations];
    const story = `BAHI_FAULT_SEED=${SEED}, ${faults.length} faults: ${faults.join(', ')}`;
    expect(violations, story).toEqual([]);
    expect(acknowledged.answers.size, story).toBeGreaterThan(100);
    if (process.env['BAHI_FAULT_SECONDS'] !== undefined)
      process.stdout.write(
        `${JSON.stringify({ processes, seed: SEED, faults: faults.length, acknowledgements: acknowledged.count, ...checked })}\n`,
      );
  },
  (SECONDS + 120) * 1000,
);
