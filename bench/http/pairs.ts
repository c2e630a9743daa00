/**
 * Loads beside each other: two servers on one ledger or on two, a lone request beside a flood, and five times the load that a
 * server reached. What is alone in each is measured in the same run, so that the figure is a ratio.
 */
import type { Measured, Size, Stage, Workload } from '../workload.ts';
import { measuredOf } from './measured.ts';
import { ServedLedger } from './served.ts';

const CONNECTIONS = 256;
const SHARED = CONNECTIONS / 2;
/** Requests a second of the lone client. */
const LONE_RATE = 20;
const OVERLOAD = 5;

const larger = (...closed: { memoryBytesMax?: number }[]): { memoryBytesMax?: number } => {
  const peak = Math.max(...closed.map(({ memoryBytesMax }) => memoryBytesMax ?? 0));
  return peak === 0 ? {} : { memoryBytesMax: peak };
};

async function twoServers(stage: Stage, size: Size, ledgers: 1 | 2): Promise<Measured> {
  const first = await ServedLedger.open(stage, size, ledgers === 1 ? 2 : 1);
  const second = ledgers === 1 ? first : await ServedLedger.open(stage, size);
  const alone = await first.load(size, { connections: CONNECTIONS });
  const reports = await Promise.all([
    first.load(size, { connections: SHARED }),
    second.load(size, { connections: SHARED }, ledgers === 1 ? 1 : 0),
  ]);
  const rates = reports.map((report) => measuredOf(report).operations / report.seconds);
  const together = rates.reduce((sum, rate) => sum + rate, 0);
  const closed = [await first.close(size), ...(second === first ? [] : [await second.close(size)])];
  return {
    operations: Math.round(together * size.seconds),
    seconds: size.seconds,
    resultHash: '',
    ...larger(...closed),
    more: {
      alonePerSecond: alone.transfersPerSecond,
      togetherByAlone: together / alone.transfersPerSecond,
      slowerByFaster: Math.min(...rates) / Math.max(...rates),
    },
  };
}

/** The figure is the lone client's latency; the flood comes through the other server. */
async function besideFlood(stage: Stage, size: Size): Promise<Measured> {
  const served = await ServedLedger.open(stage, size, 2);
  const [flood, lone] = await Promise.all([
    served.load(size, { connections: CONNECTIONS }),
    served.load(size, { connections: 4, rate: LONE_RATE }, 1),
  ]);
  const found = measuredOf(lone, { floodPerSecond: flood.transfersPerSecond });
  return { ...found, ...(await served.close(size)) };
}

/** Goodput: what is posted while requests come five times as fast as the server answered them before. */
async function overload(stage: Stage, size: Size): Promise<Measured> {
  const served = await ServedLedger.open(stage, size);
  const peak = await served.load(size, { connections: CONNECTIONS });
  const rate = Math.max(1, Math.round(OVERLOAD * peak.transfersPerSecond));
  const flood = await served.load(size, { connections: OVERLOAD * CONNECTIONS, rate });
  const found = measuredOf(flood, {
    peakPerSecond: peak.transfersPerSecond,
    goodputByPeak: flood.transfersPerSecond / peak.transfersPerSecond,
    pushedBackPerSecond: flood.measured.pushedBack / flood.seconds,
  });
  return { ...found, ...(await served.close(size)) };
}

/** More than the server takes at once, from clients that do not wait. */
async function bulkOverload(stage: Stage, size: Size): Promise<Measured> {
  const served = await ServedLedger.open(stage, size);
  const items = size.name === 'smoke' ? 100 : 1000;
  const peak = await served.load(size, { kind: 'batch', items, connections: 8 });
  const flood = await served.load(size, { kind: 'batch', items, connections: OVERLOAD * 8 });
  const found = measuredOf(flood, {
    peakPerSecond: peak.transfersPerSecond,
    goodputByPeak: flood.transfersPerSecond / peak.transfersPerSecond,
    pushedBackPerSecond: flood.measured.pushedBack / flood.seconds,
  });
  return { ...found, ...(await served.close(size)) };
}

export const pairedWorkloads: readonly Workload[] = [
  {
    name: 'http/two servers, one ledger',
    level: 'http',
    what: '128 connections to each of two servers of one ledger, both together',
    run: (stage, size) => twoServers(stage, size, 1),
  },
  {
    name: 'http/two servers, two ledgers',
    level: 'http',
    what: '128 connections to each of two servers with a ledger each, both together',
    run: (stage, size) => twoServers(stage, size, 2),
  },
  {
    name: 'http/lone request beside a flood',
    level: 'http',
    what: '20 requests a second through one server, while 256 connections flood the same ledger through another',
    run: besideFlood,
  },
  {
    name: 'http/overload',
    level: 'http',
    what: 'five times the rate that was reached, over 1,280 connections',
    run: overload,
  },
  {
    name: 'bulk/overload',
    level: 'bulk',
    what: 'batches of 1,000 over 40 connections instead of 8, sent again at once when refused',
    run: bulkOverload,
  },
];
