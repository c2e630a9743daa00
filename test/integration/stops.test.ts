/**
 * Payments that customers stop, against a real database and over HTTP, with two processes: exact under load, for all accounts, after a
 * restart, and whatever an administrator of the database writes. Ids at the front of a title are requirements: SECURITY.md maps them.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { POSTER_DEFAULTS } from '../../src/engine/poster-options.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { testPool } from '../support/cluster.ts';
import { codeAt, HandClock } from '../support/operators.ts';
import { anotherProcess } from '../support/processes.ts';
import { codeOf, countsOf, TwoProcesses } from '../support/two-processes.ts';

const clock = new HandClock();
let two: TwoProcesses;
let past: Sql;
let expectSound: () => Promise<void>;
let customer: string;

beforeAll(async () => {
  two = await TwoProcesses.open({ clock });
  past = testPool(two.bahi.database.admin, 1);
  // Past the triggers, as an administrator of the database may.
  await past`set session_replication_role = replica`;
});
afterAll(async () => {
  await past.end({ timeout: 5 });
  await two.stop();
});
beforeEach(async () => {
  expectSound = await two.begin();
  customer = String((await two.run('account.get', { id: 'payer' })).body['owner']);
});

const stop = (by = two.first) => two.by(by, 'customer.stop', { customer });
const resume = (more: Record<string, unknown> = {}, by = two.first) =>
  two.by(by, 'customer.resume', { customer, ...more });
const pay = (by = two.next(), amount = '1.00') => two.pay('payer', 'payee', amount, {}, by);
async function enrol(): Promise<{ readonly id: string; nextCode(): Promise<string> }> {
  const { id, secret } = (await two.run('factor.enrol', { customer, type: 'totp' })).body;
  const nextCode = (): Promise<string> => {
    clock.nextStep();
    return codeAt(String(secret), clock.nowMicros());
  };
  await two.run('factor.confirm', { customer, id, code: await nextCode() });
  await two.run('clock.move', { advance_seconds: 43_200 });
  return { id: String(id), nextCode };
}

describe('a stop', () => {
  test('is exact under load: nothing is posted behind its event, by whichever process', async () => {
    for (let round = 0; round < 4; round++) {
      const payments = Array.from({ length: 150 }, () => pay());
      const stopping = stop(round % 2 === 0 ? two.first : two.second);
      const later = Array.from({ length: 150 }, () => pay());
      const number = Number((await stopping).body['event_number']);
      const answers = await Promise.all([...payments, ...later]);
      const numberOf = (body: Readonly<Record<string, unknown>>) => Number(body['event_number']);
      const posted = answers.filter(({ status }) => status === 201).map(({ body }) => numberOf(body));
      expect(Math.max(0, ...posted)).toBeLessThan(number);
      expect(countsOf(answers)).toEqual({
        ...(posted.length === 0 ? {} : { done: posted.length }),
        payments_stopped: answers.length - posted.length,
      });
      expect([codeOf(await pay(two.first)), codeOf(await pay(two.second))]).toEqual(
        Array(2).fill('payments_stopped'),
      );
      expect(codeOf(await resume({}, two.next()))).toBe('done');
      expect([codeOf(await pay(two.first)), codeOf(await pay(two.second))]).toEqual(['done', 'done']);
    }
    await expectSound();
  });

  test('is of all accounts, also of those that are opened behind it, by another process', async () => {
    await pay(two.second);
    await stop(two.first);
    const owned = { code: 'payer-2', kind: 'liability', currency: 'INR', owner: customer };
    await two.by(two.second, 'account.create', owned);
    await two.pay('bank', 'payer-2', '5.00', {}, two.second);
    for (const by of [two.first, two.second])
      expect(codeOf(await two.pay('payer-2', 'bank', '1.00', {}, by))).toBe('payments_stopped');
    await expectSound();
  });

  test('holds in a process that starts later, and when memory holds next to nothing', async () => {
    await stop();
    for (const options of [POSTER_DEFAULTS, { ...POSTER_DEFAULTS, accountsMax: 1, resultsMax: 1 }]) {
      const posters = anotherProcess(two.bahi, options);
      const fresh: Engine = { ...two.bahi.engine, posters };
      expect(codeOf(await pay(fresh))).toBe('payments_stopped');
      await two.pay('bank', 'payee', '1.00', {}, fresh);
      expect(codeOf(await pay(fresh))).toBe('payments_stopped');
      await posters.stop(1000);
    }
    await expectSound();
  });

  test('of one customer costs others nothing, and is told', async () => {
    const other = { code: 'other', kind: 'liability', currency: 'INR', owner: randomUUID() };
    await two.run('account.create', other);
    await two.pay('bank', 'other', '5.00');
    await stop();
    expect(codeOf(await two.pay('other', 'payee', '1.00'))).toBe('done');
    const told = await two.run('customer.get', { customer });
    expect(told.body).toMatchObject({
      payments: 'stopped',
      since: expect.any(String),
      authorizes_from: null,
    });
    expect((await two.run('customer.get', { customer: other.owner })).body).toEqual({
      customer: other.owner,
      payments: 'running',
      since: null,
      authorizes_from: null,
    });
  });
});

describe('payments', () => {
  test('V7.5.3: go on with a code of a factor, once, and nothing is authorised for twelve hours', async () => {
    const factor = await enrol();
    await stop();
    expect(codeOf(await resume())).toBe('factor_code_required');
    const code = await factor.nextCode();
    const both = await Promise.all(
      [two.first, two.second].map((by) => resume({ factor: factor.id, code }, by)),
    );
    expect(both.map(codeOf).sort()).toEqual(['done', 'payments_not_stopped']);
    const { body } = await two.run('customer.get', { customer });
    expect(body).toMatchObject({ payments: 'running', authorizes_from: expect.any(String) });
    await two.run('account.update', { id: 'payer', step_up_above: '10.00' });
    const authorize = async (): Promise<string> => {
      const { id } = (await pay(two.next(), '11.00')).body;
      const first_factor = { method: 'pin', at: '2026-11-02T09:30:00Z' };
      const asked = { id, factor: factor.id, code: await factor.nextCode(), first_factor };
      return codeOf(await two.by(two.next(), 'transfer.authorize', asked));
    };
    expect(await authorize()).toBe('authorization_waiting');
    await two.run('clock.move', { advance_seconds: 43_200 });
    expect(await authorize()).toBe('done');
    expect((await two.run('customer.get', { customer })).body['authorizes_from']).toBeNull();
    await expectSound();
  });

  test('wait behind a cap that another process raises at the same moment, or came before it', async () => {
    const factor = await enrol();
    await two.run('account.update', { id: 'payer', step_up_above: '10.00' });
    const { id } = (await pay(two.first, '11.00')).body;
    const first_factor = { method: 'pin', at: '2026-11-02T09:30:00Z' };
    const code = await factor.nextCode();
    const [authorized, raised] = await Promise.all([
      two.by(two.first, 'transfer.authorize', { id, factor: factor.id, code, first_factor }),
      two.by(two.second, 'account.update', { id: 'payer', step_up_above: '10.50' }),
    ]);
    const came = Number(authorized.body['event_number'] ?? Number.POSITIVE_INFINITY);
    expect(codeOf(authorized)).toBe(
      came < Number(raised.body['event_number']) ? 'done' : 'authorization_waiting',
    );
    await expectSound();
  });
});

test('a cap that a second person approves makes wait from the approval on', async () => {
  const factor = await enrol();
  await two.run('account.update', { id: 'payer', step_up_above: '10.00' });
  await two.run('policy.set', { rules: [{ action: 'bounds' }] });
  const proposed = await two.run('account.update', { id: 'payer', floor: '-1.00' });
  expect(proposed.status).toBe(202);
  const authorize = async (): Promise<string> => {
    const { id } = (await pay(two.next(), '11.00')).body;
    const first_factor = { method: 'pin', at: '2026-11-02T09:30:00Z' };
    const asked = { id, factor: factor.id, code: await factor.nextCode(), first_factor };
    return codeOf(await two.by(two.next(), 'transfer.authorize', asked));
  };
  expect(await authorize()).toBe('done');
  const { id, hash } = proposed.body;
  const approved = await two.by(two.second, 'proposal.approve', { id, hash }, shellActor('ravi'));
  expect(approved.status).toBe(200);
  expect(await authorize()).toBe('authorization_waiting');
  await expectSound();
});

test('V6.3.7: what became of a customer is told in order, to whoever asks for what came after', async () => {
  const factor = await enrol();
  await two.run('account.update', { id: 'payer', step_up_above: '10.00' });
  const { id: transfer } = (await pay(two.first, '11.00')).body;
  const wrong = {
    id: transfer,
    factor: factor.id,
    code: '000000',
    first_factor: { method: 'pin', at: '2026-11-02T09:30:00Z' },
  };
  expect(codeOf(await two.run('transfer.authorize', wrong))).toBe('code_mismatch');
  await stop();
  await resume({ factor: factor.id, code: await factor.nextCode() });
  await two.run('account.update', { id: 'payer', step_up_above: '10.01' });
  const changes = async (input: Record<string, unknown>) => (await two.run('customer.changes', input)).body;
  const { data } = (await changes({ after: '0' })) as { data: Record<string, string>[] };
  expect(data.map(({ type, outcome, code }) => [type, outcome, code])).toEqual([
    ['factor.enrol', 'done', undefined],
    ['factor.confirm', 'done', undefined],
    ['transfer.capture', 'refused', 'code_mismatch'],
    ['customer.stop', 'done', undefined],
    ['customer.resume', 'done', undefined],
    ['account.update', 'done', undefined],
  ]);
  expect(data.map((one) => [one['customer'], one['factor'] ?? one['account'] ?? ''])).toEqual([
    ...Array(3).fill([customer, factor.id]),
    [customer, ''],
    [customer, factor.id],
    [customer, expect.stringMatching(/^acc_/)],
  ]);
  const stopped = data[3] as Record<string, string>;
  const rest = await changes({ after: stopped['event_number'], customer });
  expect(rest['data']).toEqual(data.slice(4));
  expect((await changes({ after: '0', customer: randomUUID() }))['data']).toEqual([]);
  // In pages, forward and back, and from the newest on.
  const first = await changes({ after: '0', limit: 4 });
  expect(first).toMatchObject({ data: data.slice(0, 4), has_more: true });
  const second = await changes({ after: '0', limit: 4, cursor: first['next_cursor'] });
  expect(second).toMatchObject({ data: data.slice(4), has_more: false });
  expect(await changes({ after: '0', limit: 4, cursor: second['previous_cursor'] })).toMatchObject({
    data: data.slice(0, 4),
  });
  expect((await changes({ limit: 2 }))['data']).toEqual(data.slice(4).reverse());
});

test('V8.4.1: a stop that somebody takes back in the database is refused by the fold, and the verifier names it', async () => {
  await stop();
  await past`update bahi.customer set stopped = false where owner = ${customer}`;
  const posters = anotherProcess(two.bahi);
  await expect(pay({ ...two.bahi.engine, posters })).rejects.toMatchObject({ code: 'internal' });
  await posters.stop(1000);
  const { linkKey } = two.bahi;
  const { problems } = await verifyLedger({ sql: two.admin, linkKey, ledgerId: two.ledgerId });
  expect(new Set(problems.map(({ check }) => check))).toEqual(new Set(['factors', 'link']));
  await past`update bahi.customer set stopped = true where owner = ${customer}`;
  await expectSound();
});
