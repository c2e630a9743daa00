/**
 * Accounts: what they are and what a decision needs to know of one.
 *
 * Totals only grow: a balance is the difference of cumulative debits and credits. Bounds are kept as bounds of
 * "credits minus debits" (`netMin`, `netMax`), so the checks need not know on which side an account is normal: the
 * floor of a liability is its netMin, the floor of an asset the negative of its netMax.
 *
 *   open    -close->     closed
 *   closed  -reopen->    open
 *   free    -freeze->    frozen
 *   frozen  -unfreeze->  free
 *
 * An account is open or closed, and, in either state, free or frozen for debits and for credits, each on its own. It is opened open.
 * A close is refused with a code of its own and changes nothing (`account_not_empty`) unless the account stands at zero without holds.
 * Settings are what they are set to: one that is set to what it is already is taken, and is no transition.
 *
 * A closed account takes no transfer; bounds may change in either state. A floor never stands above the
 * ceiling. The balance may stand outside of a bound that was changed, and then only moves back (`breachedBounds`).
 */
import type { AccountLimits, Limit, LimitTerms } from './limit.ts';

export const ACCOUNT_KINDS = ['asset', 'liability', 'equity', 'income', 'expense'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** Assets and expenses grow by debits, the others by credits. */
export const isDebitNormal = (kind: AccountKind): boolean => kind === 'asset' || kind === 'expense';

/** What may change about an account; bounds in minor units on the normal side, null for none. */
export interface AccountSettings {
  readonly floor: bigint | null;
  readonly ceiling: bigint | null;
  readonly debitsFrozen: boolean;
  readonly creditsFrozen: boolean;
  readonly closed: boolean;
  /** How much more than a hold on this payer its captures may take, basis points of the hold; absent: nothing. */
  readonly overCaptureBps?: number;
  /** More than this leaves the account only with a second factor of its owner, minor units; absent: never. */
  readonly stepUpAbove?: bigint;
  /** In force, in the order in which they are checked; absent for none. */
  readonly limits?: readonly Limit[];
  /** Numbers of the pools that it is in, ascending; absent for none. */
  readonly pools?: readonly number[];
}

/** Settings that change; null takes away what may be absent, and limits are all that the account has from then on. */
export interface SettingsChange
  extends Partial<Omit<AccountSettings, 'overCaptureBps' | 'stepUpAbove' | 'limits' | 'pools'>> {
  readonly overCaptureBps?: number | null;
  readonly stepUpAbove?: bigint | null;
  readonly limits?: readonly LimitTerms[];
}

/** `limits` are those in force after the change. */
export function changedSettings(
  before: AccountSettings,
  change: SettingsChange,
  limits: readonly Limit[] | undefined,
): AccountSettings {
  const { overCaptureBps: kept, stepUpAbove: above, limits: _, ...settings } = before;
  const { overCaptureBps = kept ?? null, stepUpAbove = above ?? null, limits: __, ...changes } = change;
  return {
    ...settings,
    ...changes,
    ...(overCaptureBps === null ? {} : { overCaptureBps }),
    ...(stepUpAbove === null ? {} : { stepUpAbove }),
    ...(limits === undefined || limits.length === 0 ? {} : { limits }),
  };
}

/**
 * True for an account that can give only what it was given: it grows by credits and cannot fall below zero. What else
 * is opened (an unfloored account, one that debits raise) can be a source of money.
 */
export const cannotCreateMoney = (kind: AccountKind, settings: AccountSettings): boolean =>
  !isDebitNormal(kind) && settings.floor !== null && settings.floor >= 0n;

/**
 * True for a change of bounds by which an account can give more than it could: its floor falls, and below zero; or it
 * is one that debits raise, and its ceiling rises. Only who may open sources of money may make one.
 */
export function letsOutMore(kind: AccountKind, before: AccountSettings, after: AccountSettings): boolean {
  const floorFalls = isBelow(after.floor, before.floor) && (after.floor === null || after.floor < 0n);
  const ceilingRises = before.ceiling !== null && (after.ceiling === null || after.ceiling > before.ceiling);
  return floorFalls || (isDebitNormal(kind) && ceilingRises);
}

/** No floor is below every floor. */
const isBelow = (one: bigint | null, other: bigint | null): boolean =>
  other !== null && (one === null || one < other);

export type BoundName = 'floor' | 'ceiling';

/**
 * Which bounds the balance stands outside of, holds counted: possible only after a bound was changed. Whatever would move
 * it further outside is refused then; what moves it back is posted, even where it stays outside.
 */
export function breachedBounds({ netMin, netMax, ...account }: AccountState): BoundName[] {
  const net = account.credits - account.debits;
  const tooLow = netMin !== null && net - account.heldDebits < netMin;
  const tooHigh = netMax !== null && net + account.heldCredits > netMax;
  const [belowFloor, aboveCeiling] = isDebitNormal(account.identity.kind)
    ? [tooHigh, tooLow]
    : [tooLow, tooHigh];
  return [...(belowFloor ? (['floor'] as const) : []), ...(aboveCeiling ? (['ceiling'] as const) : [])];
}

/** What never changes about an account. */
export interface AccountIdentity {
  /** Number of the event that created it. */
  readonly id: number;
  readonly code: string;
  readonly kind: AccountKind;
  readonly currency: string;
  /** Random id of the customer, null for the bank's own accounts. */
  readonly owner: string | null;
}

/** Cumulative totals after the newest entry, minor units; counts by transfer. */
export interface AccountTotals {
  debits: bigint;
  credits: bigint;
  heldDebits: bigint;
  heldCredits: bigint;
  debitCount: number;
  creditCount: number;
  refusedCount: number;
  /** Ordinal of the newest entry, 0 before the first. */
  version: number;
}

/** An account in memory: the fold's working state, mutated in place. */
export interface AccountState extends AccountTotals {
  readonly identity: AccountIdentity;
  settings: AccountSettings;
  netMin: bigint | null;
  netMax: bigint | null;
  /** What its limits need to know; undefined where it has none. */
  limits?: AccountLimits | undefined;
  /** Number of the newest event that changed it; decides what a discarded batch must forget. */
  changed: number;
  /** `changed` when it came or eviction last passed it by. */
  passedBy: number;
}

export const NO_TOTALS: AccountTotals = {
  debits: 0n,
  credits: 0n,
  heldDebits: 0n,
  heldCredits: 0n,
  debitCount: 0,
  creditCount: 0,
  refusedCount: 0,
  version: 0,
};

const negated = (bound: bigint | null): bigint | null => (bound === null ? null : -bound);

export function accountState(
  identity: AccountIdentity,
  settings: AccountSettings,
  totals: AccountTotals,
  changed: number,
): AccountState {
  const state: AccountState = {
    identity,
    settings,
    netMin: null,
    netMax: null,
    ...totals,
    changed,
    passedBy: changed,
  };
  applySettings(state, settings, changed);
  return state;
}

/** Puts new settings in force and derives the bounds that the checks use. */
export function applySettings(state: AccountState, settings: AccountSettings, number: number): void {
  const debitNormal = isDebitNormal(state.identity.kind);
  state.settings = settings;
  state.netMin = debitNormal ? negated(settings.ceiling) : settings.floor;
  state.netMax = debitNormal ? negated(settings.floor) : settings.ceiling;
  state.changed = number;
}

/** Balances on the normal side, minor units: available is posted less what is held against it. */
export interface Balances {
  readonly posted: bigint;
  readonly held: bigint;
  readonly available: bigint;
}

export function balancesOf(kind: AccountKind, totals: AccountTotals): Balances {
  const debitNormal = isDebitNormal(kind);
  const posted = debitNormal ? totals.debits - totals.credits : totals.credits - totals.debits;
  const held = debitNormal ? totals.heldCredits : totals.heldDebits;
  return { posted, held, available: posted - held };
}
