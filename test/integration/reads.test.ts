/**
 * What is read back of accounts, entries and transfers, on a real PostgreSQL, through the use cases.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId } from '../../src/kernel/id.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';

let bahi: TestEngine;
const owner = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

beforeAll(async () => {
  bahi = await openTestEngine();
  await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
  await bahi.run('account.create', { code: 'anna', kind: 'liability', currency: 'INR', owner });
  await bahi.run('account.create', { code: 'null', kind: 'liability', currency: 'INR' });
  await bahi.run('account.create', { code: 'unused', kind: 'expense', currency: 'KWD' });
  await bahi.pay('cash', 'anna', '100', { reference: 'first', metadata: { channel: 'upi' } });
  await bahi.pay('anna', 'null', '30.5', { metadata: { channel: 'upi', branch: 'b-1' } });
  await bahi.pay('anna', 'null', '1000', { reference: 'too-much', metadata: { channel: 'neft' } });
  await bahi.pay('anna', 'null', '9.50', { reference: 'twice' });
  await bahi.pay('cash', 'anna', '1', { reference: 'twice', metadata: { channel: 'upi' } });
});
afterAll(() => bahi.stop());

const failure = (code: string) => expect.objectContaining({ code });
describe('an account', () => {
  test('reads by id and by code alike, with the balances of its newest entry', async () => {
    const anna = await bahi.read('account.get', { id: 'anna' });
    expect(anna).toMatchObject({
      code: 'anna',
      kind: 'liability',
      owner,
      floor: '0.00',
      ceiling: null,
      debits_frozen: false,
      closed: false,
      balances: { posted: '61.00', held: '0.00', available: '61.00' },
    });
    expect(await bahi.read('account.get', { id: anna['id'] })).toEqual(anna);
  });

  test('is balanced on its normal side', async () => {
    expect((await bahi.read('account.get', { id: 'cash' }))['balances']).toMatchObject({ posted: '101.00' });
  });

  test('that never moved reads exactly as it was answered when it was created', async () => {
    const created = await bahi.run('account.create', { kind: 'equity', currency: 'JPY', ceiling: '5' });
    expect(created.status).toBe(201);
    expect(await bahi.read('account.get', { id: created.body['id'] })).toEqual(created.body);
  });

  test('with an owner gets the floor 0, unless the request asks for another or for none', async () => {
    const floors = [];
    for (const floor of [{}, { floor: '-50' }, { floor: null }]) {
      const { body } = await bahi.run('account.create', {
        kind: 'liability',
        currency: 'INR',
        owner,
        ...floor,
      });
      floors.push(body['floor']);
    }
    const { body } = await bahi.run('account.create', { kind: 'liability', currency: 'INR' });
    expect([...floors, body['floor']]).toEqual(['0.00', '-50.00', null, null]);
  });

  test('is unknown by an id of another ledger, of another kind, or of nothing', async () => {
    const other = await bahi.createLedger('account-elsewhere');
    const { body } = await bahi.run(
      'account.create',
      { code: 'foreign', kind: 'asset', currency: 'INR' },
      { ledgerId: other },
    );
    for (const id of [body['id'], 'foreign', 'nobody', formatId('acc', bahi.ledgerId, 999_999)]) {
      await expect(bahi.run('account.get', { id })).rejects.toThrow(failure('not_found'));
      await expect(bahi.run('account.entries', { id })).rejects.toThrow(failure('not_found'));
      await expect(bahi.run('account.update', { id, closed: true })).rejects.toThrow(failure('not_found'));
    }
  });

  test('whose code is the word null is an account like any other', async () => {
    expect(await bahi.read('account.get', { id: 'null' })).toMatchObject({
      code: 'null',
      balances: { posted: '40.00' },
    });
    const again = await bahi.run('account.create', { code: 'null', kind: 'asset', currency: 'INR' });
    expect(again.body['code']).toBe('code_taken');
  });

  test('is frozen, read back and closed by its code or its id', async () => {
    const { body } = await bahi.run('account.create', { code: 'ice', kind: 'liability', currency: 'INR' });
    const frozen = await bahi.run('account.update', { id: 'ice', debits_frozen: true });
    expect(frozen).toMatchObject({
      status: 200,
      body: { id: body['id'], debits_frozen: true, closed: false },
    });
    await bahi.run('account.update', { id: body['id'], closed: true });
    for (const id of ['ice', body['id']])
      expect(await bahi.read('account.get', { id })).toMatchObject({ debits_frozen: true, closed: true });
    expect(await bahi.run('account.update', { id: 'anna', closed: true })).toMatchObject({
      status: 422,
      body: { code: 'account_not_empty' },
    });
  });
});

describe('entries', () => {
  test('tell each change with the totals and balances after it, newest first', async () => {
    const { data } = await bahi.list('account.entries', { id: 'anna' });
    expect(
      data.map(({ direction, amount, debits, credits, version, leg }) => [
        direction,
        amount,
        debits,
        credits,
        version,
        leg,
      ]),
    ).toEqual([
      ['credit', '1.00', '40.00', '101.00', 5, 0],
      ['debit', '9.50', '40.00', '100.00', 4, 0],
      ['refused', '0.00', '30.50', '100.00', 3, 0],
      ['debit', '30.50', '30.50', '100.00', 2, 0],
      ['credit', '100.00', '0.00', '100.00', 1, 0],
    ]);
    expect(data[1]?.['balances']).toEqual({ posted: '60.00', held: '0.00', available: '60.00' });
    const first = await bahi.read('transfer.get', { id: data.at(-1)?.['transfer_id'] });
    expect([first['reference'], first['posted_at']]).toEqual(['first', data.at(-1)?.['at']]);
  });

  test('in ascending order are the same ones backwards', async () => {
    const newest = await bahi.list('account.entries', { id: 'cash' });
    const oldest = await bahi.list('account.entries', { id: 'cash', order: 'asc' });
    expect(oldest.data).toEqual(newest.data.toReversed());
  });

  test('of one transfer with several legs each name their leg', async () => {
    await bahi.run('account.create', { code: 'legs', kind: 'liability', currency: 'INR' });
    const leg = (amount: string) => ({ debit: 'cash', credit: 'legs', amount, currency: 'INR' });
    await bahi.run('transfer.create', { legs: [leg('1'), leg('2'), leg('3')] });
    const { data } = await bahi.list('account.entries', { id: 'legs' });
    expect(data.map(({ leg, credits }) => [leg, credits])).toEqual([
      [2, '6.00'],
      [1, '3.00'],
      [0, '1.00'],
    ]);
    expect((await bahi.list('transfer.list', { account: 'legs' })).data).toHaveLength(1);
  });
});

describe('a transfer', () => {
  test('reads exactly as it was answered when it was posted', async () => {
    const { body } = await bahi.pay('cash', 'unused', '1');
    expect(body['code']).toBe('currency_mismatch');
    const posted = await bahi.pay('cash', 'null', '0.25', { metadata: { a: 'b' } });
    expect(await bahi.read('transfer.get', { id: posted.body['id'] })).toEqual(posted.body);
  });

  test('that was refused reads with its code and the leg that failed', async () => {
    const refused = await bahi.pay('anna', 'cash', '100000');
    expect(await bahi.read('transfer.get', { id: refused.body['transfer_id'] })).toMatchObject({
      status: 'refused',
      code: 'floor_breached',
      leg: 0,
      refused_at: expect.any(String),
    });
  });

  test('is not found by the number of another thing, by an id of another ledger, or by no id', async () => {
    const account = await bahi.read('account.get', { id: 'anna' });
    const [mine] = (await bahi.list('transfer.list')).data;
    const other = await bahi.createLedger('transfer-elsewhere');
    for (const id of [
      String(account['id']).replace('acc', 'trf'),
      account['id'],
      'x',
      formatId('trf', bahi.ledgerId, 10 ** 9),
    ])
      await expect(bahi.run('transfer.get', { id })).rejects.toThrow(failure('not_found'));
    await expect(bahi.run('transfer.get', { id: mine?.['id'] }, { ledgerId: other })).rejects.toThrow(
      failure('not_found'),
    );
  });
});
