/**
 * Two revisions against each other: each in a tree of its own (git worktree) and in fresh processes, rounds in
 * alternating order. Both run the benchmark of this tree, so that only the product differs.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from './options.ts';
import { figure } from './report/numbers.ts';
import type { Run } from './report/results.ts';
import type { Note } from './rounds.ts';
import { median } from './statistics.ts';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const git = (...args: readonly string[]) => promisify(execFile)('git', [...args], { cwd: HERE });

interface Side {
  /** A revision, or `this tree`. */
  readonly name: string;
  readonly root: string;
  readonly rates: Map<string, number[]>;
}

export interface CompareOptions {
  /** One: this tree is the other side. */
  readonly revisions: readonly string[];
  readonly rounds: number;
  /** Arguments of each run: size, workloads, settings. */
  readonly args: readonly string[];
  readonly note: Note;
}

/** The comparison as Markdown. Fails when a run does. */
export async function compare({ revisions, rounds, args, note }: CompareOptions): Promise<string> {
  if (revisions.length > 2) throw new UsageError('--compare takes one revision or two');
  const directory = await mkdtemp(join(tmpdir(), 'bahi-compare-'));
  const sides: Side[] = [];
  try {
    for (const [i, revision] of revisions.entries())
      sides.push({
        name: revision,
        root: await checkOut(revision, join(directory, `${i}`)),
        rates: new Map(),
      });
    if (sides.length === 1) sides.push({ name: 'this tree', root: HERE, rates: new Map() });
    for (let round = 1; round <= rounds; round++) {
      for (const [i, side] of (round % 2 === 1 ? sides : [...sides].reverse()).entries()) {
        note(`${side.name}, round ${round} of ${rounds}`);
        const run = await runOnce(side.root, join(directory, `${round}-${i}.json`), args);
        for (const { name, median: rate } of run.results)
          side.rates.set(name, [...(side.rates.get(name) ?? []), rate]);
      }
    }
    return tableOf(sides);
  } finally {
    for (const { root } of sides) if (root !== HERE) await git('worktree', 'remove', '--force', root);
    await rm(directory, { recursive: true, force: true });
  }
}

/** A tree of the revision with the benchmark and the packages of this one. */
async function checkOut(revision: string, root: string): Promise<string> {
  await git('worktree', 'add', '--detach', root, revision).catch((cause: { stderr: string }) => {
    throw new UsageError(`--compare ${revision}: ${cause.stderr.trim()}`);
  });
  await rm(join(root, 'bench'), { recursive: true, force: true });
  await cp(join(HERE, 'bench'), join(root, 'bench'), { recursive: true });
  await symlink(join(HERE, 'node_modules'), join(root, 'node_modules'));
  return root;
}

async function runOnce(root: string, file: string, args: readonly string[]): Promise<Run> {
  const child = spawn(
    process.execPath,
    [join(root, 'bench/main.ts'), ...args, '--rounds', '1', '--json', file],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the benchmark of ${root} ended with ${code}`);
  return JSON.parse(await readFile(file, 'utf8')) as Run;
}

function tableOf(sides: readonly Side[]): string {
  const [before, after] = sides as [Side, Side];
  const rows = [...before.rates].map(([name, rates]) => {
    const others = after.rates.get(name) ?? [];
    const ratios = rates.map((rate, round) => (others[round] ?? Number.NaN) / rate);
    const all = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
    return `| ${name} | ${figure(median(rates))} | ${figure(median(others))} | ${median(ratios).toFixed(2)} × | ${all} |`;
  });
  return `| workload | ${before.name} | ${after.name} | ratio, median | of each round |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
