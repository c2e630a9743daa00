/** Sandbox ledgers on PostgreSQL: one clock for all processes, what follows it, and that no live ledger has any of it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { makeItem } from '../../src/engine/command.ts';
import { POSTER_DEFAULTS } from '../../src/engine/poster-options.ts';
import { Posters } from '../../src/engine/posters.ts';
import { postingSession } from '../../src/engine/store.ts';
import { sweepHolds } from '../../src/engine/transfers/hold-sweeper.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros, parseMicros, systemClock } from '../../src/kernel/clock.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

const DAY = 86_400;
const log = { info: () => {}, warn: () => {}, fatal: () => {} };
const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

let bahi: TestEngine;
let others: Posters;
let admin: Sql;
let ledgerId: number;

beforeAll(async () => {
  bahi = await openTestEngine();
  admin = testPool(bahi.database.admin, 1);
  const { engine, linkKey, database } = bahi;
  others = new Posters(
    {
      clock: systemClock,
      linkKey,
      log,
      readAhead: (ledger, wanted) => engine.reads.states(ledger, wanted),
      openSession: (ledger) => postingSession(database.serve, ledger),
    },
    POSTER_DEFAULTS,
  );
});

afterAll(async () => {
  await others.stop(1000);
  await admin.end({ timeout: 5 });
  await bahi.stop();
});

beforeEach(async () => {
  ledgerId = await bahi.createLedger(randomUUID(), true);
  for (const [code, kind] of [
    ['bank', 'asset'],
    ['asha', 'liability'],
  ])
    await run('account.create', { code, kind, currency: 'INR' });
  return async () => {
    for (const ledger of [ledgerId, INSTALLATION_LEDGER])
      expect((await verifyLedger({ sql: admin, linkKey: bahi.linkKey, ledgerId: ledger })).problems).toEqual(
        [],
      );
  };
});

const run = (name: Parameters<TestEngine['run']>[0], input: Body, key: string = randomUUID()) =>
  bahi.run(name, input, { ledgerId, key });
const pay = (amount: string, more: Body = {}) =>
  run('transfer.create', { legs: [{ debit: 'bank', credit: 'asha', amount, currency: 'INR' }], ...more });
const advance = async (seconds: number): Promise<Body> =>
  (await run('clock.move', { advance_seconds: seconds })).body;
const micros = (text: unknown): number => Number(parseMicros(String(text)));

describe('the clock', () => {
  test('moves by what is asked, goes on from there, and its sum is told', async () => {
    const before = (await pay('1')).body;
    const moved = await advance(DAY);
    expect(moved).toMatchObject({ ahead_seconds: DAY });
    expect(micros(moved['now']) - micros(moved['moved_at'])).toBe(DAY * 1_000_000);
    const after = (await pay('1')).body;
    expect(micros(after['posted_at']) - micros(before['posted_at'])).toBeGreaterThanOrEqual(DAY * 1_000_000);
    expect(micros(after['posted_at'])).toBeGreaterThan(micros(moved['now']));
    expect(await advance(DAY)).toMatchObject({ ahead_seconds: 2 * DAY });
    const shown = await bahi.read('clock.get', {}, ledgerId);
    expect(shown).toMatchObject({ ahead_seconds: 2 * DAY });
    expect(micros(shown['now'])).toBeGreaterThan(micros(after['posted_at']));
  });

  test('moves to a time, to the microsecond', async () => {
    const to = '2090-01-01T00:00:00.000007Z';
    expect((await run('clock.move', { to })).body).toMatchObject({ now: to });
    expect(micros((await pay('1')).body['posted_at'])).toBeGreaterThan(micros(to));
  });

  test('is the same for another process, at once and after many moves', async () => {
    await pay('1');
    await advance(DAY);
    const item = makeItem(
      ledgerId,
      { type: 'clock.move', advanceSeconds: DAY },
      bahi.shell,
      randomUUID(),
      'req',
    );
    await Promise.all(others.submit(ledgerId, [item], 5000));
    expect(await advance(DAY)).toMatchObject({ ahead_seconds: 3 * DAY });
    const { body } = await pay('1');
    expect(micros(body['posted_at']) - systemClock.nowMicros()).toBeGreaterThan((3 * DAY - 60) * 1_000_000);
  });

  test('moves as often as it is asked to at once, each move by its own', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => advance(DAY)));
    expect(all.map((moved) => moved['ahead_seconds']).sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 20 }, (_, i) => (i + 1) * DAY),
    );
    for (const { now, moved_at, ahead_seconds } of all)
      expect(micros(now) - micros(moved_at)).toBeLessThanOrEqual(Number(ahead_seconds) * 1_000_000);
  });

  test('never goes beyond what the engine counts', async () => {
    await run('clock.move', { to: '2099-12-31T00:00:00Z' });
    const { status, body } = await run('clock.move', { advance_seconds: DAY });
    expect([status, body['code']]).toEqual([422, 'clock_out_of_range']);
    const first = await bahi.read('clock.get', {}, ledgerId);
    expect(String(first['now'])).toMatch(/^2099-12-31/);
  });
});

describe('what follows the clock', () => {
  test('a hold expires, is swept, and gives its room back', async () => {
    const { body } = await pay('5', { hold: { expires_in_seconds: DAY } });
    await pay('5', { hold: { expires_in_seconds: 3 * DAY } });
    const sweep = () => sweepHolds({ engine: bahi.engine, newRequestId: () => `req_${randomUUID()}`, log });
    expect(await sweep()).toBe(0);
    await advance(2 * DAY);
    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe(0);
    expect(await bahi.read('transfer.get', { id: body['id'] }, ledgerId)).toMatchObject({
      status: 'expired',
    });
  });

  test('a moment that real time has not reached can be asked for once the ledger has', async () => {
    await pay('5');
    const at = formatMicros(systemClock.nowMicros() + DAY * 1_000_000);
    await expect(bahi.read('account.get', { id: 'asha', at }, ledgerId)).rejects.toThrow();
    await advance(2 * DAY);
    await pay('7');
    expect(await bahi.read('account.get', { id: 'asha', at }, ledgerId)).toMatchObject({
      balances: { posted: '5.00' },
    });
  });

  test('a key expires', async () => {
    const expires_at = formatMicros(systemClock.nowMicros() + DAY * 1_000_000);
    const { body } = await run('key.create', { client: 'app', scopes: ['transfers:write'], expires_at });
    expect(body['token']).toMatch(/^bahi_test_/);
    const found = () => bahi.engine.reads.findApiKey(String(body['prefix']));
    expect(await found()).toMatchObject({ ahead: 0 });
    await advance(2 * DAY);
    expect(await found()).toMatchObject({ ahead: 2 * DAY * 1_000_000 });
  });
});

describe('an amount that loses its answer', () => {
  const lost = { legs: [{ debit: 'bank', credit: 'asha', amount: '9900.54', currency: 'INR' }] };

  test('moves the money once, and the same request again finds that', async () => {
    await expect(run('transfer.create', lost, 'once')).rejects.toMatchObject({ code: 'outcome_unknown' });
    const again = await run('transfer.create', lost, 'once');
    expect(again).toMatchObject({ status: 201, replayed: true, body: { status: 'posted' } });
    expect(await bahi.read('account.get', { id: 'asha' }, ledgerId)).toMatchObject({
      balances: { posted: '9900.54' },
    });
  });

  test.each([
    ['9900.51', 'overloaded'],
    ['9900.52', 'database_unavailable'],
    ['9900.53', 'storage_full'],
    ['9900.55', 'ledger_halted'],
    ['9900.56', 'shutting_down'],
    ['9900.57', 'internal'],
  ])('%s is answered with %s each time, and stores nothing', async (amount, code) => {
    const before = await admin`select count(*) from bahi.event where ledger_id = ${ledgerId}`;
    for (let i = 0; i < 2; i++)
      await expect(
        run('transfer.create', { legs: [{ ...lost.legs[0], amount }] }, 'fault'),
      ).rejects.toMatchObject({ code });
    expect(await admin`select count(*) from bahi.event where ledger_id = ${ledgerId}`).toEqual(before);
  });

  test('one item of an atomic batch fails them all', async () => {
    const item = (amount: string) => ({ idempotency_key: randomUUID(), legs: [{ ...lost.legs[0], amount }] });
    const transfers = [item('1'), item('9900.51')];
    await expect(run('transfer.batch', { transfers, atomic: true })).rejects.toMatchObject({
      code: 'overloaded',
    });
    expect(await bahi.read('account.get', { id: 'asha' }, ledgerId)).toMatchObject({
      balances: { posted: '0.00' },
    });
  });
});

test('what amounts of captures, reversals and adjustments provoke is a log that verifies, lost answers included', async () => {
  const outcomes: unknown[] = [];
  const note = async (name: Parameters<TestEngine['run']>[0], input: Body) => {
    const key = randomUUID();
    try {
      const { status, body } = await run(name, input, key);
      outcomes.push(body['code'] ?? status);
    } catch (error) {
      outcomes.push((error as { code?: string }).code);
      outcomes.push((await run(name, input, key)).replayed);
    }
  };
  const of = async (more: Body) => ({ id: (await pay('9999', more)).body['id'] });
  for (const amount of ['9900.34', '9900.08', '9900.54'])
    await note('transfer.capture', { ...(await of({ hold: { expires_in_seconds: DAY } })), amount });
  for (const amount of ['9900.43', '9900.08', '9900.54'])
    await note('transfer.reverse', { ...(await of({})), amount });
  for (const amount of ['9900.04', '9900.08', '9900.54']) {
    const legs = [{ debit: 'bank', credit: 'asha', amount, currency: 'INR' }];
    await note('transfer.adjust', { legs, reason: 'typo' });
  }
  expect(outcomes).toEqual(
    ['hold_expired', 'already_reversed', 'account_closed'].flatMap((code) => [
      code,
      'floor_breached',
      'outcome_unknown',
      true,
    ]),
  );
});

describe('a live ledger', () => {
  const live = (name: Parameters<TestEngine['run']>[0], input: Body) => bahi.run(name, input);

  test('has no clock of its own: it can be neither read nor moved, and nothing is stored', async () => {
    await live('account.create', {
      code: `live-${randomUUID().slice(0, 8)}`,
      kind: 'asset',
      currency: 'INR',
    });
    const before = await admin`select count(*) from bahi.event where ledger_id = ${bahi.ledgerId}`;
    for (const [name, input] of [
      ['clock.get', {}],
      ['clock.move', { advance_seconds: 1 }],
      ['clock.move', { to: '2090-01-01T00:00:00Z' }],
    ] as const)
      await expect(live(name, input)).rejects.toMatchObject({ code: 'live_ledger' });
    expect(await admin`select count(*) from bahi.event where ledger_id = ${bahi.ledgerId}`).toEqual(before);
  });

  test('gives no key the scope to move a clock, and its keys are live ones', async () => {
    const create = (scopes: readonly string[]) => live('key.create', { client: 'app', scopes });
    await expect(create(['sandbox:clock'])).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await create(['transfers:write'])).body['token']).toMatch(/^bahi_live_/);
  });

  test('is refused a move of its clock by the database as well, and a sandbox a move back', async () => {
    const append = (ledger: number, sandbox: boolean, ahead: string) =>
      admin`select bahi.sandbox_clock_append(${ledger}, ${sandbox}, ${admin.json([['1000', ahead]])})`;
    await expect(append(bahi.ledgerId, false, '1')).rejects.toThrow('does not move so');
    await advance(DAY);
    await expect(append(ledgerId, true, '86400000000')).rejects.toThrow('does not move so');
    await expect(
      admin`update bahi.ledger set sandbox = true where ledger_id = ${bahi.ledgerId}`,
    ).rejects.toThrow('append-only');
  });

  test('takes every amount as an amount', async () => {
    const [from, to] = [randomUUID(), randomUUID()];
    for (const code of [from, to])
      await live('account.create', { code, kind: 'equity', currency: 'INR', owner: OWNER, floor: null });
    for (const minor of [
      ...Array.from({ length: 10 }, (_, i) => i + 1),
      ...Array.from({ length: 7 }, (_, i) => i + 51),
    ]) {
      const amount = `9900.${String(minor).padStart(2, '0')}`;
      expect((await bahi.pay(from, to, amount)).body).toMatchObject({ status: 'posted' });
    }
  });
});

test('a ledger says that it is a sandbox wherever it is named, and a live one says nothing', async () => {
  const { body } = await bahi.run(
    'ledger.create',
    { name: 'trial', sandbox: true },
    { ledgerId: INSTALLATION_LEDGER },
  );
  expect(body).toMatchObject({ name: 'trial', sandbox: true });
  const { data } = await bahi.read('ledger.list', {}, INSTALLATION_LEDGER);
  const named = (name: string) => (data as Body[]).find((ledger) => ledger['name'] === name);
  expect(named('trial')).toMatchObject({ sandbox: true });
  expect(named('test')).not.toHaveProperty('sandbox');
});
