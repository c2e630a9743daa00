/** Which closes are allowed when, state by state: the diagram of ledger/period.ts against the code. */
import { expect, test } from 'vitest';
import { type BooksState, refusalOf, statusOf } from '../../src/ledger/period.ts';

const AT = 1_800_000_000_000_000;
const books = (carried: boolean): BooksState => ({
  period: 9,
  closedUntil: AT - 100,
  carriedTo: 0,
  accounts: 0,
  carried,
});

test.each([
  ['open', undefined],
  ['carrying', books(false)],
  ['carried', books(true)],
] as const)('books are %s', (status, state) => {
  expect(statusOf(state)).toBe(status);
});

test.each([
  ['open books close up to the very moment', undefined, AT, undefined],
  ['open books do not close for a moment to come', undefined, AT + 1, 'period_in_future'],
  ['books that are carried forward close a microsecond later', books(true), AT - 99, undefined],
  ['books do not close for the same moment again', books(true), AT - 100, 'period_not_later'],
  ['nor for an earlier one', books(true), 0, 'period_not_later'],
  ['nor while the close before is being carried forward', books(false), AT - 99, 'period_carrying'],
  ['a moment to come is told first', books(false), AT + 1, 'period_in_future'],
  ['a moment that is not later is told before the carrying', books(false), AT - 100, 'period_not_later'],
] as const)('%s', (_name, state, until, code) => {
  expect(refusalOf(state, until, AT)).toBe(code);
});
