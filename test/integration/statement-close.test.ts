/**
 * Statements across a close of the books: opening and entries are the closing, one statement goes on where the other ended, in JSON as
 * in CSV, and what was carried forward is what the entries come to.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { Books } from '../support/books.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { type Statement, wholeText } from '../support/statements.ts';

const DAY = 86_400_000_000;
let bahi: TestEngine;

beforeAll(async () => {
  bahi = await openTestEngine();
});
afterAll(() => bahi.stop());

const minor = (text: unknown): number => Math.round(Number(text) * 100);

async function textOf(books: Books, id: string, from: number, to: number | undefined, format: string) {
  const period = { from: formatMicros(from), ...(to === undefined ? {} : { to: formatMicros(to) }) };
  const { parts } = await books.run('account.statement', { id, format, ...period });
  if (!parts) throw new Error('a statement comes in parts');
  return wholeText(parts.text);
}

interface Told {
  readonly opening: number;
  readonly closing: number;
  readonly debits: number;
  readonly credits: number;
  /** What moved, and the balance behind it. */
  readonly entries: readonly (readonly [number, number])[];
}

async function jsonOf(
  books: Books,
  id: string,
  from: number,
  to: number | undefined,
  sign: number,
): Promise<Told> {
  const { opening, closing, totals, entries } = JSON.parse(
    await textOf(books, id, from, to, 'json'),
  ) as Statement;
  expect(totals.entries).toBe(entries.length);
  return {
    opening: minor(opening.posted),
    closing: minor(closing.posted),
    debits: minor(totals.debits),
    credits: minor(totals.credits),
    entries: entries.map((one) => [
      sign * (one['direction'] === 'credit' ? 1 : -1) * minor(one['amount']),
      minor(one['balance']),
    ]),
  };
}

async function csvOf(
  books: Books,
  id: string,
  from: number,
  to: number | undefined,
  sign: number,
): Promise<Told> {
  const [head = '', ...lines] = (await textOf(books, id, from, to, 'csv')).trimEnd().split('\r\n');
  const names = head.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
  const [opening, closing] = [rows[0], rows.at(-1)];
  expect([opening?.['line'], closing?.['line']]).toEqual(['opening', 'closing']);
  return {
    opening: minor(opening?.['balance']),
    closing: minor(closing?.['balance']),
    debits: minor(closing?.['debit']),
    credits: minor(closing?.['credit']),
    entries: rows
      .slice(1, -1)
      .map((row) => [sign * (minor(row['credit'] || 0) - minor(row['debit'] || 0)), minor(row['balance'])]),
  };
}

test('a statement adds up, and goes on where the one before ended, across closes, carried forward or not', async () => {
  const books = await Books.open(bahi, 'a', 'b');
  const start = Date.now() * 1000;
  const back = (days: number): number => start - days * DAY;
  const cuts: number[] = [];
  const moment = async (body: Promise<{ body: Record<string, unknown> }>, name: string) =>
    cuts.push(parseMicros(String((await body).body[name])) ?? 0);

  await books.pay('cash', 'a', '100.00', back(40));
  await books.pay('a', 'b', '12.34', back(35));
  await moment(books.pay('cash', 'b', '0.01', back(31)), 'posted_at');
  await moment(books.close(back(30)), 'closed_at');
  await books.pay('a', 'b', '1.00', back(30));
  await books.carry(1, 1);
  await moment(books.pay('b', 'a', '0.50', back(29)), 'posted_at');
  expect((await books.pay('b', 'a', '9.00', back(30) - 1)).status).toBe(422);
  await books.carry();
  await books.pay('a', 'cash', '20.00');
  const first = await books.newest();
  await moment(books.close(back(10)), 'closed_at');
  await books.carry();
  await moment(books.pay('cash', 'a', '3.33'), 'posted_at');
  await books.pay('cash', 'b', '4.44', back(9));
  const second = await books.newest();
  expect([first['status'], second['status']]).toEqual(['carried', 'carried']);

  for (const [id, sign, now] of [
    ['a', 1, 7049],
    ['b', 1, 1729],
    ['cash', -1, 8778],
  ] as const) {
    const edges = [back(50), ...cuts, undefined];
    let before = 0;
    let entries = 0;
    for (const [i, to] of edges.slice(1).entries()) {
      const from = edges[i] as number;
      const told = await jsonOf(books, id, from, to, sign);
      expect(await csvOf(books, id, from, to, sign)).toEqual(told);
      expect(told.opening).toBe(before);
      let balance = told.opening;
      for (const [moved, behind] of told.entries) {
        balance += moved;
        expect(behind).toBe(balance);
      }
      expect(told.closing).toBe(balance);
      expect(told.closing).toBe(told.opening + sign * (told.credits - told.debits));
      before = told.closing;
      entries += told.entries.length;
    }
    expect(before).toBe(now);
    const whole = await jsonOf(books, id, back(50), undefined, sign);
    expect([whole.opening, whole.closing, whole.entries.length]).toEqual([0, now, entries]);
  }

  // By effective time the closes say the same as the entries that count before them.
  expect(await books.carried(first['id'])).toMatchObject({ a: '87.66', b: '12.35' });
  expect(await books.carried(second['id'])).toMatchObject({ a: '87.16', b: '12.85' });
  for (const [period, until] of [
    [first, back(30)],
    [second, back(10)],
  ] as const)
    for (const id of ['a', 'b', 'cash'])
      expect(await books.posted(id, until - 1)).toBe((await books.carried(period['id']))[id]);
  expect(await books.problems()).toEqual([]);
});
