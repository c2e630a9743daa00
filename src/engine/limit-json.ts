/** Limits as they are written: on the wire and in events, and in the row of a version of settings. */
import { assert } from '../kernel/assert.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import {
  isLimitWindow,
  LIMIT_DIRECTIONS,
  type Limit,
  type LimitDirection,
  type LimitLeft,
  type LimitTerms,
  type LimitWindow,
} from '../ledger/limit.ts';
import { slidingSeconds } from '../ledger/sliding.ts';

/** As `account_setting` stores one: bigints as texts, since and base at the end; what has moved only where the window slides. */
export type LimitRow = readonly [
  name: string,
  direction: string,
  window: string,
  amount: string | null,
  count: number | null,
  sinceMicros: string,
  baseSum: string,
  baseCount: number,
  baseMoved?: string,
];

/** On the wire and in events. */
export const termsJson = (
  { name, direction, window, amount, count }: LimitTerms,
  currency: string,
): Record<string, Json> => ({
  name,
  direction,
  window,
  ...(amount === null ? {} : { amount: formatMinor(amount, exponentOf(currency)) }),
  ...(count === null ? {} : { count }),
});

/** What a refused client is told, as canonical JSON. */
export const limitText = (ledgerId: number, of: LimitLeft): string =>
  canonicalJson({
    ...termsJson(of.limit, of.of.currency),
    ...(of.of.name === undefined
      ? { account: formatId('acc', ledgerId, of.of.id) }
      : { pool: { id: formatId('pol', ledgerId, of.of.id), name: of.of.name } }),
    ...(of.left === null ? {} : { left: formatMinor(of.left, exponentOf(of.of.currency)) }),
    ...(of.leftCount === null ? {} : { left_count: of.leftCount }),
    frees_at: of.freesAt === null ? null : formatMicros(of.freesAt),
  });

export const limitRow = ({ name, direction, window, amount, count, since, base }: Limit): Json => [
  name,
  direction,
  window,
  amount === null ? null : amount.toString(),
  count,
  String(since),
  base.sum.toString(),
  base.count,
  ...(slidingSeconds(window) === undefined ? [] : [base.moved.toString()]),
];

/** Fails with InvariantViolation where somebody else wrote the row. */
export const limitFromRow = (row: LimitRow): Limit => {
  assert(isLimitRow(row), 'a row of limits is one that the fold wrote');
  return {
    name: row[0],
    direction: row[1] as LimitDirection,
    window: row[2] as LimitWindow,
    amount: row[3] === null ? null : BigInt(row[3]),
    count: row[4],
    since: Number(row[5]),
    base: { sum: BigInt(row[6]), count: row[7], moved: BigInt(row[8] ?? row[6]) },
  };
};

const INTEGER = /^-?\d{1,30}$/;

const isLimitRow = (row: unknown): boolean =>
  Array.isArray(row) &&
  typeof row[0] === 'string' &&
  LIMIT_DIRECTIONS.some((direction) => direction === row[1]) &&
  isLimitWindow(row[2]) &&
  row.length === (slidingSeconds(row[2]) === undefined ? 8 : 9) &&
  (row[3] === null || INTEGER.test(row[3])) &&
  (row[4] === null || Number.isInteger(row[4])) &&
  INTEGER.test(row[5]) &&
  INTEGER.test(row[6]) &&
  Number.isInteger(row[7]) &&
  (row[8] === undefined || INTEGER.test(row[8]));
