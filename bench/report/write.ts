/** Writes a report: report.md, report.json and the plots beside them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checked } from '../figures.ts';
import { markdown } from './markdown.ts';
import type { Run } from './results.ts';
import { barChart } from './svg.ts';

const WORKLOAD_PLOT = 'workloads.svg';

export async function writeReport(directory: string, run: Run, checks: readonly Checked[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'report.json'), json({ ...run, checks }));
  await writeFile(join(directory, 'report.md'), markdown(run, checks, [WORKLOAD_PLOT]));
  const bars = run.results
    .filter(({ unit }) => unit === 'per second')
    .map(({ name, level, median, least, greatest }) => ({
      label: name,
      value: median,
      least,
      greatest,
      group: level,
    }));
  await writeFile(
    join(directory, WORKLOAD_PLOT),
    barChart('Operations a second, median of the rounds', bars),
  );
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
