/** Trees and checkpoints of the logs in the database: one function call each. */

import { type TileName, Tiles, type TreeNode } from '../../audit/tree.ts';
import { call, type Sql } from '../../db/connect.ts';
import type { Head } from '../state.ts';
import { asList } from '../store.ts';
import type { StoredLogKey } from './log-keys.ts';
import type { EntryTotals } from './recheck.ts';

/** The newest checkpoint of a log. */
export interface StoredCheckpoint {
  /** Leaves. */
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  /** Microseconds since 1970. */
  readonly signedAt: number;
}

/** A log as the signer finds it. */
export interface DueLog {
  readonly ledgerId: number;
  /** Of the newest checkpoint; 0 and null where there is none. */
  readonly size: number;
  readonly root: Buffer | null;
  /** Number of the newest event. */
  readonly head: number;
  /** Of the newest checkpoint, where it was asked for. */
  readonly note: string | null;
}

/** What a checkpoint is stored with. */
export interface NewCheckpoint {
  readonly ledgerId: number;
  /** Of the checkpoint that it continues. */
  readonly previousSize: number;
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly nodes: readonly TreeNode[];
}

const READ = { deadlineMs: 5000, read: true } as const;
/** Its fence makes a second one do nothing, so an open outcome is asked for again and not repeated. */
const WRITE = { deadlineMs: 5000 } as const;

/** Leaves of whole batches. */
export interface Leaves {
  /** Number of the last one. */
  readonly last: number;
  /** 32 bytes each. */
  readonly hashes: Buffer;
}

/** How far a log is signed. */
export interface LogStatus {
  readonly ledgerId: number;
  readonly name: string;
  /** Number of the newest event. */
  readonly events: number;
  /** Of the newest checkpoint; 0 where there is none. */
  readonly signed: number;
  /** Microseconds since 1970; null where there is no checkpoint. */
  readonly signedAt: number | null;
  /** Of the oldest event that no checkpoint covers; 0 where all are covered, or none ever was. */
  readonly lagMicros: number;
  /** Why it is not signed; null while all is well. */
  readonly alarm: string | null;
}

export class AuditStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Logs with events that no checkpoint covers; with `all`, every log and its newest note. */
  async due(all: boolean): Promise<readonly DueLog[]> {
    const rows = await this.#one<[number, number, string | null, number, string | null][]>(
      (sql) => sql`select bahi.log_due(${all}::boolean) as r`,
    );
    return rows.map(([ledgerId, size, root, head, note]) => ({
      ledgerId,
      size,
      root: root === null ? null : Buffer.from(root, 'hex'),
      head,
      note,
    }));
  }

  /** Makes this connection the signer, unless another one is. Requires a pool of one connection. */
  async lock(): Promise<'held' | 'taken' | 'other'> {
    return this.#one((sql) => sql`select bahi.signing_lock() as r`);
  }

  /** Undefined where there are none behind that number. */
  async leaves(ledgerId: number, after: number, count: number): Promise<Leaves | undefined> {
    const [row] = await call(
      () => this.#sql<{ last_number: string | null; hashes: Buffer }[]>`
        select * from bahi.tree_leaves(${ledgerId}::integer, ${after}::bigint, ${count}::integer)`,
      READ,
    );
    const { last_number: last, hashes } = row as { last_number: string | null; hashes: Buffer };
    return last === null ? undefined : { last: Number(last), hashes };
  }

  async tiles(ledgerId: number, names: readonly TileName[]): Promise<Tiles> {
    const tiles = new Tiles();
    if (names.length === 0) return tiles;
    const rows = await call(
      () => this.#sql<{ level: number; tile: string; hashes: Buffer | null }[]>`
        select * from bahi.tree_tiles(${ledgerId}::integer, ${asList(names.map(({ level }) => level))}::text::smallint[],
          ${asList(names.map(({ tile }) => tile))}::text::bigint[])`,
      READ,
    );
    for (const { level, tile, hashes } of rows) if (hashes) tiles.set({ level, tile: Number(tile) }, hashes);
    return tiles;
  }

  /** Link and time of the batch that ends there; undefined where none does. */
  async headAt(ledgerId: number, last: number): Promise<Head | undefined> {
    const found = await this.#one<[string, number] | null>(
      (sql) => sql`select bahi.batch_link(${ledgerId}::integer, ${last}::bigint) as r`,
    );
    return found === null ? undefined : { number: last, link: found[0], at: found[1] };
  }

  /** Totals of accounts before a position each, by account; none where there is no entry before it. */
  async entriesBefore(
    ledgerId: number,
    firsts: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, EntryTotals>> {
    if (firsts.size === 0) return new Map();
    const rows = await call(
      () => this.#sql<{ account_id: string; version: number; debits: string; credits: string }[]>`
        select * from bahi.entry_before(${ledgerId}::integer, ${asList([...firsts.keys()])}::text::bigint[],
          ${asList([...firsts.values()])}::text::bigint[])`,
      { ...READ, mayBeEmpty: true },
    );
    return new Map(
      rows.map(({ account_id: account, version, debits, credits }) => [
        account,
        { version, debits: BigInt(debits), credits: BigInt(credits) },
      ]),
    );
  }

  /** Says why a log is not signed; null: it is. */
  async setAlarm(ledgerId: number, why: string | null): Promise<void> {
    await this.#one((sql) => sql`select bahi.log_alarm_set(${ledgerId}::integer, ${why}::text) as r`);
  }

  /** All logs, or those that have grown since their checkpoint or have an alarm. */
  async status(all: boolean): Promise<readonly LogStatus[]> {
    const rows = await this.#one<[number, string, number, number, number | null, number, string | null][]>(
      (sql) => sql`select bahi.log_status(${all}::boolean) as r`,
    );
    return rows.map(([ledgerId, name, events, signed, signedAt, lagMicros, alarm]) => ({
      ledgerId,
      name,
      events,
      signed,
      signedAt,
      lagMicros,
      alarm,
    }));
  }

  /** Requires the lock. */
  async append({
    ledgerId,
    previousSize,
    size,
    root,
    note,
    nodes,
  }: NewCheckpoint): Promise<'done' | 'lock' | 'size'> {
    return this.#one(
      (
        sql,
      ) => sql`select bahi.checkpoint_append(${ledgerId}::integer, ${previousSize}::bigint, ${size}::bigint,
        ${root.toString('hex')}, ${note}, ${asList(nodes.map(({ level }) => level))}::text::smallint[],
        ${asList(nodes.map(({ position }) => position))}::text::bigint[],
        ${nodes.map(({ hash }) => hash.toString('hex')).join('')}) as r`,
      WRITE,
    );
  }

  /** Undefined where none was signed yet. */
  async newest(ledgerId: number): Promise<StoredCheckpoint | undefined> {
    const found = await this.#one<{ size: number; root: string; note: string; signed_at: number } | null>(
      (sql) => sql`select bahi.checkpoint_get(${ledgerId}::integer) as r`,
    );
    if (found === null) return undefined;
    const { size, root, note, signed_at: signedAt } = found;
    return { size, root: Buffer.from(root, 'hex'), note, signedAt };
  }

  async keys(): Promise<readonly StoredLogKey[]> {
    const rows = await this.#one<[number, string, string, string, boolean][]>(
      (sql) => sql`select bahi.log_key_list() as r`,
    );
    return rows.map(([number, publicKey, sealed, mac, retired]) => ({
      number,
      publicKey: Buffer.from(publicKey, 'hex'),
      sealed: Buffer.from(sealed, 'hex'),
      mac,
      retired,
    }));
  }

  /** False where there is one of this number: it stays. */
  async addKey({ number, publicKey, sealed, mac }: Omit<StoredLogKey, 'retired'>): Promise<boolean> {
    return this.#one(
      (
        sql,
      ) => sql`select bahi.log_key_add(${number}::integer, ${publicKey.toString('hex')}, ${sealed.toString('hex')},
        ${mac}) as r`,
    );
  }

  /** False where no other key would sign. */
  async retireKey(number: number): Promise<boolean> {
    return this.#one((sql) => sql`select bahi.log_key_retire(${number}::integer) as r`);
  }

  async #one<T>(
    query: (sql: Sql) => PromiseLike<readonly { r: T }[]>,
    options: Parameters<typeof call>[1] = READ,
  ): Promise<T> {
    const [row] = await call(() => query(this.#sql), options);
    return (row as { r: T }).r;
  }
}
