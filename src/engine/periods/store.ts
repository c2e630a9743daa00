/** Reads about closes of the books, through the pool. */
import { call, type Sql } from '../../db/connect.ts';
import type { BooksState, CarriedRow } from '../../ledger/period.ts';
import type { Fetched, Range } from '../page.ts';
import type { CarryPeriod } from '../period-command.ts';
import { asList } from '../store.ts';

/** As `books_get` tells it. */
export type BooksRow = readonly [
  period: number,
  closedUntil: number,
  carriedTo: number,
  accounts: number,
  carried: boolean,
];

export const booksFromRow = (row: BooksRow | null): BooksState | undefined => {
  if (row === null) return undefined;
  const [period, closedUntil, carriedTo, accounts, carried] = row;
  return { period, closedUntil, carriedTo, accounts, carried };
};

export interface ListedPeriod {
  readonly number: number;
  /** Microseconds since 1970. */
  readonly closedUntil: number;
  readonly closedAt: number;
  /** Balances carried forward so far. */
  readonly accounts: number;
  readonly carried: boolean;
}

/** With what an account was carried forward, minor units. */
export interface ClosingBalance {
  readonly account: number;
  readonly code: string;
  readonly kind: string;
  readonly currency: string;
  readonly debits: bigint;
  readonly credits: bigint;
}

const READ = { deadlineMs: 5000, read: true } as const;
/** Accounts that one page of closing balances looks at: many may have none. */
const EXAMINED_MAX = 2000;

export class PeriodReads {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What the newest close of a ledger carries forward next, of so many accounts; undefined where nothing is left. */
  async next(ledgerId: number, accounts: number): Promise<CarryPeriod | undefined> {
    const [row] = await call(
      () => this.#sql<{ r: CarryPage | null }[]>`
        select bahi.period_carry_page(${ledgerId}::integer, ${accounts}::integer) as r`,
      READ,
    );
    const page = (row as { r: CarryPage | null }).r;
    if (page === null) return undefined;
    const { period, after, up_to: upTo, rows, last } = page;
    return { type: 'period.carry', period, after, upTo, rows, last };
  }

  /** Ledgers whose newest close is still being carried forward, but these. */
  async due(except: readonly number[]): Promise<readonly number[]> {
    const [row] = await call(
      () => this.#sql<{ r: number[] }[]>`select bahi.period_due(${asList(except)}::text::integer[]) as r`,
      READ,
    );
    return (row as { r: number[] }).r;
  }

  /** Closes by number. */
  async list(ledgerId: number, { beyond, descending, count }: Range): Promise<Fetched<ListedPeriod>> {
    const [row] = await call(
      () => this.#sql<{ r: PeriodRow[] }[]>`
        select bahi.period_list(${ledgerId}::integer, ${beyond}::bigint, ${descending}::boolean, ${count}::integer) as r`,
      READ,
    );
    const rows = (row as { r: PeriodRow[] }).r.map(([number, closedUntil, closedAt, accounts, carried]) => ({
      number,
      closedUntil,
      closedAt,
      accounts,
      carried,
    }));
    return { rows, examinedTo: null };
  }

  /** Balances carried forward at a close, in the order of accounts; undefined where there is no such close. */
  async balances(
    ledgerId: number,
    period: number,
    { beyond, descending, count }: Range,
  ): Promise<Fetched<ClosingBalance> | undefined> {
    const [row] = await call(
      () => this.#sql<{ r: BalancePage | null }[]>`
        select bahi.period_balances(${ledgerId}::integer, ${period}::bigint, ${beyond}::bigint, ${descending}::boolean,
          ${count}::integer, ${EXAMINED_MAX}::integer) as r`,
      READ,
    );
    const page = (row as { r: BalancePage | null }).r;
    if (page === null) return undefined;
    const rows = page.rows.map(([account, code, kind, currency, debits, credits]) => ({
      account,
      code,
      kind,
      currency,
      debits: BigInt(debits),
      credits: BigInt(credits),
    }));
    return { rows, examinedTo: page.examined_to };
  }
}

interface CarryPage {
  readonly period: number;
  readonly after: number;
  readonly up_to: number;
  readonly last: boolean;
  readonly rows: readonly CarriedRow[];
}

type PeriodRow = readonly [
  number: number,
  closedUntil: number,
  closedAt: number,
  accounts: number,
  carried: boolean,
];

interface BalancePage {
  readonly rows: readonly (readonly [
    account: number,
    code: string,
    kind: string,
    currency: string,
    debits: string,
    credits: string,
  ])[];
  readonly examined_to: number | null;
}
