/**
 * Pools: limits over several accounts of one currency together, such as all accounts of one customer.
 *
 * What counts is what leaves or enters the pool: a leg between two of its accounts does not. Outgoing counts in the pools of
 * the account that is debited, incoming in those of the account that is credited, and otherwise as in limit.ts: a hold by all
 * of its amount when it is placed, once, a capture only by what goes beyond its hold, and nothing is given back. Counts go by
 * transfer, once a pool. A net limit counts what goes out less what was credited; what is held to come in is credited by its captures.
 *
 * Membership is looked at when something counts: when a hold is placed, and for what a capture credits or takes beyond it when it
 * is captured. An account brings nothing along when it joins, and takes nothing away when it leaves.
 *
 * A pool counts whether or not it has limits. Its totals never fall, so windows are differences of them, by the very code of the limits of
 * accounts. They are stored as one row a pool and batch that counted something, however much: all events of a batch have one time.
 * That row is what a pool costs; an account that is in none costs nothing.
 */
import { defined } from '../kernel/assert.ts';
import type { AccountState } from './account.ts';
import {
  type AccountLimits,
  exceededLimit,
  type Limit,
  type LimitTotals,
  notePoints,
  type Standing,
} from './limit.ts';

/** Accounts that one command may bring into a pool, and that a pool may list. */
export const POOL_ACCOUNTS_MAX = 500;
/** Pools that an account may be in. */
export const ACCOUNT_POOLS_MAX = 4;

export interface PoolIdentity {
  /** Number of the event that created it. */
  readonly id: number;
  readonly name: string;
  readonly currency: string;
  /** All of this owner's accounts in the currency are in it; null where it lists its accounts. */
  readonly owner: string | null;
}

/**
 * A pool in memory, mutated in place as accounts are. As totals of limits: debits is what went out, credits what was credited, held
 * credits what came in and was not credited, below zero where accounts joined between a hold and its capture.
 */
export interface PoolState extends LimitTotals {
  readonly identity: PoolIdentity;
  /** In force, in the order in which they are checked. */
  terms: readonly Limit[];
  limits?: AccountLimits | undefined;
  debits: bigint;
  credits: bigint;
  readonly heldDebits: 0n;
  heldCredits: bigint;
  debitCount: number;
  creditCount: number;
  /** How many accounts it lists; zero where it has an owner. */
  members: number;
  /** Number of the newest event that counted something in it; zero: none since it came into memory. */
  counted: number;
  /** As of accounts. */
  changed: number;
  passedBy: number;
}

/** The pools in memory by number. */
export class Pools extends Map<number, PoolState> {
  /** Those in which the batch at hand counted something, be it taken back. */
  readonly counted = new Set<PoolState>();
}

type Side = 'debit' | 'credit';
/** The accounts of a leg. */
export interface PoolSides {
  readonly debit: AccountState | undefined;
  readonly credit: AccountState | undefined;
}

const NONE: readonly PoolState[] = [];

const isIn = (account: AccountState | undefined, pool: number): boolean =>
  account?.settings.pools?.includes(pool) ?? false;

/** Pools that a leg leaves (debit) or enters (credit), in the order of their numbers. Requires that memory has them. */
export function poolsOf(pools: Pools, side: Side, { debit, credit }: PoolSides): readonly PoolState[] {
  const [account, other] = side === 'debit' ? [debit, credit] : [credit, debit];
  const ids = account?.settings.pools;
  if (ids === undefined) return NONE;
  return ids
    .filter((id) => !isIn(other, id))
    .map((id) => defined(pools.get(id), 'a pool of an account that a transfer names'));
}

/** The limit of the first pool of this side that stands against an amount. `counts`: whether the transfer counts in it by this leg. */
export function poolAgainst(
  pools: Pools,
  side: Side,
  sides: PoolSides,
  amount: bigint,
  counts: (pool: PoolState) => boolean,
): Standing | undefined {
  for (const pool of poolsOf(pools, side, sides)) {
    const standing = pool.limits && exceededLimit(pool, side, amount, counts(pool));
    if (standing) return standing;
  }
  return undefined;
}

/** True where an earlier leg of the transfer leaves, or enters, the pool as well: counts go by transfer. */
export const countedBefore = (
  legs: readonly PoolSides[],
  before: number,
  side: Side,
  { identity: { id } }: PoolState,
): boolean => {
  const [own, other] = side === 'debit' ? (['debit', 'credit'] as const) : (['credit', 'debit'] as const);
  return legs.slice(0, before).some((leg) => isIn(leg[own], id) && !isIn(leg[other], id));
};

/** Counts leg `i` of a transfer that is posted or held. */
export function countLeg(
  pools: Pools,
  legs: readonly (PoolSides & { readonly amount: bigint })[],
  i: number,
  held: boolean,
  number: number,
): void {
  const leg = legs[i] as (typeof legs)[number];
  for (const pool of poolsOf(pools, 'debit', leg)) {
    if (!countedBefore(legs, i, 'debit', pool)) pool.debitCount++;
    pool.debits += leg.amount;
    note(pools, pool, number);
  }
  for (const pool of poolsOf(pools, 'credit', leg)) {
    if (!countedBefore(legs, i, 'credit', pool)) pool.creditCount++;
    if (held) pool.heldCredits += leg.amount;
    else pool.credits += leg.amount;
    note(pools, pool, number);
  }
}

/** Counts what a capture credits, of which so much goes beyond its hold. */
export function countCapture(
  pools: Pools,
  sides: PoolSides,
  amount: bigint,
  beyond: bigint,
  number: number,
): void {
  if (amount === 0n) return;
  if (beyond > 0n)
    for (const pool of poolsOf(pools, 'debit', sides)) {
      pool.debits += beyond;
      note(pools, pool, number);
    }
  for (const pool of poolsOf(pools, 'credit', sides)) {
    pool.credits += amount;
    pool.heldCredits += beyond - amount;
    note(pools, pool, number);
  }
}

function note(pools: Pools, pool: PoolState, number: number): void {
  pool.changed = number;
  pool.counted = number;
  pools.counted.add(pool);
  notePoints(pool);
}

/** What a pool was before a transfer counted in it. */
export function poolSnapshot(pool: PoolState): () => void {
  const { debits, credits, heldCredits, debitCount, creditCount, counted, changed } = pool;
  return () => {
    Object.assign(pool, { debits, credits, heldCredits, debitCount, creditCount, counted, changed });
    notePoints(pool);
  };
}

/** Of what a pool has counted after a batch: as the row has it. */
export const incomingOf = ({ credits, heldCredits }: PoolState): bigint => credits + heldCredits;
