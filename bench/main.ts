/**
 * `npm run bench`: measures this machine with the real commands, on a fresh data directory, a fixed seed, several
 * rounds in alternating order; medians and spread. `--check` asserts the figures that this version promises.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bahi } from './bahi.ts';
import { machine, median } from './machine.ts';
import { generated, type ImportRun, type Input, runImport, sample } from './workloads/import.ts';
import { secondsToFirstAnswer } from './workloads/start.ts';

const HELP = `npm run bench -- [options]
  --size smoke|standard   smoke: seconds, to see that it runs; standard: the figures (default)
  --sample DIR            the AMLSim sample, unpacked (nodes.csv, transactions.csv): measured beside
  --rounds N              rounds of each workload (default 3)
  --json FILE             write the figures as JSON as well
  --check                 exit 1 when a promised figure is missed
`;

const SIZES = {
  smoke: { accounts: 200, payments: 2_000, long: 4_000 },
  standard: { accounts: 20_000, payments: 117_805, long: 1_178_050 },
} as const;
const SEED = 20_261_122;

const PROMISED = { postedPerSecond: 15_000, memoryBytes: 300e6, startSeconds: 5 };

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'standard' },
    sample: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Figure {
  readonly workload: string;
  readonly perSecond: readonly number[];
  readonly last: ImportRun;
}

async function measure(dataDir: string): Promise<{ figures: Figure[]; startSeconds: number }> {
  const size = SIZES[values.size === 'smoke' ? 'smoke' : 'standard'];
  const inputs = new Map<string, Input>();
  inputs.set(
    'import, generated',
    await generated(join(dataDir, 'input'), size.accounts, size.payments, SEED),
  );
  const real = sample(values.sample);
  if (real) inputs.set('import, AMLSim sample', real);

  const runs = new Map<string, ImportRun[]>([...inputs.keys()].map((name) => [name, []]));
  for (let round = 1; round <= Number(values.rounds); round++) {
    // Alternating order: neither workload always runs on the younger database.
    const order = round % 2 === 1 ? [...inputs] : [...inputs].reverse();
    for (const [name, input] of order) {
      note(`${name}, round ${round}`);
      runs.get(name)?.push(await runImport(dataDir, `${slug(name)}-${round}`, input));
    }
  }
  const long = 'import, ten times as long';
  note(long);
  const input = await generated(join(dataDir, 'input'), size.accounts, size.long, SEED);
  runs.set(long, [await runImport(dataDir, slug(long), input)]);

  note('start');
  await bahi(dataDir, 'ledger', 'list');
  const starts = [];
  for (let round = 0; round < 3; round++) starts.push(await secondsToFirstAnswer(dataDir));
  for (const [name, list] of runs) {
    if (new Set(list.map((run) => run.resultHash)).size > 1)
      throw new Error(`${name}: the rounds came to different results`);
  }
  const figures = [...runs].map(([workload, list]) => ({
    workload,
    perSecond: list.map((run) => run.rows / run.seconds),
    last: list.at(-1) as ImportRun,
  }));
  return { figures, startSeconds: median(starts) };
}

const slug = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '-');
const note = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
const count = (n: number): string => Math.round(n).toLocaleString('en-US');

function report(figures: readonly Figure[], startSeconds: number): string {
  const rows = figures.map(({ workload, perSecond, last }) =>
    [
      workload,
      count(last.rows),
      count(last.posted),
      count(median(perSecond)),
      `${count(Math.min(...perSecond))}–${count(Math.max(...perSecond))}`,
      last.memoryBytesMax === undefined ? 'unknown' : `${Math.round(last.memoryBytesMax / 1e6)} MB`,
      last.resultHash,
    ].join(' | '),
  );
  return `${Object.entries(machine())
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n')}

| workload | rows | posted | rows/s, median | spread | peak memory | result |
|---|---|---|---|---|---|---|
| ${rows.join(' |\n| ')} |

Second start until the first answer: ${startSeconds.toFixed(2)} s
`;
}

function missed(figures: readonly Figure[], startSeconds: number): string[] {
  const problems: string[] = [];
  const rate = median(figures[0]?.perSecond ?? []);
  if (!(rate >= PROMISED.postedPerSecond)) {
    problems.push(
      `import: ${count(rate)} posted payments a second, promised are ${count(PROMISED.postedPerSecond)}`,
    );
  }
  for (const { workload, last } of figures) {
    if (last.memoryBytesMax === undefined) continue;
    if (last.memoryBytesMax >= PROMISED.memoryBytes)
      problems.push(`${workload}: ${count(last.memoryBytesMax / 1e6)} MB, promised are less than 300`);
  }
  if (startSeconds >= PROMISED.startSeconds)
    problems.push(`start: ${startSeconds.toFixed(2)} s, promised are less than 5`);
  return problems;
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  const dataDir = await mkdtemp(join(tmpdir(), 'bahi-bench-'));
  try {
    await chmod(dataDir, 0o711);
    await mkdir(join(dataDir, 'input'));
    const { figures, startSeconds } = await measure(dataDir);
    process.stdout.write(report(figures, startSeconds));
    if (values.json)
      await writeFile(
        values.json,
        `${JSON.stringify({ machine: machine(), figures, startSeconds }, null, 2)}\n`,
      );
    const problems = values.check ? missed(figures, startSeconds) : [];
    for (const problem of problems) process.stderr.write(`MISSED ${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
