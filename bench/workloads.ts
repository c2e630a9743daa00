/** Every workload, in the order of the report. */
import { rawInsertWorkload } from './baselines/raw-insert.ts';
import { statementWorkloads } from './baselines/statements.ts';
import { importGeneratedWorkload, importSampleWorkload } from './command/import.ts';
import { startWorkload } from './command/start.ts';
import { twoProcessWorkloads } from './engine/two-processes.ts';
import { engineWorkloads } from './engine/workloads.ts';
import type { Workload } from './workload.ts';

/** `sample`: where the AMLSim sample was unpacked. */
export const allWorkloads = (sample: string | undefined): readonly Workload[] => [
  ...statementWorkloads,
  rawInsertWorkload,
  ...engineWorkloads,
  ...twoProcessWorkloads,
  importGeneratedWorkload,
  ...(sample === undefined ? [] : [importSampleWorkload(sample)]),
  startWorkload,
];
