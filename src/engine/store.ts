/**
 * The SQL functions that cross features, one call each. The posting calls go over one connection that lives as long
 * as its session; the fold and the poster know nothing of drivers.
 */

import { randomUUID } from 'node:crypto';
import { OneShotConnection, SessionFault } from '../db/one-shot.ts';
import type { DatabaseOptions } from '../db/postgres-url.ts';
import { type BatchColumns, TEXT_SEPARATOR } from './batch-rows.ts';
import type { CustomerRow } from './customers/customer-row.ts';
import type { SignedKey } from './keys/key-mac.ts';
import type { LimitRow } from './limit-json.ts';
import type { OperatorRow } from './operators/operator-row.ts';
import type { OriginalRow } from './original.ts';
import type { BooksRow } from './periods/store.ts';
import type { PolicyRow, ProposalRows } from './proposals/proposal-row.ts';
import type { Head } from './state.ts';
import type { Wanted, WantedOwners } from './wanted.ts';

export { SessionFault };

/** States as `account_states` writes them. */
export type AccountRow = readonly [
  id: number,
  code: string,
  kind: string,
  currency: string,
  owner: string | null,
  floor: string | null,
  ceiling: string | null,
  debitsFrozen: boolean,
  creditsFrozen: boolean,
  closed: boolean,
  debits: string,
  credits: string,
  heldDebits: string,
  heldCredits: string,
  debitCount: number,
  creditCount: number,
  refusedCount: number,
  version: number,
  overCaptureBps: number | null,
  limits?: readonly LimitRow[] | null,
  stepUpAbove?: string | null,
  pools?: readonly number[] | null,
];
/** As `account_totals` writes them: an array of integers in text for each column. */
export type TotalsColumns<Column = string> = readonly [
  accounts: Column,
  debits: Column,
  credits: Column,
  heldDebits: Column,
  heldCredits: Column,
  debitCounts: Column,
  creditCounts: Column,
  refusedCounts: Column,
  versions: Column,
];
/** Totals of an account when a window began: debits, credits, held each way, counts, and what holds had given back. */
export type WindowTotalsRow = readonly [
  debits: string,
  credits: string,
  heldDebits: string,
  heldCredits: string,
  debitCount: number,
  creditCount: number,
  releasedDebits: string,
  releasedCredits: string,
];
/** As `account_windows` writes them: for accounts with limits alone. */
export type WindowsRow = readonly [
  account: number,
  /** The moment whose windows they are, microseconds since 1970. */
  at: number,
  releasedDebits: string,
  releasedCredits: string,
  day: WindowTotalsRow,
  month: WindowTotalsRow,
  sliding: readonly (SlidingRow | null)[],
];
/** As `pool_states` writes them: what a pool had counted, in the form of window totals. */
export type PoolRow = readonly [
  id: number,
  name: string,
  currency: string,
  owner: string | null,
  members: number,
  limits: readonly LimitRow[],
  /** As in WindowsRow. */
  at: number,
  now: WindowTotalsRow,
  day: WindowTotalsRow,
  month: WindowTotalsRow,
  sliding: readonly (SlidingRow | null)[],
];
/** As `sliding_windows` writes one; null for a limit of the calendar. */
export type SlidingRow = readonly [
  baseSum: string,
  baseCount: number,
  baseMoved: string,
  points: readonly [
    isComplete: boolean,
    points: readonly (readonly [at: number, sum: string, count: number, moved: string])[],
  ],
];
/** Windows that slide at a moment, of accounts and pools that memory has. */
export interface WindowsAnswer extends HeadAnswer {
  readonly windows: readonly (readonly [of: number, sliding: readonly (SlidingRow | null)[]])[];
}
export type ResultRow = readonly [
  key: string,
  number: number,
  fingerprint: string,
  code: string,
  body: string,
];
export type ApiKeyRow = readonly [
  id: number,
  signed: SignedKey,
  mac: string | null,
  expiresAt: number | null,
  revoked: boolean,
  rotated: boolean,
  madeBy: string,
];

/** As `hold_states` writes them: a column of the legs each. */
export type HoldRow = readonly [
  id: number,
  status: string,
  expiresAt: number,
  debits: readonly number[],
  credits: readonly number[],
  currencies: readonly string[],
  amounts: readonly string[],
  captured: readonly string[],
];

/** As `schedule_states` writes them. */
export type ScheduleRow = readonly [
  id: number,
  status: string,
  scheduledFor: number,
  unrestricted: boolean,
  fingerprint: string,
];

/** At which head something was read. */
export interface HeadAnswer {
  readonly head: number;
  readonly link: string;
}

export interface ReadAnswer extends HeadAnswer {
  readonly at: number;
  readonly accounts: readonly AccountRow[] | null;
  readonly totals?: TotalsColumns | null;
  readonly keys: readonly ResultRow[] | null;
  readonly api_keys: readonly ApiKeyRow[] | null;
  readonly names: readonly (readonly [name: string, ledgerId: number])[] | null;
  readonly holds: readonly HoldRow[] | null;
  /** Of the accounts, those with limits; null in a ledger that has none. */
  readonly windows?: readonly WindowsRow[] | null;
  /** Of the accounts, and those asked for; null in a ledger that has none. */
  readonly pools?: readonly PoolRow[] | null;
  /** Of the holds asked for, those that are scheduled transfers. */
  readonly schedules: readonly ScheduleRow[] | null;
  /** Of the holds asked for, those that are other transfers. */
  readonly not_held: readonly number[] | null;
  readonly operators: readonly OperatorRow[] | null;
}

/** Transfers that are to be reversed; what is none is left out. */
export interface OriginalsAnswer extends HeadAnswer {
  readonly originals: readonly OriginalRow[];
}

/** Proposals that a batch decides; what is none is left out. */
export interface ProposalsAnswer extends HeadAnswer {
  readonly proposals: readonly ProposalRows[];
}

/** Customers that a batch is about; whoever nothing is known of is left out. */
export interface CustomersAnswer extends HeadAnswer {
  readonly customers: readonly CustomerRow[];
}

/** Owners with their accounts and pools, and names of pools: as `owner_states` and `pool_names` write them. */
export interface OwnersAnswer extends HeadAnswer {
  readonly owners: readonly OwnerRow[];
  readonly names: readonly (readonly [name: string, pool: number])[];
}
export type OwnerRow = readonly [
  owner: string,
  accounts: readonly (readonly [id: number, currency: string])[],
  pools: readonly (readonly [id: number, currency: string])[],
];

export interface OpenAnswer {
  readonly locked: boolean;
  /** False when the log does not continue the head that we knew: somebody else's history. */
  readonly extends: boolean;
  /** Subjects that others changed since; null when there were too many. */
  readonly touched: readonly number[] | null;
  /** Accounts of which others changed settings since; of all others that they touched, they changed totals alone. */
  readonly settings: readonly number[];
  /** The database's clock, microseconds since 1970. */
  readonly clock: number;
  /** By how many microseconds the clock of a sandbox ledger is ahead of it; null: the ledger is live. */
  readonly ahead: number | null;
  /** The newest close of the books; null: never closed. */
  readonly books: BooksRow | null;
  /** Whether the ledger has any. */
  readonly pools: boolean;
  /** Which actions need a second person; null: none was ever named. */
  readonly policy: PolicyRow | null;
  /** The newest event that switched payments of a customer; 0: none. */
  readonly switched: number;
  readonly read: ReadAnswer;
}

export type AppendAnswer = 'done' | 'done_waiting' | 'epoch' | 'head' | 'link' | 'time';

/** One session of posting: dead after its first failure. */
export interface PostingSession {
  readonly dead: string | undefined;
  open(known: Head, wanted: Wanted): Promise<OpenAnswer>;
  read(wanted: Wanted): Promise<ReadAnswer>;
  readOriginals(transfers: readonly number[]): Promise<OriginalsAnswer>;
  readCustomers(owners: readonly string[]): Promise<CustomersAnswer>;
  /** Customers whose payments were stopped or let go on after an event. */
  readSwitches(after: number): Promise<CustomersAnswer>;
  readWindows(subjects: readonly number[], at: number): Promise<WindowsAnswer>;
  readProposals(proposals: readonly number[]): Promise<ProposalsAnswer>;
  readOwners(wanted: WantedOwners): Promise<OwnersAnswer>;
  append(
    on: Head,
    at: number,
    link: string,
    keyVersion: number,
    columns: BatchColumns,
    /** As `rareArgument` writes it. */
    rare: string,
  ): Promise<AppendAnswer>;
  release(): Promise<boolean>;
  /** Resolves when all that was sent has left this process. */
  flushed(): Promise<void>;
  destroy(why: string): void;
}

/** Lock wait of 400 ms and what a slow machine needs besides. */
const OPEN_DEADLINE_MS = 3000;
const CALL_DEADLINE_MS = 3000;

/** Quoted: a bare NULL in any case of letters would be no value, and it is a fine code for an account. */
export const asList = (values: readonly (string | number)[]): string =>
  values.length === 0 ? '{}' : `{"${values.join('","')}"}`;

export function postingSession(database: DatabaseOptions, ledgerId: number): PostingSession {
  const connection = new OneShotConnection(database, 'bahi posting');
  const epoch = randomUUID();
  return {
    get dead() {
      return connection.dead;
    },
    open: (known, wanted) =>
      connection.run<OpenAnswer>(
        (
          sql,
        ) => sql`select bahi.ledger_open(${ledgerId}::integer, ${epoch}::text, ${known.number}::bigint, ${known.link}::text,
          ${asList(wanted.accounts)}::text::bigint[], ${asList(wanted.codes)}::text::text[], ${asList(wanted.keys)}::text::uuid[],
          ${asList(wanted.apiKeys)}::text::bigint[], ${asList(wanted.names)}::text::text[],
          ${asList(wanted.holds)}::text::bigint[], ${asList(wanted.operators)}::text::text[],
          ${asList(wanted.totals)}::text::bigint[], ${asList(wanted.pools)}::text::bigint[]) as r`,
        OPEN_DEADLINE_MS,
      ),
    read: (wanted) =>
      connection.run<ReadAnswer>(
        (sql) => sql`select bahi.ledger_read(${ledgerId}::integer,
          ${asList(wanted.accounts)}::text::bigint[], ${asList(wanted.codes)}::text::text[], ${asList(wanted.keys)}::text::uuid[],
          ${asList(wanted.apiKeys)}::text::bigint[], ${asList(wanted.names)}::text::text[],
          ${asList(wanted.holds)}::text::bigint[], ${asList(wanted.operators)}::text::text[],
          ${asList(wanted.totals)}::text::bigint[], ${asList(wanted.pools)}::text::bigint[]) as r`,
        CALL_DEADLINE_MS,
      ),
    readOriginals: (transfers) =>
      connection.run<OriginalsAnswer>(
        (sql) => sql`
          select bahi.ledger_originals(${ledgerId}::integer, ${asList(transfers)}::text::bigint[]) as r`,
        CALL_DEADLINE_MS,
      ),
    readCustomers: (owners) =>
      connection.run<CustomersAnswer>(
        (sql) => sql`
          select bahi.ledger_customers(${ledgerId}::integer, ${asList(owners)}::text::uuid[]) as r`,
        CALL_DEADLINE_MS,
      ),
    readProposals: (proposals) =>
      connection.run<ProposalsAnswer>(
        (sql) => sql`
          select bahi.ledger_proposals(${ledgerId}::integer, ${asList(proposals)}::text::bigint[]) as r`,
        CALL_DEADLINE_MS,
      ),
    readSwitches: (after) =>
      connection.run<CustomersAnswer>(
        (sql) => sql`select bahi.ledger_switches(${ledgerId}::integer, ${after}::bigint) as r`,
        CALL_DEADLINE_MS,
      ),
    readWindows: (subjects, at) =>
      connection.run<WindowsAnswer>(
        (sql) => sql`
          select bahi.ledger_windows(${ledgerId}::integer, ${asList(subjects)}::text::bigint[], ${at}::bigint) as r`,
        CALL_DEADLINE_MS,
      ),
    readOwners: ({ owners, names }) =>
      connection.run<OwnersAnswer>(
        (sql) => sql`
          select bahi.ledger_owners(${ledgerId}::integer, ${asList(owners)}::text::uuid[], ${asList(names)}::text::text[]) as r`,
        CALL_DEADLINE_MS,
      ),
    append: (on, at, link, keyVersion, c, rare) =>
      connection.run<AppendAnswer>(
        (
          sql,
        ) => sql`select bahi.ledger_append(${ledgerId}::integer, ${epoch}::text, ${on.number}::bigint, ${on.link}::text,
          ${at}::bigint, ${link}::text, ${keyVersion}::smallint,
          string_to_array(${c.types}::text, ${TEXT_SEPARATOR}), string_to_array(${c.codes}::text, ${TEXT_SEPARATOR}),
          ${c.keys}::text::bytea, ${c.fingerprints}::text::bytea,
          string_to_array(${c.bodies}::text, ${TEXT_SEPARATOR}),
          ${c.accounts}::text::bigint[], ${c.positions}::text::bigint[], ${c.amounts}::text::bigint[],
          ${c.debits}::text::bigint[], ${c.credits}::text::bigint[], ${c.heldDebits}::text::bigint[], ${c.heldCredits}::text::bigint[],
          ${c.debitCounts}::text::integer[], ${c.creditCounts}::text::integer[], ${c.refusedCounts}::text::integer[],
          ${c.versions}::text::integer[], ${c.netMins}::text::bigint[], ${c.netMaxs}::text::bigint[],
          string_to_array(${c.searchFields}::text, ${TEXT_SEPARATOR}), string_to_array(${c.searchValues}::text, ${TEXT_SEPARATOR}),
          ${c.searchNumbers}::text::bigint[], ${c.touched}::text::bigint[], nullif(${rare}::text, '')::jsonb) as r`,
        CALL_DEADLINE_MS,
      ),
    release: () =>
      connection.run<boolean>(
        (sql) => sql`select bahi.ledger_release(${ledgerId}::integer) as r`,
        CALL_DEADLINE_MS,
      ),
    flushed: () => connection.flushed(),
    destroy: (why) => connection.destroy(why),
  };
}
