/**
 * Versions of holds as `hold_append` takes them: of those that a batch places and of those that it changes a column each,
 * since a row of JSON costs the database more to take apart than to store.
 *
 *   placed   number, expiry in microseconds, where the legs of each end, then of all legs payer, payee, currency, amount
 *   changed  hold, number, status, where the legs of each end, then of all legs what was captured
 *
 * All else of a version is as in the one before. Where each has one leg, the ends are left out; currency and status are
 * one where all are the same.
 */
import type { Json } from '../kernel/canonical-json.ts';

/** Hold, number, status, expiry, then as arrays in text: payers, payees, currencies, amounts, captured. */
type Version = readonly [string, string, string, string, string, string, string, string, string];

const list = (items: readonly string[]): string => `{${items.join(',')}}`;

const legsOf = (array: string): string => array.slice(1, -1);

function endsOf(arrays: readonly string[]): string {
  if (!arrays.some((array) => array.includes(','))) return '{}';
  const ends: number[] = [];
  for (const array of arrays) ends.push((ends.at(-1) ?? 0) + array.split(',').length);
  return list(ends.map(String));
}

/** One, where all are the same. */
function single(arrays: readonly string[]): string {
  const [first = '{}'] = arrays;
  if (!first.includes(',') && arrays.every((array) => array === first)) return first;
  const items = arrays.flatMap((array) => legsOf(array).split(','));
  return list(items.every((item) => item === items[0]) ? items.slice(0, 1) : items);
}

export function holdColumns(rows: readonly Json[]): string[] {
  const placed: Version[] = [];
  const changed: Version[] = [];
  for (const version of rows as unknown as readonly Version[])
    (version[0] === version[1] ? placed : changed).push(version);
  return [
    list(placed.map((version) => version[0])),
    list(placed.map((version) => version[3])),
    endsOf(placed.map((version) => version[4])),
    list(placed.map((version) => legsOf(version[4]))),
    list(placed.map((version) => legsOf(version[5]))),
    single(placed.map((version) => version[6])),
    list(placed.map((version) => legsOf(version[7]))),
    list(changed.map((version) => version[0])),
    list(changed.map((version) => version[1])),
    single(changed.map((version) => `{${version[2]}}`)),
    endsOf(changed.map((version) => version[8])),
    list(changed.map((version) => legsOf(version[8]))),
  ];
}
