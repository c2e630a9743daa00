/**
 * A load on a server, in a process of its own: `node bench/http/load.ts --help`. The API key comes by BAHI_TOKEN. Prints
 * one JSON document.
 */
import { parseArgs } from 'node:util';
import { Connection } from './connection.ts';
import { type IntentOptions, type KeyKind, makeIntents, type Spread } from './intents.ts';
import { type Offered, offer } from './loops.ts';
import { batchWriter, linesWriter, readWriter, singleWriter, type Target, type Writer } from './requests.ts';

const HELP = `BAHI_TOKEN=… node bench/http/load.ts --url http://127.0.0.1:8080 [options]
  --kind single|batch|lines|mixed   what a request is (default single; mixed: half reads, half single)
  --connections N                   default 256
  --rate R                          requests a second at a constant rate (default: each connection asks when answered)
  --items N                         transfers in a batch (default 1000)
  --warmup S  --seconds S           default 2 and 10
  --accounts N                      accounts a0, a1, … of the ledger (default 100000)
  --spread uniform|zipf|hot         who pays and is paid
  --keys random|ordered             idempotency keys
  --seed N  --first N  --repeat N   which intents; with --repeat the same N again and again
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    kind: { type: 'string', default: 'single' },
    connections: { type: 'string', default: '256' },
    rate: { type: 'string' },
    items: { type: 'string', default: '1000' },
    warmup: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '10' },
    accounts: { type: 'string', default: '100000' },
    spread: { type: 'string', default: 'uniform' },
    keys: { type: 'string', default: 'ordered' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    repeat: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function writerFor(target: Target, options: IntentOptions): Writer {
  const intents = makeIntents(options);
  const items = Number(values.items);
  if (values.kind === 'batch') return batchWriter(target, intents, items);
  if (values.kind === 'lines') return linesWriter(target, intents, items);
  const single = singleWriter(target, intents);
  if (values.kind === 'single') return single;
  const read = readWriter(target, intents);
  return (n) => (n % 2 === 0 ? single(n) : read(n));
}

async function run(): Promise<void> {
  const url = new URL(values.url);
  const target = { url, token: process.env['BAHI_TOKEN'] ?? '' };
  const options: IntentOptions = {
    accounts: Number(values.accounts),
    spread: values.spread as Spread,
    keys: values.keys as KeyKind,
    seed: Number(values.seed),
  };
  const lanes = Array.from({ length: Number(values.connections) }, () => ({
    connection: new Connection(url),
    write: writerFor(target, options),
  }));
  for (const { connection } of lanes) await connection.open();
  const plan = {
    warmupSeconds: Number(values.warmup),
    seconds: Number(values.seconds),
    rate: values.rate === undefined ? undefined : Number(values.rate),
    first: Number(values.first),
    repeat: values.repeat === undefined ? undefined : Number(values.repeat),
  };
  const before = process.cpuUsage();
  const offered = await offer(lanes, plan);
  const cpu = process.cpuUsage(before);
  for (const { connection } of lanes) connection.close();
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  process.stdout.write(`${JSON.stringify(reportOf(offered, plan.seconds, lanes.length, cpuSeconds))}\n`);
}

export type LoadReport = ReturnType<typeof reportOf>;

function reportOf(offered: Offered, seconds: number, connections: number, cpuSeconds: number) {
  const { total, measured, requests, latency, readLatency, unsent } = offered;
  const open = values.rate !== undefined;
  // A connection of a closed loop would have asked this often, had no answer been slow.
  const expectedMs = (connections * seconds * 1000) / Math.max(1, requests);
  return {
    kind: values.kind,
    connections,
    seconds,
    requests,
    transfersPerSecond: (measured.posted + measured.refused) / seconds,
    readsPerSecond: measured.reads / seconds,
    measured,
    total,
    unsent,
    /** Open loop: from the moment when it was due. Closed loop: as each connection saw it. */
    latencyMs: latency.percentiles(),
    /** Closed loop only: with the requests filled in that a slow answer held back. */
    correctedMs: open ? undefined : latency.corrected(expectedMs).percentiles(),
    readLatencyMs: readLatency.count > 0 ? readLatency.percentiles() : undefined,
    cpuSeconds,
  };
}

if (values.help) process.stdout.write(HELP);
else await run();
