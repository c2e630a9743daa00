/** The second books of limits: what was accepted above a limit is found, though the fold says that it was right. */
import { expect, test } from 'vitest';
import { emptyRows } from '../../src/engine/batch-rows.ts';
import type { LimitRow } from '../../src/engine/limit-json.ts';
import { LimitBooks } from '../../src/engine/verify/limit-books.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import { defined } from '../../src/kernel/assert.ts';
import { parseMicros } from '../../src/kernel/clock.ts';
import { type Entry, positionOf } from '../../src/ledger/transfer.ts';

const LEDGER = 7;
const ACCOUNT = 1;
const NAME = 'acc_0000007000000001';
const NOON = defined(parseMicros('2026-11-22T06:30:00Z'), 'a time');
const NEXT_NOON = defined(parseMicros('2026-11-23T06:30:00Z'), 'a time');

const ZERO = {
  debits: 0n,
  credits: 0n,
  heldDebits: 0n,
  heldCredits: 0n,
  debitCount: 0,
  creditCount: 0,
};
type Change = Partial<typeof ZERO>;

const limitOf = (amount: string | null, count: number | null, direction = 'outgoing'): LimitRow => [
  'daily',
  direction,
  'day',
  amount,
  count,
  '0',
  '0',
  0,
];

/** Books of one account; every step is an event of its own. */
class Books {
  readonly #problems = new Problems();
  readonly #books = new LimitBooks(LEDGER, this.#problems);
  #totals: typeof ZERO = ZERO;
  #number = 9;
  #isLimited = false;

  set(...limits: LimitRow[]): this {
    const rows = emptyRows();
    const more = limits.length > 0 ? [null, limits] : [];
    const number = String(++this.#number);
    rows.rare.settings.push([String(ACCOUNT), number, null, null, false, false, false, ...more] as never);
    const begins = limits.length > 0 && !this.#isLimited;
    this.#isLimited = limits.length > 0;
    return this.#run(rows, [], NOON, begins ? ['0', '0'] : undefined);
  }

  move(change: Change, at = NOON, mark?: readonly [string, string]): this {
    this.#number++;
    const after = { ...ZERO };
    for (const key of Object.keys(ZERO) as (keyof typeof ZERO)[])
      (after[key] as bigint | number) = ((this.#totals[key] as never) +
        (change[key] ?? (typeof ZERO[key] === 'bigint' ? 0n : 0))) as never;
    return this.#run(emptyRows(), [after], at, mark);
  }

  #run(
    rows: ReturnType<typeof emptyRows>,
    totals: readonly (typeof ZERO)[],
    at: number,
    mark?: readonly [string, string],
  ): this {
    if (mark) rows.rare.limit_marks.push([String(ACCOUNT), String(this.#number), ...mark]);
    this.#books.begin(rows, at);
    for (const after of totals) {
      const rest = { amount: 0n, refusedCount: 0, version: 1, netMin: null, netMax: null };
      const entry: Entry = { account: ACCOUNT, position: positionOf(this.#number, 0), ...rest, ...after };
      this.#books.count(this.#totals, entry);
      this.#totals = after;
    }
    this.#books.end(rows);
    return this;
  }

  get found(): string[] {
    return this.#problems.shown.map(
      ({ check, number, subject, expected, found }) => `${check} ${number} ${subject}: ${expected}, ${found}`,
    );
  }
}

const sent = (debits: bigint): Change => ({ debits, debitCount: 1 });

test('what stays within its limit gives no problem', () => {
  const books = new Books().move(sent(500n)).set(limitOf('100', 2));
  expect(books.move(sent(60n)).move(sent(40n)).found).toEqual([]);
});

test('an amount and a count above their limit', () => {
  const books = new Books().set(limitOf('100', 2)).move(sent(60n)).move(sent(41n)).move(sent(0n));
  expect(books.found).toEqual([
    `limits 12 limit daily of ${NAME}, leg 0: amount: at most 100, 101`,
    `limits 13 limit daily of ${NAME}, leg 0: count: at most 2, 3`,
  ]);
});

test('a day begins with nothing, and not before midnight', () => {
  const books = new Books().set(limitOf('100', null)).move(sent(100n)).move(sent(100n), NEXT_NOON);
  expect(books.found).toEqual([]);
  expect(books.move(sent(1n), NEXT_NOON).found).toHaveLength(1);
});

test('a hold counts once, and what it gives back gives no room back', () => {
  const books = new Books()
    .set(limitOf('100', 2))
    .move({ heldDebits: 80n, debitCount: 1 })
    .move({ debits: 30n, heldDebits: -80n }, NOON, ['50', '0'])
    .move(sent(20n));
  expect(books.found).toEqual([]);
  expect(books.move({ debits: 1n }).found).toEqual([
    `limits 14 limit daily of ${NAME}, leg 0: amount: at most 100, 101`,
  ]);
});

test('what was given back and stands in no mark, or in one of another sum', () => {
  const placed = () => new Books().set(limitOf('100', null)).move({ heldDebits: 80n });
  expect(placed().move({ heldDebits: -80n }).found).toEqual([
    `limit_marks 12 given back by holds of ${NAME}: 80 0, no row`,
  ]);
  expect(placed().move({ heldDebits: -80n }, NOON, ['79', '0']).found).toEqual([
    `limit_marks 12 given back by holds of ${NAME}: 80 0, 79 0`,
  ]);
  expect(placed().move({ debits: 1n }, NOON, ['0', '0']).found).toEqual([
    `limit_marks 12 given back by holds of ${NAME}: no row, 0 0`,
  ]);
});

test('incoming counts credits, net counts less by them', () => {
  const incoming = new Books().set(limitOf('100', 1, 'incoming'));
  expect(incoming.move(sent(500n)).move({ credits: 100n, creditCount: 1 }).found).toEqual([]);
  expect(incoming.move({ heldCredits: 1n }).found).toHaveLength(1);
  const net = new Books()
    .set(limitOf('100', null, 'net'))
    .move(sent(100n))
    .move({ credits: 30n });
  expect(net.move(sent(30n)).found).toEqual([]);
  expect(net.move(sent(1n)).found).toHaveLength(1);
});

test('the last so many seconds count until their end, to the microsecond', () => {
  const [name, direction, , ...rest] = limitOf('100', 2);
  const sliding = [name, direction, '60s', ...rest, '0'] as unknown as LimitRow;
  const books = () =>
    new Books()
      .set(sliding)
      .move(sent(60n), NOON)
      .move(sent(40n), NOON + 1);
  expect(books().move(sent(60n), NOON + 60_000_000).found).toEqual([]);
  expect(books().move(sent(61n), NOON + 60_000_000).found).toHaveLength(1);
  expect(books().move(sent(1n), NOON + 59_999_999).found).toEqual([
    `limits 13 limit daily of ${NAME}, leg 0: amount: at most 100, 101`,
    `limits 13 limit daily of ${NAME}, leg 0: count: at most 2, 3`,
  ]);
});

test('another amount goes on counting, another name begins anew, and none counts nothing', () => {
  const books = new Books().set(limitOf('100', null)).move(sent(100n)).set(limitOf('150', null));
  expect(books.move(sent(50n)).found).toEqual([]);
  const [, ...rest] = limitOf('150', null);
  const other = ['other', ...rest] as unknown as LimitRow;
  expect(books.set(other).move(sent(150n)).found).toEqual([]);
  expect(books.set().move(sent(1000n)).found).toEqual([]);
  expect(
    new Books().set(limitOf('100', null)).move(sent(100n)).set(limitOf('150', null)).move(sent(51n)).found,
  ).toHaveLength(1);
});
