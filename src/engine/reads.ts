/**
 * Reads through the pool: one function call each, every one takes the ledger. A lost connection is retried once
 * (the only retry); what still fails is a fault of the world, told as 503.
 */

import type { Sql } from '../db/connect.ts';
import { call } from '../db/connect.ts';
import type { AccountState, AccountTotals } from '../ledger/account.ts';
import { CAPTURES_SHOWN_MAX, type PresentHold, type PresentReversals } from './hold-view.ts';
import type { StoredApiKey } from './keys/key-mac.ts';
import type { ListedApiKey } from './keys/key-rows.ts';
import { KeyStore } from './keys/store.ts';
import { accountFromRow } from './learn.ts';
import type { Fetched, Range } from './page.ts';
import { PeriodReads } from './periods/store.ts';
import { PoolReads } from './pools/store.ts';
import { ProposalReads } from './proposals/store.ts';
import {
  type AccountTree,
  type EffectiveAccount,
  type EffectiveAccountRow,
  type EntryRow,
  effectiveFromRow,
  entryFromRow,
  type LedgerClock,
  type ListedLedger,
  type PeriodRow,
  type StatementRow,
  type TransferPage,
  type TreeRow,
  transfersFromPage,
  treeFromRow,
} from './read-rows.ts';
import { type PresentSchedule, ScheduleReads } from './reads-schedule.ts';
import { TreeReads } from './reads-tree.ts';
import { type AccountRow, asList, type ReadAnswer } from './store.ts';
import type { Wanted } from './wanted.ts';

export interface ListedEvent {
  readonly number: number;
  readonly at_micros: number;
  readonly code: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly leaf_hash: string;
  readonly body: string;
}

/** One change of an account's state with the totals after it. */
export interface ListedEntry {
  readonly position: number;
  readonly at: number;
  /** Minor units: above zero a credit, below zero a debit, zero a hold, a release or a counted refusal. */
  readonly amount: bigint;
  readonly totals: AccountTotals;
  /** Of its event. */
  readonly type: string;
  readonly refused: boolean;
}

/** Microseconds since 1970, half open; null: no bound. */
export interface Period {
  readonly from: number | null;
  readonly to: number | null;
}

/** An account at both ends of a period. */
export interface AccountPeriod {
  /** Numbers of the events in it; the first is above the last where there is none. */
  readonly first: number;
  readonly last: number;
  /** Time of the ledger's newest event. */
  readonly newestAt: number;
  /** The database's clock, or the newest event's time where that is later. */
  readonly now: number;
  /** Undefined before the account was opened. */
  readonly before: AccountState | undefined;
  readonly after: AccountState | undefined;
  readonly openedAt: number;
}

/** An entry with what a statement tells of its transfer. */
export interface StatementEntry extends ListedEntry {
  readonly reference: string | null;
  /** The leg that it is a side of, as the event has it; null of a counted refusal that has none. */
  readonly leg: { readonly debit: string; readonly credit: string } | null;
}

export interface TransferFilters {
  readonly account: number | null;
  readonly status: string | null;
  /** Microseconds since 1970, half open. */
  readonly from: number | null;
  readonly to: number | null;
  /** Fields of transfer_search with the value that each must have; the most selective first. */
  readonly search: readonly (readonly [field: string, value: string])[];
}

export interface ListedTransfer {
  readonly number: number;
  readonly body: string;
  /** Null where it holds nothing and never did. */
  readonly hold: PresentHold | null;
  /** Null where nothing was reversed. */
  readonly reversals: PresentReversals | null;
  /** Null where it was posted, held or refused at once. */
  readonly schedule: PresentSchedule | null;
}

const READ_DEADLINE_MS = 5000;
const READ = { deadlineMs: READ_DEADLINE_MS, read: true } as const;

/** Tokens as an array literal; quoted, since a bare NULL would be no value. */
const tokens = (values: readonly string[]): string =>
  values.length === 0 ? '{}' : `{"${values.join('","')}"}`;

export class Reads {
  /** Written beside the log. */
  readonly keyStore: KeyStore;
  readonly #sql: Sql;
  readonly schedules: ScheduleReads;
  readonly periods: PeriodReads;
  readonly proposals: ProposalReads;
  readonly tree: TreeReads;
  readonly pools: PoolReads;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.periods = new PeriodReads(sql);
    this.pools = new PoolReads(sql);
    this.proposals = new ProposalReads(sql);
    this.schedules = new ScheduleReads(sql);
    this.tree = new TreeReads(sql);
    this.keyStore = new KeyStore(sql);
  }

  /** The random id of this installation. */
  async installation(): Promise<string> {
    const [row] = await call(() => this.#sql<{ r: string }[]>`select bahi.installation_get() as r`, READ);
    return (row as { r: string }).r;
  }

  /** The check value that stands for this version of the engine's key: ours, where it is the first. */
  async registerLinkKey(version: number, checkValue: string): Promise<string> {
    const [row] = await call(
      () =>
        this.#sql<{ r: string }[]>`select bahi.link_key_register(${version}::smallint, ${checkValue}) as r`,
      READ,
    );
    return (row as { r: string }).r;
  }

  /** Accounts and pools as of one head, for a poster that reads ahead. */
  async states(ledgerId: number, { accounts, totals, codes, pools }: Wanted): Promise<ReadAnswer> {
    const [row] = await call(
      () => this.#sql<{ r: ReadAnswer }[]>`select bahi.ledger_read(${ledgerId}::integer,
        ${asList(accounts)}::text::bigint[], ${asList(codes)}::text::text[], '{}', '{}', '{}', '{}', '{}',
        ${asList(totals)}::text::bigint[], ${asList(pools)}::text::bigint[]) as r`,
      READ,
    );
    return (row as { r: ReadAnswer }).r;
  }

  async findApiKey(prefix: string): Promise<StoredApiKey | null> {
    const [row] = await call(
      () => this.#sql<{ r: StoredApiKey | null }[]>`select bahi.api_key_find(${prefix}) as r`,
      READ,
    );
    return (row as { r: StoredApiKey | null }).r;
  }

  async listApiKeys(ledgerId: number): Promise<readonly ListedApiKey[]> {
    const [row] = await call(
      () => this.#sql<{ r: ListedApiKey[] }[]>`select bahi.api_key_list(${ledgerId}) as r`,
      READ,
    );
    return (row as { r: ListedApiKey[] }).r;
  }

  async listLedgers(): Promise<readonly ListedLedger[]> {
    const [row] = await call(() => this.#sql<{ r: ListedLedger[] }[]>`select bahi.ledger_list() as r`, READ);
    return (row as { r: ListedLedger[] }).r;
  }

  /** Null for a live ledger. */
  async clock(ledgerId: number): Promise<LedgerClock | null> {
    const [row] = await call(
      () => this.#sql<{ r: LedgerClock | null }[]>`select bahi.ledger_clock(${ledgerId}) as r`,
      READ,
    );
    return (row as { r: LedgerClock | null }).r;
  }

  /** One event's body; null where there is none. */
  async event(ledgerId: number, number: number): Promise<string | null> {
    const [row] = await call(
      () => this.#sql<{ r: string | null }[]>`select bahi.event_get(${ledgerId}, ${number}) as r`,
      READ,
    );
    return (row as { r: string | null }).r;
  }

  /** What became of the hold that this transfer placed; null where it placed none. */
  async hold(ledgerId: number, number: number): Promise<PresentHold | null> {
    const [row] = await call(
      () =>
        this.#sql<
          { r: PresentHold | null }[]
        >`select bahi.hold_get(${ledgerId}, ${number}, ${CAPTURES_SHOWN_MAX}::integer) as r`,
      READ,
    );
    return (row as { r: PresentHold | null }).r;
  }

  /** What was reversed of this transfer; null where nothing was. */
  async reversals(ledgerId: number, number: number): Promise<PresentReversals | null> {
    const [row] = await call(
      () =>
        this.#sql<
          { r: PresentReversals | null }[]
        >`select bahi.reversal_get(${ledgerId}, ${number}, ${CAPTURES_SHOWN_MAX}::integer) as r`,
      READ,
    );
    return (row as { r: PresentReversals | null }).r;
  }

  /** Open holds whose time has come, in all ledgers but these, the longest overdue first. */
  async holdsDue(
    except: readonly number[],
    limit: number,
  ): Promise<readonly (readonly [ledgerId: number, hold: number])[]> {
    const [row] = await call(
      () => this.#sql<{ r: [number, number][] }[]>`
        select bahi.hold_due(${asList(except)}::text::integer[], ${limit}::integer) as r`,
      READ,
    );
    return (row as { r: [number, number][] }).r;
  }

  /** Events after a number, in order. */
  async events(ledgerId: number, after: number, limit: number): Promise<readonly ListedEvent[]> {
    const rows = await call(
      () =>
        this.#sql<
          Record<keyof ListedEvent, string>[]
        >`select * from bahi.event_list(${ledgerId}, ${after}, ${limit})`,
      { ...READ, mayBeEmpty: true },
    );
    return rows.map((row) => ({ ...row, number: Number(row.number), at_micros: Number(row.at_micros) }));
  }

  /** An account as it stands, with the totals of its newest entry. */
  async account(
    ledgerId: number,
    { id, code }: { readonly id?: number; readonly code?: string },
  ): Promise<AccountState | undefined> {
    const [row] = await call(
      () => this.#sql<{ r: AccountRow | null }[]>`
        select bahi.account_get(${ledgerId}::integer, ${id ?? null}::bigint, ${code ?? null}::text) as r`,
      READ,
    );
    const account = (row as { r: AccountRow | null }).r;
    return account === null ? undefined : accountFromRow(account, 0);
  }

  /** Accounts by the number of their creation. */
  async accounts(
    ledgerId: number,
    { code, owner }: { readonly code?: string | undefined; readonly owner?: string | undefined },
    { beyond, descending, count }: Range,
  ): Promise<Fetched<AccountState>> {
    const [row] = await call(
      () => this.#sql<{ r: AccountRow[] }[]>`
        select bahi.account_list(${ledgerId}::integer, ${code ?? null}::text, ${owner ?? null}::uuid,
          ${beyond}::bigint, ${descending}::boolean, ${count}::integer) as r`,
      READ,
    );
    const rows = (row as { r: AccountRow[] }).r.map((account) => accountFromRow(account, 0));
    const sign = descending ? -1 : 1;
    return { rows: rows.sort((a, b) => sign * (a.identity.id - b.identity.id)), examinedTo: null };
  }

  /** The chart of accounts at and below a path; undefined where it is larger than that. */
  async accountTree(
    ledgerId: number,
    { under, depth }: { readonly under: string; readonly depth: number | null },
    most: { readonly accounts: number; readonly rows: number },
  ): Promise<AccountTree | undefined> {
    const [row] = await call(
      () => this.#sql<{ r: { number: number; rows: TreeRow[] | null } }[]>`
        select bahi.account_tree(${ledgerId}::integer, ${under}::text, ${depth}::integer, ${most.accounts}::integer,
          ${most.rows}::integer) as r`,
      READ,
    );
    const { number, rows } = (row as { r: { number: number; rows: TreeRow[] | null } }).r;
    return rows === null ? undefined : { number, rows: rows.map(treeFromRow) };
  }

  /** Entries of an account in a period, by position. */
  async entries(
    ledgerId: number,
    account: number,
    { from, to }: Period,
    { beyond, descending, count }: Range,
  ): Promise<Fetched<ListedEntry>> {
    const [row] = await call(
      () => this.#sql<{ r: EntryRow[] }[]>`
        select bahi.entry_list(${ledgerId}::integer, ${account}::bigint, ${from}::bigint, ${to}::bigint,
          ${beyond}::bigint, ${descending}::boolean, ${count}::integer) as r`,
      READ,
    );
    return { rows: (row as { r: EntryRow[] }).r.map(entryFromRow), examinedTo: null };
  }

  /** An account before and after a period, as of one head. Requires that the account is there. */
  async accountPeriod(ledgerId: number, account: number, { from, to }: Period): Promise<AccountPeriod> {
    const [row] = await call(
      () => this.#sql<{ r: PeriodRow }[]>`
        select bahi.account_period(${ledgerId}::integer, ${account}::bigint, ${from}::bigint, ${to}::bigint) as r`,
      READ,
    );
    const { first, last, now, newest_at, opened_at, before, after } = (row as { r: PeriodRow }).r;
    const state = (found: AccountRow | null) => (found === null ? undefined : accountFromRow(found, 0));
    const states = { before: state(before), after: state(after) };
    return { first, last, now, newestAt: newest_at, openedAt: opened_at, ...states };
  }

  /** An account by effective time, as known at a time (null: now). Requires that the account is there. */
  async accountEffective(
    ledgerId: number,
    account: number,
    effectiveAt: number,
    knownAt: number | null,
  ): Promise<EffectiveAccount> {
    const [row] = await call(
      () => this.#sql<{ r: EffectiveAccountRow }[]>`
        select bahi.account_effective(${ledgerId}::integer, ${account}::bigint, ${effectiveAt}::bigint,
          ${knownAt}::bigint) as r`,
      READ,
    );
    return effectiveFromRow((row as { r: EffectiveAccountRow }).r);
  }

  /** Entries of an account after a position, up to an event, in order. */
  async statementPage(
    ledgerId: number,
    account: number,
    after: number,
    last: number,
    count: number,
  ): Promise<readonly StatementEntry[]> {
    const [row] = await call(
      () => this.#sql<{ r: StatementRow[] }[]>`
        select bahi.statement_page(${ledgerId}::integer, ${account}::bigint, ${after}::bigint, ${last}::bigint,
          ${count}::integer) as r`,
      READ,
    );
    return (row as { r: StatementRow[] }).r.map((entry) => {
      const [, , , , , , , , , , , , , reference, leg] = entry;
      return { ...entryFromRow(entry), reference, leg };
    });
  }

  /** Codes of accounts by id. */
  async accountCodes(ledgerId: number, accounts: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const [row] = await call(
      () => this.#sql<{ r: [number, string][] }[]>`
        select bahi.account_codes(${ledgerId}::integer, ${asList(accounts)}::text::bigint[]) as r`,
      READ,
    );
    return new Map((row as { r: [number, string][] }).r);
  }

  /** Transfers that hold all filters, by number. */
  async transfers(
    ledgerId: number,
    { account, status, from, to, search }: TransferFilters,
    { beyond, descending, count }: Range,
  ): Promise<Fetched<ListedTransfer>> {
    const fields = tokens(search.map(([field]) => field));
    const values = tokens(search.map(([, value]) => value));
    const [row] = await call(
      () => this.#sql<{ r: TransferPage }[]>`
        select bahi.transfer_list(${ledgerId}::integer, ${account}::bigint, ${status}::text, ${from}::bigint,
          ${to}::bigint, ${fields}::text::text[], ${values}::text::text[], ${beyond}::bigint, ${descending}::boolean,
          ${count}::integer, ${CAPTURES_SHOWN_MAX}::integer) as r`,
      READ,
    );
    return transfersFromPage((row as { r: TransferPage }).r);
  }
}
