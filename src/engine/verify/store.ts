/**
 * What the verifier reads: one function call each, in pages that stay small however long the log is. All of it is
 * bounded by a number, so a ledger may be posted to meanwhile.
 */
import { call, type Sql } from '../../db/connect.ts';
import type { BatchColumns, RareRows } from '../batch-rows.ts';
import type { CustomerRow } from '../customers/customer-row.ts';
import type { OperatorRow } from '../operators/operator-row.ts';
import type { OriginalRow } from '../original.ts';
import type { ProposalRows } from '../proposals/proposal-row.ts';
import type {
  AccountRow,
  ApiKeyRow,
  HoldRow,
  OwnersAnswer,
  PoolRow,
  ScheduleRow,
  WindowsAnswer,
  WindowsRow,
} from '../store.ts';
import type { Wanted, WantedOwners } from '../wanted.ts';
import type { Closing } from './carried-books.ts';
import type { Tally } from './tally.ts';

export type { Sql };

/** The columns that the log is stored in; search rows are looked up one by one. */
export type StoredColumns = Omit<BatchColumns, 'searchFields' | 'searchValues' | 'searchNumbers' | 'rare'>;

/** A batch with everything it appended, in the texts that `ledger_append` took. */
export interface StoredBatch {
  readonly first: number;
  readonly last: number;
  readonly at: number;
  readonly link: string;
  readonly keyVersion: number;
  readonly events: number;
  /** The first event whose time is not the batch's, and its time. */
  readonly otherTime: readonly [number: number, at: number] | undefined;
  /** Leaf hashes in hexadecimal, one after the other. */
  readonly leafHashes: string;
  readonly columns: StoredColumns;
  readonly rare: RareRows | null;
}

export interface LogHead {
  readonly head: number;
  readonly newest_event: number;
  readonly sandbox: boolean | null;
  readonly names: readonly (readonly [name: string, ledgerId: number])[];
}

/** What stands once for the installation. */
export interface InstallationRows {
  readonly installation: readonly string[];
  readonly link_keys: readonly (readonly [version: number, checkValue: string])[];
  /** Tables and the ids of ledgers that they have rows of, and that do not exist. */
  readonly unknown_ledgers: readonly (readonly [table: string, ledgerId: number])[];
}

/** Subject whose projection is not what its newest version says, and what each says. */
export type Differing = readonly [subject: number, expected: string, found: string];

export interface VerifyStates {
  readonly accounts: AccountRow[];
  readonly windows: WindowsRow[] | null;
  readonly pools: PoolRow[] | null;
  readonly apiKeys: ApiKeyRow[];
  readonly operators: OperatorRow[];
}

export type SearchKey = readonly [field: string, value: string, number: number];

/** Longer than any page takes on a busy machine; the server's own statement timeout is shorter. */
const READ = { deadlineMs: 60_000, read: true, mayBeEmpty: true } as const;
const TALLY_ROWS = 50_000;
const CLOSINGS_MAX = 2_000_000_000;
const NO_KEY = '00000000-0000-0000-0000-000000000000';
const BEFORE_ALL = '-9223372036854775808';

const list = (values: readonly (string | number)[]): string =>
  values.length === 0 ? '{}' : `{"${values.join('","')}"}`;

type PageRow = Record<keyof StoredColumnNames, string> & {
  first_number: string;
  last_number: string;
  at_micros: string;
  link: string;
  key_version: number;
  event_count: string;
  other_time: [number, number] | null;
  leaf_hashes: string;
  rare: RareRows | null;
};
type StoredColumnNames = Record<
  | 'types'
  | 'codes'
  | 'keys'
  | 'fingerprints'
  | 'bodies'
  | 'accounts'
  | 'positions'
  | 'amounts'
  | 'debits'
  | 'credits'
  | 'held_debits'
  | 'held_credits'
  | 'debit_counts'
  | 'credit_counts'
  | 'refused_counts'
  | 'versions'
  | 'net_mins'
  | 'net_maxs'
  | 'touched',
  string
>;

export class VerifyReads {
  readonly #sql: Sql;
  readonly #ledgerId: number;

  constructor(sql: Sql, ledgerId: number) {
    this.#sql = sql;
    this.#ledgerId = ledgerId;
  }

  head(): Promise<LogHead> {
    return this.#one((sql) => sql`select bahi.log_head(${this.#ledgerId}) as r`);
  }

  /** Batches after a number; none when there are no more up to the head. */
  async page(after: number, head: number, events: number): Promise<StoredBatch[]> {
    const rows = await call(
      () =>
        this.#sql<
          PageRow[]
        >`select * from bahi.log_page(${this.#ledgerId}, ${after}, ${head}, ${events}::integer)`,
      READ,
    );
    return rows.map(batchFromRow);
  }

  async states(wanted: Wanted, number: number): Promise<VerifyStates> {
    return {
      windows: await this.#one(
        (sql) => sql`select bahi.account_windows(${this.#ledgerId}, ${list(wanted.accounts)}::text::bigint[],
          ${list(wanted.codes)}::text::text[], ${number}) as r`,
      ),
      pools: await this.#one(
        (sql) => sql`select bahi.pool_states(${this.#ledgerId}, ${list(wanted.pools)}::text::bigint[],
          ${list(wanted.accounts)}::text::bigint[], ${list(wanted.codes)}::text::text[], ${number}) as r`,
      ),
      accounts: await this.#one(
        (
          sql,
        ) => sql`select bahi.account_states_at(${this.#ledgerId}, ${list(wanted.accounts)}::text::bigint[],
          ${list(wanted.codes)}::text::text[], ${number}) as r`,
      ),
      apiKeys: await this.#one(
        (sql) => sql`
          select bahi.api_key_states_at(${this.#ledgerId}, ${list(wanted.apiKeys)}::text::bigint[], ${number}) as r`,
      ),
      operators:
        wanted.operators.length === 0
          ? []
          : await this.#one(
              (sql) => sql`
          select bahi.operator_states_at(${this.#ledgerId}, ${list(wanted.operators)}::text::text[], ${number}) as r`,
            ),
    };
  }

  /** Owners and names of pools after an event. */
  async owners(
    { owners, names }: WantedOwners,
    number: number,
  ): Promise<Pick<OwnersAnswer, 'owners' | 'names'>> {
    return {
      owners: await this.#one(
        (sql) =>
          sql`select bahi.owner_states(${this.#ledgerId}, ${list(owners)}::text::uuid[], ${number}) as r`,
      ),
      names: await this.#one(
        (sql) => sql`select bahi.pool_names(${this.#ledgerId}, ${list(names)}::text::text[], ${number}) as r`,
      ),
    };
  }

  /** Windows that slide at the time of a batch, before it. */
  async windows(
    accounts: readonly number[],
    { at, first }: Pick<StoredBatch, 'at' | 'first'>,
  ): Promise<Pick<WindowsAnswer, 'windows'>> {
    const windows = await this.#one<WindowsAnswer['windows']>(
      (sql) =>
        sql`select bahi.account_sliding(${this.#ledgerId}, ${list(accounts)}::text::bigint[], ${at}::bigint, ${first - 1}) as r`,
    );
    return { windows };
  }

  holds(
    ids: readonly number[],
    number: number,
  ): Promise<{ holds: HoldRow[]; schedules: ScheduleRow[]; not_held: number[] }> {
    return this.#one(
      (sql) =>
        sql`select bahi.hold_states_at(${this.#ledgerId}, ${list(ids)}::text::bigint[], ${number}) as r`,
    );
  }

  customers(owners: readonly string[], number: number): Promise<CustomerRow[]> {
    return this.#one(
      (sql) =>
        sql`select bahi.customer_states_at(${this.#ledgerId}, ${list(owners)}::text::uuid[], ${number}) as r`,
    );
  }

  proposals(ids: readonly number[], number: number): Promise<ProposalRows[]> {
    return this.#one(
      (sql) =>
        sql`select bahi.proposal_states_at(${this.#ledgerId}, ${list(ids)}::text::bigint[], ${number}) as r`,
    );
  }

  /** Customers whose payments are stopped after an event. */
  switches(number: number): Promise<CustomerRow[]> {
    return this.#one(
      (sql) => sql`select bahi.customer_switches_at(${this.#ledgerId}::integer, ${number}::bigint) as r`,
    );
  }

  originals(transfers: readonly number[], number: number): Promise<OriginalRow[]> {
    return this.#one(
      (sql) =>
        sql`select bahi.original_states(${this.#ledgerId}, ${list(transfers)}::text::bigint[], ${number}) as r`,
    );
  }

  /** Holds whose row among the open ones is not what their newest version says, at this moment. */
  differingOpenHolds(): AsyncGenerator<Differing> {
    return this.#differing(
      (sql, from) => sql`select bahi.hold_open_page(${this.#ledgerId}, ${from}, ${TALLY_ROWS}::integer) as r`,
    );
  }

  /** As above, of scheduled transfers and those still to come. */
  differingOpenSchedules(): AsyncGenerator<Differing> {
    return this.#differing(
      (sql, from) =>
        sql`select bahi.schedule_open_page(${this.#ledgerId}, ${from}, ${TALLY_ROWS}::integer) as r`,
    );
  }

  async *#differing(
    read: (sql: Sql, from: number | string) => PromiseLike<readonly unknown[]>,
  ): AsyncGenerator<Differing> {
    for (let after: number | string | null = BEFORE_ALL; after !== null; ) {
      const from: number | string = after;
      const page: { differing: Differing[]; last: number | null } = await this.#one((sql) => read(sql, from));
      yield* page.differing;
      after = page.last;
    }
  }

  accountPage(after: number, limit: number, number: number): Promise<AccountRow[]> {
    return this.#one(
      (sql) =>
        sql`select bahi.account_page_at(${this.#ledgerId}, ${after}, ${limit}::integer, ${number}) as r`,
    );
  }

  missingSearch(rows: readonly SearchKey[]): Promise<SearchKey[]> {
    return this.#one(
      (
        sql,
      ) => sql`select bahi.transfer_search_missing(${this.#ledgerId}, ${list(rows.map(([field]) => field))}::text::text[],
        ${list(rows.map(([, value]) => value))}::text::text[], ${list(rows.map(([, , number]) => number))}::text::bigint[]) as r`,
    );
  }

  tally(number: number): Promise<Tally> {
    return this.#one((sql) => sql`select bahi.log_tally(${this.#ledgerId}, ${number}) as r`);
  }

  /** Closes of the books up to a number, in order. */
  async closings(number: number): Promise<readonly Closing[]> {
    const rows = await this.#one<(readonly [number, number])[]>(
      (sql) => sql`select bahi.period_list(${this.#ledgerId}, null, false, ${CLOSINGS_MAX}::integer) as r`,
    );
    return rows
      .map(([period, until]) => ({ number: period, closedUntil: until }))
      .filter((closing) => closing.number <= number);
  }

  installation(): Promise<InstallationRows> {
    return this.#one((sql) => sql`select bahi.installation_rows() as r`);
  }

  /** Digests of sealed secrets that are something else, or are not there. */
  brokenSecrets(): Promise<readonly (readonly [digest: string, found: string | null])[]> {
    return this.#one((sql) => sql`select bahi.sealed_secret_broken() as r`);
  }

  /** Entries up to a number by account, each account once, whatever accounts there are; and those beyond the newest batch. */
  async *entryCounts(
    number: number,
  ): AsyncGenerator<readonly [account: number, entries: number, beyond: number]> {
    let from: readonly (string | number)[] = [BEFORE_ALL, BEFORE_ALL];
    let open: [number, number, number] | undefined;
    while (true) {
      const [account, position] = from as [string | number, string | number];
      const { accounts, last } = await this.#one<{
        accounts: [number, number, number][];
        last: [number, number] | null;
      }>(
        (
          sql,
        ) => sql`select bahi.entry_tally(${this.#ledgerId}, ${account}, ${position}, ${number}, ${TALLY_ROWS}::integer)
          as r`,
      );
      for (const [id, count, beyond] of accounts) {
        const [, counted, far] = open?.[0] === id ? open : [id, 0, 0];
        if (open && open[0] !== id) yield open;
        open = [id, count + counted, beyond + far];
      }
      if (last === null) break;
      from = last;
    }
    if (open) yield open;
  }

  /** Events up to a number by the index of their idempotency keys, and how many keys are distinct. */
  async keyCounts(number: number): Promise<{ events: number; keys: number }> {
    const count = { events: 0, keys: 0 };
    for (let after: string | null = NO_KEY; after !== null; ) {
      const from: string = after;
      const page: { events: number; keys: number; last: string | null } = await this.#one(
        (sql) =>
          sql`select bahi.event_key_tally(${this.#ledgerId}, ${from}, ${number}, ${TALLY_ROWS}::integer) as r`,
      );
      count.events += page.events;
      count.keys += page.keys;
      after = page.last;
    }
    return count;
  }

  async #one<T>(run: (sql: Sql) => PromiseLike<readonly unknown[]>): Promise<T> {
    const [row] = await call(() => run(this.#sql), { ...READ, mayBeEmpty: false });
    return (row as { r: T }).r;
  }
}

const batchFromRow = (row: PageRow): StoredBatch => ({
  first: Number(row.first_number),
  last: Number(row.last_number),
  at: Number(row.at_micros),
  link: row.link,
  keyVersion: row.key_version,
  events: Number(row.event_count),
  otherTime: row.other_time ?? undefined,
  leafHashes: row.leaf_hashes,
  columns: {
    types: row.types,
    codes: row.codes,
    keys: row.keys,
    fingerprints: row.fingerprints,
    bodies: row.bodies,
    accounts: row.accounts,
    positions: row.positions,
    amounts: row.amounts,
    debits: row.debits,
    credits: row.credits,
    heldDebits: row.held_debits,
    heldCredits: row.held_credits,
    debitCounts: row.debit_counts,
    creditCounts: row.credit_counts,
    refusedCounts: row.refused_counts,
    versions: row.versions,
    netMins: row.net_mins,
    netMaxs: row.net_maxs,
    touched: row.touched,
  },
  rare: row.rare,
});
