/**
 * Imports against an independent serial replay: the order of the file decides, a row counts once however often it is
 * imported, and what is wrong with a file is found before anything is stored.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportFile } from '../../src/engine/imports/import-file.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { balancesIn, headOf, importInto } from '../support/imports.ts';
import { makePaymentFiles, replaySerially, textFile } from '../support/payment-files.ts';

let main: TestEngine;
beforeAll(async () => {
  main = await openTestEngine();
});
afterAll(() => main.stop());

/** A ledger of its own for each test. */
async function freshLedger(): Promise<TestEngine> {
  const ledgerId = await main.createLedger(`import-${randomUUID()}`);
  return {
    ...main,
    ledgerId,
    run: (name, input, options) => main.run(name, input, { ledgerId, ...options }),
  };
}

const balances = (test: TestEngine): Promise<Map<string, bigint>> =>
  balancesIn(test.engine.reads, test.ledgerId);
const head = (test: TestEngine): Promise<number> => headOf(test.engine.reads, test.ledgerId);

const SEED = 20_261_122;
const files = makePaymentFiles(SEED, 60, 4000);
const payments = textFile('payments.csv', files.payments);
const accounts = textFile('accounts.csv', files.accounts);
const expected = replaySerially(files);

test('an import posts and refuses exactly what a serial replay of the file does', async () => {
  const ledger = await freshLedger();
  const report = await importInto(ledger, payments, { accounts });
  expect(report.payments).toMatchObject({ done: expected.posted, refused: expected.refused, replayed: 0 });
  expect(report.accounts).toMatchObject({ done: 60, refused: {} });
  expect(await balances(ledger)).toEqual(expected.balances);
});

test('the same file again moves nothing', async () => {
  const ledger = await freshLedger();
  await importInto(ledger, payments, { accounts });
  const before = await head(ledger);
  const report = await importInto(ledger, payments, { accounts });
  expect(report.payments).toMatchObject({ done: 0, refused: {}, replayed: 4000, failed: {} });
  expect(report.payments.replayedRefused).toEqual(expected.refused);
  expect(report.accounts).toMatchObject({ done: 0, replayed: 60 });
  expect(await head(ledger)).toBe(before);
});

test('the same accounts beside other payments are opened and funded once', async () => {
  const ledger = await freshLedger();
  await importInto(ledger, textFile('one.csv', 'debit,credit,amount\n'), { accounts });
  const opened = await balances(ledger);
  const report = await importInto(ledger, textFile('two.csv', 'credit,debit,amount\n'), { accounts });
  expect(report.accounts).toMatchObject({ done: 0, refused: {}, replayed: 60 });
  expect(report.openings).toMatchObject({ done: 0, refused: {} });
  expect(await balances(ledger)).toEqual(opened);
});

test('an import that was interrupted and started again ends where one run does', async () => {
  const ledger = await freshLedger();
  const interrupt = new AbortController();
  const onProgress = (phase: string, done: number): void => {
    if (phase === 'payments' && done > 0) interrupt.abort();
  };
  const cut = await importInto(ledger, payments, { accounts, signal: interrupt.signal, onProgress });
  expect(cut.interrupted).toBe(true);
  const settled = cut.payments.done + (cut.payments.refused['floor_breached'] ?? 0);
  expect(settled).toBeGreaterThan(0);
  expect(settled).toBeLessThan(4000);
  const report = await importInto(ledger, payments, { accounts });
  expect(report.payments.replayed).toBeGreaterThanOrEqual(settled);
  expect(await balances(ledger)).toEqual(expected.balances);
});

test('a file that grew moves only its new lines under the same name', async () => {
  const ledger = await freshLedger();
  await importInto(ledger, payments, { accounts, id: 'january' });
  const grown = `${files.payments}c-1,c-2,0.01,new\n`;
  const report = await importInto(ledger, textFile('payments.csv', grown), { accounts, id: 'january' });
  expect(report.payments.replayed).toBe(4000);
  expect(await balances(ledger)).toEqual(replaySerially({ ...files, payments: grown }).balances);
});

test('a line that changed under the same name fails and the others count once', async () => {
  const ledger = await freshLedger();
  const file = 'debit,credit,amount\nc-1,c-2,0.01\nc-2,c-3,0.01\n';
  await importInto(ledger, textFile('p.csv', file), { accounts, id: 'february' });
  const changed = textFile('p.csv', file.replace('c-1,c-2,0.01', 'c-1,c-2,0.02'));
  const report = await importInto(ledger, changed, { accounts, id: 'february' });
  expect(report.payments).toMatchObject({
    done: 0,
    replayed: 1,
    failed: { idempotency_key_reused: 1 },
    firstFailedLine: 2,
  });
});

test('an account whose code is taken is refused and gets no opening balance', async () => {
  const ledger = await freshLedger();
  await ledger.run('account.create', { code: 'c-1', kind: 'asset', currency: 'INR' });
  const file = textFile('a.csv', 'account,opening_balance\nc-1,5\nc-2,7\n');
  const report = await importInto(ledger, textFile('p.csv', 'debit,credit,amount\n'), { accounts: file });
  expect(report.accounts).toMatchObject({ done: 1, refused: { code_taken: 1 } });
  expect(report.openings.done).toBe(1);
  expect(report.openingsLeftOut).toBe(1);
  expect(await balances(ledger)).toEqual(
    new Map([
      ['c-1', 0n],
      ['c-2', 700n],
    ]),
  );
});

test('a foreign account under the code of opening balances stops the import before it moves anything', async () => {
  const ledger = await freshLedger();
  await ledger.run('account.create', { code: 'opening-balances-inr', kind: 'liability', currency: 'INR' });
  const before = await head(ledger);
  await expect(importInto(ledger, payments, { accounts })).rejects.toMatchObject({ code: 'code_taken' });
  expect(await head(ledger)).toBe(before);
});

test('columns are found by the mapping, and a time is kept as the file states it', async () => {
  const ledger = await freshLedger();
  const accountFile = textFile(
    'a.csv',
    'owner,nr,start\n,K1,10\n9b2f7c9e-6a0e-4c3d-9d55-0f6b1a2c3d4e,K2,0\n',
  );
  const paymentFile = textFile(
    'p.csv',
    'note,from,to,sum,day\n"x, y",K1,K2,2.5,2026-04-01T10:00\n,K1,K2,1,1 May\n',
  );
  const report = await importInto(ledger, paymentFile, {
    accounts: accountFile,
    accountMapping: { account: 'nr', opening_balance: 'start' },
    paymentMapping: { debit: 'from', credit: 'to', amount: 'sum', time: 'day' },
  });
  expect(report).toMatchObject({ payments: { done: 2 }, timesLeftOut: 1 });
  const { body } = await ledger.run('transfer.list', {});
  const times = (body['data'] as { source_time?: string }[]).map(({ source_time }) => source_time);
  expect(times).toEqual([undefined, '2026-04-01T10:00', undefined]);
  const { body: listed } = await ledger.run('account.list', { code: 'K2' });
  expect(listed['data']).toMatchObject([{ owner: '9b2f7c9e-6a0e-4c3d-9d55-0f6b1a2c3d4e', floor: '0.00' }]);
});

test('line ends, quotes, a byte order mark and blank lines change nothing, wherever the chunks are cut', async () => {
  const ledger = await freshLedger();
  const accountFile = 'account,opening_balance\nK1,10\nK2,0\n';
  await importInto(ledger, textFile('p.csv', 'debit,credit,amount\n'), {
    accounts: textFile('a.csv', accountFile),
  });
  for (const [i, chunkBytes] of [1, 2, 3, 7].entries()) {
    const file = `\uFEFF"debit",credit,amount\r\n\r\n"K1",K2,0.01\r\n\nK1,"K2",0.0${i + 1}`;
    const report = await importInto(ledger, textFile('p.csv', file, chunkBytes));
    expect(report.payments).toMatchObject({ done: 2, refused: {} });
  }
  expect((await balances(ledger)).get('K2')).toBe(4n + 1n + 2n + 3n + 4n);
});

test('a file that changes between its two readings is refused', async () => {
  const ledger = await freshLedger();
  const texts = ['debit,credit,amount\nK1,K2,1\n', 'debit,credit,amount\nK1,K2,2\n'];
  const changing: ImportFile = {
    name: 'p.csv',
    bytes: 28,
    open: () => textFile('', texts.shift() ?? '').open(),
  };
  await expect(importInto(ledger, changing)).rejects.toThrow('p.csv: the file changed while it was imported');
});

test('an import gives up as a whole when nothing is posted for as long as its patience', async () => {
  const ledger = await freshLedger();
  const silent = { submit: (_: number, items: unknown[]) => items.map(() => new Promise(() => {})) };
  const engine = { ...ledger.engine, posters: silent } as unknown as TestEngine['engine'];
  await expect(importInto({ ...ledger, engine }, payments, { patienceMs: 1 })).rejects.toMatchObject({
    code: 'database_unavailable',
  });
});

test('an import whose connections are cut again and again ends where one run does', async () => {
  const ledger = await freshLedger();
  const admin = testPool(main.database.admin, 1);
  let cut = Promise.resolve();
  const onProgress = (): void => {
    cut = cut.then(async () => {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${main.database.name} and pid <> pg_backend_pid()`;
    });
  };
  const report = await importInto(ledger, payments, { accounts, onProgress });
  await cut;
  await admin.end({ timeout: 5 });
  expect(report.payments.failed).toEqual({});
  expect(await balances(ledger)).toEqual(expected.balances);
});

test('an import waits for room in a line that is full', async () => {
  const ledger = await freshLedger();
  const { posters } = ledger.engine;
  let refusals = 3;
  const { FailureError } = await import('../../src/kernel/failure.ts');
  const busy = {
    submit: (...args: Parameters<typeof posters.submit>) => {
      if (refusals-- > 0) throw new FailureError('overloaded');
      return posters.submit(...args);
    },
  };
  const engine = { ...ledger.engine, posters: busy } as unknown as TestEngine['engine'];
  const report = await importInto({ ...ledger, engine }, payments);
  expect(report.payments.refused['account_unknown'] ?? 0).toBeGreaterThan(0);
});

describe('a file with a mistake is refused with its line, and nothing is stored', () => {
  const HEADER = 'debit,credit,amount\nK1,K2,1\n';
  const long = 'x'.repeat(70_000);
  const cases: readonly (readonly [string, string | Buffer, string])[] = [
    ['no bytes at all', '', 'p.csv: the file is empty'],
    ['a missing column', 'debit,kredit,amount\nK1,K2,1\n', 'line 1: there is no column credit for credit'],
    [
      'a column named twice',
      'debit,credit,amount,debit\nK1,K2,1,K3\n',
      'line 1: two columns are called debit',
    ],
    ['a short row', `${HEADER}K1,K2\n`, 'line 3: the row has 2 fields and the first line 3'],
    ['a long row', `${HEADER}\n\nK1,K2,1,1\n`, 'line 5: the row has 4 fields and the first line 3'],
    [
      'a row behind a field of several lines',
      `a,${HEADER.replace('\n', '\n"1\r\n2\n3",')}1,K1,K2,0\n`,
      'line 5: amount',
    ],
    ['a space in a code', `${HEADER}K 1,K2,1\n`, 'line 3: debit: use 1 to 64 characters'],
    ['an empty code', `${HEADER}K1,,1\n`, 'line 3: credit: use 1 to 64 characters'],
    ['the shape of a PAN', `${HEADER}ABCDE1234F,K2,1\n`, 'line 3: debit: this has the shape of a PAN'],
    [
      'the shape of a mobile number',
      `${HEADER}K1,9876543210,1\n`,
      'line 3: credit: this has the shape of a mobile',
    ],
    ['three decimals', `${HEADER}K1,K2,1.005\n`, 'line 3: amount: INR has 2 decimals'],
    ['a zero', `${HEADER}K1,K2,0.00\n`, 'line 3: amount: send an amount above zero'],
    ['a sign', `${HEADER}K1,K2,-1\n`, 'line 3: amount: send a decimal string'],
    ['an exponent', `${HEADER}K1,K2,1e3\n`, 'line 3: amount: send a decimal string'],
    ['grouping', `${HEADER}K1,K2,"1,000"\n`, 'line 3: amount: send a decimal string'],
    ['too much', `${HEADER}K1,K2,10000000000000.01\n`, 'line 3: amount: send at most'],
    ['a lost quote', `${HEADER}"K1,K2,1\n`, 'line 3: a quoted field is not closed'],
    ['a lost quote in a long file', `${HEADER}"K1,K2,1\n${long}`, 'line 3: the row is longer than'],
    ['a quote inside', `${HEADER}K"1,K2,1\n`, 'line 3: a " stands inside a field without quotes'],
    ['a quote that ends early', `${HEADER}"K"1,K2,1\n`, 'line 3: a " stands inside a quoted field'],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(`${HEADER}K1,K2,1\nK`), Buffer.from([0xff]), Buffer.from(',K2,1\n')]),
      'line 4: the row is not valid UTF-8',
    ],
    ['UTF-16', Buffer.from(`\uFEFF${HEADER}`, 'utf16le'), 'line 1: the file is UTF-16'],
  ];
  test.each(cases)('%s', async (_, content, message) => {
    const before = await head(main);
    const good = textFile('a.csv', 'account,opening_balance\nK1,1\n');
    const error = await importInto(main, textFile('p.csv', content), { accounts: good }).catch(
      (e: Error) => e,
    );
    expect(error).toMatchObject({ name: 'MalformedFile', message: expect.stringContaining(message) });
    expect(String(error)).not.toMatch(/ABCDE|98765|1e3|1,000|K 1/);
    expect(await head(main)).toBe(before);
  });

  test.each([
    [
      'a code that stands twice',
      'K1,1\nK2,1\nK1,2\n',
      'line 4: account: this code stands in an earlier line',
    ],
    [
      'the shape of an account id',
      'acc_0000000000000000,1\n',
      'line 2: account: a code may not have the shape',
    ],
    ['a negative balance', 'K1,-1\n', 'line 2: opening_balance: send a decimal string'],
    ['an empty balance', 'K1,\n', 'line 2: opening_balance: send a decimal string'],
  ])('among the accounts: %s', async (_, rows, message) => {
    const before = await head(main);
    const file = textFile('a.csv', `account,opening_balance\n${rows}`);
    await expect(importInto(main, textFile('p.csv', HEADER), { accounts: file })).rejects.toThrow(
      `a.csv, ${message}`,
    );
    expect(await head(main)).toBe(before);
  });
});

test('a payment that waits for a second factor is told as held and not as posted, also when it is imported again', async () => {
  const ledger = await freshLedger();
  await ledger.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  for (const code of ['asha', 'shop'])
    await ledger.run('account.create', { code, kind: 'liability', currency: 'INR', owner: randomUUID() });
  const fund = { debit: 'bank', credit: 'asha', amount: '100.00', currency: 'INR' };
  await ledger.run('transfer.create', { legs: [fund] });
  await ledger.run('account.update', { id: 'asha', step_up_above: '10.00' });
  const file = textFile('two.csv', 'debit,credit,amount\nasha,shop,10.00\nasha,shop,10.01\n');
  const first = await importInto(ledger, file, {});
  expect(first.payments).toMatchObject({ done: 1, held: 1, refused: {} });
  const second = await importInto(ledger, file, {});
  expect(second.payments).toMatchObject({ done: 0, held: 0, replayed: 2, replayedHeld: 1 });
});
