/** Every workload, in the order of the report. */
import { emptyRequestWorkloads } from './baselines/empty-request.ts';
import { rawInsertWorkload } from './baselines/raw-insert.ts';
import { statementWorkloads } from './baselines/statements.ts';
import { importGeneratedWorkloads, importSampleWorkload } from './command/import.ts';
import { startWorkload } from './command/start.ts';
import { signedWorkload } from './engine/signed.ts';
import { twoProcessWorkloads } from './engine/two-processes.ts';
import { engineWorkloads } from './engine/workloads.ts';
import { httpWorkloads } from './http/index.ts';
import type { Options } from './options.ts';
import { isOverHttp } from './report/by-empty.ts';
import { decisionWorkload } from './rules/decisions.ts';
import type { Workload } from './workload.ts';

/** `sample`: where the AMLSim sample was unpacked. */
const allWorkloads = (sample: string | undefined): readonly Workload[] => [
  ...statementWorkloads,
  rawInsertWorkload,
  ...emptyRequestWorkloads,
  ...engineWorkloads,
  signedWorkload,
  ...twoProcessWorkloads,
  ...httpWorkloads,
  ...importGeneratedWorkloads,
  ...(sample === undefined ? [] : [importSampleWorkload(sample)]),
  startWorkload,
  decisionWorkload,
];

/** At least one of each kind: what a smoke run takes where nothing else is asked for. */
const SMOKE = [
  'baseline/raw insert',
  'engine/uniform',
  'engine/replay',
  'process/two processes, one ledger',
  'http/32 connections',
  'bulk/batches',
  'import/generated',
  'rules/decisions',
];

/**
 * Those that match one of the patterns; without patterns, all, or some where the size is smoke. What goes over HTTP brings
 * the empty requests along, so that its ratio to them is of the same run.
 */
export function chosenWorkloads({ only, size, sample }: Pick<Options, 'only' | 'size' | 'sample'>) {
  const all = allWorkloads(sample);
  const isAsked = ({ name }: Workload): boolean =>
    only.length > 0
      ? only.some((pattern) => pattern.test(name))
      : size.name !== 'smoke' || SMOKE.includes(name);
  const brings = all.some((workload) => isAsked(workload) && isOverHttp(workload));
  return all.filter((workload) => isAsked(workload) || (brings && emptyRequestWorkloads.includes(workload)));
}
