/**
 * The workloads at engine level: one process with the posters of the product, full batches, everything on. What comes
 * to a count ends in a hash that must equal the sums of the requests.
 */
import { openingTransfers } from '../seed.ts';
import { withSql } from '../server.ts';
import { type BenchLedger, type Measured, SEED, type Size, type Stage, type Workload } from '../workload.ts';
import { compareOutcomes, expectedOutcome, type Posted, storedOutcome } from './expectation.ts';
import type { Load, LoadKind } from './loads.ts';
import { usageOf } from './usage.ts';
import type { Done, Job } from './worker.ts';
import { runWorkers } from './workers.ts';

export const loadOf = (kind: LoadKind, accounts: number, more: Partial<Load> = {}): Load => ({
  kind,
  accounts,
  seed: SEED,
  keys: 'v7',
  ...more,
});

/** Every account once, so that all of them are in memory when the clock starts. */
export const touchAll = (accounts: number, seed = SEED + 1): Posted => ({
  load: loadOf('touch', accounts, { seed }),
  transfers: Math.ceil(accounts / 2),
});

type Shape = Partial<Omit<Job, 'load' | 'transfers'>> & {
  readonly load: (accounts: number) => Load;
  /** Of the size's transfers. */
  readonly share?: number;
};

/** Runs one worker on the ledger, holds the ledger against the requests, and says what was measured. */
export async function measureJob(ledger: BenchLedger, job: Omit<Job, 'ledgerId'>): Promise<Measured> {
  const before = await usageOf(ledger);
  const [done] = (await runWorkers([{ ledger, job }])) as [Done];
  const after = await usageOf(ledger);
  const { open = 0, warmUp, load } = job;
  const transfers = done.posted + done.refused;
  const stored = await storedOutcome(ledger, openingTransfers(ledger.accounts + open));
  const expected = expectedOutcome(ledger.accounts + open, [...warmUp, { load, transfers }]);
  const operations = transfers + done.replayed + done.reads + open;
  const appended = stored.posted + stored.refused + open;
  return {
    operations,
    seconds: done.seconds,
    memoryBytesMax: done.memoryBytesMax,
    resultHash: compareOutcomes(stored, expected),
    more: {
      nodeMicrosPerOperation: (done.cpuSeconds * 1e6) / operations,
      diskBytesPerTransfer: (after.diskBytes - before.diskBytes) / appended,
      walBytesPerTransfer: (after.walBytes - before.walBytes) / appended,
      ...(done.reads > 0 && { readsPerSecond: done.reads / done.seconds }),
    },
  };
}

function workload(
  name: string,
  what: string,
  shape: (size: Size) => Shape & { accounts?: number },
): Workload {
  return {
    name: `engine/${name}`,
    level: 'engine',
    what,
    run: async (stage, size) => {
      const { load, share = 1, accounts = size.accounts, ...job } = shape(size);
      const ledger = await stage.freshLedger({ accounts });
      const warmUp = job.warmUp ?? [touchAll(accounts)];
      const known = accounts + (job.open ?? 0);
      const transfers = Math.ceil(size.transfers * share);
      return measureJob(ledger, { ...job, warmUp, load: load(known), transfers });
    },
  };
}

const plain =
  (kind: LoadKind, more: Partial<Load> = {}) =>
  (accounts: number): Load =>
    loadOf(kind, accounts, more);

const ACCOUNTS_FROM_NOTHING = 1_000;
const READS_PER_THOUSAND = 250;

export const engineWorkloads: readonly Workload[] = [
  workload('uniform', 'payer and payee drawn uniformly, all accounts in memory', () => ({
    load: plain('uniform'),
  })),
  workload('limited', 'uniform, where every account has a daily limit by sum and by count', () => ({
    load: plain('uniform'),
    limited: true,
  })),
  workload('pooled', 'uniform, where every account is in a pool of twenty with a daily limit', () => ({
    load: plain('uniform'),
    pooled: true,
  })),
  workload('zipf', 'payer and payee drawn with Zipf 1.0, as tb-perf draws them', () => ({
    load: plain('zipf'),
  })),
  workload('hot account', 'half of all transfers have one account on one side', () => ({
    load: plain('hot'),
  })),
  workload('four legs', 'one payer and four payees in each transfer', () => ({
    load: plain('split'),
    share: 0.5,
  })),
  workload(
    'reference and metadata',
    'uniform, with a reference and two metadata: three search rows each',
    () => ({
      load: plain('uniform', { described: true }),
    }),
  ),
  workload('random keys', 'uniform, idempotency keys of UUIDv4 in place of v7', () => ({
    load: plain('uniform', { keys: 'v4' }),
  })),
  // Warmed up as transfers are: with what is measured.
  workload(
    'hold and capture',
    'uniform, each amount held and captured whole: a pair counts once',
    (size) => ({
      load: plain('uniform', { held: true }),
      warmUp: [
        touchAll(size.accounts),
        {
          load: loadOf('uniform', size.accounts, { held: true, seed: SEED + 2 }),
          transfers: size.transfers / 10,
        },
      ],
      share: 0.5,
    }),
  ),
  workload('half refused', 'every second transfer is refused at the floor, and recorded', () => ({
    load: plain('half-refused'),
  })),
  workload('replay', 'every transfer was posted before: the stored answer is found by its key', (size) => ({
    load: plain('uniform'),
    warmUp: [{ load: loadOf('uniform', size.accounts), transfers: size.transfers }],
  })),
  workload('reads and writes', 'uniform, and a read beside every fourth transfer', () => ({
    load: plain('uniform'),
    readsPerThousand: READS_PER_THOUSAND,
  })),
  workload('cold accounts', 'uniform, in a process that has none of the accounts in memory', () => ({
    load: plain('uniform'),
    warmUp: [],
  })),
  workload(
    'empty tables',
    'a new database and no warm-up: opens 1,000 accounts and posts between them',
    (size) => ({
      load: plain('uniform'),
      warmUp: [],
      accounts: 0,
      open: Math.min(ACCOUNTS_FROM_NOTHING, size.accounts),
    }),
  ),
  {
    name: 'engine/open snapshot',
    level: 'engine',
    what: 'uniform, while another session holds a REPEATABLE READ snapshot from before the warm-up',
    run: besideSnapshot,
  },
];

async function besideSnapshot(stage: Stage, size: Size): Promise<Measured> {
  const ledger = await stage.freshLedger({ accounts: size.accounts });
  return withSql(ledger.owner, async (sql) => {
    await sql`begin isolation level repeatable read`;
    await sql`select count(*) from bahi.batch`;
    const measured = await measureJob(ledger, {
      warmUp: [touchAll(size.accounts)],
      load: loadOf('uniform', size.accounts),
      transfers: size.transfers,
    });
    await sql`commit`;
    return measured;
  });
}
