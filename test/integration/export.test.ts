/**
 * Exports read back: the two accounting programs accept the journals and compute the balances of the ledger, JSON
 * lines are the API's own transfers, and CSV adds up.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCode, journalAccount } from '../../src/engine/exports/account-names.ts';
import { type ExportFormatName, exportFormat } from '../../src/engine/exports/formats.ts';
import { exportLedger } from '../../src/engine/exports/posted.ts';
import type { AccountState } from '../../src/ledger/account.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { importInto } from '../support/imports.ts';
import { makePaymentFiles, textFile } from '../support/payment-files.ts';

const run = promisify(execFile);

let main: TestEngine;
let directory: string;

beforeAll(async () => {
  main = await openTestEngine();
  directory = await mkdtemp(join(tmpdir(), 'bahi-export-'));
  const { accounts, payments } = makePaymentFiles(7, 12, 1200);
  await importInto(main, textFile('p.csv', payments), { accounts: textFile('a.csv', accounts) });
  await makeOddTransfers();
});
afterAll(async () => {
  await main.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Currencies of no and of three decimals, every kind, codes that need escapes, several legs, a reference, a refusal. */
async function makeOddTransfers(): Promise<void> {
  const named = [
    ['asset', 'JPY', 'cash_jp'],
    ['income', 'JPY', 'X--fee.1'],
    ['expense', 'KWD', '0:rent'],
    ['equity', 'KWD', 'Own-funds'],
  ] as const;
  for (const [kind, currency, code] of named) await main.run('account.create', { kind, currency, code });
  const { body } = await main.run('account.create', { kind: 'asset', currency: 'KWD' });
  const leg = (debit: string, credit: string, amount: string, currency: string) => ({
    debit,
    credit,
    amount,
    currency,
  });
  await main.run('transfer.create', {
    reference: 'invoice:2026-1',
    legs: [
      leg('cash_jp', 'X--fee.1', '1500', 'JPY'),
      leg('0:rent', 'Own-funds', '1.005', 'KWD'),
      leg(String(body['id']), 'Own-funds', '7.25', 'KWD'),
    ],
  });
  await main.run('transfer.create', { legs: [leg('cash_jp', 'nobody', '1', 'JPY')] });
}

async function exported(format: ExportFormatName): Promise<string> {
  let text = '';
  const parts = exportLedger(main.engine.reads, main.ledgerId, exportFormat(format), {
    accounts: 0,
    transfers: 0,
  });
  for await (const part of parts) text += part;
  return text;
}

/** Debits less credits in minor units by account name in a journal, zeros left out. */
async function expectedBalances(): Promise<Map<string, bigint>> {
  const balances = new Map<string, bigint>();
  const { rows } = await main.engine.reads.accounts(
    main.ledgerId,
    {},
    { beyond: null, descending: false, count: 1000 },
  );
  for (const { identity, debits, credits } of rows as AccountState[])
    if (debits !== credits)
      balances.set(`${journalAccount(identity.kind, identity.code)} ${identity.currency}`, debits - credits);
  return balances;
}

const DECIMALS: Readonly<Record<string, number>> = { INR: 2, JPY: 0, KWD: 3 };

/** `-1.50` as minor units, whichever decimals are written. */
function minorOf(text: string, currency: string): bigint {
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const exponent = DECIMALS[currency] ?? 0;
  const minor =
    BigInt(whole) * 10n ** BigInt(exponent) +
    BigInt(decimals.padEnd(exponent, '0').slice(0, exponent) || '0');
  return text.startsWith('-') ? -minor : minor;
}

async function programOrSkip(skip: (reason: string) => void, program: string): Promise<void> {
  const found = await run(program, ['--version']).then(
    () => true,
    () => false,
  );
  if (found) return;
  const reason = `${program} is not installed on this machine`;
  process.stdout.write(`skipped: ${reason}\n`);
  skip(reason);
}

test('hledger accepts the journal strictly and computes the balances of the ledger', async ({ skip }) => {
  await programOrSkip(skip, 'hledger');
  const file = join(directory, 'export.journal');
  await writeFile(file, await exported('hledger'));
  await run('hledger', ['-f', file, 'check', '--strict']);
  const { stdout } = await run('hledger', [
    '-f',
    file,
    'balance',
    '--flat',
    '-N',
    '-O',
    'csv',
    '--layout=bare',
  ]);
  const balances = new Map<string, bigint>();
  for (const [account, currency, amount] of parse(stdout, { from_line: 2 }) as [string, string, string][])
    balances.set(`${account} ${currency}`, minorOf(amount, currency));
  expect(balances).toEqual(await expectedBalances());
});

test('beancount accepts the journal and computes the balances of the ledger', async ({ skip }) => {
  await programOrSkip(skip, 'bean-check');
  const file = join(directory, 'export.beancount');
  await writeFile(file, await exported('beancount'));
  await run('bean-check', ['-C', file]);
  // A sum of plain numbers would be shown with the decimals of the commonest currency.
  const query = 'select account, sum(position) group by account';
  const { stdout } = await run('bean-query', ['-f', 'text', file, query]);
  const balances = new Map<string, bigint>();
  for (const [, account, amount, currency] of stdout.matchAll(/^(\S+:\S+) +(-?[\d.]+) +([A-Z]{3}) *$/gm))
    balances.set(`${account} ${currency}`, minorOf(amount ?? '', currency ?? ''));
  expect(balances).toEqual(await expectedBalances());
});

test('JSON lines are the posted transfers of the API, in order', async () => {
  const lines = (await exported('jsonl')).trimEnd().split('\n');
  const transfers = lines.map(
    (line) => JSON.parse(line) as { id: string; event_number: string; status: string },
  );
  expect(transfers.every(({ status }) => status === 'posted')).toBe(true);
  const numbers = transfers.map(({ event_number }) => Number(event_number));
  expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
  for (const transfer of [transfers[0], transfers.at(-1)]) {
    const { body } = await main.run('transfer.get', { id: transfer?.id });
    expect(transfer).toEqual(body);
  }
});

test('CSV has a row for each leg and adds up to the balances of the ledger', async () => {
  const text = await exported('csv');
  expect(text.split('\r\n')).toHaveLength(text.split('\n').length);
  const rows = parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
  const last = rows.slice(-3);
  expect(last.map(({ leg, reference }) => [leg, reference])).toEqual([
    ['0', 'invoice:2026-1'],
    ['1', 'invoice:2026-1'],
    ['2', 'invoice:2026-1'],
  ]);
  const byCode = new Map<string, bigint>();
  for (const row of rows) {
    const minor = minorOf(row['amount'] ?? '', row['currency'] ?? '');
    const add = (code: string | undefined, change: bigint): void => {
      const key = `${code} ${row['currency']}`;
      byCode.set(key, (byCode.get(key) ?? 0n) + change);
    };
    add(row['debit_code'], minor);
    add(row['credit_code'], -minor);
  }
  const expected = new Map<string, bigint>();
  for (const [name, minor] of await expectedBalances()) {
    const [account = '', currency] = name.split(' ');
    expected.set(`${decodeCode(account.slice(account.indexOf(':') + 1))} ${currency}`, minor);
  }
  expect(new Map([...byCode].filter(([, minor]) => minor !== 0n))).toEqual(expected);
});

test('an empty ledger exports as its header alone', async () => {
  const ledgerId = await main.createLedger('empty');
  for (const name of ['hledger', 'beancount', 'jsonl', 'csv'] as const) {
    const format = exportFormat(name);
    const parts: string[] = [];
    const counts = { accounts: 0, transfers: 0 };
    for await (const part of exportLedger(main.engine.reads, ledgerId, format, counts)) parts.push(part);
    expect(parts.join('')).toBe(format.header);
  }
});
