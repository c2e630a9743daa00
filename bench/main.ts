/**
 * `npm run bench` and `bahi bench`: measures this machine on a fresh database, from a fixed seed, in several rounds of
 * alternating order; medians and spread. A ledger that does not verify, or another result in another round, fails.
 */
import { writeFile } from 'node:fs/promises';
import { compare } from './compare.ts';
import { curvesData, measureCurves } from './curves.ts';
import { endWorkers } from './engine/workers.ts';
import { type Checked, checkFigures, promisedNames } from './figures.ts';
import { HELP, type Options, readOptions, UsageError } from './options.ts';
import { besideEmpty } from './report/by-empty.ts';
import { machine } from './report/machine.ts';
import { markdown } from './report/markdown.ts';
import { type Run, resultOf } from './report/results.ts';
import { json, writeReport } from './report/write.ts';
import { type Note, runRounds } from './rounds.ts';
import { type OpenStage, openStage } from './stage.ts';
import { SEED, type Workload } from './workload.ts';
import { chosenWorkloads } from './workloads.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const note: Note = (text) => void process.stderr.write(`bench: ${text}\n`);

/** Opens a stage for the time of `use`; a signal closes it, too. */
async function onStage<T>(options: Options, use: (stage: OpenStage) => Promise<T>): Promise<T> {
  const stage = await openStage({ ...options, note });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= stage.close();
    return closing;
  };
  const interrupted = (): void => {
    endWorkers();
    void close().finally(() => process.exit(130));
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    return await use(stage);
  } finally {
    await close();
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
}

async function measure(options: Options, workloads: readonly Workload[]): Promise<Run> {
  const startedMs = performance.now();
  return onStage(options, async (stage) => {
    const { size, rounds, only } = options;
    // Of a whole run, what is promised is repeated; the rest is there to be seen beside it.
    const isRepeated = ({ name }: Workload): boolean => only.length > 0 || promisedNames.has(name);
    const figures = await runRounds(stage, { workloads, size, rounds, isRepeated }, note);
    return {
      machine: await machine(stage.dataDir),
      settings: await stage.settings(),
      size: options.size,
      seed: SEED,
      minutes: (performance.now() - startedMs) / 60_000,
      results: besideEmpty(figures.map(resultOf)),
    };
  });
}

async function report(options: Options, run: Run): Promise<readonly Checked[]> {
  const checks = options.check ? checkFigures(run.results) : [];
  process.stdout.write(options.json === '-' ? json({ ...run, checks }) : markdown(run, checks, []));
  if (options.json && options.json !== '-') await writeFile(options.json, json({ ...run, checks }));
  if (options.out) await writeReport(options.out, run, checks);
  return checks;
}

/** What both sides of a comparison are run with. */
const sideArguments = ({ size, only, settings, ownServer }: Options): string[] => [
  ...['--size', size.name],
  ...only.flatMap(({ source }) => ['--only', source]),
  ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ...(ownServer ? ['--database'] : []),
];

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const workloads = chosenWorkloads(options);
  if (options.help) process.stdout.write(HELP);
  else if (options.compare)
    process.stdout.write(
      await compare({
        revisions: options.compare,
        rounds: options.rounds,
        args: sideArguments(options),
        note,
      }),
    );
  else if (options.curves) fail(options, await curves(options, options.curves));
  else if (options.list) for (const { name, what } of workloads) process.stdout.write(`${name}: ${what}\n`);
  else {
    const checks = await report(options, await measure(options, workloads));
    const missed = checks.filter(({ kept }) => kept === false);
    fail(
      options,
      missed.map(
        ({ promise, found, byEmpty }) =>
          `${promise}: ${found}${byEmpty === undefined ? '' : `, ${byEmpty.toFixed(3)} × an empty Hono request`}`,
      ),
    );
  }
}

const curves = (options: Options, directory: string): Promise<string[]> =>
  onStage({ ...options, dataDir: curvesData(directory) }, (stage) => measureCurves(stage, options, note));

function fail({ check }: Options, missed: readonly string[]): void {
  for (const text of missed) note(`MISSED ${text}`);
  if (check && missed.length > 0) process.exitCode = 1;
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  note(error.message);
  process.exitCode = 2;
});
