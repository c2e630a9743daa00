/** Wrapped data keys in the database: one function call each. */
import type { Sql } from '../../db/connect.ts';
import { call } from '../../db/connect.ts';
import { asList } from '../store.ts';

export interface WrappedKey {
  readonly purpose: string;
  /** Names the key that wraps. */
  readonly wrapping: string;
  readonly wrapped: Buffer;
}

const READ = { deadlineMs: 5000, read: true } as const;
/** Doing it twice does it once, so it may be retried as a read is. */
const WRITE = READ;

type Row = readonly [purpose: string, wrapping: string, wrapped: string];

export class KeyringStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async wrapped(): Promise<readonly WrappedKey[]> {
    const [row] = await call(() => this.#sql<{ r: Row[] }[]>`select bahi.data_key_list() as r`, READ);
    return (row as { r: Row[] }).r.map(([purpose, wrapping, wrapped]) => ({
      purpose,
      wrapping,
      wrapped: Buffer.from(wrapped, 'hex'),
    }));
  }

  /** True for an installation that has posted under a key of links. */
  async hasLinkKey(): Promise<boolean> {
    const [row] = await call(() => this.#sql<{ r: boolean }[]>`select bahi.link_key_known() as r`, READ);
    return (row as { r: boolean }).r;
  }

  /** Where there is one under this wrapping key, it stays; with `first`, where there is one at all. Answers how many were added. */
  async add(keys: readonly WrappedKey[], first: boolean): Promise<number> {
    const [row] = await call(
      () => this.#sql<
        { r: number }[]
      >`select bahi.data_key_add(${asList(keys.map(({ purpose }) => purpose))}::text::text[],
        ${asList(keys.map(({ wrapping }) => wrapping))}::text::text[], ${asList(keys.map(({ wrapped }) => wrapped.toString('hex')))}::text::text[],
        ${first}::boolean) as r`,
      WRITE,
    );
    return (row as { r: number }).r;
  }

  /** Takes the wrappings under this key away, unless a data key would be left without one: then answers that purpose. */
  async retire(wrapping: string): Promise<{ readonly removed: number; readonly only: string | null }> {
    const [row] = await call(
      () => this.#sql<{ r: [number, string | null] }[]>`select bahi.data_key_retire(${wrapping}) as r`,
      WRITE,
    );
    const [removed, only] = (row as { r: [number, string | null] }).r;
    return { removed, only };
  }
}
