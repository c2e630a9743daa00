/**
 * Batches of transfers: each item an intent of its own, or all of them one.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from '../../src/engine/render.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { type Body, type Options, openTestEngine, type TestEngine } from '../support/engine.ts';

let bahi: TestEngine;

beforeAll(async () => {
  bahi = await openTestEngine();
  await bahi.run('account.create', { code: 'cash', kind: 'asset', currency: 'INR' });
  for (const code of ['a', 'b']) {
    const owner = '0f7b3f5e-8a53-4c0e-9d1f-5c1f6a7b8c9d';
    await bahi.run('account.create', { code, kind: 'liability', currency: 'INR', owner });
  }
  await bahi.run('transfer.create', { legs: [leg('cash', 'a', '100')] });
});
afterAll(() => bahi.stop());

const leg = (debit: string, credit: string, amount: string) => ({ debit, credit, amount, currency: 'INR' });
const item = (key: string, debit: string, credit: string, amount: string) => ({
  idempotency_key: key,
  legs: [leg(debit, credit, amount)],
});

interface BatchBody {
  readonly results: {
    status: string;
    replayed: boolean;
    transfer?: Body;
    problem?: Body;
    idempotency_key: string;
  }[];
  readonly posted: number;
  readonly refused: number;
  readonly failed: number;
}

async function send(input: Body, options: Options = {}): Promise<Answer & { body: BatchBody }> {
  const answer = await bahi.run('transfer.batch', input, options);
  USE_CASES.find(({ name }) => name === 'transfer.batch')?.output.parse(answer.body);
  return answer as Answer & { body: BatchBody };
}

const balance = async (id: string) =>
  ((await bahi.run('account.get', { id })).body['balances'] as Body)['posted'];
const statuses = ({ body }: { body: BatchBody }) => body.results.map(({ status }) => status);

test('every item has its own result, in the order sent, and a refused one stops no other', async () => {
  const transfers = [item('m1', 'a', 'b', '10'), item('m2', 'a', 'b', '1000'), item('m3', 'a', 'b', '5')];
  const { status, body, replayed } = await send({ transfers });
  expect({ status, replayed, posted: body.posted, refused: body.refused, failed: body.failed }).toEqual({
    status: 200,
    replayed: false,
    posted: 2,
    refused: 1,
    failed: 0,
  });
  expect(body.results).toMatchObject([
    { idempotency_key: 'm1', status: 'posted', transfer: { status: 'posted' } },
    { idempotency_key: 'm2', status: 'refused', problem: { code: 'floor_breached', status: 422 } },
    { idempotency_key: 'm3', status: 'posted' },
  ]);
  expect(await balance('b')).toBe('15.00');
});

test('a batch sent again moves nothing and answers the same', async () => {
  const transfers = [item('r1', 'a', 'b', '1'), item('r2', 'a', 'b', '10000')];
  const first = await send({ transfers });
  const before = await balance('a');
  const second = await send({ transfers });
  expect(second.replayed).toBe(true);
  expect(second.body.results).toEqual(first.body.results.map((result) => ({ ...result, replayed: true })));
  expect(await balance('a')).toBe(before);
});

test('the same key twice in one batch is posted once and replayed', async () => {
  const before = Number(await balance('a'));
  const { body } = await send({ transfers: [item('t1', 'a', 'b', '2'), item('t1', 'a', 'b', '2')] });
  expect(body.results.map(({ replayed }) => replayed)).toEqual([false, true]);
  expect(body.results[1]?.transfer).toEqual(body.results[0]?.transfer);
  expect(Number(await balance('a'))).toBe(before - 2);
});

test('a key that was used for another transfer fails alone, with the id of this request', async () => {
  const { body } = await send({
    transfers: [item('u1', 'a', 'b', '1'), item('u1', 'a', 'b', '2'), item('u2', 'a', 'b', '1')],
  });
  expect(body).toMatchObject({ posted: 2, refused: 0, failed: 1 });
  expect(body.results[1]).toMatchObject({
    status: 'failed',
    replayed: false,
    problem: { code: 'idempotency_key_reused', status: 422, request_id: expect.stringMatching(/^req_/) },
  });
});

test('an item and a single transfer under the same key are the same intent', async () => {
  const single = await bahi.run('transfer.create', { legs: [leg('a', 'b', '3')] }, { key: 's1' });
  const { body } = await send({ transfers: [item('s1', 'a', 'b', '3')] });
  expect(body.results[0]).toMatchObject({ status: 'posted', replayed: true, transfer: single.body });
});

test('an atomic batch with one refused item moves nothing and says which one it was', async () => {
  const before = [await balance('a'), await balance('b')];
  const answer = await send({
    transfers: [item('g1', 'a', 'b', '1'), item('g2', 'b', 'a', '9999')],
    atomic: true,
  });
  expect(statuses(answer)).toEqual(['refused', 'refused']);
  expect(answer.body.results.map(({ problem }) => problem?.['code'])).toEqual([
    'linked_item_refused',
    'floor_breached',
  ]);
  expect([await balance('a'), await balance('b')]).toEqual(before);
});

test('an atomic batch posts whole, is one group, and is replayed only as the same group', async () => {
  const transfers = [item('h1', 'a', 'b', '1'), item('h2', 'b', 'a', '1')];
  const first = await send({ transfers, atomic: true });
  const group = { first: first.body.results[0]?.transfer?.['id'], size: 2 };
  expect(first.body.results).toMatchObject([{ transfer: { group } }, { transfer: { group } }]);
  expect((await send({ transfers, atomic: true })).replayed).toBe(true);
  const grown = await send({ transfers: [...transfers, item('h3', 'a', 'b', '1')], atomic: true });
  expect(grown.body.failed).toBe(3);
  expect(grown.body.results[2]?.problem).toMatchObject({ code: 'group_changed' });
});

test('without standing the whole batch is denied and nothing is stored', async () => {
  const actor = await bahi.client('app', ['transfers:write']);
  await bahi.run('key.revoke', { id: actor.name });
  const transfers = [item('d1', 'a', 'b', '1'), item('d2', 'a', 'b', '1')];
  await expect(send({ transfers }, { actor })).rejects.toThrow(
    expect.objectContaining({ code: 'unauthenticated' }),
  );
  const after = await bahi.client('app', ['transfers:write']);
  expect((await send({ transfers }, { actor: after })).body.posted).toBe(2);
});

test('a key without the scope for it may not debit an account that has no owner', async () => {
  const actor = await bahi.client('app', ['transfers:write']);
  const { body } = await send(
    { transfers: [item('n1', 'cash', 'a', '1'), item('n2', 'a', 'b', '1')] },
    { actor },
  );
  expect(body.results).toMatchObject([{ problem: { code: 'debit_not_permitted' } }, { status: 'posted' }]);
});

test('ten thousand items go in one request, and no more', async () => {
  const transfers = Array.from({ length: 10_001 }, (_, i) => item(`ten-${i}`, 'cash', 'a', '0.01'));
  await expect(send({ transfers })).rejects.toThrow('a batch has at most 10000 transfers');
  const before = Number(await balance('a'));
  const { body } = await send({ transfers: transfers.slice(1) });
  expect(body).toMatchObject({ posted: 10_000, refused: 0, failed: 0 });
  const keys = body.results.map(({ idempotency_key }) => idempotency_key);
  expect(keys).toEqual(transfers.slice(1).map(({ idempotency_key }) => idempotency_key));
  expect(Number(await balance('a'))).toBeCloseTo(before + 100, 2);
});

test('legs are counted as well where all or none go', async () => {
  const legs = Array.from({ length: 100 }, () => ({
    debit: 'cash',
    credit: 'a',
    amount: '0.01',
    currency: 'INR',
  }));
  const transfers = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ idempotency_key: `legs-${i}`, legs }));
  await expect(send({ transfers: transfers(51), atomic: true })).rejects.toThrow(
    'an atomic batch has at most 5000 legs',
  );
  expect((await send({ transfers: transfers(50), atomic: true })).body).toMatchObject({ posted: 50 });
});

test('a thousand items go all or none, and no more', async () => {
  const transfers = Array.from({ length: 1001 }, (_, i) => item(`k${i}`, 'cash', 'a', '0.01'));
  await expect(send({ transfers, atomic: true })).rejects.toThrow('an atomic batch has at most 1000');
  transfers.pop();
  const before = Number(await balance('a'));
  expect((await send({ transfers, atomic: true })).body).toMatchObject({
    posted: 1000,
    refused: 0,
    failed: 0,
  });
  expect(Number(await balance('a'))).toBeCloseTo(before + 10, 2);
});
