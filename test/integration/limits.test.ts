/** Limits on PostgreSQL: exactly as many as allowed, in one batch, over many, over two processes, and from a cold memory. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { makeItem } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

let of: TestEngine;
let second: Posters;
let owner: Sql;

beforeAll(async () => {
  of = await openTestEngine();
  second = anotherProcess(of);
  owner = testPool(of.database.owner, 1);
  await of.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
});

afterAll(async () => {
  await second.stop(1000);
  await owner.end({ timeout: 5 });
  await of.stop();
});

let payer: string;
let payee: string;
beforeEach(async () => {
  [payer, payee] = [`payer-${randomUUID().slice(0, 8)}`, `payee-${randomUUID().slice(0, 8)}`];
  for (const code of [payer, payee])
    await of.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0' });
  await of.pay('bank', payer, '1000.00');
});

const limit = (id: string, more: Body) =>
  of.run('account.update', {
    id,
    limits: [{ name: 'daily', direction: 'outgoing', window: 'day', ...more }],
  });

const items = (count: number) =>
  Array.from({ length: count }, () => {
    const legs = [{ debit: payer, credit: payee, amount: '1.00', currency: 'INR' }];
    return makeItem(of.ledgerId, transferCommand({ legs }), of.shell, randomUUID(), 'req_test');
  });

const codes = (results: readonly ItemResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.kind === 'failed' ? `failed ${result.code}` : result.result.code || 'posted';
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
};

const send = (posters: Posters, count: number): Promise<ItemResult[]> =>
  Promise.all(posters.submit(of.ledgerId, items(count), 30_000));

async function expectSound(): Promise<void> {
  const { problems } = await verifyLedger({ sql: owner, linkKey: of.linkKey, ledgerId: of.ledgerId });
  expect(problems).toEqual([]);
}

describe('at most so many in a day', () => {
  test('are exactly so many in one batch', async () => {
    await limit(payer, { count: 37 });
    expect(codes(await send(of.engine.posters, 300))).toEqual({ posted: 37, limit_exceeded: 263 });
  });

  test('are exactly so many over many batches and two processes at once', async () => {
    await limit(payer, { count: 150 });
    const sent = Array.from({ length: 40 }, (_, i) => send(i % 2 === 0 ? of.engine.posters : second, 10));
    expect(codes((await Promise.all(sent)).flat())).toEqual({ posted: 150, limit_exceeded: 250 });
    await expectSound();
  });

  test('are so many in a process that has never seen the account', async () => {
    await limit(payer, { count: 5 });
    await send(of.engine.posters, 3);
    const third = anotherProcess(of);
    expect(codes(await send(third, 4))).toEqual({ posted: 2, limit_exceeded: 2 });
    await third.stop(1000);
  });
});

test('an amount held, captured in part and given back counts once, and all of it, in every process', async () => {
  await limit(payer, { amount: '10.00' });
  const { body } = await of.pay(payer, payee, '6.00', { hold: { expires_in_seconds: 900 } });
  await of.run('transfer.capture', { id: String(body['id']), amount: '1.00', final: true });
  const third = anotherProcess(of);
  expect(codes(await send(third, 6))).toEqual({ posted: 4, limit_exceeded: 2 });
  await third.stop(1000);
  await expectSound();
});

test('a day later the window is empty, also for a process that reads it from the entries', async () => {
  await limit(payer, { count: 3 });
  expect(codes(await send(of.engine.posters, 4))).toEqual({ posted: 3, limit_exceeded: 1 });
  // Time cannot be moved, but the log can, past the engine: to the day before.
  const admin = testPool(of.database.admin, 1);
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    for (const table of ['event', 'batch'])
      await sql`update ${sql(`bahi.${table}`)} set at = at - interval '1 day' where ledger_id = ${of.ledgerId}`;
    await sql`update bahi.account_setting set limits = jsonb_set(limits, '{0,5}',
      to_jsonb(((limits #>> '{0,5}')::bigint - 86400000000)::text)) where ledger_id = ${of.ledgerId} and limits is not null`;
  });
  await admin.end({ timeout: 5 });
  const [third, fourth] = [anotherProcess(of), anotherProcess(of)];
  expect(codes(await send(third, 2))).toEqual({ posted: 2 });
  expect(codes(await send(fourth, 2))).toEqual({ posted: 1, limit_exceeded: 1 });
  await third.stop(1000);
  await fourth.stop(1000);
});

test('a refusal says which limit, what is left, and when the day ends; a replay says the same', async () => {
  await limit(payer, { amount: '10.00', count: 5 });
  await of.pay(payer, payee, '4.00');
  const key = randomUUID();
  const legs = [{ debit: payer, credit: payee, amount: '6.01', currency: 'INR' }];
  const refused = await of.run('transfer.create', { legs }, { key });
  expect(refused).toMatchObject({
    status: 422,
    body: {
      code: 'limit_exceeded',
      leg: 0,
      limit: {
        account: (await of.read('account.get', { id: payer }))['id'],
        name: 'daily',
        amount: '10.00',
        count: 5,
        left: '6.00',
        left_count: 4,
        frees_at: expect.stringMatching(/T18:30:00\.000000Z$/),
      },
    },
  });
  const again = await of.run('transfer.create', { legs }, { key });
  expect([again.replayed, again.body]).toEqual([true, refused.body]);
});

test('an account shows its limits, and its history keeps those of before', async () => {
  await limit(payer, { amount: '10.00' });
  // An event has microseconds, and this clock's time milliseconds.
  await setTimeout(2);
  const before = new Date().toISOString();
  await of.run('account.update', { id: payer, limits: [] });
  expect(await of.read('account.get', { id: payer })).not.toHaveProperty('limits');
  expect(await of.read('account.get', { id: payer, at: before })).toMatchObject({
    limits: [{ name: 'daily', direction: 'outgoing', window: 'day', amount: '10.00' }],
  });
});

test.each([
  [
    'two of a name',
    [
      { name: 'a', direction: 'net', window: 'day', amount: '1' },
      { name: 'a', direction: 'outgoing', window: 'day', amount: '1' },
    ],
    'name each limit differently',
  ],
  [
    'neither amount nor count',
    [{ name: 'a', direction: 'outgoing', window: 'day' }],
    'name amount, count or both',
  ],
  [
    'a count of net',
    [{ name: 'a', direction: 'net', window: 'day', amount: '1', count: 1 }],
    'a net limit has an amount and no count',
  ],
  [
    'a count of zero',
    [{ name: 'a', direction: 'outgoing', window: 'day', count: 0 }],
    'use a whole number from 1',
  ],
  ['an amount of zero', [{ name: 'a', direction: 'outgoing', window: 'day', amount: '0' }], undefined],
  [
    'three decimals of a rupee',
    [{ name: 'a', direction: 'outgoing', window: 'day', amount: '1.001' }],
    undefined,
  ],
  ['a week', [{ name: 'a', direction: 'outgoing', window: 'week', amount: '1' }], 'use day, month, or'],
  [
    'nine limits',
    Array.from({ length: 9 }, (_, i) => ({
      name: `a${i}`,
      direction: 'outgoing',
      window: 'day',
      amount: '1',
    })),
    'at most 8 limits',
  ],
])('limits with %s are malformed', async (_, limits, message) => {
  const head = async () => (await of.engine.reads.events(of.ledgerId, 0, 100_000)).length;
  const before = await head();
  const sent = of.run('account.update', { id: payer, limits });
  if (message === undefined)
    await expect(sent).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/limits/0/amount' }],
    });
  else await expect(sent).rejects.toThrow(message);
  expect(await head()).toBe(before);
});
