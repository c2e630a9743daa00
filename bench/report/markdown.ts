/** The report of a run as Markdown: machine, settings, a table of workloads, ratios, figures checked. */
import type { Checked } from '../figures.ts';
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
    return base === undefined || result.unit === 'seconds' ? '' : `${(result.median / base).toFixed(2)} ×`;
  };
  return `## Workloads\n\n${table(
    [
      'workload',
      'a second',
      'spread',
      'of five statements',
      'of raw insert',
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
      result.memoryBytesMax === undefined ? '' : bytes(result.memoryBytesMax),
      result.resultHash,
      result.what,
    ]),
  )}`;
}

function latencies(results: readonly Result[]): string[] {
  const timed = results.flatMap(({ name, latencyMs }) => (latencyMs ? [{ name, ...latencyMs }] : []));
  if (timed.length === 0) return [];
  const ms = (value: number): string => figure(value);
  return [
    `## Latency, milliseconds\n\n${table(
      ['workload', 'p50', 'p95', 'p99', 'p99.9', 'max'],
      timed.map(({ name, p50, p95, p99, p999, max }) => [name, ms(p50), ms(p95), ms(p99), ms(p999), ms(max)]),
    )}`,
  ];
}

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
  `## Promised figures\n\n${table(
    ['figure', 'measured', ''],
    checks.map(({ promise, found, kept }) => [
      promise,
      found === undefined ? 'not measured' : figure(found),
      kept === undefined ? '' : kept ? 'kept' : 'missed',
    ]),
  )}`;
