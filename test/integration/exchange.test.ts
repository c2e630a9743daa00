/** Exchanges on PostgreSQL: what the answer says, what the verifier computes again, and what an export shows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksOf, openTestLedger, type TestLedger } from '../support/test-ledger.ts';

let of: TestLedger;
let answer: Record<string, unknown>;
let number: number;

const EXCHANGE = {
  debit: 'inr',
  currency: 'INR',
  liquidity_in: 'desk-inr',
  liquidity_out: 'desk-usd',
  to_currency: 'USD',
  credits: [
    { credit: 'usd-1', amount: '70.00' },
    { credit: 'usd-2', amount: '30' },
  ],
  rate: '0.0123450',
  rounding: 'half_even',
  rounding_account: 'rest-usd',
};

beforeAll(async () => {
  of = await openTestLedger(5);
  for (const [code, currency] of [
    ['inr', 'INR'],
    ['desk-inr', 'INR'],
    ['fee-inr', 'INR'],
    ['desk-usd', 'USD'],
    ['usd-1', 'USD'],
    ['usd-2', 'USD'],
    ['rest-usd', 'USD'],
  ])
    await of.engine.run('account.create', { code, currency, kind: 'liability' });
  const legs = [{ debit: 'inr', credit: 'fee-inr', amount: '2.00', currency: 'INR' }];
  ({ body: answer } = await of.engine.run('transfer.create', { exchange: EXCHANGE, legs }));
  number = Number(answer['event_number']);
});

afterAll(() => of.stop());

test('the answer has the terms, what is exact and what was made of it, and all legs in their order', () => {
  expect(answer['exchange']).toEqual({
    amount: '100.00',
    currency: 'INR',
    difference: '0.01',
    exact: '1.2345',
    given: '1.24',
    parts: [
      { amount: '70.00', exact: '0.86415', received: '0.86' },
      { amount: '30.00', exact: '0.37035', received: '0.37' },
    ],
    rate: '0.012345',
    received: '1.23',
    rounding: 'half_even',
    rounding_account: expect.stringMatching(/^acc_/),
    rounding_account_code: 'rest-usd',
    to_currency: 'USD',
  });
  const legs = answer['legs'] as Record<string, string>[];
  expect(legs.map((leg) => [leg['debit_code'], leg['credit_code'], leg['amount'], leg['currency']])).toEqual([
    ['inr', 'desk-inr', '100.00', 'INR'],
    ['desk-usd', 'usd-1', '0.86', 'USD'],
    ['desk-usd', 'usd-2', '0.37', 'USD'],
    ['desk-usd', 'rest-usd', '0.01', 'USD'],
    ['inr', 'fee-inr', '2.00', 'INR'],
  ]);
});

test('it is read and listed as it was answered', async () => {
  const { body } = await of.engine.run('transfer.get', { id: String(answer['id']) });
  expect(body).toEqual(answer);
  const { body: list } = await of.engine.run('transfer.list', { account: 'rest-usd' });
  expect(list['data']).toEqual([answer]);
});

test('a ledger with an exchange verifies clean', async () => {
  expect((await of.verify(of.serve)).problems).toEqual([]);
});

describe('an exchange that a superuser changes together with its leaf is found', () => {
  test.each([
    ['the rate', '"rate":"0.012345"', '"rate":"0.012349"'],
    ['the rounding', '"rounding":"half_even"', '"rounding":"up"'],
    ['what is exact', '"exact":"1.2345"', '"exact":"1.2354"'],
    ['what is received', '"received":"1.23"', '"received":"1.24"'],
    ['a part', '"received":"0.86"', '"received":"0.85"'],
    ['the currency', '"to_currency":"USD"', '"to_currency":"EUR"'],
  ])('%s', async (_, from, to) => {
    const report = await of.changed(
      (sql) => sql`update event set body = replace(body, ${from}, ${to}),
        leaf_hash = sha256('\\x00'::bytea || convert_to(replace(body, ${from}, ${to}), 'UTF8'))
        where ledger_id = ${of.ledger} and number = ${number} and strpos(body, ${from}) > 0`,
    );
    expect(checksOf(report)).toEqual(expect.arrayContaining(['event', 'link']));
    expect(report.problems.every((problem) => problem.number === number)).toBe(true);
  });

  test.each([
    ['a rate that is none', '"rate":"0.012345"', '"rate":"1e-2"'],
    ['the same currency twice', '"to_currency":"USD"', '"to_currency":"INR"'],
    ['a rounding that is none', '"rounding":"half_even"', '"rounding":"luck"'],
  ])('%s cannot be read', async (_, from, to) => {
    const report = await of.changed(
      (sql) => sql`update event set body = replace(body, ${from}, ${to})
        where ledger_id = ${of.ledger} and number = ${number}`,
    );
    expect(checksOf(report)).toContain('body');
  });
});
