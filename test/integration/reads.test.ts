/**
 * What is read back: accounts, entries, transfers and lists, on a real PostgreSQL, through the use cases.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { formatId } from '../../src/kernel/id.ts';
import { type Body, openTestEngine, type TestEngine, type UseCaseName } from '../support/engine.ts';

let bahi: TestEngine;
const owner = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

beforeAll(async () => {
  bahi = await openTestEngine();
  await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
  await bahi.run('account.create', { code: 'anna', kind: 'liability', currency: 'INR', owner });
  await bahi.run('account.create', { code: 'null', kind: 'liability', currency: 'INR' });
  await bahi.run('account.create', { code: 'unused', kind: 'expense', currency: 'KWD' });
  await pay('cash', 'anna', '100', { reference: 'first', metadata: { channel: 'upi' } });
  await pay('anna', 'null', '30.5', { metadata: { channel: 'upi', branch: 'b-1' } });
  await pay('anna', 'null', '1000', { reference: 'too-much', metadata: { channel: 'neft' } });
  await pay('anna', 'null', '9.50', { reference: 'twice' });
  await pay('cash', 'anna', '1', { reference: 'twice', metadata: { channel: 'upi' } });
});
afterAll(() => bahi.stop());

const pay = (debit: string, credit: string, amount: string, more: Body = {}) =>
  bahi.run('transfer.create', { legs: [{ debit, credit, amount, currency: 'INR' }], ...more });

interface Page {
  readonly data: Body[];
  readonly has_more: boolean;
  readonly next_cursor: string | null;
  readonly previous_cursor: string | null;
}

/** Runs a query and holds the answer against the output that the use case promises. */
async function read(name: UseCaseName, input: Body = {}, ledgerId = bahi.ledgerId): Promise<Body> {
  const { status, body, replayed } = await bahi.run(name, input, { ledgerId });
  expect({ status, replayed }).toEqual({ status: 200, replayed: false });
  USE_CASES.find((useCase) => useCase.name === name)?.output.parse(body);
  return body;
}
const list = async (name: UseCaseName, input: Body = {}) => (await read(name, input)) as unknown as Page;
const failure = (code: string) => expect.objectContaining({ code });
const references = async (input: Body): Promise<unknown[]> =>
  (await list('transfer.list', input)).data.map(({ reference }) => reference);

describe('an account', () => {
  test('reads by id and by code alike, with the balances of its newest entry', async () => {
    const anna = await read('account.get', { id: 'anna' });
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
    expect(await read('account.get', { id: anna['id'] })).toEqual(anna);
  });

  test('is balanced on its normal side', async () => {
    expect((await read('account.get', { id: 'cash' }))['balances']).toMatchObject({ posted: '101.00' });
  });

  test('that never moved reads exactly as it was answered when it was created', async () => {
    const created = await bahi.run('account.create', { kind: 'equity', currency: 'JPY', ceiling: '5' });
    expect(created.status).toBe(201);
    expect(await read('account.get', { id: created.body['id'] })).toEqual(created.body);
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
    expect(await read('account.get', { id: 'null' })).toMatchObject({
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
    expect(await read('account.get', { id: 'ice' })).toMatchObject({ debits_frozen: true, closed: true });
    expect(await bahi.run('account.update', { id: 'anna', closed: true })).toMatchObject({
      status: 422,
      body: { code: 'account_not_empty' },
    });
  });
});

describe('lists of accounts', () => {
  test('are newest first and filter by code and owner', async () => {
    const codes = async (input: Body) => (await list('account.list', input)).data.map(({ code }) => code);
    expect(await codes({ code: 'anna' })).toEqual(['anna']);
    expect(await codes({ code: 'anna', owner })).toEqual(['anna']);
    expect(await codes({ code: 'cash', owner })).toEqual([]);
    expect((await codes({ owner: owner.toUpperCase() })).at(-1)).toBe('anna');
    expect((await codes({ limit: '100' })).slice(-4)).toEqual(['unused', 'null', 'anna', 'cash']);
  });

  test('show nothing of another ledger', async () => {
    const other = await bahi.createLedger('accounts-elsewhere');
    expect(await read('account.list', {}, other)).toEqual({
      data: [],
      has_more: false,
      next_cursor: null,
      previous_cursor: null,
    });
  });
});

describe('entries', () => {
  test('tell each change with the totals and balances after it, newest first', async () => {
    const { data } = await list('account.entries', { id: 'anna' });
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
    const first = await read('transfer.get', { id: data.at(-1)?.['transfer_id'] });
    expect([first['reference'], first['posted_at']]).toEqual(['first', data.at(-1)?.['at']]);
  });

  test('in ascending order are the same ones backwards', async () => {
    const newest = await list('account.entries', { id: 'cash' });
    const oldest = await list('account.entries', { id: 'cash', order: 'asc' });
    expect(oldest.data).toEqual(newest.data.toReversed());
  });

  test('of one transfer with several legs each name their leg', async () => {
    await bahi.run('account.create', { code: 'legs', kind: 'liability', currency: 'INR' });
    const leg = (amount: string) => ({ debit: 'cash', credit: 'legs', amount, currency: 'INR' });
    await bahi.run('transfer.create', { legs: [leg('1'), leg('2'), leg('3')] });
    const { data } = await list('account.entries', { id: 'legs' });
    expect(data.map(({ leg, credits }) => [leg, credits])).toEqual([
      [2, '6.00'],
      [1, '3.00'],
      [0, '1.00'],
    ]);
    expect((await list('transfer.list', { account: 'legs' })).data).toHaveLength(1);
  });
});

describe('a transfer', () => {
  test('reads exactly as it was answered when it was posted', async () => {
    const { body } = await pay('cash', 'unused', '1');
    expect(body['code']).toBe('currency_mismatch');
    const posted = await pay('cash', 'null', '0.25', { metadata: { a: 'b' } });
    expect(await read('transfer.get', { id: posted.body['id'] })).toEqual(posted.body);
  });

  test('that was refused reads with its code and the leg that failed', async () => {
    const refused = await pay('anna', 'cash', '100000');
    expect(await read('transfer.get', { id: refused.body['transfer_id'] })).toMatchObject({
      status: 'refused',
      code: 'floor_breached',
      leg: 0,
      refused_at: expect.any(String),
    });
  });

  test('is not found by the number of another thing, by an id of another ledger, or by no id', async () => {
    const account = await read('account.get', { id: 'anna' });
    const [mine] = (await list('transfer.list')).data;
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

describe('lists of transfers', () => {
  test('filter by reference and metadata, all of which must hold', async () => {
    expect(await references({ reference: 'first' })).toEqual(['first']);
    expect(await references({ reference: 'twice' })).toEqual(['twice', 'twice']);
    expect(await references({ reference: 'twice', 'metadata.channel': 'upi' })).toEqual(['twice']);
    expect(await references({ 'metadata.channel': 'upi' })).toEqual(['twice', undefined, 'first']);
    expect(await references({ 'metadata.channel': 'upi', 'metadata.branch': 'b-1' })).toEqual([undefined]);
    expect(await references({ 'metadata.branch': 'b-1', 'metadata.channel': 'neft' })).toEqual([]);
    expect(await references({ 'metadata.channel': 'up' })).toEqual([]);
    expect(await references({ reference: 'b-1' })).toEqual([]);
  });

  test('filter by status', async () => {
    const { data } = await list('transfer.list', { status: 'refused', reference: 'too-much' });
    expect(data).toMatchObject([{ status: 'refused', code: 'floor_breached' }]);
    expect(await references({ status: 'posted', reference: 'too-much' })).toEqual([]);
    const all = (await list('transfer.list', { limit: 100 })).data;
    for (const status of ['posted', 'refused']) {
      const some = (await list('transfer.list', { status, limit: 100 })).data;
      expect(some.length).toBeGreaterThan(0);
      expect(some).toEqual(all.filter((transfer) => transfer['status'] === status));
    }
  });

  test('filter by account on either side, by id and by code, each transfer once', async () => {
    const { id } = await read('account.get', { id: 'anna' });
    const byCode = (await list('transfer.list', { account: 'anna', limit: 100 })).data;
    const all = (await list('transfer.list', { limit: 100 })).data;
    const touches = (transfer: Body) =>
      (transfer['legs'] as Body[]).some(({ debit, credit }) => debit === id || credit === id);
    expect(byCode).toEqual(all.filter(touches));
    expect((await list('transfer.list', { account: id, limit: 100 })).data).toEqual(byCode);
    expect(await references({ account: 'anna', 'metadata.channel': 'neft' })).toEqual(['too-much']);
    expect(await references({ account: 'cash', reference: 'too-much' })).toEqual([]);
    expect(await references({ account: 'anna', status: 'refused', reference: 'too-much' })).toEqual([
      'too-much',
    ]);
  });

  test('of an account that is unknown here are empty', async () => {
    for (const account of ['nobody', 'acc_0000001000000001'])
      expect(await references({ account })).toEqual([]);
  });

  test('filter by time, the start included and the end not', async () => {
    const all = (await list('transfer.list', { limit: 100 })).data.toReversed();
    const at = (transfer: Body | undefined) => String(transfer?.['posted_at'] ?? transfer?.['refused_at']);
    const [, second, third, fourth] = all;
    const between = (await list('transfer.list', { from: at(second), to: at(fourth) })).data;
    expect(between).toEqual([third, second]);
    expect((await list('transfer.list', { to: at(all[0]) })).data).toEqual([]);
    expect((await list('transfer.list', { from: '2999-01-01T00:00:00Z' })).data).toEqual([]);
    expect((await list('transfer.list', { from: '1999-01-01T00:00:00Z', limit: 100 })).data).toHaveLength(
      all.length,
    );
    expect((await list('transfer.list', { account: 'anna', from: at(fourth), to: at(third) })).data).toEqual(
      [],
    );
  });

  test('hold transfers only', async () => {
    const { data } = await list('transfer.list', { limit: 100 });
    for (const { id } of data) expect(id).toMatch(/^trf_/);
    await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
    expect(
      (await list('transfer.list', { status: 'refused', limit: 100 })).data.map(({ code }) => code),
    ).not.toContain('code_taken');
  });
});

describe('pages', () => {
  /** Every row by following next_cursor, then back by previous_cursor. */
  async function walk(name: UseCaseName, input: Body): Promise<{ there: Body[]; back: Body[] }> {
    const there: Body[] = [];
    let page = await list(name, input);
    expect(page.previous_cursor).toBeNull();
    there.push(...page.data);
    while (page.next_cursor !== null) {
      expect(page.has_more).toBe(true);
      page = await list(name, { ...input, cursor: page.next_cursor });
      there.push(...page.data);
    }
    const back: Body[] = [...page.data];
    while (page.previous_cursor !== null) {
      page = await list(name, { ...input, cursor: page.previous_cursor });
      expect(page.has_more).toBe(true);
      back.unshift(...page.data);
    }
    return { there, back };
  }

  test.each([
    ['transfer.list', {}],
    ['transfer.list', { account: 'anna' }],
    ['transfer.list', { 'metadata.channel': 'upi' }],
    ['transfer.list', { status: 'refused' }],
    ['account.list', {}],
    ['account.list', { owner }],
    ['account.entries', { id: 'anna' }],
    ['account.entries', { id: 'anna', order: 'asc' }],
  ] as const)(
    'of %s with %j lead to every row once, there and back, whatever the limit',
    async (name, input) => {
      const all = (await list(name, { ...input, limit: 100 })).data;
      expect(all.length).toBeGreaterThan(1);
      for (const limit of [1, 2, all.length - 1, all.length]) {
        const { there, back } = await walk(name, { ...input, limit });
        expect(there).toEqual(all);
        expect(back).toEqual(all);
      }
    },
  );

  test('stay where they are when newer rows come in', async () => {
    const first = await list('transfer.list', { limit: 2 });
    const before = await list('transfer.list', { limit: 2, cursor: first.next_cursor });
    const { body: newer } = await pay('cash', 'null', '0.01');
    expect((await list('transfer.list', { limit: 2, cursor: first.next_cursor })).data).toEqual(before.data);
    const back = await list('transfer.list', { limit: 2, cursor: before.previous_cursor });
    expect(back.data).toEqual(first.data);
    const newest = await list('transfer.list', { limit: 2, cursor: back.previous_cursor });
    expect(newest.data).toEqual([newer]);
    expect(newest.previous_cursor).toBeNull();
  });

  test('of another ledger, list or filter, and altered ones, do not open here', async () => {
    const { next_cursor: cursor } = await list('transfer.list', { limit: 1 });
    const other = await bahi.createLedger('cursor-elsewhere');
    const invalid = failure('invalid_cursor');
    await expect(bahi.run('transfer.list', { cursor }, { ledgerId: other })).rejects.toThrow(invalid);
    await expect(bahi.run('transfer.list', { cursor, status: 'posted' })).rejects.toThrow(invalid);
    await expect(bahi.run('account.list', { cursor })).rejects.toThrow(invalid);
    await expect(bahi.run('transfer.list', { cursor: 'x' })).rejects.toThrow(invalid);
    expect((await list('transfer.list', { cursor, limit: 50 })).data.length).toBeGreaterThan(1);
    const entries = await list('account.entries', { id: 'anna', limit: 1 });
    await expect(bahi.run('account.entries', { id: 'cash', cursor: entries.next_cursor })).rejects.toThrow(
      invalid,
    );
    await expect(
      bahi.run('account.entries', { id: 'anna', order: 'asc', cursor: entries.next_cursor }),
    ).rejects.toThrow(invalid);
  });
});
