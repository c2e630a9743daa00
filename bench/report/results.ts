/** The figures of a run, as they are written to JSON and read by the report, the checks and a comparison. */
import { type Figure, perSecond } from '../rounds.ts';
import { median, spread } from '../statistics.ts';
import type { Latency, Level, Size } from '../workload.ts';
import type { ByEmpty } from './by-empty.ts';

export interface Result {
  readonly name: string;
  readonly level: Level;
  readonly what: string;
  readonly unit: 'per second' | 'seconds';
  /** Of one round. */
  readonly operations: number;
  /** The unit's figure in each round, in order. */
  readonly rounds: readonly number[];
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  /** Medians over the rounds. */
  readonly latencyMs?: Latency;
  readonly memoryBytesMax?: number;
  /** Of what goes over HTTP. */
  readonly byEmpty?: ByEmpty;
  readonly more: Readonly<Record<string, number>>;
  readonly resultHash: string;
}

export interface Run {
  readonly machine: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly size: Size;
  readonly seed: number;
  readonly minutes: number;
  readonly results: readonly Result[];
}

export function resultOf({ workload, rounds }: Figure): Result {
  const { name, level, what, unit = 'per second' } = workload;
  const values = rounds.map((round) => (unit === 'seconds' ? round.seconds : perSecond(round)));
  const [least, greatest] = spread(values);
  const latencies = rounds.flatMap(({ latencyMs }) => (latencyMs ? [latencyMs] : []));
  const memory = rounds.flatMap(({ memoryBytesMax }) => (memoryBytesMax ? [memoryBytesMax] : []));
  const last = rounds.at(-1);
  const medianOf = (key: keyof Latency): number => median(latencies.map((latency) => latency[key]));
  return {
    name,
    level,
    what,
    unit,
    operations: last?.operations ?? 0,
    rounds: values,
    median: median(values),
    least,
    greatest,
    ...(latencies.length > 0 && {
      latencyMs: {
        p50: medianOf('p50'),
        p95: medianOf('p95'),
        p99: medianOf('p99'),
        p999: medianOf('p999'),
        max: Math.max(...latencies.map(({ max }) => max)),
      },
    }),
    ...(memory.length > 0 && { memoryBytesMax: Math.max(...memory) }),
    more: Object.fromEntries(
      Object.keys(last?.more ?? {}).map((key) => [
        key,
        median(rounds.map(({ more }) => more?.[key] ?? Number.NaN)),
      ]),
    ),
    resultHash: last?.resultHash ?? '',
  };
}
