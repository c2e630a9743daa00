/** Rows of reads as the SQL functions write them, arrays in the order of their members, and what they become. */
import type { PresentHold, PresentReversals } from './hold-view.ts';
import type { Fetched } from './page.ts';
import type { ListedEntry, ListedTransfer, StatementEntry, TreeSum } from './reads.ts';
import type { AccountRow } from './store.ts';

export type TreeRow = readonly [
  path: string,
  depth: number,
  currency: string,
  debitNormal: boolean,
  account: number | null,
  hasChildren: boolean,
  accounts: number,
  posted: string,
  held: string,
];

export type EntryRow = readonly [
  position: number,
  at: number,
  amount: string,
  debits: string,
  credits: string,
  heldDebits: string,
  heldCredits: string,
  debitCount: number,
  creditCount: number,
  refusedCount: number,
  version: number,
  type: string,
  code: string | null,
];
export type StatementRow = readonly [...EntryRow, reference: string | null, leg: StatementEntry['leg']];

export interface PeriodRow {
  readonly first: number;
  readonly last: number;
  readonly newest_at: number;
  readonly now: number;
  readonly before: AccountRow | null;
  readonly after: AccountRow | null;
  readonly opened_at: number;
}

export const treeFromRow = (row: TreeRow): TreeSum => ({
  path: row[0],
  depth: row[1],
  currency: row[2],
  debitNormal: row[3],
  account: row[4],
  hasChildren: row[5],
  accounts: row[6],
  posted: BigInt(row[7]),
  held: BigInt(row[8]),
});

export const entryFromRow = (row: EntryRow | StatementRow): ListedEntry => ({
  position: row[0],
  at: row[1],
  amount: BigInt(row[2]),
  totals: {
    debits: BigInt(row[3]),
    credits: BigInt(row[4]),
    heldDebits: BigInt(row[5]),
    heldCredits: BigInt(row[6]),
    debitCount: row[7],
    creditCount: row[8],
    refusedCount: row[9],
    version: row[10],
  },
  type: row[11],
  refused: row[12] !== null,
});

/** Transfers as `transfer_list` answers them. */
export interface TransferPage {
  readonly rows: readonly (readonly [
    number: number,
    body: string,
    hold: PresentHold | null,
    reversals: PresentReversals | null,
  ])[];
  readonly examined_to: number | null;
}

export const transfersFromPage = ({ rows, examined_to }: TransferPage): Fetched<ListedTransfer> => ({
  rows: rows.map(([number, body, hold, reversals]) => ({ number, body, hold, reversals })),
  examinedTo: examined_to,
});
