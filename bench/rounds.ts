/**
 * Runs workloads in rounds, in alternating order, so that none always comes first; verifies every ledger of the last
 * round; and holds each workload's rounds against each other.
 */
import { performance } from 'node:perf_hooks';
import { figure } from './report/numbers.ts';
import type { OpenStage } from './stage.ts';
import type { Measured, Size, Workload } from './workload.ts';

export interface Figure {
  readonly workload: Workload;
  /** One a round, in order. */
  readonly rounds: readonly Measured[];
}

export type Note = (text: string) => void;

export const perSecond = ({ operations, seconds }: Measured): number => operations / seconds;

export interface Rounds {
  readonly workloads: readonly Workload[];
  readonly size: Size;
  readonly rounds: number;
  /** False: once is enough for this one. */
  readonly isRepeated: (workload: Workload) => boolean;
}

/** Fails when a ledger is not sound, or when rounds of a workload came to different results. */
export async function runRounds(
  stage: OpenStage,
  { workloads, size, rounds, isRepeated }: Rounds,
  note: Note,
): Promise<Figure[]> {
  const measured = new Map<Workload, Measured[]>(workloads.map((workload) => [workload, []]));
  const repeated = workloads.filter(isRepeated);
  const total = workloads.length + repeated.length * (rounds - 1);
  const startedMs = performance.now();
  let done = 0;
  for (let round = 1; round <= rounds; round++) {
    const order = round === 1 ? workloads : round % 2 === 1 ? repeated : repeated.toReversed();
    for (const workload of order) {
      const found = await workload.run(stage, size, round);
      await stage.settle({ verify: round === rounds || !isRepeated(workload) });
      measured.get(workload)?.push(found);
      done++;
      const leftMs = ((performance.now() - startedMs) / done) * (total - done);
      note(`${label(workload, round, found)} (${done} of ${total}, about ${minutes(leftMs)} left)`);
    }
  }
  return [...measured].map(([workload, list]) => {
    const results = new Set(list.map(({ resultHash }) => resultHash));
    if (results.size > 1) throw new Error(`${workload.name}: the rounds came to different results`);
    return { workload, rounds: list };
  });
}

const label = ({ name, unit }: Workload, round: number, found: Measured): string =>
  unit === 'seconds'
    ? `${name}, round ${round}: ${found.seconds.toFixed(2)} s`
    : `${name}, round ${round}: ${figure(perSecond(found))} a second`;

const minutes = (ms: number): string =>
  ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;
