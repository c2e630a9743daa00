/** What closing the books asks for, and what the engine carries forward behind it. */
import { canonicalJson, type Json, sha256Hex } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import type { CarriedRow } from '../ledger/period.ts';

export interface ClosePeriod {
  readonly type: 'period.close';
  /** The first moment that stays open, microseconds since 1970. */
  readonly closedUntil: number;
}

/** Submitted by the engine alone (periods/carrier.ts). */
export interface CarryPeriod {
  readonly type: 'period.carry';
  /** Number of the close. */
  readonly period: number;
  /** Numbers of accounts: those above `after` up to `upTo` are looked at. */
  readonly after: number;
  readonly upTo: number;
  /** Of these accounts, those whose balance is another than they were carried forward with before. */
  readonly rows: readonly CarriedRow[];
  readonly last: boolean;
}

export const closeJson = ({ closedUntil }: ClosePeriod): Record<string, Json> => ({
  closed_until: formatMicros(closedUntil),
});

/** The balances stand in a table of their own; the event has their digest, so that it says which they were. */
export const carryJson = ({ after, upTo, rows, last }: CarryPeriod): Record<string, Json> => ({
  after: String(after),
  balances: rows.length,
  digest: sha256Hex(canonicalJson(rows.map((row) => [...row]))),
  last,
  up_to: String(upTo),
});
