/**
 * A process that posts to one ledger: warms up, waits for its start, puts its load on the posters and answers what it
 * measured. Forked by workers.ts with the job as its first message; the database is in its environment, as for a verb.
 */
import { loadConfig } from '../../src/config.ts';
import { startSigner } from '../../src/engine/audit/job.ts';
import { POSTER_DEFAULTS, type PosterOptions } from '../../src/engine/poster-options.ts';
import { defined } from '../../src/kernel/assert.ts';
import type { Runtime } from '../../src/runtime.ts';
import { limitAccounts, openAccounts, poolAccounts } from '../seed.ts';
import { type Bound, type Driven, drive, itemsOf } from './drive.ts';
import type { Posted } from './expectation.ts';
import { drivePairs } from './hold-pairs.ts';
import type { Load } from './loads.ts';
import { withEngine } from './open.ts';
import { type ReadTally, readBeside } from './reads.ts';

export interface Job {
  readonly ledgerId: number;
  /** Posted before the clock starts. */
  readonly warmUp: readonly Posted[];
  readonly load: Load;
  readonly transfers: number;
  /** Ends earlier after this long. */
  readonly seconds?: number;
  /** Accounts that are opened first, inside the clock. */
  readonly open?: number;
  /** Gives every account a limit before the clock starts. */
  readonly limited?: boolean;
  /** Puts every account into a pool with a limit before the clock starts. */
  readonly pooled?: boolean;
  /** Reads beside the transfers, for every thousand of them. */
  readonly readsPerThousand?: number;
  /** Signs the log meanwhile, as a server does. */
  readonly signed?: boolean;
  readonly posting?: Partial<PosterOptions>;
}

export interface Done extends Driven {
  /** Of them `Done.posted` counts transfers alone. */
  readonly reads: number;
  readonly memoryBytesMax: number;
  /** Processor time of this process while the clock ran. */
  readonly cpuSeconds: number;
}

const NO_READS: ReadTally = { reads: 0 };

async function run(job: Job, runtime: Runtime): Promise<Done> {
  const { ledgerId, load, transfers, seconds, open = 0, readsPerThousand = 0 } = job;
  const { posters } = runtime.engine;
  const batchMax = job.posting?.batchMax ?? POSTER_DEFAULTS.batchMax;
  const put = (of: Load, bound: Bound): Promise<Driven> =>
    of.held
      ? drivePairs(posters, ledgerId, itemsOf(ledgerId, of), of.seed, bound)
      : drive(posters, ledgerId, itemsOf(ledgerId, of), bound);
  for (const phase of job.warmUp) await put(phase.load, { transfers: phase.transfers, batchMax });
  if (job.limited) await limitAccounts(runtime.engine, ledgerId, load.accounts);
  if (job.pooled) await poolAccounts(runtime.engine, ledgerId, load.accounts);
  const signer = job.signed ? await startSigner(runtime.signing) : undefined;
  const go = nextMessage();
  process.send?.('ready');
  await go;
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  if (open > 0) await openAccounts(runtime.engine, ledgerId, 0, open);
  const reader =
    readsPerThousand > 0 ? readBeside(runtime.engine, ledgerId, load, readsPerThousand) : undefined;
  const bound = { transfers, seconds, batchMax, ...(reader && { onSettled: reader.onSettled }) };
  const driven = await put(load, bound);
  const { reads } = (await reader?.end()) ?? NO_READS;
  const elapsed = (performance.now() - startedMs) / 1000;
  const used = process.cpuUsage(cpu);
  await signer?.stop();
  return {
    ...driven,
    seconds: elapsed,
    reads,
    memoryBytesMax: process.resourceUsage().maxRSS * 1024,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

const nextMessage = (): Promise<unknown> => new Promise((resolve) => process.once('message', resolve));

const job = (await nextMessage()) as Job;
const config = loadConfig();
const done = await withEngine(
  defined(config.ok ? config.value : undefined, 'the environment names a database'),
  (runtime) => run(job, runtime),
  job.posting,
);
process.send?.(done, undefined, undefined, () => process.disconnect?.());
