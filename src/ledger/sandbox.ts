/**
 * Amounts that provoke an outcome in a sandbox ledger: so many minor units of a leg, in whatever currency and between
 * whatever accounts, so that an integrator can meet every answer to a transfer without arranging for it. In INR 990001
 * is 9900.01. A live ledger knows none of them.
 *
 *   refusals                 recorded as any other, final for their key
 *   faults                   nothing is stored and the key stays unused; sent again, they come again
 *   990054, outcome_unknown  the command is carried out and only its answer is lost: sent again, it is the stored answer
 *
 * What counts is the amount that a request names: of a leg of a transfer or adjustment, of a capture, of a reversal. Each of
 * these commands knows the amounts of those refusals that it can meet, and all faults; to it any other amount is an amount.
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
  990031: 'not_held',
  990032: 'hold_captured',
  990033: 'hold_voided',
  990034: 'hold_expired',
  990035: 'capture_amounts_mismatch',
  990036: 'capture_exceeds_hold',
  990041: 'not_posted',
  990042: 'reversal_of_reversal',
  990043: 'already_reversed',
  990044: 'reversal_amounts_mismatch',
  990045: 'reversal_exceeds_original',
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

type Provoked = (typeof PROVOKED_REFUSALS)[keyof typeof PROVOKED_REFUSALS];
/** Commands whose requests name amounts. */
export type Provokable = 'transfer.create' | 'transfer.adjust' | 'transfer.capture' | 'transfer.reverse';

const EFFECTIVE = ['effective_in_future', 'effective_too_early', 'period_closed'] as const;
/** What any movement of money may meet at its accounts. */
const OF_ACCOUNTS = [
  'debits_frozen',
  'credits_frozen',
  'floor_breached',
  'ceiling_breached',
  'totals_exceeded',
  'limit_exceeded',
] as const;
const OF_NAMED_ACCOUNTS = [
  'account_unknown',
  'same_account',
  'account_closed',
  'currency_mismatch',
  ...EFFECTIVE,
  ...OF_ACCOUNTS,
] as const;

/** Of the whole transfer that a capture or reversal is about: their refusals name no leg. */
const OF_HOLDS = [
  'not_held',
  'hold_captured',
  'hold_voided',
  'hold_expired',
  'capture_amounts_mismatch',
] as const;
const OF_ORIGINALS = [
  'not_posted',
  'reversal_of_reversal',
  'already_reversed',
  'reversal_amounts_mismatch',
] as const;

/** The refusals that each command knows the amounts of. */
export const PROVOKED_BY: Readonly<Record<Provokable, readonly Provoked[]>> = {
  'transfer.create': ['debit_not_permitted', ...OF_NAMED_ACCOUNTS],
  // Its scope may debit every account.
  'transfer.adjust': OF_NAMED_ACCOUNTS,
  'transfer.capture': [...OF_HOLDS, 'capture_exceeds_hold', 'debit_not_permitted', ...OF_ACCOUNTS],
  'transfer.reverse': [
    ...OF_ORIGINALS,
    ...EFFECTIVE,
    'reversal_exceeds_original',
    'debit_not_permitted',
    'account_closed',
    ...OF_ACCOUNTS,
  ],
};

const REFUSALS: ReadonlyMap<bigint, Provoked> = new Map(
  Object.entries(PROVOKED_REFUSALS).map(([minor, code]) => [BigInt(minor), code]),
);
const FAULTS: ReadonlyMap<bigint, FailureCode> = new Map(
  Object.entries(PROVOKED_FAULTS).map(([minor, code]) => [BigInt(minor), code]),
);
const WITHOUT_LEG: ReadonlySet<Provoked> = new Set([...OF_HOLDS, ...OF_ORIGINALS]);

export function provokedRefusal(by: Provokable, amount: bigint): RefusalCode | undefined {
  const code = REFUSALS.get(amount);
  return code !== undefined && PROVOKED_BY[by].includes(code) ? code : undefined;
}

export const provokedFault = (amount: bigint): FailureCode | undefined => FAULTS.get(amount);

/** True where the code says something of a leg. */
export const isOfLeg = (code: RefusalCode): boolean => !WITHOUT_LEG.has(code as Provoked);
