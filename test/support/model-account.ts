/** An account as the model ledger knows it, and what all that ever happened to it adds up to. */
import type { CreateAccount } from '../../src/engine/command.ts';
import type { ModelHolds } from './model-holds.ts';

/** Money that went from one account to another. */
export interface Movement {
  readonly transfer: number;
  readonly debit: number;
  readonly credit: number;
  readonly amount: bigint;
  /** When it happened, and when it counts: microseconds since 1970. */
  readonly posted: number;
  readonly effective: number;
}

export interface ModelAccount {
  readonly number: number;
  readonly code: string | undefined;
  readonly growsByDebits: boolean;
  readonly currency: string;
  readonly owned: boolean;
  readonly owner: string | null;
  floor: bigint | null;
  ceiling: bigint | null;
  debitsFrozen: boolean;
  creditsFrozen: boolean;
  closed: boolean;
  /** Basis points; null: none. */
  overCaptureBps: number | null;
  /** Minor units that it gives without a second factor; null or absent: any. */
  stepUpAbove?: bigint | null;
  /** Refused transfers that would have debited it. */
  refused: number;
}

/** Money can come out of it that never came in. */
export const isSource = ({ kind, settings }: CreateAccount): boolean =>
  kind === 'asset' || kind === 'expense' || settings.floor === null || settings.floor < 0n;

export const openedAccount = (command: CreateAccount, number: number): ModelAccount => ({
  overCaptureBps: null,
  ...command.settings,
  number,
  code: command.code,
  growsByDebits: ['asset', 'expense'].includes(command.kind),
  currency: command.currency,
  owned: command.owner !== null,
  owner: command.owner,
  refused: 0,
});

/** What the entries of an account must add up to. */
export interface AccountSummary {
  readonly debits: bigint;
  readonly credits: bigint;
  readonly balance: bigint;
  readonly heldDebits: bigint;
  readonly heldCredits: bigint;
  readonly debitCount: number;
  readonly creditCount: number;
  readonly refusedCount: number;
  readonly entries: number;
}

export function summaryOf(
  account: ModelAccount,
  movements: readonly Movement[],
  holds: ModelHolds,
): AccountSummary {
  const debited = movements.filter(({ debit }) => debit === account.number);
  const credited = movements.filter(({ credit }) => credit === account.number);
  const sum = (of: readonly Movement[]): bigint => of.reduce((total, { amount }) => total + amount, 0n);
  // A hold counts from its placement, and not again when it is captured.
  const transfers = (of: readonly Movement[], side: 'debit' | 'credit'): number =>
    new Set([...of.map(({ transfer }) => transfer), ...holds.placedOn(account.number, side)]).size;
  const debits = sum(debited);
  const credits = sum(credited);
  return {
    debits,
    credits,
    balance: account.growsByDebits ? debits - credits : credits - debits,
    heldDebits: holds.held(account.number, 'debit'),
    heldCredits: holds.held(account.number, 'credit'),
    debitCount: transfers(debited, 'debit'),
    creditCount: transfers(credited, 'credit'),
    refusedCount: account.refused,
    entries:
      debited.length +
      credited.length +
      account.refused +
      holds.still.filter((one) => one === account.number).length,
  };
}
