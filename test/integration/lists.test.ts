/**
 * Lists on a real PostgreSQL, through the use cases: what each filter finds, and pages that lose and repeat nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Body, openTestEngine, type TestEngine, type UseCaseName } from '../support/engine.ts';

let bahi: TestEngine;
const owner = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

beforeAll(async () => {
  bahi = await openTestEngine();
  await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
  await bahi.run('account.create', { code: 'anna', kind: 'liability', currency: 'INR', owner });
  await bahi.run('account.create', { code: 'null', kind: 'liability', currency: 'INR' });
  await bahi.run('account.create', { code: 'unused', kind: 'expense', currency: 'KWD' });
  await bahi.run('account.create', { kind: 'liability', currency: 'INR', owner });
  await bahi.pay('cash', 'anna', '100', { reference: 'first', metadata: { channel: 'upi' } });
  await bahi.pay('anna', 'null', '30.5', { metadata: { channel: 'upi', branch: 'b-1' } });
  await bahi.pay('anna', 'null', '1000', { reference: 'too-much', metadata: { channel: 'neft' } });
  await bahi.pay('anna', 'null', '9.50', { reference: 'twice' });
  await bahi.pay('cash', 'anna', '1', { reference: 'twice', metadata: { channel: 'upi' } });
  await bahi.pay('anna', 'cash', '5000');
  const leg = (amount: string) => ({ debit: 'cash', credit: 'anna', amount, currency: 'INR' });
  await bahi.run('transfer.create', { legs: [leg('1'), leg('2'), leg('3')], reference: 'legs' });
});
afterAll(() => bahi.stop());

const failure = (code: string) => expect.objectContaining({ code });
const references = async (input: Body): Promise<unknown[]> =>
  (await bahi.list('transfer.list', input)).data.map(({ reference }) => reference);

describe('lists of accounts', () => {
  test('are newest first and filter by code and owner', async () => {
    const codes = async (input: Body) =>
      (await bahi.list('account.list', input)).data.map(({ code }) => code);
    expect(await codes({ code: 'anna' })).toEqual(['anna']);
    expect(await codes({ code: 'anna', owner })).toEqual(['anna']);
    expect(await codes({ code: 'cash', owner })).toEqual([]);
    expect((await codes({ owner: owner.toUpperCase() })).at(-1)).toBe('anna');
    expect((await codes({ limit: '100' })).slice(-4)).toEqual(['unused', 'null', 'anna', 'cash']);
  });

  test('show nothing of another ledger', async () => {
    const other = await bahi.createLedger('accounts-elsewhere');
    expect(await bahi.read('account.list', {}, other)).toEqual({
      data: [],
      has_more: false,
      next_cursor: null,
      previous_cursor: null,
    });
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
    const { data } = await bahi.list('transfer.list', { status: 'refused', reference: 'too-much' });
    expect(data).toMatchObject([{ status: 'refused', code: 'floor_breached' }]);
    expect(await references({ status: 'posted', reference: 'too-much' })).toEqual([]);
    const all = (await bahi.list('transfer.list', { limit: 100 })).data;
    for (const status of ['posted', 'refused']) {
      const some = (await bahi.list('transfer.list', { status, limit: 100 })).data;
      expect(some.length).toBeGreaterThan(0);
      expect(some).toEqual(all.filter((transfer) => transfer['status'] === status));
    }
  });

  test('filter by account on either side, by id and by code, each transfer once', async () => {
    const { id } = await bahi.read('account.get', { id: 'anna' });
    const byCode = (await bahi.list('transfer.list', { account: 'anna', limit: 100 })).data;
    const all = (await bahi.list('transfer.list', { limit: 100 })).data;
    const touches = (transfer: Body) =>
      (transfer['legs'] as Body[]).some(({ debit, credit }) => debit === id || credit === id);
    expect(byCode).toEqual(all.filter(touches));
    expect((await bahi.list('transfer.list', { account: id, limit: 100 })).data).toEqual(byCode);
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
    const all = (await bahi.list('transfer.list', { limit: 100 })).data.toReversed();
    const at = (transfer: Body | undefined) => String(transfer?.['posted_at'] ?? transfer?.['refused_at']);
    const [, second, third, fourth] = all;
    const between = (await bahi.list('transfer.list', { from: at(second), to: at(fourth) })).data;
    expect(between).toEqual([third, second]);
    expect((await bahi.list('transfer.list', { to: at(all[0]) })).data).toEqual([]);
    expect((await bahi.list('transfer.list', { from: '2999-01-01T00:00:00Z' })).data).toEqual([]);
    expect(
      (await bahi.list('transfer.list', { from: '1999-01-01T00:00:00Z', limit: 100 })).data,
    ).toHaveLength(all.length);
    expect(
      (await bahi.list('transfer.list', { account: 'anna', from: at(fourth), to: at(third) })).data,
    ).toEqual([]);
  });

  test('hold transfers only', async () => {
    const { data } = await bahi.list('transfer.list', { limit: 100 });
    for (const { id } of data) expect(id).toMatch(/^trf_/);
    await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
    expect(
      (await bahi.list('transfer.list', { status: 'refused', limit: 100 })).data.map(({ code }) => code),
    ).not.toContain('code_taken');
  });
});

describe('pages', () => {
  /** Every row by following next_cursor, then back by previous_cursor. */
  async function walk(name: UseCaseName, input: Body): Promise<{ there: Body[]; back: Body[] }> {
    const there: Body[] = [];
    let page = await bahi.list(name, input);
    expect(page.previous_cursor).toBeNull();
    there.push(...page.data);
    while (page.next_cursor !== null) {
      expect(page.has_more).toBe(true);
      page = await bahi.list(name, { ...input, cursor: page.next_cursor });
      there.push(...page.data);
    }
    const back: Body[] = [...page.data];
    while (page.previous_cursor !== null) {
      page = await bahi.list(name, { ...input, cursor: page.previous_cursor });
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
      const all = (await bahi.list(name, { ...input, limit: 100 })).data;
      expect(all.length).toBeGreaterThan(1);
      for (const limit of [1, 2, all.length - 1, all.length]) {
        const { there, back } = await walk(name, { ...input, limit });
        expect(there).toEqual(all);
        expect(back).toEqual(all);
      }
    },
  );

  test('stay where they are when newer rows come in', async () => {
    const first = await bahi.list('transfer.list', { limit: 2 });
    const before = await bahi.list('transfer.list', { limit: 2, cursor: first.next_cursor });
    const { body: newer } = await bahi.pay('cash', 'null', '0.01');
    expect((await bahi.list('transfer.list', { limit: 2, cursor: first.next_cursor })).data).toEqual(
      before.data,
    );
    const back = await bahi.list('transfer.list', { limit: 2, cursor: before.previous_cursor });
    expect(back.data).toEqual(first.data);
    const newest = await bahi.list('transfer.list', { limit: 2, cursor: back.previous_cursor });
    expect(newest.data).toEqual([newer]);
    expect(newest.previous_cursor).toBeNull();
  });

  test('of another ledger, list or filter, and altered ones, do not open here', async () => {
    const { next_cursor: cursor } = await bahi.list('transfer.list', { limit: 1 });
    const other = await bahi.createLedger('cursor-elsewhere');
    const invalid = failure('invalid_cursor');
    await expect(bahi.run('transfer.list', { cursor }, { ledgerId: other })).rejects.toThrow(invalid);
    await expect(bahi.run('transfer.list', { cursor, status: 'posted' })).rejects.toThrow(invalid);
    await expect(bahi.run('account.list', { cursor })).rejects.toThrow(invalid);
    await expect(bahi.run('transfer.list', { cursor: 'x' })).rejects.toThrow(invalid);
    expect((await bahi.list('transfer.list', { cursor, limit: 50 })).data.length).toBeGreaterThan(1);
    const entries = await bahi.list('account.entries', { id: 'anna', limit: 1 });
    await expect(bahi.run('account.entries', { id: 'cash', cursor: entries.next_cursor })).rejects.toThrow(
      invalid,
    );
    await expect(
      bahi.run('account.entries', { id: 'anna', order: 'asc', cursor: entries.next_cursor }),
    ).rejects.toThrow(invalid);
  });
});
