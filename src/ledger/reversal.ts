/**
 * Reversals: what was posted goes back, whole or in parts, as a transfer of its own that names what it reverses.
 *
 *   posted  -reverse->  posted | reversed
 *
 * Every other transition is refused with a code of its own and changes nothing (`refusalOf`): what is refused, or was held
 * and so moved nothing itself (its captures did, and are reversible), what is reversed to its end, and a reversal.
 *
 * The legs go back with their sides swapped, the last one first, so that what a transfer passed on comes back before it is
 * given back. They are checked as those of every other transfer: whoever received pays now, and may be frozen, closed,
 * limited, or have spent it. A reversal counts in the limits of both sides as a transfer of its own, and gives no room back.
 *
 * Invariant: reversed <= amount in every leg, whatever is reversed at once.
 */
import { assert } from '../kernel/assert.ts';
import type { RefusalCode } from '../kernel/failure.ts';
import type { AccountState } from './account.ts';
import type { Pools } from './pool.ts';
import { type Entry, postLegs, type Refusal } from './transfer.ts';

export const ORIGINAL_STATUSES = ['posted', 'reversed', 'unposted', 'reversal'] as const;
/** `unposted` moved nothing, `reversal` may not be reversed; neither ever changes. */
export type OriginalStatus = (typeof ORIGINAL_STATUSES)[number];

export interface OriginalLeg {
  /** Numbers of the accounts. */
  readonly debit: number;
  readonly credit: number;
  readonly currency: string;
  /** Minor units; zero where a capture left a leg as it was. */
  readonly amount: bigint;
  reversed: bigint;
}

/** A transfer that somebody wants to reverse, in memory: mutated in place by the fold, as accounts are. */
export interface OriginalState {
  /** Number of its event. */
  readonly id: number;
  readonly kind: 'posted' | 'unposted' | 'reversal';
  /** None where nothing was posted. */
  readonly legs: readonly OriginalLeg[];
  /** Number of the newest event that reversed it; its own where none did. */
  changed: number;
  /** `changed` when it came or eviction last passed it by. */
  passedBy: number;
}

/** The accounts of a leg of the original. */
export interface OriginalSides {
  readonly debit: AccountState;
  readonly credit: AccountState;
}

/** What a leg has left to be reversed, minor units. */
export const restOf = ({ amount, reversed }: OriginalLeg): bigint => amount - reversed;

export function statusOf({ kind, legs }: OriginalState): OriginalStatus {
  if (kind !== 'posted') return kind;
  return legs.some((leg) => restOf(leg) > 0n) ? 'posted' : 'reversed';
}

/** Why nothing of it can be reversed. */
export function refusalOf(original: OriginalState): RefusalCode | undefined {
  const status = statusOf(original);
  if (status === 'unposted') return 'not_posted';
  if (status === 'reversal') return 'reversal_of_reversal';
  return status === 'reversed' ? 'already_reversed' : undefined;
}

/**
 * Spreads an amount over rests in proportion to them, by largest remainder; of equal remainders the first is served first.
 *
 * Requires: 0 < amount <= sum of the rests. Ensures: the shares are in sum exactly the amount, and each is at most its
 * rest and less than one minor unit from its exact share.
 */
export function spread(amount: bigint, rests: readonly bigint[]): bigint[] {
  const all = rests.reduce((sum, rest) => sum + rest, 0n);
  assert(amount > 0n && amount <= all, 'what is spread finds room');
  const shares = rests.map((rest) => (amount * rest) / all);
  const missing = Number(amount - shares.reduce((sum, share) => sum + share, 0n));
  const remainders = rests.map((rest, i) => ({ i, remainder: (amount * rest) % all }));
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.i - b.i : a.remainder > b.remainder ? -1 : 1));
  for (const { i } of remainders.slice(0, missing)) shares[i] = (shares[i] as bigint) + 1n;
  return shares;
}

/** Indexes of the legs that a reversal moves, in the order in which it moves them. */
export const movedLegs = (amounts: readonly bigint[]): number[] =>
  amounts.flatMap((amount, i) => (amount > 0n ? [i] : [])).reverse();

/**
 * Reverses an amount of each leg, or nothing and says why; a refusal names the leg of the original.
 *
 * Requires: `refusalOf` has nothing against it; one amount and one pair of accounts a leg; not all amounts zero.
 * Ensures: two entries for each leg that moves, in the order of `movedLegs`; it counts as a transfer of its own.
 */
export function reverse(
  original: OriginalState,
  sides: readonly OriginalSides[],
  amounts: readonly bigint[],
  unrestricted: boolean,
  number: number,
  entries: Entry[],
  pools?: Pools,
): Refusal | undefined {
  assert(statusOf(original) === 'posted' && amounts.length === original.legs.length, 'there is a rest');
  const beyond = original.legs.findIndex((leg, i) => (amounts[i] as bigint) > restOf(leg));
  if (beyond !== -1) return { code: 'reversal_exceeds_original', leg: beyond };
  const moved = movedLegs(amounts);
  const legs = moved.map((i) => ({
    debit: sides[i]?.credit,
    credit: sides[i]?.debit,
    amount: amounts[i] as bigint,
    currency: original.legs[i]?.currency ?? '',
  }));
  const refusal = postLegs(legs, number, unrestricted, false, entries, undefined, pools);
  if (refusal) return { ...refusal, leg: moved[refusal.leg] as number };
  // After this point the reversal must succeed.
  for (const [i, leg] of original.legs.entries()) leg.reversed += amounts[i] as bigint;
  original.changed = number;
  return undefined;
}
