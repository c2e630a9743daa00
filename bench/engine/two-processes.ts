/**
 * Two processes that post at the same time: to one ledger, where they take turns, and to a ledger each. Time ends them,
 * so that each posts as much as it gets to.
 */
import { openingTransfers } from '../seed.ts';
import { type BenchLedger, type Measured, SEED, type Size, type Stage, type Workload } from '../workload.ts';
import { compareOutcomes, expectedOutcome, type Posted, storedOutcome } from './expectation.ts';
import type { Load } from './loads.ts';
import type { Done } from './worker.ts';
import { runWorkers } from './workers.ts';
import { loadOf, touchAll } from './workloads.ts';

const TURN_MS = 50;
/** More than can be posted in the time. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

const rateOf = (done: Done): number => (done.posted + done.refused) / done.seconds;

async function measureTwo(ledgers: readonly BenchLedger[], size: Size): Promise<Measured> {
  const [one, other] = [ledgers[0] as BenchLedger, ledgers.at(-1) as BenchLedger];
  const loads: Load[] = [SEED, SEED + 2].map((seed) => loadOf('uniform', size.accounts, { seed }));
  const warmUps = [SEED + 1, SEED + 3].map((seed) => touchAll(size.accounts, seed));
  const [first, second] = (await runWorkers(
    [one, other].map((ledger, i) => ({
      ledger,
      job: {
        warmUp: warmUps.slice(i, i + 1),
        load: loads[i] as Load,
        transfers: UNBOUNDED,
        seconds: size.seconds,
        posting: { turnMs: TURN_MS },
      },
    })),
  )) as [Done, Done];
  const posted = [first, second].map((done, i) => [
    warmUps[i] as Posted,
    { load: loads[i] as Load, transfers: done.posted },
  ]);
  const openings = openingTransfers(size.accounts);
  for (const [i, ledger] of ledgers.entries()) {
    const own = ledgers.length === 1 ? posted.flat() : (posted[i] ?? []);
    compareOutcomes(await storedOutcome(ledger, openings), expectedOutcome(size.accounts, own));
  }
  const rates = [rateOf(first), rateOf(second)];
  const together = rateOf(first) + rateOf(second);
  return {
    operations: Math.round(together * size.seconds),
    seconds: size.seconds,
    memoryBytesMax: Math.max(first.memoryBytesMax, second.memoryBytesMax),
    resultHash: '',
    more: {
      slowerPerSecond: Math.min(...rates),
      fasterPerSecond: Math.max(...rates),
      slowerByFaster: Math.min(...rates) / Math.max(...rates),
    },
  };
}

const on = (count: number) => async (stage: Stage, size: Size) => {
  const ledgers: BenchLedger[] = [];
  for (let i = 0; i < count; i++) ledgers.push(await stage.freshLedger({ accounts: size.accounts }));
  return measureTwo(ledgers, size);
};

export const twoProcessWorkloads: readonly Workload[] = [
  {
    name: 'process/two processes, one ledger',
    level: 'process',
    what: `uniform from two processes that take turns of ${TURN_MS} ms on one ledger, both together`,
    run: on(1),
  },
  {
    name: 'process/two processes, two ledgers',
    level: 'process',
    what: 'uniform from two processes on a ledger each, both together',
    run: on(2),
  },
];
