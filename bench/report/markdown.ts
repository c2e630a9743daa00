/** The report of a run as Markdown: machine, settings, a table of workloads, ratios, figures checked. */
import type { Checked } from '../figures.ts';
import { EMPTY_MANY } from './by-empty.ts';
import { bytes, figure } from './numbers.ts';
import type { Result, Run } from './results.ts';
import { sizing } from './sizing.ts';

const FIVE = 'baseline/five statements';
const RAW = 'baseline/raw insert';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `| ${head.join(' | ')} |\n|${head.map(() => '---|').join('')}\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;

const list = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');

export function markdown(run: Run, checks: readonly Checked[], plots: readonly string[]): string {
  const { results } = run;
  const sections = [
    `# Benchmark\n\nMachine: ${list(run.machine)}\n\nPostgreSQL: ${list(run.settings)}\n\n` +
      `Size ${run.size.name}, seed ${run.seed}, ${results[0]?.rounds.length ?? 0} rounds in alternating order (one of what no figure is promised of), ` +
      `${run.minutes.toFixed(1)} minutes. Medians; the spread is the least and the greatest round. Every workload's last round ended in verify.\n`,
    workloads(results),
    ...latencies(results),
    details(results),
    sizing(results),
    ...(checks.length > 0 ? [checked(checks)] : []),
    ...plots.map((plot) => `![${plot}](${plot})\n`),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function workloads(results: readonly Result[]): string {
  const medianOf = (name: string): number | undefined =>
    results.find((result) => result.name === name)?.median;
  const by = (result: Result, name: string): string => {
    const base = medianOf(name);
    return times(base === undefined || result.unit === 'seconds' ? undefined : result.median / base);
  };
  return `## Workloads\n\n${table(
    [
      'workload',
      'a second',
      'spread',
      'of five statements',
      'of raw insert',
      'of an empty Hono request',
      'memory',
      'result',
      'what it is',
    ],
    results.map((result) => [
      result.name,
      `${figure(result.median)}${result.unit === 'seconds' ? ' s' : ''}`,
      `${figure(result.least)}–${figure(result.greatest)}`,
      by(result, FIVE),
      by(result, RAW),
      times(result.byEmpty?.rate),
      result.memoryBytesMax === undefined ? '' : bytes(result.memoryBytesMax),
      result.resultHash,
      result.what,
    ]),
  )}`;
}

function latencies(results: readonly Result[]): string[] {
  const timed = results.flatMap(({ name, latencyMs, byEmpty }) =>
    latencyMs ? [{ name, ...latencyMs, byEmpty: byEmpty?.p99 }] : [],
  );
  if (timed.length === 0) return [];
  const ms = (value: number): string => figure(value);
  return [
    `## Latency, milliseconds\n\n${table(
      ['workload', 'p50', 'p95', 'p99', 'p99.9', 'max', 'p99 of an empty Hono request'],
      timed.map(({ name, p50, p95, p99, p999, max, byEmpty }) => [
        name,
        ms(p50),
        ms(p95),
        ms(p99),
        ms(p999),
        ms(max),
        times(byEmpty),
      ]),
    )}`,
  ];
}

/** Figures over HTTP go down to hundredths of what an empty request makes. */
const times = (ratio: number | undefined): string =>
  ratio === undefined ? '' : `${ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2)} ×`;

/** What else a workload measured, by name. */
function details(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, more }) => {
    const told = Object.entries(more);
    return told.length === 0
      ? []
      : [[name, told.map(([key, value]) => `${key} ${figure(value)}`).join(', ')]];
  });
  return `## Further figures\n\n${table(['workload', 'figures'], rows)}`;
}

const checked = (checks: readonly Checked[]): string =>
  `## Promised figures

The absolute figures over HTTP orient: they were set on a machine where Hono answers an empty GET 77,000 to 100,000 times a second. What an empty
POST makes here (about 0.8 of a GET, since its body comes with it) stands above as ${EMPTY_MANY}; the ratios can be held against other machines.

${table(
  ['figure', 'measured', 'of an empty Hono request', ''],
  checks.map(({ promise, found, byEmpty, kept }) => [
    promise,
    found === undefined ? 'not measured' : figure(found),
    times(byEmpty),
    kept === undefined ? '' : kept ? 'kept' : 'missed',
  ]),
)}`;
