/**
 * Figures over HTTP beside an empty Hono request of the same run: absolute ones orient, ratios can be held against those
 * of another machine.
 */
import type { Level } from '../workload.ts';
import type { Result } from './results.ts';

export const EMPTY_ONE = 'baseline/empty request, 1 connection';
export const EMPTY_MANY = 'baseline/empty request, 256 connections';

/** Operations of a figure by empty requests, and its p99 by theirs. */
export interface ByEmpty {
  readonly rate: number;
  readonly p99: number | undefined;
}

/** Their rate is set by the workload, so it tells nothing. */
const PACED: ReadonlySet<string> = new Set(['http/open loop', 'http/lone request beside a flood']);

export const isOverHttp = ({ level }: { readonly level: Level }): boolean =>
  level === 'http' || level === 'bulk';

/** Corrected for coordinated omission where the load was a closed loop. */
export const p99MsOf = ({ more, latencyMs }: Result): number | undefined =>
  more['correctedP99Ms'] ?? latencyMs?.p99;

/** Adds the ratio to every figure over HTTP, where the empty requests were measured. */
export function besideEmpty(results: readonly Result[]): Result[] {
  const byName = new Map(results.map((result) => [result.name, result]));
  return results.map((result) => {
    const empty = byName.get(result.name === 'http/1 connection' ? EMPTY_ONE : EMPTY_MANY);
    if (!isOverHttp(result) || PACED.has(result.name) || empty === undefined) return result;
    const [one, other] = [p99MsOf(result), p99MsOf(empty)];
    const p99 = one === undefined || other === undefined ? undefined : one / other;
    return { ...result, byEmpty: { rate: result.median / empty.median, p99 } };
  });
}
