/**
 * What servers write about keys beside the log: when they were used, and how many requests their clients may still send.
 * Nothing about money depends on it. One call each, never one for each request.
 */

import type { Sql } from '../../db/connect.ts';
import { call } from '../../db/connect.ts';
import type { Rate } from '../../identity/rate.ts';
import { asList } from '../store.ts';
import type { SignedKey } from './key-mac.ts';
import type { KeyUse } from './key-uses.ts';

const WRITE = { deadlineMs: 5000 } as const;

/** Whose requests are counted together. */
export interface RateBucket {
  readonly ledgerId: number;
  readonly client: string;
  /** Of routes. */
  readonly kind: string;
  readonly rate: Rate;
}

export interface Lot {
  readonly taken: number;
  /** For whoever asks next. */
  readonly left: number;
  /** Until there is one more; 0 where there is. */
  readonly waitMs: number;
}

export class KeyStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Fails with DatabaseFault. */
  async recordUses(uses: readonly KeyUse[]): Promise<void> {
    await call(
      () => this
        .#sql`select bahi.api_key_use_record(${asList(uses.map(({ ledgerId }) => ledgerId))}::text::integer[],
        ${asList(uses.map(({ apiKey }) => apiKey))}::text::bigint[], ${asList(uses.map(({ ageMs }) => ageMs))}::text::bigint[])`,
      WRITE,
    );
  }

  /** Keys that have no MAC. Fails with DatabaseFault. */
  async unsigned(): Promise<readonly (readonly [ledgerId: number, id: number, signed: SignedKey])[]> {
    type Unsigned = [number, number, SignedKey];
    const [row] = await call(
      () => this.#sql<{ r: Unsigned[] }[]>`select bahi.api_key_unsigned() as r`,
      WRITE,
    );
    return (row as { r: Unsigned[] }).r;
  }

  /** Fails with DatabaseFault. */
  async sign(macs: readonly { ledgerId: number; id: number; mac: string }[]): Promise<void> {
    await call(
      () => this
        .#sql`select bahi.api_key_sign(${asList(macs.map(({ ledgerId }) => ledgerId))}::text::integer[],
        ${asList(macs.map(({ id }) => id))}::text::bigint[], ${asList(macs.map(({ mac }) => mac))}::text::text[])`,
      WRITE,
    );
  }

  /** Takes up to `lot` requests for this process to hand out. Fails with DatabaseFault. */
  async takeRequests({ ledgerId, client, kind, rate }: RateBucket, lot: number): Promise<Lot> {
    const [row] = await call(
      () => this.#sql<
        { r: [number, number, number] }[]
      >`select bahi.rate_take(${ledgerId}::integer, ${client},
        ${kind}, ${rate.text}, ${rate.requests}::integer, ${rate.seconds}::integer, ${lot}::integer) as r`,
      WRITE,
    );
    const [taken, left, waitMs] = (row as { r: [number, number, number] }).r;
    return { taken, left, waitMs };
  }
}
