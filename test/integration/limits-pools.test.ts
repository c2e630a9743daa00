/**
 * Pools on PostgreSQL: limits of one customer over twenty accounts and two processes, from a cold memory, with holds, groups,
 * batches, exchanges and schedules; what is told of usage; and that the books of it all are sound.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { makeItem } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

const ACCOUNTS = 20;
let of: TestEngine;
let second: Posters;
let sql: Sql;
let owner: string;
let name: string;
let accounts: string[];
let payee: string;

beforeAll(async () => {
  of = await openTestEngine();
  second = anotherProcess(of);
  sql = testPool(of.database.owner, 1);
  await of.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
});

afterAll(async () => {
  await second.stop(1000);
  await sql.end({ timeout: 5 });
  await of.stop();
});

const open = async (code: string, more: Body = {}): Promise<string> => {
  await of.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0', ...more });
  await of.pay('bank', code, '1000.00');
  return code;
};

beforeEach(async () => {
  owner = randomUUID();
  name = `customer-${owner.slice(-8)}`;
  payee = `payee-${owner.slice(-8)}`;
  await of.run('account.create', { code: payee, kind: 'liability', currency: 'INR' });
  accounts = await Promise.all(Array.from({ length: ACCOUNTS }, (_, i) => open(`${name}-${i}`, { owner })));
});

afterEach(async () => {
  const { problems } = await verifyLedger({ sql, linkKey: of.linkKey, ledgerId: of.ledgerId });
  expect(problems).toEqual([]);
});

const daily = (more: Body) => ({ name: 'daily', direction: 'outgoing', window: 'day', ...more });
const pool = (...limits: Body[]) => of.run('pool.create', { name, currency: 'INR', owner, limits });

const send = (posters: Posters, count: number): Promise<ItemResult[]> =>
  Promise.all(
    posters.submit(
      of.ledgerId,
      Array.from({ length: count }, (_, i) => {
        const debit = accounts[i % accounts.length] as string;
        const legs = [{ debit, credit: payee, amount: '1.00', currency: 'INR' }];
        return makeItem(of.ledgerId, transferCommand({ legs }), of.shell, randomUUID(), 'req_test');
      }),
      30_000,
    ),
  );

const codes = (results: readonly ItemResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.kind === 'failed' ? `failed ${result.code}` : result.result.code || 'posted';
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
};

const codeOf = async (transfer: ReturnType<typeof of.pay>): Promise<string> =>
  String((await transfer).body['code'] ?? 'posted');

describe('a limit of a customer', () => {
  test('lets exactly so many through over twenty accounts, many batches and two processes at once', async () => {
    await pool(daily({ count: 150 }));
    const sent = Array.from({ length: 40 }, (_, i) => send(i % 2 === 0 ? of.engine.posters : second, 10));
    expect(codes((await Promise.all(sent)).flat())).toEqual({ posted: 150, limit_exceeded: 250 });
  });

  test.each(['day', 'month', '3600s'])('counts over a %s in a process that never saw it', async (window) => {
    await pool(daily({ count: 100, amount: '70.00', window }));
    await send(of.engine.posters, 66);
    const third = anotherProcess(of);
    expect(codes(await send(third, 6))).toEqual({ posted: 4, limit_exceeded: 2 });
    await third.stop(1000);
  });

  test('takes in accounts that are opened later, by whichever process', async () => {
    await pool(daily({ amount: '5.00' }));
    const third = anotherProcess(of);
    expect(codes(await send(third, 5))).toEqual({ posted: 5 });
    accounts = [await open(`${name}-late`, { owner })];
    expect(codes(await send(third, 1))).toEqual({ limit_exceeded: 1 });
    await third.stop(1000);
  });

  test('does not count what stays with the customer, nor other currencies', async () => {
    await pool(daily({ amount: '5.00' }));
    const [one = '', other = ''] = accounts;
    expect(await codeOf(of.pay(one, other, '100.00'))).toBe('posted');
    expect(await codeOf(of.pay(one, payee, '5.01'))).toBe('limit_exceeded');
    expect(await codeOf(of.pay(one, payee, '5.00'))).toBe('posted');
  });

  test('counts a hold once, and nothing that comes back of it', async () => {
    await pool(daily({ amount: '10.00' }));
    const [one = '', other = ''] = accounts;
    const { body } = await of.pay(one, payee, '6.00', { hold: { expires_in_seconds: 900 } });
    await of.run('transfer.capture', { id: String(body['id']), amount: '1.00', final: true });
    const third = anotherProcess(of);
    expect(codes(await send(third, 6))).toEqual({ posted: 4, limit_exceeded: 2 });
    await third.stop(1000);
    expect(await codeOf(of.pay(other, payee, '0.01'))).toBe('limit_exceeded');
  });

  test('is left as it was by a group that is refused, and by a transfer of which a later leg is', async () => {
    await pool(daily({ amount: '5.00', count: 1, window: '3600s' }));
    const [one = '', other = ''] = accounts;
    const leg = (debit: string, amount: string) => ({ debit, credit: payee, amount, currency: 'INR' });
    const { body } = await of.run('transfer.batch', {
      atomic: true,
      transfers: [
        { idempotency_key: randomUUID(), legs: [leg(one, '3.00')] },
        { idempotency_key: randomUUID(), legs: [leg(other, '2.01')] },
      ],
    });
    expect((body['results'] as { status: string }[]).map(({ status }) => status)).toEqual([
      'refused',
      'refused',
    ]);
    const whole = await of.run('transfer.create', { legs: [leg(one, '3.00'), leg(other, '2.01')] });
    expect(whole.body['code']).toBe('limit_exceeded');
    const fit = await of.run('transfer.create', { legs: [leg(one, '3.00'), leg(other, '2.00')] });
    expect(fit.body['status']).toBe('posted');
  });
});

test('a pool that lists its accounts counts those that are in it, from when they join until they leave', async () => {
  const [one = '', other = ''] = accounts;
  await of.run('pool.create', {
    name,
    currency: 'INR',
    accounts: [one],
    limits: [daily({ amount: '3.00' })],
  });
  expect(await codeOf(of.pay(other, payee, '3.00'))).toBe('posted');
  const { body } = await of.run('pool.update', { id: name, add: [other] });
  expect(body).toMatchObject({ members: 2, joined: 1, parted: 0 });
  expect(await codeOf(of.pay(other, payee, '2.00'))).toBe('posted');
  expect(await codeOf(of.pay(one, payee, '1.01'))).toBe('limit_exceeded');
  await of.run('pool.update', { id: name, remove: [one] });
  expect(await codeOf(of.pay(one, payee, '1.01'))).toBe('posted');
  const shown = await of.run('pool.get', { id: name });
  expect(shown.body).toMatchObject({ members: 1, limits: [{ used: '2.00', left: '1.00' }] });
  expect(shown.body['accounts']).toHaveLength(1);
});

test('usage is told of an account and of its pools as the fold has it, and a refusal names the pool', async () => {
  await pool(daily({ amount: '5.00', count: 9 }), {
    name: 'hour',
    direction: 'net',
    window: '3600s',
    amount: '4.00',
  });
  const [one = '', other = ''] = accounts;
  await of.run('account.update', { id: one, limits: [daily({ amount: '2.00', name: 'own' })] });
  await of.pay(one, payee, '1.50');
  await of.pay(other, payee, '1.00');
  await of.pay(payee, other, '0.50');
  const { body } = await of.run('account.limits', { id: one });
  expect(body).toMatchObject({
    currency: 'INR',
    limits: [{ name: 'own', used: '1.50', used_count: 1, left: '0.50' }],
    pools: [
      {
        name,
        owner,
        limits: [
          { name: 'daily', used: '2.50', used_count: 2, left: '2.50', left_count: 7 },
          { name: 'hour', used: '2.00', left: '2.00' },
        ],
      },
    ],
  });
  const refused = await of.pay(other, payee, '2.51');
  expect(refused.body['limit']).toMatchObject({ name: 'daily', left: '2.50', pool: { name } });
  expect(refused.body['limit']).not.toHaveProperty('account');
  const page = await of.run('pool.list', { limit: 1 });
  expect(page.body['data']).toMatchObject([{ name, owner, limits: [{ name: 'daily' }, { name: 'hour' }] }]);
});

test('of an exchange the legs in the currency of the pool count', async () => {
  await pool(daily({ amount: '80.00' }));
  const [one = ''] = accounts;
  const open2 = (code: string, currency: string) =>
    of.run('account.create', { code: `${code}-${owner.slice(-8)}`, kind: 'liability', currency });
  for (const [code, currency] of [
    ['in', 'INR'],
    ['out', 'USD'],
    ['round', 'USD'],
    ['usd', 'USD'],
  ] as const)
    await open2(code, currency);
  const exchange = (amount: string) =>
    of.run('transfer.create', {
      exchange: {
        debit: one,
        currency: 'INR',
        liquidity_in: `in-${owner.slice(-8)}`,
        liquidity_out: `out-${owner.slice(-8)}`,
        to_currency: 'USD',
        credits: [{ credit: `usd-${owner.slice(-8)}`, amount }],
        rate: '0.01',
        rounding: 'down',
        rounding_account: `round-${owner.slice(-8)}`,
      },
    });
  expect((await exchange('80.01')).body['code']).toBe('limit_exceeded');
  expect((await exchange('80.00')).body['status']).toBe('posted');
  expect(await codeOf(of.pay(one, payee, '0.01'))).toBe('limit_exceeded');
});
