/**
 * The decision about a transfer, and its effect: pure, in serial order, on the accounts in memory. A transfer moves its
 * amounts, or holds them: the checks are the same, since what is held counts against both bounds as if it had moved.
 *
 * Checks run leg by leg in the order of the refusals in `kernel/failure.ts`; legs apply in their order and every
 * leg must keep the bounds of both its accounts, so no entry of a posted transfer ever stands outside them.
 * A refusal leaves all accounts as they were, but for the counted refusal of the payers.
 */
import { assert } from '../kernel/assert.ts';
import type { RefusalCode } from '../kernel/failure.ts';
import { TOTAL_MINOR_MAX } from '../kernel/money.ts';
import { type AccountState, isDebitNormal } from './account.ts';
import {
  type AccountLimits,
  exceededLimit,
  type LimitLeft,
  leftOf,
  notePoints,
  type Standing,
} from './limit.ts';
import {
  countedBefore,
  countLeg,
  type PoolState,
  Pools,
  poolAgainst,
  poolSnapshot,
  poolsOf,
} from './pool.ts';

export const LEGS_MAX = 100;
/** For accounts that are in none. */
const NO_POOLS = new Pools();

/** One leg with its accounts resolved; undefined where this ledger knows no such account. */
export interface Leg {
  readonly debit: AccountState | undefined;
  readonly credit: AccountState | undefined;
  /** Minor units, above zero. */
  readonly amount: bigint;
  readonly currency: string;
}

/** One change of one account's state with the totals after it: a row of the table entry. */
export interface Entry {
  readonly account: number;
  readonly position: number;
  /** Minor units: above zero a credit, below zero a debit, zero a hold, a release or a counted refusal. */
  readonly amount: bigint;
  readonly debits: bigint;
  readonly credits: bigint;
  readonly heldDebits: bigint;
  readonly heldCredits: bigint;
  readonly debitCount: number;
  readonly creditCount: number;
  readonly refusedCount: number;
  readonly version: number;
  /** Bound in force where the entry moved what is available towards it. */
  readonly netMin: bigint | null;
  readonly netMax: bigint | null;
}

export interface Refusal {
  readonly code: RefusalCode;
  /** Index of the leg that failed. */
  readonly leg: number;
  /** With limit_exceeded: which, and what was left before the transfer. */
  readonly limit?: LimitLeft | undefined;
}

export const positionOf = (number: number, leg: number): number => number * 256 + leg;
export const numberOfPosition = (position: number): number => Math.floor(position / 256);
export const legOfPosition = (position: number): number => position % 256;

/** Why this leg can be neither posted nor held now; undefined when nothing stands against it. */
function checkLeg(leg: Leg, unrestricted: boolean): RefusalCode | undefined {
  const { debit, credit, amount } = leg;
  if (!debit || !credit) return 'account_unknown';
  if (debit === credit) return 'same_account';
  if (!unrestricted && !isCustomerAccountWithFloor(debit)) return 'debit_not_permitted';
  if (debit.settings.closed || credit.settings.closed) return 'account_closed';
  if (debit.settings.debitsFrozen) return 'debits_frozen';
  if (credit.settings.creditsFrozen) return 'credits_frozen';
  if (debit.identity.currency !== leg.currency || credit.identity.currency !== leg.currency)
    return 'currency_mismatch';

  return roomRefusal(debit, credit, amount);
}

/** Why so much more can be neither moved nor held from one account to the other: what is held counts as if it had moved. */
export function roomRefusal(
  debit: AccountState,
  credit: AccountState,
  amount: bigint,
): RefusalCode | undefined {
  const debitNet = debit.credits - debit.debits - amount - debit.heldDebits;
  const creditNet = credit.credits - credit.debits + amount + credit.heldCredits;
  const debitTooLow = debit.netMin !== null && debitNet < debit.netMin;
  const creditTooHigh = credit.netMax !== null && creditNet > credit.netMax;
  // Which bound it is depends on the normal side; floors are reported before ceilings.
  if (debitTooLow && !isDebitNormal(debit.identity.kind)) return 'floor_breached';
  if (creditTooHigh && isDebitNormal(credit.identity.kind)) return 'floor_breached';
  if (debitTooLow || creditTooHigh) return 'ceiling_breached';

  // What is held will be debited and credited one day.
  const debits = debit.debits + debit.heldDebits + amount;
  const credits = credit.credits + credit.heldCredits + amount;
  return debits > TOTAL_MINOR_MAX || credits > TOTAL_MINOR_MAX ? 'totals_exceeded' : undefined;
}

/** What a client may debit without further scope: an account with an owner, whose balance has an end in that direction. */
export const isCustomerAccountWithFloor = (account: AccountState): boolean =>
  account.identity.owner !== null && !isDebitNormal(account.identity.kind) && account.settings.floor !== null;

interface Snapshot {
  readonly account: AccountState;
  readonly totals: readonly [bigint, bigint, bigint, bigint, number, number, number, number];
  readonly released: Pick<AccountLimits, 'released' | 'releasedAt'> | undefined;
}

/** Restores accounts and pools to what they were; the newest snapshot first, so that the oldest wins. */
export class UndoLog {
  readonly #snapshots: Snapshot[] = [];
  readonly #pools: (() => void)[] = [];

  remember(account: AccountState): void {
    const { debits, credits, heldDebits, heldCredits, debitCount, creditCount, version, changed } = account;
    this.#snapshots.push({
      account,
      totals: [debits, credits, heldDebits, heldCredits, debitCount, creditCount, version, changed],
      released: account.limits && {
        released: account.limits.released,
        releasedAt: account.limits.releasedAt,
      },
    });
  }

  rememberPool(pool: PoolState): void {
    this.#pools.push(poolSnapshot(pool));
  }

  restore(): void {
    for (const restorePool of this.#pools.reverse()) restorePool();
    this.#pools.length = 0;
    for (const { account, totals, released } of this.#snapshots.reverse()) {
      [
        account.debits,
        account.credits,
        account.heldDebits,
        account.heldCredits,
        account.debitCount,
        account.creditCount,
        account.version,
        account.changed,
      ] = totals;
      if (!account.limits) continue;
      Object.assign(account.limits, released);
      notePoints(account);
    }
    this.#snapshots.length = 0;
  }
}

/**
 * Posts all legs or none, or holds their amounts where `held`.
 *
 * Requires: 1 to LEGS_MAX legs. Ensures: without a refusal, `entries` has two rows a leg, in order, appended; with
 * one, accounts and `entries` are as before. `undo` takes what a caller needs to take back a whole group.
 */
export function postLegs(
  legs: readonly Leg[],
  number: number,
  unrestricted: boolean,
  held: boolean,
  entries: Entry[],
  undo: UndoLog | undefined,
  pools: Pools = NO_POOLS,
): Refusal | undefined {
  assert(legs.length > 0 && legs.length <= LEGS_MAX, 'a transfer has between one and LEGS_MAX legs');
  const length = entries.length;
  const own = legs.length > 1 ? new UndoLog() : undefined;
  for (let i = 0; i < legs.length; i++) {
    const leg = legs[i] as Leg;
    const code = checkLeg(leg, unrestricted);
    const limit = code === undefined ? checkLimits(legs, i, pools) : undefined;
    if (code !== undefined || limit) {
      own?.restore();
      entries.length = length;
      return limit
        ? { code: 'limit_exceeded', leg: i, limit: leftOf(limit) }
        : { code: code as RefusalCode, leg: i };
    }
    // After this point the leg must succeed.
    const debit = leg.debit as AccountState;
    const credit = leg.credit as AccountState;
    own?.remember(debit);
    own?.remember(credit);
    undo?.remember(debit);
    undo?.remember(credit);
    const isPooled = (debit.settings.pools ?? credit.settings.pools) !== undefined;
    if (isPooled) {
      for (const pool of [...poolsOf(pools, 'debit', leg), ...poolsOf(pools, 'credit', leg)]) {
        own?.rememberPool(pool);
        undo?.rememberPool(pool);
      }
      countLeg(pools, legs, i, held, number);
    }
    const position = positionOf(number, i);
    if (!debitedBefore(legs, i, debit)) debit.debitCount++;
    if (held) debit.heldDebits += leg.amount;
    else debit.debits += leg.amount;
    entries.push(entryOf(debit, position, held ? 0n : -leg.amount, number, debit.netMin, null));
    if (!creditedBefore(legs, i, credit)) credit.creditCount++;
    if (held) credit.heldCredits += leg.amount;
    else credit.credits += leg.amount;
    entries.push(entryOf(credit, position, held ? 0n : leg.amount, number, null, credit.netMax));
  }
  return undefined;
}

/** The limit of the payer or of its pools, or else of the payee or of its pools, that stands against this leg. */
function checkLimits(legs: readonly Leg[], i: number, pools: Pools): Standing | undefined {
  const leg = legs[i] as Leg;
  const { debit, credit, amount } = leg;
  const ofPayer = debit?.limits && exceededLimit(debit, 'debit', amount, !debitedBefore(legs, i, debit));
  const ofPool = (side: 'debit' | 'credit'): Standing | undefined =>
    leg[side]?.settings.pools &&
    poolAgainst(pools, side, leg, amount, (pool) => !countedBefore(legs, i, side, pool));
  return (
    ofPayer ??
    ofPool('debit') ??
    (credit?.limits && exceededLimit(credit, 'credit', amount, !creditedBefore(legs, i, credit))) ??
    ofPool('credit')
  );
}

/** Counts go by transfer: only the first leg that debits an account counts. */
const debitedBefore = (legs: readonly Leg[], before: number, account: AccountState): boolean =>
  legs.findIndex((leg) => leg.debit === account) < before;
const creditedBefore = (legs: readonly Leg[], before: number, account: AccountState): boolean =>
  legs.findIndex((leg) => leg.credit === account) < before;

/** Records a refused transfer at every account that it would have debited, once each. */
export function countRefusal(legs: readonly Leg[], number: number, entries: Entry[]): void {
  for (let i = 0; i < legs.length; i++) {
    const account = legs[i]?.debit;
    if (!account || debitedBefore(legs, i, account)) continue;
    account.refusedCount++;
    entries.push(entryOf(account, positionOf(number, i), 0n, number, null, null));
  }
}

/** The next entry of an account, with its totals as they are now; bounds where it moved towards them. */
export function entryOf(
  account: AccountState,
  position: number,
  amount: bigint,
  number: number,
  netMin: bigint | null,
  netMax: bigint | null,
): Entry {
  account.version++;
  account.changed = number;
  if (account.limits) notePoints(account);
  return {
    account: account.identity.id,
    position,
    amount,
    debits: account.debits,
    credits: account.credits,
    heldDebits: account.heldDebits,
    heldCredits: account.heldCredits,
    debitCount: account.debitCount,
    creditCount: account.creditCount,
    refusedCount: account.refusedCount,
    version: account.version,
    netMin,
    netMax,
  };
}
