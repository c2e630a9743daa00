/**
 * Bounds that are edited while money moves, on PostgreSQL: the fold, the constraints of the database and the verifier
 * agree on what a balance outside of its bounds may still do; and an account is closed and opened again.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

let bahi: TestEngine;
let made = 0;

beforeAll(async () => {
  bahi = await openTestEngine();
  await bahi.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
});
afterAll(() => bahi.stop());

/** A new account with so much on it. */
async function funded(amount: string, more: Body = {}): Promise<string> {
  const code = `account-${made++}`;
  await bahi.run('account.create', { code, kind: 'liability', currency: 'INR', floor: '0', ...more });
  await bahi.pay('bank', code, amount);
  return code;
}
const update = (id: string, change: Body, key?: string) =>
  bahi.run('account.update', { id, ...change }, key === undefined ? {} : { key });
const outcome = async (answer: ReturnType<TestEngine['pay']>): Promise<unknown> => {
  const { status, body } = await answer;
  return status < 400 ? body['status'] : body['code'];
};
const posted = async (id: string): Promise<unknown> => (await bahi.read('account.get', { id }))['balances'];

describe('a change of bounds', () => {
  test('says whether the balance stands outside, and what holds now', async () => {
    const account = await funded('100.00');
    expect(await update(account, { floor: '150' })).toMatchObject({
      status: 200,
      body: { floor: '150.00', ceiling: null, breached_bounds: ['floor'] },
    });
    expect(await update(account, { floor: '0', ceiling: '99.99' })).toMatchObject({
      body: { floor: '0.00', ceiling: '99.99', breached_bounds: ['ceiling'] },
    });
    expect((await update(account, { ceiling: null })).body).toMatchObject({ breached_bounds: [] });
    expect((await update(account, { debits_frozen: false })).body).not.toHaveProperty('breached_bounds');
    expect(await bahi.read('account.get', { id: account })).toMatchObject({ floor: '0.00', ceiling: null });
  });

  test('outlives the memory of the process that made it', async () => {
    const account = await funded('100.00');
    await update(account, { floor: '40', ceiling: '120' });
    const { debits, ...settings } = await stored(account);
    expect(settings).toEqual({ floor: '4000', ceiling: '12000' });
    expect(debits).toBe('0');
  });

  test('leaves what moves away refused and what moves back posted, and the database agrees', async () => {
    const low = await funded('100.00');
    const high = await funded('100.00');
    await update(low, { floor: '150' });
    await update(high, { ceiling: '50' });
    expect(await outcome(bahi.pay(low, 'bank', '0.01'))).toBe('floor_breached');
    expect(await outcome(bahi.pay('bank', high, '0.01'))).toBe('ceiling_breached');
    expect(await outcome(bahi.pay(high, low, '20.00'))).toBe('posted');
    expect([await posted(low), await posted(high)]).toMatchObject([
      { posted: '120.00' },
      { posted: '80.00' },
    ]);
    expect(await outcome(bahi.pay(high, low, '40.00'))).toBe('posted');
    expect(await outcome(bahi.pay(low, 'bank', '10.00'))).toBe('posted');
    expect(await outcome(bahi.pay(low, 'bank', '0.01'))).toBe('floor_breached');
  });

  test('is decided in one order with the transfers beside it', async () => {
    const account = await funded('100.00');
    // Sent together: whichever comes first in the log, what comes after it obeys it.
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => bahi.pay(account, 'bank', '5.00')),
      update(account, { floor: '50' }),
      ...Array.from({ length: 20 }, () => bahi.pay(account, 'bank', '5.00')),
    ]);
    const edit = answers.find(({ status, body }) => status === 200 && 'floor' in body);
    const edited = Number(edit?.body['event_number']);
    const transfers = answers.filter(({ body }) => body['status'] === 'posted');
    const before = transfers.filter(({ body }) => Number(body['event_number']) < edited).length;
    expect(transfers.length).toBe(Math.max(before, 10));
    expect(answers.length - 1 - transfers.length).toBe(40 - Math.max(before, 10));
  });

  test('is answered again for ever as it was', async () => {
    const account = await funded('100.00');
    const first = await update(account, { floor: '150' }, 'raise');
    await update(account, { floor: '0' });
    const again = await update(account, { floor: '150.00' }, 'raise');
    expect([again.body, again.replayed]).toEqual([first.body, true]);
    expect(await bahi.read('account.get', { id: account })).toMatchObject({ floor: '0.00' });
    await expect(update(account, { floor: '151' }, 'raise')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  test.each<[string, Body]>([
    ['more decimals than the currency has', { floor: '0.001' }],
    ['no decimal at all', { ceiling: 'much' }],
    ['more than the ledger can count', { ceiling: '90000000000000000.01' }],
    ['a ceiling below the floor beside it', { floor: '5', ceiling: '4.99' }],
  ])('with %s is malformed, stores nothing and uses up no key', async (_, change) => {
    const account = await funded('1.00');
    const before = await bahi.read('account.get', { id: account });
    await expect(update(account, change, `bad-${made}`)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: expect.stringMatching(/^\/(floor|ceiling)$/) }],
    });
    expect(await bahi.read('account.get', { id: account })).toEqual(before);
    expect((await update(account, { floor: '1' }, `bad-${made}`)).status).toBe(200);
  });

  test('that would cross the other bound is refused, recorded and final', async () => {
    const account = await funded('1.00');
    const refused = await update(account, { ceiling: '-1' }, 'cross');
    expect(refused).toMatchObject({ status: 422, body: { code: 'floor_above_ceiling' } });
    await update(account, { floor: null });
    expect(await update(account, { ceiling: '-1' }, 'cross')).toEqual({ ...refused, replayed: true });
    expect((await update(account, { ceiling: '-1' })).status).toBe(200);
  });

  test('by which money could be made is denied to a key without the scope, and stored nowhere', async () => {
    const account = await funded('1.00');
    const actor = await bahi.client('app', ['accounts:write']);
    const asked = { id: account, floor: '-1' };
    await expect(bahi.run('account.update', asked, { actor, key: 'sink' })).rejects.toMatchObject({
      code: 'bounds_not_permitted',
    });
    expect(await bahi.read('account.get', { id: account })).toMatchObject({ floor: '0.00' });
    const strong = await bahi.client('app', ['accounts:write', 'accounts:unrestricted']);
    const done = await bahi.run('account.update', asked, { actor: strong, key: 'sink' });
    expect(done).toMatchObject({ status: 200, body: { floor: '-1.00' } });
    // The same intent of the same client: it finds what was done.
    expect(await bahi.run('account.update', asked, { actor, key: 'sink' })).toEqual({
      ...done,
      replayed: true,
    });
  });
});

describe('an account', () => {
  test('closes at zero, takes nothing while it is closed, and is opened again as it was', async () => {
    const account = await funded('1.00', { ceiling: '5.00' });
    expect((await update(account, { closed: true })).body['code']).toBe('account_not_empty');
    await bahi.pay(account, 'bank', '1.00');
    expect((await update(account, { closed: true })).body).toMatchObject({ closed: true });
    expect(await outcome(bahi.pay('bank', account, '1.00'))).toBe('account_closed');
    expect((await update(account, { closed: false })).body).toMatchObject({ closed: false, ceiling: '5.00' });
    expect(await outcome(bahi.pay('bank', account, '5.00'))).toBe('posted');
    expect(await outcome(bahi.pay('bank', account, '0.01'))).toBe('ceiling_breached');
  });
});

test('the verifier finds every rule kept, edits included', async () => {
  const sql = testPool(bahi.database.serve);
  const { problems } = await verifyLedger({ sql, linkKey: bahi.linkKey, ledgerId: bahi.ledgerId });
  await sql.end({ timeout: 5 });
  expect(problems).toEqual([]);
});

/** What the tables hold of an account. */
async function stored(code: string): Promise<Record<string, unknown>> {
  const admin = testPool(bahi.database.admin, 1);
  const [row] = await admin`
    select s.floor::text, s.ceiling::text, e.debits::text from bahi.account_setting s
    join bahi.entry e on e.ledger_id = s.ledger_id and e.account_id = s.account_id
    where s.ledger_id = ${bahi.ledgerId} and s.code = ${code} order by s.number desc, e.position desc limit 1`;
  await admin.end({ timeout: 5 });
  return { ...row };
}
