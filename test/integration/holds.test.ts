/** Holds on PostgreSQL: several processes at once, the sweeper, what is told of a hold, and the second assertion. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { holdColumns } from '../../src/engine/hold-columns.ts';
import { POSTER_DEFAULTS } from '../../src/engine/poster-options.ts';
import { Posters } from '../../src/engine/posters.ts';
import { postingSession } from '../../src/engine/store.ts';
import { startHoldSweeper, sweepHolds } from '../../src/engine/transfers/hold-sweeper.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

let test1: TestEngine;
let second: Engine;
let owner: Sql;
const log = { info: () => {}, warn: () => {}, fatal: () => {} };
const deps = (engine: Engine) => ({ engine, newRequestId: () => `req_${randomUUID()}`, log });

beforeAll(async () => {
  test1 = await openTestEngine();
  owner = testPool(test1.database.owner, 1);
  const { engine, linkKey, database } = test1;
  const posters = new Posters(
    {
      clock: systemClock,
      linkKey,
      log,
      readAhead: (ledgerId, wanted) => engine.reads.states(ledgerId, wanted),
      openSession: (ledgerId) => postingSession(database.serve, ledgerId),
    },
    POSTER_DEFAULTS,
  );
  second = { ...engine, posters };
  await test1.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
});

afterAll(async () => {
  await second.posters.stop(1000);
  await owner.end({ timeout: 5 });
  await test1.stop();
});

let payer: string;
let payee: string;
beforeEach(async () => {
  [payer, payee] = [`payer-${randomUUID().slice(0, 8)}`, `payee-${randomUUID().slice(0, 8)}`];
  for (const code of [payer, payee])
    await test1.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0' });
  await test1.pay('bank', payer, '100.00');
});

const place = async (amount: string, seconds = 900): Promise<string> => {
  const { body } = await test1.pay(payer, payee, amount, { hold: { expires_in_seconds: seconds } });
  expect(body['status']).toBe('held');
  return String(body['id']);
};
const show = (id: string): Promise<Body> => test1.read('transfer.get', { id });
const balances = async (id: string): Promise<Body> =>
  (await test1.read('account.get', { id }))['balances'] as Body;
/** Its time is the database's, so it passes. */
const untilDue = async (count: number): Promise<void> => {
  while ((await test1.engine.reads.holdsDue([], 1000)).length < count)
    await new Promise((resolve) => setTimeout(resolve, 50));
};
const expectSound = async (): Promise<void> => {
  const sql = testPool(test1.database.serve, 1);
  const { linkKey, ledgerId } = test1;
  const { problems } = await verifyLedger({ sql, linkKey, ledgerId });
  await sql.end({ timeout: 5 });
  expect(problems).toEqual([]);
};

describe('captures', () => {
  test('of two processes at once never exceed the hold', async () => {
    const id = await place('10.00');
    const { ledgerId, shell } = test1;
    const { captureTransfer } = await import('../../src/engine/transfers/capture-hold.ts');
    const captures = Array.from({ length: 30 }, (_, i) => {
      const call = { actor: shell, ledgerId, requestId: `req_${i}`, idempotencyKey: randomUUID() };
      const input = { id, amount: '0.70', final: false };
      return captureTransfer.run(i % 2 === 0 ? test1.engine : second, { ...call, input });
    });
    const answers = await Promise.all(captures);
    const statuses = answers.map(({ status, body }) => `${status} ${body['code'] ?? ''}`).sort();
    expect(statuses.filter((status) => status === '201 ')).toHaveLength(14);
    expect(new Set(statuses)).toEqual(new Set(['201 ', '422 capture_exceeds_hold']));
    expect(await show(id)).toMatchObject({
      status: 'held',
      hold: { captured: ['9.80'], remaining: ['0.20'], captures: expect.any(Array) },
    });
    expect(await balances(payer)).toMatchObject({ posted: '90.20', held: '0.20', available: '90.00' });
    await expectSound();
  });

  test('are shown newest first, each a transfer of its own, and end with the hold', async () => {
    const id = await place('10.00');
    const first = await test1.run('transfer.capture', { id, amount: '4' }, { key: `c1-${id}` });
    const last = await test1.run('transfer.capture', { id, amount: '1.00', final: true });
    expect(first.body['legs']).toEqual([
      {
        debit: expect.stringMatching(/^acc_/),
        debit_code: payer,
        credit: expect.stringMatching(/^acc_/),
        credit_code: payee,
        amount: '4.00',
        currency: 'INR',
      },
    ]);
    const shown = await show(id);
    expect(shown).toMatchObject({
      status: 'posted',
      posted_at: last.body['posted_at'],
      hold: { captured: ['5.00'], remaining: ['0.00'], captures: [last.body['id'], first.body['id']] },
    });
    expect(await show(String(first.body['id']))).toEqual(first.body);
    const again = await test1.run('transfer.capture', { id, amount: '4.00' }, { key: `c1-${id}` });
    expect([again.replayed, again.body]).toEqual([true, first.body]);
    const { data } = await test1.list('account.entries', { id: payer, order: 'desc', limit: 3 });
    expect(data.map(({ direction, amount }) => [direction, amount])).toEqual([
      ['debit', '1.00'],
      ['debit', '4.00'],
      ['hold', '0.00'],
    ]);
  });
});

describe('captures beyond a hold', () => {
  const allow = (percent: string | null) =>
    test1.run('account.update', { id: payer, over_capture_percent: percent });

  test('of two processes at once never exceed what the payer allows, nor what is available', async () => {
    const { captureTransfer } = await import('../../src/engine/transfers/capture-hold.ts');
    await allow('50');
    const ids = [await place('40.00'), await place('40.00')];
    const { ledgerId, shell } = test1;
    const captures = Array.from({ length: 60 }, (_, i) => {
      const call = { actor: shell, ledgerId, requestId: `req_${i}`, idempotencyKey: randomUUID() };
      const input = { id: ids[i % 2] as string, amounts: ['3.00'], final: false };
      return captureTransfer.run(i % 4 < 2 ? test1.engine : second, { ...call, input });
    });
    const answers = await Promise.all(captures);
    const codes = new Set(answers.map(({ status, body }) => `${status} ${body['code'] ?? ''}`));
    expect(codes).toEqual(new Set(['201 ', '422 hold_captured']));
    // 14 times 3.00 of each: two beyond its hold.
    expect(await balances(payer)).toMatchObject({ posted: '16.00', held: '0.00', available: '16.00' });
    await expectSound();
  });

  test('are shown as captured, with nothing that remains, and change by change as the account allows', async () => {
    const two = { debit: payer, credit: payee, amount: '10.00', currency: 'INR' };
    const { body } = await test1.run('transfer.create', {
      legs: [two, two],
      hold: { expires_in_seconds: 900 },
    });
    const id = String(body['id']);
    const capture = (amounts: string[], final = false) =>
      test1.run('transfer.capture', { id, amounts, final });
    expect((await capture(['12.00', '0'])).body).toMatchObject({ code: 'capture_exceeds_hold', leg: 0 });
    expect((await allow('20')).body).toMatchObject({ over_capture_percent: '20.00' });
    expect(await test1.read('account.get', { id: payer })).toMatchObject({ over_capture_percent: '20.00' });
    expect((await capture(['12.00', '0'])).body).toMatchObject({
      remaining: ['0.00', '10.00'],
      released: ['0.00', '0.00'],
    });
    expect(await show(id)).toMatchObject({
      status: 'held',
      hold: { captured: ['12.00', '0.00'], remaining: ['0.00', '10.00'] },
    });
    await allow(null);
    expect(await test1.read('account.get', { id: payer })).not.toHaveProperty('over_capture_percent');
    expect((await capture(['0.01', '0'])).body).toMatchObject({ code: 'capture_exceeds_hold', leg: 0 });
    // What was captured before stays captured, in memory and in the database.
    expect((await capture(['0', '4.00'], true)).body).toMatchObject({
      released: ['0.00', '6.00'],
      remaining: ['0.00', '0.00'],
    });
    expect(await balances(payer)).toMatchObject({ posted: '84.00', held: '0.00', available: '84.00' });
    await expectSound();
  });

  test('meet the bounds again in a process that remembers nothing', async () => {
    await allow('100');
    const id = await place('60.00');
    const { captureTransfer } = await import('../../src/engine/transfers/capture-hold.ts');
    const call = {
      actor: test1.shell,
      ledgerId: test1.ledgerId,
      requestId: 'req_1',
      idempotencyKey: randomUUID(),
    };
    const over = await captureTransfer.run(second, {
      ...call,
      input: { id, amount: '100.01', final: false },
    });
    expect([over.status, over.body['code']]).toEqual([422, 'floor_breached']);
    const all = { ...call, idempotencyKey: randomUUID(), input: { id, amount: '100.00', final: false } };
    expect((await captureTransfer.run(second, all)).status).toBe(201);
    expect(await balances(payer)).toMatchObject({ posted: '0.00', available: '0.00' });
  });
});

describe('the list of transfers', () => {
  test('finds holds by what they are now', async () => {
    const [held, voided, captured] = [await place('1.00'), await place('2.00'), await place('3.00')];
    await test1.run('transfer.void', { id: voided });
    const capture = await test1.run('transfer.capture', { id: captured });
    const listed = async (status: string): Promise<unknown[]> => {
      const { data } = await test1.list('transfer.list', { account: payer, status });
      return data.map(({ id, status: shown }) => [id, shown]);
    };
    const all = async (status: string) => (await test1.list('transfer.list', { status })).data;
    expect(await listed('held')).toEqual([[held, 'held']]);
    expect(await listed('voided')).toEqual([[voided, 'voided']]);
    expect((await listed('posted')).slice(0, 2)).toEqual([
      [capture.body['id'], 'posted'],
      [captured, 'posted'],
    ]);
    expect((await all('voided')).map(({ id }) => id)).toContain(voided);
    expect((await all('voided')).every(({ status }) => status === 'voided')).toBe(true);
  });
});

describe('expiry', () => {
  test('is recorded once, though two processes sweep at once, and gives the amount back', async () => {
    const ids = [await place('1.00', 1), await place('2.00', 1), await place('3.00', 1)];
    await untilDue(3);
    expect(await balances(payer)).toMatchObject({ available: '94.00' });
    await Promise.all([sweepHolds(deps(test1.engine)), sweepHolds(deps(second))]);
    for (const id of ids)
      expect(await show(id)).toMatchObject({ status: 'expired', expired_at: expect.any(String) });
    expect(await balances(payer)).toMatchObject({ posted: '100.00', held: '0.00', available: '100.00' });
    const [row] = await owner`select count(*)::integer as count from bahi.event
      where ledger_id = ${test1.ledgerId} and type = 'transfer.expire' and body like any (${ids.map((id) => `%${id}%`)})`;
    expect(row?.['count']).toBe(3);
    expect(await sweepHolds(deps(second))).toBe(0);
    await expectSound();
  });

  test('that one process left half done is finished by another', async () => {
    const ids = [await place('1.00', 1), await place('2.00', 1)];
    await untilDue(2);
    // Dead after the first of them: it saw no more.
    const [one] = await test1.engine.reads.holdsDue([], 1);
    const reads = Object.assign(Object.create(test1.engine.reads), { holdsDue: async () => [one] });
    expect(await sweepHolds(deps({ ...test1.engine, reads }))).toBe(1);
    expect((await Promise.all(ids.map(show))).map(({ status }) => status).sort()).toEqual([
      'expired',
      'held',
    ]);
    expect(await sweepHolds(deps(second))).toBe(1);
    expect((await Promise.all(ids.map(show))).map(({ status }) => status)).toEqual(['expired', 'expired']);
  });

  test('is recorded by the sweeper that a server runs, which stops when it is told to', async () => {
    const id = await place('1.00', 1);
    const sweeper = startHoldSweeper(deps(test1.engine));
    await expect.poll(async () => (await show(id))['status'], { timeout: 10_000 }).toBe('expired');
    await sweeper.stop();
    const late = await place('1.00', 1);
    await untilDue(1);
    expect(await show(late)).toMatchObject({ status: 'held' });
    expect(await sweepHolds(deps(second))).toBe(1);
  });
});

describe('the database', () => {
  test('refuses a version that does not continue its hold', async () => {
    const id = await place('5.00');
    const number = Number((await show(id))['event_number']);
    const [row] = await owner`
      select jsonb_build_array(hold_id::text, (number + 1)::text, 'held', bahi.to_micros(expires_at)::text, debits::text,
        credits::text, currencies::text, amounts::text, '{501}') as version
      from bahi.hold where ledger_id = ${test1.ledgerId} and hold_id = ${number}`;
    const version = row?.['version'] as string[];
    const append = (change: Record<number, string>) => {
      const rows = JSON.stringify(holdColumns([Object.assign([...version], change)]));
      return owner`select bahi.hold_append(${test1.ledgerId}, ${rows}::text::jsonb)`;
    };
    await expect(append({}), 'more than there is').rejects.toThrow('does not continue');
    await test1.run('account.update', { id: payer, over_capture_percent: '25' });
    const event = String(number + 2);
    await expect(append({ 1: event, 8: '{626}' }), 'more than is allowed').rejects.toThrow(
      'does not continue',
    );
    const undone = owner.begin(async (sql) => {
      const rows = JSON.stringify(holdColumns([Object.assign([...version], { 1: event, 8: '{625}' })]));
      await sql`select bahi.hold_append(${test1.ledgerId}, ${rows}::text::jsonb)`;
      throw new Error('all that is allowed');
    });
    await expect(undone).rejects.toThrow('all that is allowed');
    await expect(append({ 8: '{1,1}' }), 'of more legs').rejects.toThrow('does not continue');
    await expect(append({ 0: '1', 1: '2' }), 'of no hold').rejects.toThrow('does not continue');
    await test1.run('transfer.void', { id });
    await expect(append({ 1: String(number + 3), 8: '{1}' }), 'after its end').rejects.toThrow(
      'does not continue',
    );
  });
});
