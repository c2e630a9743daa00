/**
 * Period close: up to which moment the books of a ledger are closed, and whether every account is carried forward. Pure.
 *
 *   open      -close->  carrying
 *   carrying  -carry->  carrying | carried
 *   carried   -close->  carrying
 *
 * Every other transition changes nothing: a close while the balances of the one before are still being carried forward is refused
 * with a code of its own (`refusalOf`), as is one of a time to come, and one that is not behind the close before; a carrying finds
 * nothing to do, since the engine alone sends it.
 *
 * From the event of a close on, no transfer that counts before its moment is posted (`checkEffective`); there is no way
 * round it, and no reopening: what was wrong is put right by an adjustment that counts in the open period.
 * So what each account came to before that moment never changes again, and is carried forward behind the close,
 * some accounts an event: posters wait for no more than one such event, and a killed process leaves the rest to the next.
 *
 * Carried forward is the balance of every account, as cumulative debits and credits by effective time: the closing balance
 * of the period and the opening balance of the next. Income and expense are carried like all others: whoever sets them to zero
 * at the end of a year posts transfers to a retained-earnings account that count at its last moment, and then closes. A
 * trial balance of carried balances is so what the entries come to, and nothing is posted that nobody asked for.
 */
import type { RefusalCode } from '../kernel/failure.ts';

/** The newest close of a ledger; mutated in place by the fold. Times in microseconds since 1970. */
export interface BooksState {
  /** Number of the event of the close. */
  readonly period: number;
  /** The first moment that is still open. */
  readonly closedUntil: number;
  /** Number of the last account that was looked at, 0 before the first. */
  carriedTo: number;
  /** Balances carried forward. */
  accounts: number;
  /** Nothing is left to carry forward. */
  carried: boolean;
}

export type BooksStatus = 'open' | 'carrying' | 'carried';

export const statusOf = (books: BooksState | undefined): BooksStatus =>
  books === undefined ? 'open' : books.carried ? 'carried' : 'carrying';

/** Why the books may not be closed at `at` up to that moment; undefined: they may. */
export function refusalOf(
  books: BooksState | undefined,
  closedUntil: number,
  at: number,
): RefusalCode | undefined {
  if (closedUntil > at) return 'period_in_future';
  if (books && closedUntil <= books.closedUntil) return 'period_not_later';
  return statusOf(books) === 'carrying' ? 'period_carrying' : undefined;
}

/** Of an account: what counts before the close, cumulative, minor units. */
export type CarriedRow = readonly [account: string, debits: string, credits: string];
