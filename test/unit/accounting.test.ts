/** The second books: whatever the fold writes that does not add up is found, though folding again would repeat it. */
import { expect, test } from 'vitest';
import { type BatchRows, emptyRows } from '../../src/engine/batch-rows.ts';
import { Accounting } from '../../src/engine/verify/accounting.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import { type Entry, positionOf } from '../../src/ledger/transfer.ts';

const LEDGER = 7;
const PAYER = 1;
const PAYEE = 2;

const entry = (account: number, number: number, more: Partial<Entry> = {}): Entry => ({
  account,
  position: positionOf(number, 0),
  amount: 0n,
  debits: 0n,
  credits: 0n,
  heldDebits: 0n,
  heldCredits: 0n,
  debitCount: 0,
  creditCount: 0,
  refusedCount: 0,
  version: 1,
  netMin: null,
  netMax: null,
  ...more,
});

const hold = (number: number, status: string, captured: string): string[] => [
  '3',
  String(number),
  status,
  '99',
  `{${PAYER}}`,
  `{${PAYEE}}`,
  '{INR}',
  '{100}',
  captured,
];

/** Two accounts, a transfer of 50 that is dated back, a hold of 100 of which 40 are captured: all of it as the fold writes it. */
const batches = (): BatchRows[] => {
  const [opened, moved, placed, captured] = [emptyRows(), emptyRows(), emptyRows(), emptyRows()];
  for (const [id, code] of [
    [PAYER, 'payer'],
    [PAYEE, 'payee'],
  ])
    opened.rare.accounts.push([String(id), String(code), 'liability', 'INR', null]);
  moved.entries.push(
    entry(PAYER, 3, { amount: -50n, debits: 50n, debitCount: 1 }),
    entry(PAYEE, 3, { amount: 50n, credits: 50n, creditCount: 1 }),
  );
  moved.rare.effective.push(
    [String(PAYER), String(positionOf(3, 0)), '77', '-50'],
    [String(PAYEE), String(positionOf(3, 0)), '77', '50'],
  );
  const [payer, payee] = [
    { debits: 50n, debitCount: 2 },
    { credits: 50n, creditCount: 2 },
  ];
  placed.entries.push(
    entry(PAYER, 4, { ...payer, heldDebits: 100n, version: 2 }),
    entry(PAYEE, 4, { ...payee, heldCredits: 100n, version: 2 }),
  );
  placed.rare.holds.push(hold(4, 'held', '{0}'));
  captured.entries.push(
    entry(PAYER, 5, { ...payer, amount: -40n, debits: 90n, heldDebits: 60n, version: 3 }),
    entry(PAYEE, 5, { ...payee, amount: 40n, credits: 90n, heldCredits: 60n, version: 3 }),
  );
  captured.rare.holds.push(hold(5, 'held', '{40}'));
  return [opened, moved, placed, captured];
};

function problemsOf(rows: readonly BatchRows[], lostBefore = -1): string[] {
  const problems = new Problems();
  const accounting = new Accounting(LEDGER, problems);
  for (const [i, batch] of rows.entries()) {
    if (i === lostBefore) accounting.lose();
    accounting.see(batch, i);
  }
  accounting.end();
  return problems.shown.map(
    ({ check, number, subject, expected, found }) =>
      `${check} ${number ?? ''} ${subject}: ${expected}, ${found}`,
  );
}

/** The problems after the last batch is as given, in place of the capture. */
function withLast(change: (last: BatchRows) => void): string[] {
  const all = batches();
  change(all.at(-1) as BatchRows);
  return problemsOf(all);
}

const replaced = (rows: BatchRows, i: number, more: Partial<Entry>): void => {
  rows.entries[i] = { ...(rows.entries[i] as Entry), ...more };
};

test('books that add up give no problem', () => {
  expect(problemsOf(batches())).toEqual([]);
});

test.each<[string, Partial<Entry>]>([
  ['version: 3, 4', { version: 4 }],
  ['debits: 90, 91', { debits: 91n }],
  ['credits: 0, 1', { credits: 1n }],
  ['debitCount: 2, 4', { debitCount: 4 }],
  ['refusedCount: 0, -1', { refusedCount: -1 }],
])('an entry that does not continue the one before: %s', (text, more) => {
  expect(withLast((last) => replaced(last, 0, more))).toEqual([
    `continuity 5 entry of acc_0000007000000001, leg 0: ${text}`,
  ]);
});

test('the entries of an event that are not zero in sum, by currency', () => {
  expect(withLast((last) => replaced(last, 1, { amount: 41n, credits: 91n }))).toEqual([
    'sums 5 entries in INR: 0, 1',
  ]);
  const all = batches();
  (all[0] as BatchRows).rare.accounts[1] = [String(PAYEE), 'payee', 'liability', 'USD', null];
  expect(problemsOf(all).filter((text) => text.includes(' 3 '))).toEqual([
    'sums 3 entries in INR: 0, -50',
    'sums 3 entries in USD: 0, 50',
  ]);
});

test('an account that holds anything but what its open holds have left', () => {
  expect(withLast((last) => replaced(last, 0, { heldDebits: 61n }))).toEqual([
    'held  held to be debited of acc_0000007000000001: 60, 61',
  ]);
  expect(withLast((last) => replaced(last, 1, { heldCredits: 0n }))).toEqual([
    'held  held to be credited of acc_0000007000000002: 60, 0',
  ]);
});

test('a capture of more than there is, of less than before, and of what has ended', () => {
  const versions = (...rows: string[][]) =>
    withLast((last) => {
      last.rare.holds.splice(0, 1, ...rows);
      for (const i of [0, 1]) replaced(last, i, { heldDebits: 0n, heldCredits: 0n });
    }).filter((text) => text.startsWith('captures'));
  const name = 'hold trf_0000007000000003';
  expect(versions(hold(5, 'posted', '{101}'))).toEqual([`captures 5 ${name}, leg 0: 0 to 100, 101`]);
  expect(versions(hold(5, 'held', '{40}'), hold(6, 'posted', '{30}'))).toEqual([
    `captures 6 ${name}, leg 0: 40 to 100, 30`,
  ]);
  expect(versions(hold(5, 'voided', '{40}'), hold(6, 'posted', '{100}'))).toEqual([
    `captures 6 ${name}: no change of what is voided, posted`,
  ]);
});

test('a capture beyond a hold of more than its payer allows at that event', () => {
  const setting = (number: number, bps?: string) =>
    [
      String(PAYER),
      String(number),
      null,
      null,
      false,
      false,
      false,
      ...(bps === undefined ? [] : [bps]),
    ] as const;
  const captured = (minor: string, ...settings: ReturnType<typeof setting>[]) =>
    withLast((last) => {
      last.rare.settings.push(...settings.map((row) => [...row]));
      last.rare.holds.splice(0, 1, hold(5, 'posted', `{${minor}}`));
    }).filter((text) => text.startsWith('captures'));
  const name = 'hold trf_0000007000000003';
  expect(captured('115', setting(4, '1500'))).toEqual([]);
  expect(captured('116', setting(4, '1500'))).toEqual([`captures 5 ${name}, leg 0: 0 to 115, 116`]);
  expect(captured('115', setting(6, '1500'))).toEqual([`captures 5 ${name}, leg 0: 0 to 100, 115`]);
  expect(captured('115', setting(3, '1500'), setting(4))).toEqual([
    `captures 5 ${name}, leg 0: 0 to 100, 115`,
  ]);
});

test('a reversal of more than there was, of less than before, and of another amount', () => {
  const versions = (...rows: string[][]) =>
    withLast((last) => {
      last.rare.reversals.push(...rows);
    });
  const name = 'reversals of trf_0000007000000003, leg 0';
  expect(versions(['3', '5', '{50}', '{20}'], ['3', '6', '{50}', '{50}'])).toEqual([]);
  expect(versions(['3', '5', '{50}', '{51}'])).toEqual([`reversals 5 ${name}: 0 to 50, 51`]);
  expect(versions(['3', '5', '{50}', '{20}'], ['3', '6', '{50}', '{19}'])).toEqual([
    `reversals 6 ${name}: 20 to 50, 19`,
  ]);
  expect(versions(['3', '5', '{50}', '{20}'], ['3', '6', '{60}', '{60}'])).toEqual([
    `reversals 6 ${name}: amount: 50, 60`,
  ]);
});

test('an entry of a dated event that has no time, another time or another amount, and a time of no entry', () => {
  const dated = (change: (rows: string[][]) => void): string[] => {
    const all = batches();
    change((all[1] as BatchRows).rare.effective as string[][]);
    return problemsOf(all);
  };
  const name = 'effective 3 effective time of acc_0000007000000002, leg 0';
  const place = String(positionOf(3, 0));
  expect(dated((rows) => rows.pop())).toEqual([`${name}: 50 at 77, undefined at undefined`]);
  expect(dated((rows) => rows.splice(1, 1, ['2', place, '77', '51']))).toEqual([
    `${name}: 50 at 77, 51 at 77`,
  ]);
  expect(dated((rows) => rows.splice(0, 1, ['1', place, '78', '-50']))).toHaveLength(1);
  expect(dated((rows) => rows.push(['9', place, '77', '5']))).toEqual([
    `effective  effective time of 9 ${place}: an entry, none`,
  ]);
});

test('after a batch that was left out, only what follows it is held together', () => {
  expect(problemsOf(batches(), 3)).toEqual([]);
  const all = batches();
  const later = emptyRows();
  later.entries.push(entry(PAYER, 6, { debits: 90n, debitCount: 2, version: 5 }));
  expect(problemsOf([...all, later], 3)).toEqual([
    'continuity 6 entry of acc_0000007000000001, leg 0: version: 4, 5',
  ]);
});
