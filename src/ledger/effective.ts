/**
 * Effective time: when a transfer counts in reports, where that is not when it was posted. Pure.
 *
 * `posted_at` is the database's and orders history; `effective_at` is the client's and moves nothing in it. Bounds,
 * holds and every decision go by what is posted: a transfer that is dated back can show a balance by effective time that
 * stood outside of a bound, since nobody could have refused it then.
 *
 *   PLAIN      no effective_at: effective when posted, nothing is stored beside the entries
 *   DATED      effective_at up to posted_at and not too long before it: a row for each entry, that never changes
 *   REFUSED    effective_in_future, effective_too_early, period_closed: an event, and nothing moves
 *
 * Reversals and adjustments state one of their own, as every other transfer that moves its amounts at once. What moves nothing
 * yet has none: a hold; and its captures count when they are posted, since what they take was there to be seen until then.
 *
 * Not in the future: money that is posted can be spent at once, so it is there. What is to happen later is posted later.
 */
import type { RefusalCode } from '../kernel/failure.ts';
import type { Entry } from './transfer.ts';

/** Ten years: longer than books have to be kept (Companies Act, 2013, s. 128(5): eight), and shorter than a slip in the year. */
export const EFFECTIVE_AGE_DAYS_MAX = 3653;
const DAY_MICROS = 86_400_000_000;

/**
 * Why a transfer posted at `at` may not be effective then, where the books are closed up to a moment (period.ts); all in
 * microseconds since 1970. Undefined: it may.
 */
export function checkEffective(
  effectiveAt: number,
  at: number,
  closedUntil: number | undefined,
): RefusalCode | undefined {
  if (effectiveAt > at) return 'effective_in_future';
  if (effectiveAt < at - EFFECTIVE_AGE_DAYS_MAX * DAY_MICROS) return 'effective_too_early';
  return closedUntil !== undefined && effectiveAt < closedUntil ? 'period_closed' : undefined;
}

/** Row of the table entry_effective: account, position, microseconds since 1970, minor units as in the entry. */
export type EffectiveRow = readonly [account: string, position: string, effectiveAt: string, amount: string];

/** The row that dates an entry. */
export const effectiveRow = ({ account, position, amount }: Entry, effectiveAt: number): EffectiveRow => [
  String(account),
  String(position),
  String(effectiveAt),
  String(amount),
];
