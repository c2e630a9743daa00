/** The second books of closes: each of what they look for, found where the fold and the tables agree. */
import { expect, test } from 'vitest';
import { type BatchRows, emptyRows } from '../../src/engine/batch-rows.ts';
import { CarriedBooks } from '../../src/engine/verify/carried-books.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import { NO_TOTALS } from '../../src/ledger/account.ts';
import { type Entry, positionOf } from '../../src/ledger/transfer.ts';

const LEDGER = 7;
const [PAYER, PAYEE] = [1, 2];
/** Closes at event 5 up to time 100, and at event 9 up to time 200. */
const CLOSINGS = [
  { number: 5, closedUntil: 100 },
  { number: 9, closedUntil: 200 },
];
const NAME = 'balance carried forward of acc_0000007000000002';

const entry = (account: number, number: number, amount: bigint): Entry => ({
  ...NO_TOTALS,
  account,
  position: positionOf(number, 0),
  amount,
  netMin: null,
  netMax: null,
});

interface Batch {
  readonly at: number;
  readonly rows: BatchRows;
}

/** A transfer of 50 from payer to payee at an event, posted at a time, that may count at another. */
function moved(number: number, at: number, effective?: number): Batch {
  const rows = emptyRows();
  rows.entries.push(entry(PAYER, number, -50n), entry(PAYEE, number, 50n));
  if (effective !== undefined)
    for (const { account, position, amount } of rows.entries)
      rows.rare.effective.push([String(account), String(position), String(effective), String(amount)]);
  return { at, rows };
}

/** What is carried forward at a close: credits of the payee, or nothing of him; the payer is right. */
function carried(period: number, number: number, debits: string, credits: string | undefined): Batch {
  const rows = emptyRows();
  const row = (account: number, ...sums: string[]) => [
    String(account),
    String(period),
    String(number),
    ...sums,
  ];
  if (debits !== '') rows.rare.carried.push(row(PAYER, debits, '0'));
  if (credits !== undefined) rows.rare.carried.push(row(PAYEE, '0', credits));
  rows.rare.progress.push([String(period), String(number), '2', '2', true]);
  return { at: 300, rows };
}

function problemsOf(...batches: readonly Batch[]): string[] {
  const problems = new Problems();
  const books = new CarriedBooks(LEDGER, problems, CLOSINGS);
  for (const { rows, at } of batches) books.see(rows, at);
  return problems.shown.map(
    ({ check, number, subject, expected, found }) => `${check} ${number} ${subject}: ${expected}, ${found}`,
  );
}

test('what counts before a close is carried forward, from one close to the next', () => {
  const first = [moved(3, 99), moved(4, 150), carried(5, 6, '50', '50')];
  expect(problemsOf(...first, moved(7, 160, 120), moved(8, 250), carried(9, 10, '150', '150'))).toEqual([]);
});

test('what is dated back counts where it says', () => {
  expect(problemsOf(moved(3, 150, 99), carried(5, 6, '50', '50'))).toEqual([]);
  expect(problemsOf(moved(3, 150, 100), carried(5, 6, '', undefined))).toEqual([]);
});

test('another balance, one that is missing and one that nothing changed are found', () => {
  expect(problemsOf(moved(3, 99), carried(5, 6, '50', '51'))).toEqual([
    `carried 6 ${NAME}: 0 debited, 50 credited, 0 debited, 51 credited`,
  ]);
  expect(problemsOf(moved(3, 99), carried(5, 6, '50', undefined))).toEqual([
    `carried 6 ${NAME}: 0 debited, 50 credited, no row`,
  ]);
  expect(problemsOf(moved(3, 99), carried(5, 6, '50', '50'), carried(9, 10, '', '50'))).toEqual([
    `carried 10 ${NAME}: no row, 0 debited, 50 credited`,
  ]);
});

test('what counts in a closed period and was posted behind the close is found', () => {
  const behind = (account: string): string =>
    `periods 6 time of entries of acc_000000700000000${account}: an open period, a closed one`;
  expect(problemsOf(moved(6, 150, 99))).toEqual([behind('1'), behind('2')]);
});
