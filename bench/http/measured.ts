/** From the report of a load to what a workload measured. */
import type { Measured } from '../workload.ts';
import type { LoadReport } from './load.ts';

/** Operations are transfers, and reads beside them. Fails when a request was answered by anything unexpected. */
export function measuredOf(report: LoadReport, more: Readonly<Record<string, number>> = {}): Measured {
  const { seconds, transfersPerSecond, readsPerSecond, latencyMs, correctedMs, total } = report;
  if (total.failed > 0) throw new Error(`${total.failed} requests failed: ${JSON.stringify(report)}`);
  const corrected =
    correctedMs === undefined ? {} : { correctedP99Ms: correctedMs.p99, correctedP999Ms: correctedMs.p999 };
  return {
    operations: Math.round((transfersPerSecond + readsPerSecond) * seconds),
    seconds,
    latencyMs,
    resultHash: '',
    more: { ...corrected, generatorCpuSeconds: report.cpuSeconds, ...more },
  };
}
