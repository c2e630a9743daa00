/**
 * Holds: amounts that are reserved and have not moved, and what may become of them.
 *
 *   held  -capture->  held | posted
 *   held  -void->     voided
 *   held  -expire->   expired
 *
 * Every other transition is refused with a code of its own and changes nothing (`refusalOf`). Time decides exactly: from
 * `expiresAt` on a hold can only expire, whether or not anybody has recorded that yet. A hold is placed by `postLegs` and
 * reserves room at both sides of each leg: what it holds at the payer counts as gone, at the payee as there. So a capture
 * of what is held, or a release, never lowers what is available anywhere, and is not checked against floor or ceiling again.
 *
 * Where the payer's account allows over-capture, captures may take more than a leg holds, up to its percentage of the
 * leg's amount, all captures counted. What goes beyond the hold is taken from what is available and is checked against
 * both bounds, and against limits, as a transfer is. A hold whose legs are all captured to their amount has ended: nothing goes beyond it later.
 *
 * Invariants: captured <= amount + over-capture in every leg, by the setting in force at each capture; an account's held
 * totals are the sums of what its open holds have left.
 */
import { assert } from '../kernel/assert.ts';
import type { RefusalCode } from '../kernel/failure.ts';
import type { AccountState } from './account.ts';
import { exceededLimit, leftOf, noteRelease, type Standing } from './limit.ts';
import { overCaptureOf } from './over-capture.ts';
import { countCapture, Pools, poolAgainst, poolsOf } from './pool.ts';
import {
  type Entry,
  entryOf,
  isCustomerAccountWithFloor,
  positionOf,
  type Refusal,
  roomRefusal,
  UndoLog,
} from './transfer.ts';

export const HOLD_STATUSES = ['held', 'posted', 'voided', 'expired'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** A leap year: longer than any authorisation that cards or mandates know. */
export const HOLD_SECONDS_MAX = 31_622_400;

export interface HoldLeg {
  /** Numbers of the accounts. */
  readonly debit: number;
  readonly credit: number;
  readonly currency: string;
  /** Minor units. */
  readonly amount: bigint;
  captured: bigint;
}

/** A hold in memory: mutated in place by the fold, as accounts are. */
export interface HoldState {
  /** Number of the transfer that placed it. */
  readonly id: number;
  /** Microseconds since 1970. */
  readonly expiresAt: number;
  readonly legs: readonly HoldLeg[];
  status: HoldStatus;
  /** Number of the newest event that changed it. */
  changed: number;
  /** `changed` when it came or eviction last passed it by. */
  passedBy: number;
}

/** The accounts of one leg. */
export interface Sides {
  readonly debit: AccountState;
  readonly credit: AccountState;
}

/** What a leg still reserves, minor units. */
export const remainingOf = ({ status }: Pick<HoldState, 'status'>, { amount, captured }: HoldLeg): bigint =>
  status === 'held' && captured < amount ? amount - captured : 0n;

/** What a capture of so much takes beyond what the leg still holds. */
const NO_POOLS = new Pools();
const beyondOf = ({ amount, captured }: HoldLeg, asked: bigint): bigint => {
  const beyond = captured + asked - (captured > amount ? captured : amount);
  return beyond > 0n ? beyond : 0n;
};

/** Why a hold can be neither captured nor voided at this moment; null stands for a transfer that is no hold. */
export function refusalOf(hold: HoldState | null, at: number): RefusalCode | undefined {
  if (hold === null) return 'not_held';
  if (hold.status === 'posted') return 'hold_captured';
  if (hold.status === 'voided') return 'hold_voided';
  return hold.status === 'expired' || at >= hold.expiresAt ? 'hold_expired' : undefined;
}

/** Only time ends a hold this way, so there is nothing to refuse: it is due, or nothing happens. */
export const isDue = (hold: HoldState | null, at: number): boolean =>
  hold?.status === 'held' && at >= hold.expiresAt;

function checkLeg(
  leg: HoldLeg,
  sides: Sides,
  amount: bigint,
  unrestricted: boolean,
): RefusalCode | undefined {
  if (amount === 0n) return undefined;
  const { debit, credit } = sides;
  const { overCaptureBps = 0 } = debit.settings;
  if (leg.captured + amount > leg.amount + overCaptureOf(leg.amount, overCaptureBps))
    return 'capture_exceeds_hold';
  assert(!debit.settings.closed && !credit.settings.closed, 'an account with holds is not closed');
  if (!unrestricted && !isCustomerAccountWithFloor(debit)) return 'debit_not_permitted';
  if (debit.settings.debitsFrozen) return 'debits_frozen';
  if (credit.settings.creditsFrozen) return 'credits_frozen';
  const beyond = beyondOf(leg, amount);
  return beyond > 0n ? roomRefusal(debit, credit, beyond) : undefined;
}

/**
 * Captures an amount of each leg, or nothing and says why.
 *
 * Requires: `refusalOf` has nothing against it; one amount and one pair of accounts a leg; not all amounts zero.
 * Ensures: two entries for each leg that changes, what it captures as their amount, held less by as much as was held of
 * it; where nothing remains, or the capture is final, the same entries release the rest and the hold is posted. Entries
 * that go beyond the hold carry the bounds. Legs apply in their order. Counts stay: it was counted when it was placed.
 * Limits that were lowered below what is used since stand against it where they are decided `anew`.
 */
export function captureHold(
  hold: HoldState,
  sides: readonly Sides[],
  amounts: readonly bigint[],
  final: boolean,
  unrestricted: boolean,
  number: number,
  entries: Entry[],
  pools: Pools = NO_POOLS,
  anew = false,
): Refusal | undefined {
  assert(
    hold.status === 'held' && amounts.length === hold.legs.length,
    'a capture has an amount for each leg',
  );
  const ends = final || hold.legs.every((leg, i) => leg.captured + (amounts[i] as bigint) >= leg.amount);
  const length = entries.length;
  const undo = hold.legs.length > 1 ? new UndoLog() : undefined;
  for (const [i, leg] of hold.legs.entries()) {
    const side = sides[i] as Sides;
    const amount = amounts[i] as bigint;
    const code = checkLeg(leg, side, amount, unrestricted);
    const beyond = beyondOf(leg, amount);
    const exceeded =
      code === undefined && (beyond > 0n || anew) ? limitAgainst(pools, side, beyond) : undefined;
    if (code !== undefined || exceeded) {
      undo?.restore();
      entries.length = length;
      return exceeded
        ? { code: 'limit_exceeded', leg: i, limit: leftOf(exceeded) }
        : { code: code as RefusalCode, leg: i };
    }
    undo?.remember(side.debit);
    undo?.remember(side.credit);
    if (undo)
      for (const pool of [...poolsOf(pools, 'debit', side), ...poolsOf(pools, 'credit', side)])
        undo.rememberPool(pool);
    countCapture(pools, side, amount, beyond, number);
    const unheld = ends ? remainingOf(hold, leg) : amount - beyond;
    changeLeg(side, amount, unheld, beyond, positionOf(number, i), number, entries);
  }
  // After this point the capture must succeed.
  for (const [i, leg] of hold.legs.entries()) leg.captured += amounts[i] as bigint;
  if (ends) hold.status = 'posted';
  hold.changed = number;
  return undefined;
}

/** The limit of the payer, of its pools, of the payee, or of its pools, that stands against what goes beyond a hold; as a transfer it counts already. */
const limitAgainst = (pools: Pools, sides: Sides, beyond: bigint): Standing | undefined =>
  exceededLimit(sides.debit, 'debit', beyond, false) ??
  poolAgainst(pools, 'debit', sides, beyond, () => false) ??
  exceededLimit(sides.credit, 'credit', beyond, false) ??
  poolAgainst(pools, 'credit', sides, beyond, () => false);

/** Gives back all that the hold still reserves. Requires that it is held; ensures two entries for each leg with a rest. */
export function releaseHold(
  hold: HoldState,
  sides: readonly Sides[],
  status: 'voided' | 'expired',
  number: number,
  entries: Entry[],
): void {
  assert(hold.status === 'held', 'only what is held is released');
  for (const [i, leg] of hold.legs.entries())
    changeLeg(sides[i] as Sides, 0n, remainingOf(hold, leg), 0n, positionOf(number, i), number, entries);
  hold.status = status;
  hold.changed = number;
}

/** Moves an amount, of which so much was not held, and holds so much less at both sides: an amount of zero is a release. */
function changeLeg(
  { debit, credit }: Sides,
  amount: bigint,
  unheld: bigint,
  beyond: bigint,
  position: number,
  number: number,
  entries: Entry[],
): void {
  if (unheld === 0n && amount === 0n) return;
  assert(
    unheld + beyond >= amount && debit.heldDebits >= unheld && credit.heldCredits >= unheld,
    'held totals cover their holds',
  );
  const released = unheld + beyond - amount;
  noteRelease(debit, 'debit', released, number);
  noteRelease(credit, 'credit', released, number);
  debit.debits += amount;
  debit.heldDebits -= unheld;
  entries.push(entryOf(debit, position, -amount, number, beyond > 0n ? debit.netMin : null, null));
  credit.credits += amount;
  credit.heldCredits -= unheld;
  entries.push(entryOf(credit, position, amount, number, null, beyond > 0n ? credit.netMax : null));
}
