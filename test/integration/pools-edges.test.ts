/**
 * Pools where it is tight, on PostgreSQL: accounts that are opened in the batch that moves them, while their owner gets a pool, or beyond the
 * number that a pool takes in; sessions that end and memory that keeps nothing while a limit is met; midnight in India to the microsecond.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { windowAt } from '../../src/ledger/calendar-window.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

let bahi: TestEngine;
let sql: Sql;
let admin: Sql;
let ledgerId: number;
let owner: string;

beforeAll(async () => {
  bahi = await openTestEngine();
  sql = testPool(bahi.database.owner, 1);
  admin = testPool(bahi.database.admin, 1);
});

afterAll(async () => {
  await sql.end({ timeout: 5 });
  await admin.end({ timeout: 5 });
  await bahi.stop();
});

const run = (name: Parameters<typeof bahi.run>[0], input: Body) => bahi.run(name, input, { ledgerId });
const open = (code: string, more: Body = {}) =>
  run('account.create', { code, kind: 'liability', currency: 'INR', ...more });

beforeEach(async () => {
  ledgerId = await bahi.createLedger(randomUUID(), true);
  owner = randomUUID();
  await run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  for (const code of ['x', 'y']) await open(code, { owner });
  await open('shop');
  for (const code of ['x', 'y']) await pay(bahi.engine.posters, 'bank', code, '10000.00');
});

afterEach(async () => {
  const { problems } = await verifyLedger({ sql, linkKey: bahi.linkKey, ledgerId });
  expect(problems).toEqual([]);
});

/** What became of each command of one batch: the code of its refusal, or nothing. */
async function submit(posters: Posters, ...commands: Command[]): Promise<string[]> {
  const items = commands.map((command) => makeItem(ledgerId, command, bahi.shell, randomUUID(), 'req_test'));
  const results = await Promise.all(posters.submit(ledgerId, items, 30_000));
  return results.map((result) => (result.kind === 'recorded' ? result.result.code : `failed ${result.code}`));
}
const transfer = (debit: string, credit: string, amount: string): Command =>
  transferCommand({ legs: [{ debit, credit, amount, currency: 'INR' }] });
const opening = (code: string): Command => ({
  type: 'account.create',
  code,
  kind: 'liability',
  currency: 'INR',
  owner,
  settings: { floor: 0n, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
});
async function pay(posters: Posters, debit: string, credit: string, amount: string): Promise<string> {
  const [code = ''] = await submit(posters, transfer(debit, credit, amount));
  return code;
}
const customer = (...limits: Body[]) =>
  run('pool.create', { name: 'customer', currency: 'INR', owner, limits });
const daily = (more: Body) => ({ name: 'daily', direction: 'outgoing', window: 'day', ...more });

test.each([
  ['day', '30.01', '30.00'],
  ['60s', '96.01', '96.00'],
])(
  'an account that is opened, funded and moved in one batch counts over a %s, at the first attempt',
  async (window, more, rest) => {
    await customer(daily({ amount: '100.00', window }));
    // More than the 64 points that one read brings of a window that slides, and time for these to fall out of it.
    for (let i = 0; i < 70; i++) {
      if (i === 66) await run('clock.move', { advance_seconds: 50 });
      await pay(bahi.engine.posters, 'x', 'shop', '1.00');
    }
    await run('clock.move', { advance_seconds: 15 });
    const warnings: unknown[] = [];
    const third = anotherProcess(bahi, {}, { warn: (fields) => warnings.push(fields) });
    const codes = await submit(
      third,
      opening('z'),
      transfer('bank', 'z', '500.00'),
      transfer('z', 'shop', more),
      transfer('z', 'shop', rest),
    );
    await third.stop(1000);
    expect({ codes, warnings }).toEqual({ codes: ['', '', 'limit_exceeded', ''], warnings: [] });
    expect(await pay(bahi.engine.posters, 'y', 'shop', '0.01')).toBe('limit_exceeded');
  },
);

test('accounts that two processes open while their owner gets a pool are all in it', async () => {
  const processes = [bahi.engine.posters, anotherProcess(bahi)] as const;
  const opened = Array.from({ length: 30 }, (_, i) =>
    submit(processes[i % 2] as Posters, opening(`late-${i}`)),
  );
  const created = customer(daily({ amount: '1.00' }));
  await Promise.all([...opened, created]);
  await processes[1].stop(1000);
  for (let i = 0; i < 30; i++) {
    const { body } = await run('account.limits', { id: `late-${i}` });
    expect([i, body['pools']]).toMatchObject([i, [{ name: 'customer' }]]);
  }
});

test('a limit is met exactly while sessions are ended and a process keeps nothing in memory', async () => {
  await customer(daily({ count: 150, window: '3600s' }));
  const forgetful = anotherProcess(bahi, { accountsMax: 1, batchMax: 7 });
  const sent = Array.from({ length: 60 }, async (_, i) => {
    const posters = i % 2 === 0 ? bahi.engine.posters : forgetful;
    const codes = await submit(
      posters,
      ...Array.from({ length: 5 }, (_, k) => transfer(k % 2 === 0 ? 'x' : 'y', 'shop', '1.00')),
    );
    if (i % 10 === 9)
      await admin`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${bahi.database.name} and application_name = 'bahi posting'`;
    return codes;
  });
  const codes = (await Promise.all(sent)).flat();
  await forgetful.stop(1000);
  expect(codes.filter((code) => code === '')).toHaveLength(150);
  expect(codes.filter((code) => code === 'limit_exceeded')).toHaveLength(150);
});

test('accounts join and leave under two processes that post by totals alone, and each transfer counts where it belongs', async () => {
  await run('pool.create', {
    name: 'p',
    currency: 'INR',
    accounts: ['x'],
    limits: [daily({ amount: '1000.00' })],
  });
  const second = anotherProcess(bahi);
  let used = 0;
  for (let i = 0; i < 40; i++) {
    const posters = i % 2 === 0 ? bahi.engine.posters : second;
    if (i % 8 === 3) await run('pool.update', { id: 'p', add: ['y'] });
    if (i % 8 === 7) await run('pool.update', { id: 'p', remove: ['y'] });
    const isIn = i % 8 >= 3 && i % 8 < 7;
    expect(
      await submit(
        posters,
        transfer('x', 'shop', '1.00'),
        transfer('y', 'shop', '2.00'),
        transfer('x', 'y', '4.00'),
      ),
    ).toEqual(['', '', '']);
    used += isIn ? 3 : 5;
    const { body } = await run('pool.get', { id: 'p' });
    expect([i, body['limits']]).toMatchObject([i, [{ used: `${used}.00` }]]);
  }
  await second.stop(1000);
});

test('of an owner with more accounts than a pool takes in no more are read than it takes to refuse', async () => {
  const batches = Array.from({ length: 6 }, (_, b) =>
    submit(bahi.engine.posters, ...Array.from({ length: 100 }, (_, i) => opening(`n-${b}-${i}`))),
  );
  await Promise.all(batches);
  await open('dollars', { currency: 'USD', owner });
  const [row] = await sql<{ of: [string, [number, string][], []][] }[]>`
    select bahi.owner_states(${ledgerId}, ${[owner]}::uuid[], 1000000) as of`;
  const accounts = row?.of[0]?.[1] ?? [];
  expect(accounts.filter(([, currency]) => currency === 'INR')).toHaveLength(501);
  expect(accounts.filter(([, currency]) => currency === 'USD')).toHaveLength(1);
  expect((await customer()).body).toMatchObject({ code: 'pool_too_large' });
  const { body } = await run('pool.create', { name: 'abroad', currency: 'USD', owner, limits: [] });
  expect(body).toMatchObject({ joined: 1 });
});

test('a day ends at midnight in India, to the microsecond, in memory and in a process that reads it', async () => {
  await customer(daily({ amount: '10.00' }), daily({ name: 'monthly', window: 'month', amount: '100.00' }));
  await run('clock.move', { advance_seconds: 40 * 86_400 });
  expect(await pay(bahi.engine.posters, 'x', 'shop', '10.00')).toBe('');
  const [{ at }] = await sql<[{ at: string }]>`
    select bahi.to_micros(max(at)) as at from bahi.event where ledger_id = ${ledgerId}`;
  const { end } = windowAt('day', Number(at));
  const refused = await run('transfer.create', {
    legs: [{ debit: 'y', credit: 'shop', amount: '0.01', currency: 'INR' }],
  });
  expect(refused.body['limit']).toMatchObject({ left: '0.00', frees_at: formatMicros(end) });
  const used = async () =>
    ((await run('account.limits', { id: 'y' })).body['pools'] as { limits: Body[] }[])[0]?.limits;
  expect(await used()).toMatchObject([
    { used: '10.00', left: '0.00', frees_at: formatMicros(end) },
    { used: '10.00', left: '90.00', frees_at: formatMicros(windowAt('month', Number(at)).end) },
  ]);
  await run('clock.move', { to: formatMicros(end) });
  expect((await used())?.[0]).toMatchObject({ used: '0.00', left: '10.00', frees_at: null });
  const third = anotherProcess(bahi);
  expect(await pay(third, 'y', 'shop', '10.01')).toBe('limit_exceeded');
  expect(await pay(third, 'y', 'shop', '10.00')).toBe('');
  expect(await pay(bahi.engine.posters, 'x', 'shop', '0.01')).toBe('limit_exceeded');
  await third.stop(1000);
});
