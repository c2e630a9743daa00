/**
 * `npm run bench` and `bahi bench`: measures this machine on a fresh database, from a fixed seed, in several rounds of
 * alternating order; medians and spread. A ledger that does not verify, or another result in another round, fails.
 */
import { rawInsertWorkload } from './baselines/raw-insert.ts';
import { statementWorkloads } from './baselines/statements.ts';
import { engineWorkloads } from './engine/workloads.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { perSecond, runRounds } from './rounds.ts';
import { openStage } from './stage.ts';
import { median } from './statistics.ts';

const note = (text: string): void => void process.stderr.write(`bench: ${text}\n`);

async function measure(options: Options): Promise<void> {
  const all = [...engineWorkloads, ...statementWorkloads, rawInsertWorkload];
  const workloads = all.filter(
    ({ name }) => options.only.length === 0 || options.only.some((pattern) => pattern.test(name)),
  );
  if (options.list) {
    for (const { name, what } of workloads) process.stdout.write(`${name}: ${what}\n`);
    return;
  }
  const stage = await openStage({ ...options, note });
  try {
    const figures = await runRounds(stage, workloads, options.size, options.rounds, note);
    for (const { workload, rounds } of figures) {
      const { resultHash, more, memoryBytesMax } = rounds.at(-1) ?? {};
      process.stdout.write(
        `${workload.name} ${Math.round(median(rounds.map(perSecond)))} ${resultHash} ${memoryBytesMax} ${JSON.stringify(more)}\n`,
      );
    }
  } finally {
    await stage.close();
  }
}

const options = readOptions(process.argv.slice(2));
if (options.help) process.stdout.write(HELP);
else await measure(options);
