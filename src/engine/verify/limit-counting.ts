/** What counts in one limit, added up for the second books: of an account (limit-books.ts) or of a pool (pool-books.ts). */
import { type CalendarWindow, windowAt } from '../../ledger/calendar-window.ts';
import type { LimitRow } from '../limit-json.ts';

export interface Counting {
  readonly name: string;
  readonly direction: string;
  readonly window: string;
  readonly amount: bigint | null;
  readonly count: number | null;
  /** Of the calendar's window at hand; unused where the window slides. */
  end: number;
  sum: bigint;
  transfers: number;
  /** Where it slides: what counts now, oldest first. */
  readonly counted: { readonly at: number; readonly sum: bigint; readonly transfers: number }[];
}

/** Another amount or count goes on counting; whatever else changes begins with nothing. */
export const countings = (rows: readonly LimitRow[], before: readonly Counting[] = []): Counting[] =>
  rows.map(([name, direction, window, amount, count]) => {
    const same = before.find(
      (one) => one.name === name && one.direction === direction && one.window === window,
    );
    return {
      end: 0,
      sum: 0n,
      transfers: 0,
      counted: [],
      ...same,
      name,
      direction,
      window,
      amount: amount === null ? null : BigInt(amount),
      count,
    };
  });

/** Takes in what an event counts, and tells by how much that is too much. */
export function countIn(
  limit: Counting,
  at: number,
  sum: bigint,
  back: bigint,
  transfers: number,
  exceeded: (what: string, most: bigint | number, found: bigint | number) => void,
): void {
  if (sum === 0n && back === 0n && transfers === 0) return;
  forgetOld(limit, at);
  limit.sum += sum - back;
  limit.transfers += transfers;
  if (limit.window.endsWith('s')) limit.counted.push({ at, sum: sum - back, transfers });
  if (sum > 0n && limit.amount !== null && limit.sum > limit.amount)
    exceeded('amount', limit.amount, limit.sum);
  if (transfers > 0 && limit.count !== null && limit.transfers > limit.count)
    exceeded('count', limit.count, limit.transfers);
}

/** What was counted before the calendar's window began, or a whole window ago, does not count any more. */
function forgetOld(limit: Counting, at: number): void {
  if (!limit.window.endsWith('s')) {
    if (at < limit.end) return;
    limit.end = windowAt(limit.window as CalendarWindow, at).end;
    limit.sum = 0n;
    limit.transfers = 0;
    return;
  }
  const start = at - Number(limit.window.slice(0, -1)) * 1_000_000;
  const inside = limit.counted.findIndex((one) => one.at > start);
  for (const old of limit.counted.splice(0, inside === -1 ? limit.counted.length : inside)) {
    limit.sum -= old.sum;
    limit.transfers -= old.transfers;
  }
}
