/**
 * Scaling curves at engine level: more accounts, more history, larger batches, more appends on their way.
 *
 * Accounts and history are one ledger each that grows from point to point, through the engine, and is verified after
 * the last one.
 */

import { loadConfig } from '../../src/config.ts';
import type { PosterOptions } from '../../src/engine/poster-options.ts';
import { assert } from '../../src/kernel/assert.ts';
import { openAccounts } from '../seed.ts';
import { withSql } from '../server.ts';
import {
  accountCode,
  type BenchLedger,
  type Curve,
  type Measured,
  SEED,
  type Size,
  type Stage,
} from '../workload.ts';
import { withEngine } from './open.ts';
import { measurePast } from './past.ts';
import type { Done } from './worker.ts';
import { runWorkers } from './workers.ts';
import { loadOf, measureJob, touchAll } from './workloads.ts';

/** A point of the history curve changes it by two entries a transfer. */
const HISTORY_TRANSFERS = 50_000;
const HISTORY_ACCOUNTS = 10_000;
const WARM_UP_TRANSFERS = 20_000;
const TELL_MS = 10_000;
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

const powers = (...exponents: number[]): number[] => exponents.map((exponent) => Math.round(10 ** exponent));

async function numberOf(ledger: BenchLedger, table: 'entry' | 'event'): Promise<number> {
  const [row] = await withSql(
    ledger.owner,
    (sql) => sql<{ count: string }[]>`
      select count(*) as count from bahi.${sql(table)} where ledger_id = ${ledger.ledgerId}`,
  );
  return Number(row?.count);
}

async function isOpen(ledger: BenchLedger, account: number): Promise<boolean> {
  const rows = await withSql(
    ledger.owner,
    (sql) => sql`select from bahi.entry e join bahi.account a using (ledger_id, account_id)
      where a.ledger_id = ${ledger.ledgerId} and a.code = ${accountCode(account)} limit 1`,
  );
  return rows.length > 0;
}

/** Opens what is missing up to `to`; where that was broken off, it goes on. */
async function growAccounts(ledger: BenchLedger, to: number): Promise<void> {
  const from = await firstMissing(ledger, to);
  if (from === to) return;
  const config = loadConfig(ledger.environment);
  assert(config.ok, 'the environment of a ledger is complete');
  let toldMs = 0;
  await withEngine(config.value, ({ engine }) =>
    openAccounts(engine, ledger.ledgerId, from, to, (done) => {
      if (performance.now() - toldMs < TELL_MS) return;
      toldMs = performance.now();
      process.stderr.write(
        `bench: ${done.toLocaleString('en-US')} of ${to.toLocaleString('en-US')} accounts\n`,
      );
    }),
  );
}

/** Accounts are opened in order: the first one without its opening balance, `to` where none is missing. */
async function firstMissing(ledger: BenchLedger, to: number): Promise<number> {
  let [low, high] = [0, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await isOpen(ledger, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Transfers between the first accounts of a kept ledger; the seed is new each time, as are the keys. */
async function postMore(
  ledger: BenchLedger,
  accounts: number,
  transfers: number,
  warmUp = 0,
): Promise<Measured> {
  const seed = SEED + (await numberOf(ledger, 'event'));
  const load = loadOf('uniform', accounts, { seed });
  const [done] = (await runWorkers([
    {
      ledger,
      job: {
        warmUp: warmUp > 0 ? [{ load: { ...load, seed: seed + 1 }, transfers: warmUp }] : [],
        load,
        transfers,
      },
    },
  ])) as [Done];
  assert(done.posted === transfers, 'every transfer was posted');
  return {
    operations: done.posted,
    seconds: done.seconds,
    memoryBytesMax: done.memoryBytesMax,
    resultHash: '',
    more: { nodeMicrosPerOperation: (done.cpuSeconds * 1e6) / done.posted },
  };
}

const accountsCurve: Curve = {
  name: 'accounts',
  what: 'uniform over all accounts of a ledger that grows; memory holds 200,000 of them',
  x: 'accounts',
  points: powers(3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5),
  async run(stage, size, accounts) {
    const ledger = await stage.keptLedger('accounts');
    await growAccounts(ledger, accounts);
    return postMore(ledger, accounts, size.transfers, WARM_UP_TRANSFERS);
  },
  beside: async (stage, size, accounts) =>
    postMore(await stage.freshLedger({ accounts }), accounts, size.transfers, WARM_UP_TRANSFERS),
  finish: async (stage) => stage.verify(await stage.keptLedger('accounts')),
};

async function measureHistory(ledger: BenchLedger, entries: number): Promise<Measured> {
  const missing = Math.ceil((entries - (await numberOf(ledger, 'entry'))) / 2);
  if (missing > 0) await postMore(ledger, HISTORY_ACCOUNTS, missing);
  const measured = await postMore(ledger, HISTORY_ACCOUNTS, HISTORY_TRANSFERS, WARM_UP_TRANSFERS);
  const past = await measurePast(ledger, HISTORY_ACCOUNTS);
  return { ...measured, more: { ...measured.more, ...past } };
}

const historyCurve: Curve = {
  name: 'history',
  what: `uniform over ${HISTORY_ACCOUNTS.toLocaleString('en-US')} accounts on so many stored entries and more`,
  x: 'entries',
  points: powers(5, 5.5, 6, 6.5, 7),
  async run(stage, _size, entries) {
    const ledger = await stage.keptLedger('history');
    await growAccounts(ledger, HISTORY_ACCOUNTS);
    return measureHistory(ledger, entries);
  },
  beside: async (stage, _size, entries) =>
    measureHistory(await stage.freshLedger({ accounts: HISTORY_ACCOUNTS }), entries),
  finish: async (stage) => stage.verify(await stage.keptLedger('history')),
};

/** Bound by time, since small batches are slow. */
async function withPosting(stage: Stage, size: Size, posting: Partial<PosterOptions>): Promise<Measured> {
  const ledger = await stage.freshLedger({ accounts: size.accounts });
  return measureJob(ledger, {
    warmUp: [touchAll(size.accounts)],
    load: loadOf('uniform', size.accounts),
    transfers: UNBOUNDED,
    seconds: size.seconds,
    posting,
  });
}

const batchCurve: Curve = {
  name: 'batch size',
  what: 'uniform, at most so many transfers in a batch (batchMax)',
  x: 'transfers in a batch',
  points: [1, 10, 30, 100, 300, 1_000, 2_000, 4_000],
  run: (stage, size, batchMax) => withPosting(stage, size, { batchMax }),
};

const depthCurve: Curve = {
  name: 'depth',
  what: 'uniform, so many appends on their way at once (depth)',
  x: 'appends in flight',
  points: [1, 2, 3, 4],
  run: (stage, size, depth) => withPosting(stage, size, { depth }),
};

export const engineCurves: readonly Curve[] = [batchCurve, depthCurve, accountsCurve, historyCurve];
