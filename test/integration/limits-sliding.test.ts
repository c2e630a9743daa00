/**
 * Windows of the last so many seconds on PostgreSQL: what was decided is held against a list of everything that was, by the
 * times in the log, whoever decided it and with whatever memory. Sandbox ledgers, since their clocks can be moved.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { makeItem } from '../../src/engine/command.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { defined } from '../../src/kernel/assert.ts';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

const SECOND = 1_000_000;

let bahi: TestEngine;
let owner: Sql;
let ledgerId: number;

beforeAll(async () => {
  bahi = await openTestEngine();
  owner = testPool(bahi.database.owner, 1);
});

afterAll(async () => {
  await owner.end({ timeout: 5 });
  await bahi.stop();
});

const run = (name: string, input: Body) => bahi.run(name, input, { ledgerId });
const advance = (seconds: number) => run('clock.move', { advance_seconds: seconds });
const limit = (id: string, more: Body) =>
  run('account.update', {
    id,
    limits: [{ name: 'burst', direction: 'outgoing', window: '60s', ...more }],
  });

beforeEach(async () => {
  ledgerId = await bahi.createLedger(randomUUID(), true);
  await run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  for (const code of ['payer', 'payee'])
    await run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0' });
  await pay(bahi.engine.posters, 'bank', 'payer', '100000.00');
  return async () => {
    const { problems } = await verifyLedger({ sql: owner, linkKey: bahi.linkKey, ledgerId });
    expect(problems).toEqual([]);
  };
});

/** What became of it: the code of its refusal, or nothing. */
async function pay(posters: Posters, debit: string, credit: string, amount: string): Promise<string> {
  const command = transferCommand({ legs: [{ debit, credit, amount, currency: 'INR' }] });
  const item = makeItem(ledgerId, command, bahi.shell, randomUUID(), 'req_test');
  const [result] = await Promise.all(posters.submit(ledgerId, [item], 30_000));
  return result?.kind === 'recorded' ? result.result.code : (result?.code ?? '');
}

/** Holds every payment of the payer, by the times in the log, against all those that were posted before it. */
async function expectExact(seconds: number, most: bigint): Promise<{ posted: number; refused: number }> {
  const events = await owner<{ number: string; at: string; code: string; body: string }[]>`
    select number, bahi.to_micros(at) as at, coalesce(code, '') as code, body from bahi.event
    where ledger_id = ${ledgerId} and type = 'transfer.create' order by number`;
  const posted: { readonly at: number; readonly minor: bigint }[] = [];
  let refused = 0;
  for (const { number, at, code, body } of events.slice(1)) {
    const [leg] = (JSON.parse(body) as { data: { legs: { amount: string; debit_code: string }[] } }).data
      .legs;
    if (leg?.debit_code !== 'payer') continue;
    const minor = BigInt(leg.amount.replace('.', ''));
    const counted = posted
      .filter((one) => one.at > Number(at) - seconds * SECOND)
      .reduce((sum, one) => sum + one.minor, 0n);
    expect(code, `event ${number}, of ${minor} on top of ${counted}`).toBe(
      counted + minor > most ? 'limit_exceeded' : '',
    );
    if (code === '') posted.push({ at: Number(at), minor });
    else refused++;
  }
  return { posted: posted.length, refused };
}

/** More batches than memory keeps points of: 64. */
const PAYMENTS = 150;

test('what is posted is what the last minute allows, where memory keeps fewer points than there are', async () => {
  await limit('payer', { amount: '300.00' });
  for (let i = 0; i < PAYMENTS; i++) {
    await pay(bahi.engine.posters, 'payer', 'payee', `${1 + ((i * 7) % 5)}.00`);
    if (i % 30 === 29) await advance(7);
    // What comes in, and is refused, lies between.
    if (i % 10 === 0) await pay(bahi.engine.posters, 'payee', 'payer', i % 20 === 0 ? '0.50' : '900000.00');
  }
  for (const seconds of [20, 9, 1, 1, 1, 60, 3600]) {
    await advance(seconds);
    for (const amount of ['290.00', '5.00', '5.00']) await pay(bahi.engine.posters, 'payer', 'payee', amount);
  }
  const { posted, refused } = await expectExact(60, 30_000n);
  expect([posted > 100, refused > 20]).toEqual([true, true]);
});

test('what is posted is what the last minute allows, where two processes take turns and new ones join', async () => {
  await limit('payer', { amount: '100.00' });
  const second = anotherProcess(bahi);
  for (let i = 0; i < 60; i++) {
    const posters = i % 2 === 0 ? bahi.engine.posters : second;
    await pay(posters, 'payer', 'payee', `${1 + ((i * 7) % 5)}.00`);
    if (i % 5 === 4) await advance(8);
    if (i % 20 !== 19) continue;
    const third = anotherProcess(bahi);
    await pay(third, 'payer', 'payee', '2.00');
    await third.stop(1000);
  }
  await second.stop(1000);
  const { refused } = await expectExact(60, 10_000n);
  expect(refused).toBeGreaterThan(5);
});

test('two processes at once post exactly what a window allows', async () => {
  await limit('payer', { count: 70 });
  const second = anotherProcess(bahi);
  const sent = Array.from({ length: 200 }, (_, i) =>
    pay(i % 2 === 0 ? bahi.engine.posters : second, 'payer', 'payee', '1.00'),
  );
  const codes = await Promise.all(sent);
  await second.stop(1000);
  expect(codes.filter((code) => code === '')).toHaveLength(70);
  expect(codes.filter((code) => code === 'limit_exceeded')).toHaveLength(130);
});

test('a refusal says what is left and when the oldest falls out, and not before then is there room', async () => {
  await limit('payer', { amount: '10.00', window: '3600s' });
  const legs = (amount: string) => [{ debit: 'payer', credit: 'payee', amount, currency: 'INR' }];
  const send = (amount: string) => run('transfer.create', { legs: legs(amount) });
  await send('4.00');
  await advance(600);
  await send('6.00');
  const { body } = await send('1.00');
  const [{ at }] = await owner<[{ at: string }]>`
    select bahi.to_micros(min(at)) as at from bahi.event where ledger_id = ${ledgerId} and type = 'transfer.create'
      and body like '%"amount":"4.00"%'`;
  const freesAt = Number(at) + 3600 * SECOND;
  expect(body).toMatchObject({
    code: 'limit_exceeded',
    limit: { name: 'burst', window: '3600s', amount: '10.00', left: '0.00', frees_at: formatMicros(freesAt) },
  });
  await run('clock.move', { to: formatMicros(freesAt - 30 * SECOND) });
  expect(await send('1.00')).toMatchObject({ body: { code: 'limit_exceeded' } });
  await run('clock.move', { to: formatMicros(freesAt) });
  const later = await send('4.01');
  expect(later).toMatchObject({ body: { limit: { left: '4.00' } } });
  const next = (later.body as { limit: { frees_at: string } }).limit.frees_at;
  expect(defined(parseMicros(next), 'a time')).toBeGreaterThan(freesAt + 599 * SECOND);
  expect(await send('4.00')).toMatchObject({ status: 201 });
});

test('a change of the amount goes on counting, another length begins with nothing', async () => {
  await limit('payer', { amount: '5.00' });
  await pay(bahi.engine.posters, 'payer', 'payee', '5.00');
  await limit('payer', { amount: '6.00' });
  expect(await pay(bahi.engine.posters, 'payer', 'payee', '1.01')).toBe('limit_exceeded');
  await limit('payer', { amount: '6.00', window: '61s' });
  expect(await pay(bahi.engine.posters, 'payer', 'payee', '6.00')).toBe('');
  const third = anotherProcess(bahi);
  expect(await pay(third, 'payer', 'payee', '0.01')).toBe('limit_exceeded');
  await third.stop(1000);
});

test('a hold that is given back counts until its window is over, in a process that reads it', async () => {
  await limit('payer', { amount: '10.00', direction: 'net' });
  const legs = [{ debit: 'payer', credit: 'payee', amount: '8.00', currency: 'INR' }];
  const { body } = await run('transfer.create', { legs, hold: { expires_in_seconds: 900 } });
  await run('transfer.void', { id: String(body['id']) });
  await pay(bahi.engine.posters, 'bank', 'payer', '3.00');
  const third = anotherProcess(bahi);
  expect(await pay(third, 'payer', 'payee', '5.01')).toBe('limit_exceeded');
  expect(await pay(third, 'payer', 'payee', '5.00')).toBe('');
  await advance(60);
  expect(await pay(third, 'payer', 'payee', '10.00')).toBe('');
  await third.stop(1000);
});

test.each(['0s', '01s', '2678401s', '1.5s', 'week', '60'])('a window of %s is malformed', async (window) => {
  await expect(limit('payer', { amount: '1.00', window })).rejects.toThrow(
    'use day, month, or a number of seconds',
  );
});
