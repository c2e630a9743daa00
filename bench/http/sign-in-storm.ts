/**
 * Transfers at half of the capacity, in turns with and without a storm of sign-ins beside them. The figure is the p99 of
 * transfers in the storm by that without one; every turn is measured alike, on the same server.
 */
import type { Measured, Size, Stage, Workload } from '../workload.ts';
import { startGuessing } from './guessers.ts';
import type { LoadReport } from './load.ts';
import { measuredOf } from './measured.ts';
import { ServedLedger } from './served.ts';

const CONNECTIONS = 256;
const GUESSERS = 200;
const OPEN_SHARE = 0.5;
const TURNS = 3;

async function storm(stage: Stage, size: Size): Promise<Measured> {
  // Each guesser has an address of its own, so that the limit by source holds none of them back at first.
  const served = await ServedLedger.open(stage, size, 1, { BAHI_TRUSTED_PROXIES: '127.0.0.1' });
  const peak = await served.load(size, { connections: CONNECTIONS });
  const rate = Math.max(1, Math.round(peak.transfersPerSecond * OPEN_SHARE));
  const load = (): Promise<LoadReport> => served.load(size, { connections: CONNECTIONS, rate, warmup: 1 });
  const calm: LoadReport[] = [];
  const stormy: LoadReport[] = [];
  let judged = 0;
  let guesses = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    calm.push(await load());
    const end = startGuessing(served.servers[0]?.url ?? '', GUESSERS);
    stormy.push(await load());
    const { byStatus } = await end();
    judged += byStatus['401'] ?? 0;
    guesses += Object.values(byStatus).reduce((sum, each) => sum + each, 0);
  }
  const seconds = stormy.reduce((sum, each) => sum + each.seconds + 1, 0);
  const [without, within] = [calm, stormy].map((each) => median(each.map(({ latencyMs }) => latencyMs.p99)));
  const found = measuredOf(byP99(stormy), {
    ratePerSecond: rate,
    peakPerSecond: peak.transfersPerSecond,
    calmP99Ms: without ?? 0,
    stormP99Ms: within ?? 0,
    p99ByCalm: (within ?? 0) / (without ?? 1),
    judgedPerSecond: judged / seconds,
    guessesPerSecond: guesses / seconds,
  });
  return { ...found, ...(await served.close(size)) };
}

const byP99 = (reports: readonly LoadReport[]): LoadReport =>
  [...reports].sort((a, b) => a.latencyMs.p99 - b.latencyMs.p99)[
    Math.floor(reports.length / 2)
  ] as LoadReport;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export const stormWorkloads: readonly Workload[] = [
  {
    name: 'http/sign-in storm',
    level: 'http',
    what: 'half of the peak at a constant rate, beside 200 clients that guess passwords, each from an address of its own',
    run: storm,
  },
];
