/** Workloads through HTTP, as a client on the same machine meets the server: one transfer a request, and many. */
import type { Measured, Size, Stage, Workload } from '../workload.ts';
import { makeIntents } from './intents.ts';
import { measuredOf } from './measured.ts';
import { pairedWorkloads } from './pairs.ts';
import { type Load, ServedLedger } from './served.ts';
import { stormWorkloads } from './sign-in-storm.ts';

const CONNECTIONS = 256;
const BATCH_CONNECTIONS = 4;
const SMOKE_ITEMS = 100;
/** Share of what a closed loop reached just before. */
const OPEN_SHARE = 0.5;

/** One server, one load. */
const simple = (name: string, what: string, load: Load): Workload => ({
  name,
  level: name.startsWith('bulk/') ? 'bulk' : 'http',
  what,
  async run(stage, size) {
    const served = await ServedLedger.open(stage, size);
    const report = await served.load(size, inSize(load, size));
    return { ...measuredOf(report), ...(await served.close(size)) };
  },
});

const inSize = (load: Load, { name }: Size): Load =>
  name === 'smoke' && load['items'] !== undefined ? { ...load, items: SMOKE_ITEMS } : load;

async function replays(stage: Stage, size: Size): Promise<Measured> {
  const served = await ServedLedger.open(stage, size);
  const repeat = size.name === 'smoke' ? 100 : 4_000;
  const options = { accounts: size.accounts, spread: 'uniform', keys: 'ordered', seed: 1 } as const;
  const intents = makeIntents(options);
  let postedUnits = 0;
  for (let n = 0; n < repeat; n++) postedUnits += intents(n).amountUnits;
  // The first round of them posts, within the warm-up; whatever comes after it may not move anything.
  const report = await served.load(size, { connections: CONNECTIONS, repeat, first: 0, seed: options.seed });
  served.note({ posted: repeat, postedUnits, refused: 0, unknown: 0, failed: 0 });
  return { ...measuredOf(report), ...(await served.close(size)) };
}

/** Half of the peak at a constant rate: latency as clients see it that do not wait for each other. */
async function openLoop(stage: Stage, size: Size): Promise<Measured> {
  const served = await ServedLedger.open(stage, size);
  const peak = await served.load(size, { connections: CONNECTIONS });
  const rate = Math.max(1, Math.round(peak.transfersPerSecond * OPEN_SHARE));
  const report = await served.load(size, { connections: CONNECTIONS, rate, warmup: 0.5 });
  const found = measuredOf(report, { ratePerSecond: rate, peakPerSecond: peak.transfersPerSecond });
  return { ...found, ...(await served.close(size)) };
}

const batches = (spread: string) =>
  ({ kind: 'batch', items: 1000, connections: BATCH_CONNECTIONS, spread }) as const;

export const httpWorkloads: readonly Workload[] = [
  simple('http/1 connection', 'one transfer a request, each asked when the last is answered', {
    connections: 1,
  }),
  simple('http/32 connections', 'as before, over 32 connections', { connections: 32 }),
  simple('http/256 connections', 'as before, over 256 connections', { connections: CONNECTIONS }),
  simple('http/random keys', 'as before, with keys in no order', {
    connections: CONNECTIONS,
    keys: 'random',
  }),
  simple('http/zipf', '256 connections, payers and payees by Zipf 1.0', {
    connections: CONNECTIONS,
    spread: 'zipf',
  }),
  simple('http/hot account', '256 connections, one account on one side of every transfer', {
    connections: CONNECTIONS,
    spread: 'hot',
  }),
  {
    name: 'http/open loop',
    level: 'http',
    what: 'half of the peak at a constant rate, latency from the moment when each request was due',
    run: openLoop,
  },
  { name: 'http/replays', level: 'http', what: '256 connections, requests sent again', run: replays },
  simple('http/reads and writes', '256 connections, every other request reads the balance of an account', {
    connections: CONNECTIONS,
    kind: 'mixed',
  }),
  simple('bulk/batches', 'batches of 1,000 over 4 connections', batches('uniform')),
  simple('bulk/batches, zipf', 'as before, payers and payees by Zipf 1.0', batches('zipf')),
  simple('bulk/batches, hot account', 'as before, one account on one side', batches('hot')),
  simple('bulk/batches of 10,000', 'over 2 connections', {
    kind: 'batch',
    items: 10_000,
    connections: 2,
  }),
  simple('bulk/lines', 'streams of 2,000 lines (application/x-ndjson) over 4 connections', {
    kind: 'lines',
    items: 2_000,
    connections: BATCH_CONNECTIONS,
  }),
  ...pairedWorkloads,
  ...stormWorkloads,
];
