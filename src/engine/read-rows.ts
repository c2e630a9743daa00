/** Rows of reads as the SQL functions write them, arrays in the order of their members, and what they become. */
import type { AccountState } from '../ledger/account.ts';
import type { PresentHold, PresentReversals } from './hold-view.ts';
import { accountFromRow } from './learn.ts';
import type { Fetched } from './page.ts';
import type { ListedEntry, ListedTransfer, StatementEntry } from './reads.ts';
import type { PresentSchedule } from './reads-schedule.ts';
import type { AccountRow } from './store.ts';

/** The clock of a sandbox ledger, microseconds. */
export interface LedgerClock {
  readonly now: number;
  readonly ahead: number;
}

export interface ListedLedger {
  readonly ledger_id: number;
  readonly name: string;
  readonly sandbox: boolean;
  readonly created_at: number;
}

/** What the accounts of one currency and one normal side at and below a node come to. */
export interface TreeSum {
  readonly path: string;
  /** Levels below the node that was asked for. */
  readonly depth: number;
  readonly currency: string;
  readonly debitNormal: boolean;
  /** The account whose code the path is, where it is one of these. */
  readonly account: number | null;
  readonly hasChildren: boolean;
  readonly accounts: number;
  /** Minor units on the normal side. */
  readonly posted: bigint;
  readonly held: bigint;
}

export interface AccountTree {
  /** The newest event that is in the sums. */
  readonly number: number;
  /** Parents before their children, sums of a node side by side. */
  readonly rows: readonly TreeSum[];
}

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

/** An account by effective time. */
export interface EffectiveAccount {
  /** As it was known; undefined before it was opened. */
  readonly known: AccountState | undefined;
  /** As posted up to the effective time; undefined before it was opened. */
  readonly posted: AccountState | undefined;
  /** All that counts from then or before, as far as it was known: minor units. */
  readonly debits: bigint;
  readonly credits: bigint;
  /** As in AccountPeriod. */
  readonly now: number;
  readonly openedAt: number;
}

export interface EffectiveAccountRow {
  readonly now: number;
  readonly known: AccountRow | null;
  readonly posted: AccountRow | null;
  readonly debits: string;
  readonly credits: string;
  readonly opened_at: number;
}

export const effectiveFromRow = (row: EffectiveAccountRow): EffectiveAccount => ({
  known: row.known === null ? undefined : accountFromRow(row.known, 0),
  posted: row.posted === null ? undefined : accountFromRow(row.posted, 0),
  debits: BigInt(row.debits),
  credits: BigInt(row.credits),
  now: row.now,
  openedAt: row.opened_at,
});

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
    schedule: PresentSchedule | null,
  ])[];
  readonly examined_to: number | null;
}

export const transfersFromPage = ({ rows, examined_to }: TransferPage): Fetched<ListedTransfer> => ({
  rows: rows.map(([number, body, hold, reversals, schedule]) => ({
    number,
    body,
    hold,
    reversals,
    schedule,
  })),
  examinedTo: examined_to,
});
