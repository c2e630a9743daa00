/** Reads of nodes of the chart of accounts through the pool, page by page. */
import { call, type Sql } from '../db/connect.ts';

const READ = { deadlineMs: 5000, read: true } as const;

/** What one page finds of one currency and one normal side. */
export interface ChildSum {
  /** The path of the child; null: this counts for the node itself, and no child is listed for it. */
  readonly path: string | null;
  /** The account whose code that path is. */
  readonly account: number | null;
  readonly hasChildren: boolean;
  readonly currency: string;
  readonly debitNormal: boolean;
  readonly accounts: number;
  /** Minor units on the normal side. */
  readonly posted: bigint;
  readonly held: bigint;
}

export interface ChildrenPage {
  /** The newest event that is in the sums. */
  readonly number: number;
  /** In the order of codes, the sums of a child side by side; none but of accounts that were there by that event. */
  readonly sums: readonly ChildSum[];
  /** The last code looked at, where the page ended for the number of accounts. */
  readonly last: string | null;
  /** Where the next page begins; null: there is none. */
  readonly to: string | null;
}

export interface ChildrenRange {
  /** Null: now. */
  readonly number: number | null;
  /** Null: from the beginning, the node's own account included. */
  readonly low: string | null;
  /** Path of the child that an earlier page began, and this one goes on with. */
  readonly open: string | null;
}

type ChildRow = readonly [
  path: string | null,
  account: number | null,
  hasChildren: boolean | null,
  currency: string,
  debitNormal: boolean,
  accounts: number,
  posted: string,
  held: string,
];

export class TreeReads {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Looks at so many accounts at most, and lists so many children and one that was begun; none: sums of the node alone. */
  async children(
    ledgerId: number,
    under: string,
    { number, low, open }: ChildrenRange,
    most: { readonly accounts: number; readonly children: number },
  ): Promise<ChildrenPage> {
    const [row] = await call(
      () => this.#sql<{ r: Omit<ChildrenPage, 'sums'> & { rows: ChildRow[] } }[]>`
        select bahi.account_children(${ledgerId}::integer, ${under}::text, ${number}::bigint, ${low}::text, ${open}::text,
          ${most.accounts}::integer, ${most.children}::integer) as r`,
      READ,
    );
    const { rows, ...page } = (row as { r: Omit<ChildrenPage, 'sums'> & { rows: ChildRow[] } }).r;
    return { ...page, sums: rows.map(sumFromRow) };
  }
}

const sumFromRow = (row: ChildRow): ChildSum => ({
  path: row[0],
  account: row[1],
  hasChildren: row[2] ?? false,
  currency: row[3],
  debitNormal: row[4],
  accounts: row[5],
  posted: BigInt(row[6]),
  held: BigInt(row[7]),
});
