/**
 * Amounts that provoke an outcome in a sandbox ledger: a leg of so many minor units, in whatever currency and between
 * whatever accounts, so that an integrator can meet every answer to a transfer without arranging for it. In INR 990001
 * is 9900.01. A live ledger knows none of them.
 *
 *   refusals                 recorded as any other, final for their key
 *   faults                   nothing is stored and the key stays unused; sent again, they come again
 *   990054, outcome_unknown  the transfer is carried out and only its answer is lost: sent again, it is the stored answer
 */
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';

/** Ten years at once. */
export const ADVANCE_SECONDS_MAX = 315_360_000;

export const PROVOKED_REFUSALS = {
  990001: 'account_unknown',
  990002: 'same_account',
  990003: 'debit_not_permitted',
  990004: 'account_closed',
  990005: 'debits_frozen',
  990006: 'credits_frozen',
  990007: 'currency_mismatch',
  990008: 'floor_breached',
  990009: 'ceiling_breached',
  990010: 'totals_exceeded',
  990011: 'limit_exceeded',
  990021: 'effective_in_future',
  990022: 'effective_too_early',
  990023: 'period_closed',
} as const satisfies Readonly<Record<number, RefusalCode>>;

export const PROVOKED_FAULTS = {
  990051: 'overloaded',
  990052: 'database_unavailable',
  990053: 'storage_full',
  990054: 'outcome_unknown',
  990055: 'ledger_halted',
  990056: 'shutting_down',
  990057: 'internal',
} as const satisfies Readonly<Record<number, FailureCode>>;

const mapOf = <C extends FailureCode>(table: Readonly<Record<number, C>>): ReadonlyMap<bigint, C> =>
  new Map(Object.entries(table).map(([minor, code]) => [BigInt(minor), code]));
const REFUSALS = mapOf<RefusalCode>(PROVOKED_REFUSALS);
const FAULTS = mapOf<FailureCode>(PROVOKED_FAULTS);

export const provokedRefusal = (amount: bigint): RefusalCode | undefined => REFUSALS.get(amount);
export const provokedFault = (amount: bigint): FailureCode | undefined => FAULTS.get(amount);
