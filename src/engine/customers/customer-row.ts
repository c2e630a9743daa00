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

/** As `customer_row` writes it. */
export type CustomerRow = readonly [
  id: string,
  number: string,
  customer: string,
  recoveryHashes: readonly string[],
  factors: readonly FactorRow[],
  mac: string,
];

const TABLE = 'customer';
const COLUMNS = 5;
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
  ] as const;
  return [...columns, rowMac(rowKey, TABLE, [ledgerId, ...columns])];
}

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
  const [id, changed, customer, recoveryHashes, factors, mac] = row;
  // With the ledger: a row of another one is none of this.
  if (!isRowMac(mac, rowKey, TABLE, [ledgerId, ...(row.slice(0, COLUMNS) as Json[])])) return undefined;
  return {
    id: Number(id),
    customer,
    recoveryHashes,
    factors: factors.map(factorOfRow),
    changed: Number(changed),
    passedBy: Number(changed),
  };
}
