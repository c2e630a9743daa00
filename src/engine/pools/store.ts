/** Reads of pools and of what limits have used, one function call each. */
import { call, type Sql } from '../../db/connect.ts';
import type { PoolIdentity, PoolState } from '../../ledger/pool.ts';
import { learn, learnWindows } from '../learn.ts';
import { type LimitRow, limitFromRow } from '../limit-json.ts';
import type { Fetched, Range } from '../page.ts';
import { LedgerState } from '../state.ts';
import { asList, type ReadAnswer, type WindowsAnswer } from '../store.ts';

/** A pool as a list shows it. */
export type ListedPool = Pick<PoolState, 'identity' | 'terms' | 'members'>;

export interface NamedAccount {
  readonly id: number;
  readonly code: string;
  readonly currency: string;
}

const READ = { deadlineMs: 5000, read: true } as const;

type ListedRow = readonly [
  id: number,
  name: string,
  currency: string,
  owner: string | null,
  members: number,
  limits: readonly LimitRow[],
];

interface LimitStates extends Pick<WindowsAnswer, 'windows'> {
  readonly read: ReadAnswer;
  readonly now: number;
}

export class PoolReads {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Pools by the number of their creation. */
  async list(ledgerId: number, { beyond, descending, count }: Range): Promise<Fetched<ListedPool>> {
    const rows = await this.#one<ListedRow[]>(
      (sql) =>
        sql`select bahi.pool_list(${ledgerId}::integer, ${beyond}::bigint, ${descending}::boolean, ${count}::integer) as r`,
    );
    return {
      rows: rows.map(([id, name, currency, owner, members, limits]) => {
        const identity: PoolIdentity = { id, name, currency, owner };
        return { identity, members, terms: limits.map(limitFromRow) };
      }),
      examinedTo: null,
    };
  }

  /** The number of the pool of this name. */
  async idOf(ledgerId: number, name: string): Promise<number | undefined> {
    const [found] = await this.#one<(readonly [string, number])[]>(
      (sql) => sql`select bahi.pool_names(${ledgerId}::integer, ${asList([name])}::text::text[], null) as r`,
    );
    return found?.[1];
  }

  /** Accounts of a pool that lists them. */
  members(ledgerId: number, pool: number): Promise<readonly number[]> {
    return this.#one((sql) => sql`select bahi.pool_members(${ledgerId}::integer, ${pool}::bigint) as r`);
  }

  /** The accounts among these ids and codes that are there, each once. */
  async named(
    ledgerId: number,
    ids: readonly number[],
    codes: readonly string[],
  ): Promise<readonly NamedAccount[]> {
    const rows = await this.#one<(readonly [number, string, string])[]>(
      (sql) => sql`select bahi.account_names(${ledgerId}::integer, ${asList(ids)}::text::bigint[],
        ${asList(codes)}::text::text[]) as r`,
    );
    return rows.map(([id, code, currency]) => ({ id, code, currency }));
  }

  /** A memory of these accounts with their pools, and of these pools, whose windows are those of the ledger's time. */
  async state(
    ledgerId: number,
    {
      accounts = [],
      pools = [],
    }: { readonly accounts?: readonly number[]; readonly pools?: readonly number[] },
  ): Promise<LedgerState> {
    const { read, now, windows } = await this.#one<LimitStates>(
      (sql) => sql`select bahi.limit_states(${ledgerId}::integer, ${asList(accounts)}::text::bigint[],
        ${asList(pools)}::text::bigint[]) as r`,
    );
    const state = new LedgerState(ledgerId);
    learn(state, read);
    state.beginWindows(now);
    learnWindows(state, { windows });
    return state;
  }

  async #one<T>(read: (sql: Sql) => PromiseLike<readonly unknown[]>): Promise<T> {
    const [row] = await call(() => read(this.#sql) as PromiseLike<{ r: T }[]>, READ);
    return (row as { r: T }).r;
  }
}
