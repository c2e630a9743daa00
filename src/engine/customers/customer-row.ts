/**
 * A customer as a row of the database: every version repeats the whole state, factors included, so that one seek reads it, and
 * ends with a MAC over all of it (row-mac.ts).
 */
import type { CustomerState, FactorState, FactorStatus, Voucher } from '../../identity/factor.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { isRowMac, rowMac } from '../row-mac.ts';

/** Numbers of events and times as text. */
export type FactorRow = readonly [
  id: string,
  type: 'totp',
  label: string | null,
  status: string,
  seedDigest: string,
  voucher: string,
  replaces: string | null,
  since: string,
  confirmBy: string,
  usableFrom: string | null,
  usedAt: string | null,
  timeStep: string,
  failures: number,
  lockedUntil: string | null,
];

/** Of a customer who has a switch that was used, or who waits: null is what there is none of. */
export type GuardRow = readonly [
  stopped: boolean | null,
  switched: string | null,
  switchedAt: string | null,
  waitsUntil: string | null,
];

type Columns = readonly [
  id: string,
  number: string,
  customer: string,
  recoveryHashes: readonly string[],
  factors: readonly FactorRow[],
];

/** As `customer_row` writes it; the guard came later, and where there is none the row is what it was before. */
export type CustomerRow =
  | readonly [...Columns, mac: string]
  | readonly [...Columns, guard: GuardRow, mac: string];

const TABLE = 'customer';
const GUARD = 5;
const NO_SWITCH = [null, null, null] as const;
const textOrNull = (value: number | null): string | null => (value === null ? null : String(value));
const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

const factorRow = (factor: FactorState): FactorRow => [
  String(factor.id),
  factor.type,
  factor.label,
  factor.status,
  factor.seedDigest,
  factor.voucher,
  textOrNull(factor.replaces),
  String(factor.since),
  String(factor.confirmBy),
  textOrNull(factor.usableFrom),
  textOrNull(factor.usedAt),
  String(factor.timeStep),
  factor.failures,
  textOrNull(factor.lockedUntil),
];

export function customerRow(ledgerId: number, state: CustomerState, rowKey: Buffer): CustomerRow {
  const columns = [
    String(state.id),
    String(state.changed),
    state.customer,
    state.recoveryHashes,
    state.factors.map(factorRow),
    ...guardOf(state),
  ] as unknown as Columns;
  return [...columns, rowMac(rowKey, TABLE, [ledgerId, ...columns])];
}

function guardOf({ stop, waitsUntil }: CustomerState): readonly [] | readonly [GuardRow] {
  if (!stop && waitsUntil === undefined) return [];
  const switched = stop ? ([stop.stopped, String(stop.number), String(stop.at)] as const) : NO_SWITCH;
  return [[...switched, textOrNull(waitsUntil ?? null)]];
}

/** Undefined where a row has none. */
export const guardIn = (row: CustomerRow): GuardRow | undefined =>
  row.length === GUARD + 2 ? (row[GUARD] as GuardRow) : undefined;

const guarded = (guard: GuardRow | undefined): Pick<CustomerState, 'stop' | 'waitsUntil'> => {
  const [stopped = null, switched, at, waitsUntil = null] = guard ?? [];
  return {
    ...(stopped === null ? {} : { stop: { stopped, number: Number(switched), at: Number(at) } }),
    ...(waitsUntil === null ? {} : { waitsUntil: Number(waitsUntil) }),
  };
};

const factorOfRow = (row: FactorRow): FactorState => ({
  id: Number(row[0]),
  type: row[1],
  label: row[2],
  status: row[3] as FactorStatus,
  seedDigest: row[4],
  voucher: row[5] as Voucher,
  replaces: numberOrNull(row[6]),
  since: Number(row[7]),
  confirmBy: Number(row[8]),
  usableFrom: numberOrNull(row[9]),
  usedAt: numberOrNull(row[10]),
  timeStep: Number(row[11]),
  failures: row[12],
  lockedUntil: numberOrNull(row[13]),
});

/** Undefined where the row has no valid MAC. */
export function customerOfRow(ledgerId: number, row: CustomerRow, rowKey: Buffer): CustomerState | undefined {
  const [id, changed, customer, recoveryHashes, factors] = row;
  // With the ledger: a row of another one is none of this.
  const columns = row.slice(0, -1) as Json[];
  if (!isRowMac(row.at(-1) as string, rowKey, TABLE, [ledgerId, ...columns])) return undefined;
  return {
    id: Number(id),
    customer,
    recoveryHashes,
    factors: factors.map(factorOfRow),
    ...guarded(guardIn(row)),
    changed: Number(changed),
    passedBy: Number(changed),
  };
}
