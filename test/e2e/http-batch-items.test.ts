/** Exchanges, holds and scheduled transfers as items of batches and lines of streams, over HTTP. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from '../support/cluster.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';
import { StreamClient } from '../support/stream-client.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']);
  const open = (code: string, kind: string, currency: string, more = {}) =>
    server.test.run('account.create', { code, kind, currency, ...more });
  await open('bank', 'asset', 'INR');
  await open('ada', 'liability', 'INR', { floor: '0' });
  await open('ben', 'liability', 'INR', { floor: '0' });
  await open('in-inr', 'liability', 'INR');
  for (const code of ['out-usd', 'rest-usd', 'ada-usd']) await open(code, 'liability', 'USD');
  await server.test.pay('bank', 'ada', '1000.00');
});
afterAll(() => server.stop());
afterEach(async () => {
  const sql = testPool(server.test.database.serve, 1);
  const { linkKey, ledgerId } = server.test;
  const { problems } = await verifyLedger({ sql, linkKey, ledgerId });
  await sql.end({ timeout: 5 });
  expect(problems).toEqual([]);
});

type Json = Record<string, unknown>;
const leg = (amount: string, debit = 'ada', credit = 'ben') => ({ debit, credit, amount, currency: 'INR' });
const pay = (idempotency_key: string, amount: string): Json => ({ idempotency_key, legs: [leg(amount)] });
const hold = (idempotency_key: string, amount: string): Json => ({
  ...pay(idempotency_key, amount),
  hold: { expires_in_seconds: 900 },
});
const schedule = (idempotency_key: string, amount: string, scheduled_for: string): Json => ({
  ...pay(idempotency_key, amount),
  scheduled_for,
});
const exchange = (idempotency_key: string, amount: string, more: Json = {}): Json => ({
  idempotency_key,
  exchange: {
    debit: 'ada',
    currency: 'INR',
    liquidity_in: 'in-inr',
    liquidity_out: 'out-usd',
    to_currency: 'USD',
    credits: [{ credit: 'ada-usd', amount }],
    rate: '0.0123',
    rounding: 'half_even',
    rounding_account: 'rest-usd',
    ...more,
  },
});
const IN_A_DAY = new Date(Date.now() + 86_400_000).toISOString();

const batch = (transfers: readonly Json[], more: Json = {}) =>
  server.send('POST', '/v1/transfers/batch', { key, json: { transfers, ...more } });
const available = async (code = 'ada'): Promise<string> => {
  const { body } = await server.send('GET', `/v1/accounts/${code}`, { key });
  return (body['balances'] as { available: string }).available;
};
interface Result {
  readonly status: string;
  readonly transfer: Json & { readonly id: string };
  readonly problem: Json;
}
const counted = async (status: string): Promise<number> => {
  const { text } = await server.send('GET', '/metrics');
  return Number(new RegExp(`bahi_http_bulk_items_total\\{status="${status}"\\} (\\d+)`).exec(text)?.[1]);
};

test('a batch posts, holds, schedules, exchanges and refuses item by item, and counts each', async () => {
  const before = await available();
  const items = [
    pay('m1', '1.00'),
    hold('m2', '2.00'),
    schedule('m3', '3.00', IN_A_DAY),
    exchange('m4', '4.00'),
    hold('m5', '5000.00'),
    schedule('m6', '1.00', '2020-01-01T00:00:00Z'),
  ];
  const answer = await batch(items);
  expect(answer).toMatchObject({
    status: 200,
    body: { posted: 2, held: 1, scheduled: 1, refused: 2, failed: 0 },
  });
  const results = answer.body['results'] as Result[];
  expect(results.map(({ status }) => status)).toEqual([
    'posted',
    'held',
    'scheduled',
    'posted',
    'refused',
    'refused',
  ]);
  expect(results.map(({ transfer }) => transfer?.['status'])).toEqual([
    'posted',
    'held',
    'scheduled',
    'posted',
    undefined,
    undefined,
  ]);
  expect(results.slice(4).map(({ problem }) => problem['code'])).toEqual([
    'floor_breached',
    'schedule_out_of_bounds',
  ]);
  expect(Number(before) - Number(await available())).toBe(7);
  USE_CASES.find(({ name }) => name === 'transfer.batch')?.output.parse(answer.body);
  for (const { transfer } of results.slice(0, 4)) {
    const { body } = await server.send('GET', `/v1/transfers/${transfer.id}`, { key });
    expect(body).toEqual(transfer);
  }
  const captured = await server.send('POST', `/v1/transfers/${results[1]?.transfer.id}/captures`, {
    key,
    idempotencyKey: 'm2-capture',
    json: {},
  });
  expect(captured).toMatchObject({ status: 201, body: { legs: [{ amount: '2.00' }] } });
  const canceled = await server.send('POST', `/v1/transfers/${results[2]?.transfer.id}/cancel`, {
    key,
    idempotencyKey: 'm3-cancel',
    json: {},
  });
  expect(canceled.status).toBe(200);

  // What became of them since is not part of what was answered.
  const events = await server.events();
  const again = await batch(items);
  const replayed = (again.body['results'] as Result[]).map((result) => ({ ...result, replayed: false }));
  const withoutRequest = (all: readonly Result[]) =>
    all.map(({ problem, ...rest }) => ({ ...rest, code: problem?.['code'] }));
  expect(withoutRequest(replayed)).toEqual(withoutRequest(results));
  expect(await server.events()).toBe(events);
});

test('an atomic batch holds, schedules and exchanges all or nothing', async () => {
  const before = await available();
  const all = [hold('a1', '2.00'), schedule('a2', '3.00', IN_A_DAY), exchange('a3', '4.00')];
  const refused = await batch([...all, pay('a4', '5000.00')], { atomic: true });
  expect(refused.body).toMatchObject({ posted: 0, held: 0, scheduled: 0, refused: 4, failed: 0 });
  const codes = (refused.body['results'] as Result[]).map(({ problem }) => problem['code']);
  expect(codes).toEqual([
    'linked_item_refused',
    'linked_item_refused',
    'linked_item_refused',
    'floor_breached',
  ]);
  expect(await available()).toBe(before);
  const taken = all.map((item) => ({ ...item, idempotency_key: `${item['idempotency_key']}-again` }));
  expect((await batch(taken, { atomic: true })).body).toMatchObject({ posted: 1, held: 1, scheduled: 1 });
  expect(Number(before) - Number(await available())).toBe(6);
});

test.each([
  [
    'a hold with a wrong time',
    { ...hold('w', '1.00'), hold: { expires_in_seconds: 0 } },
    '/hold/expires_in_seconds',
  ],
  ['a hold that is scheduled', { ...hold('w', '1.00'), scheduled_for: IN_A_DAY }, '/scheduled_for'],
  ['an exchange that is held', { ...exchange('w', '1.00'), hold: { expires_in_seconds: 9 } }, '/hold'],
  ['an exchange without a rate', exchange('w', '1.00', { rate: 83.5 }), '/exchange/rate'],
  ['neither legs nor an exchange', { idempotency_key: 'w' }, '/legs'],
  ['a time that is none', schedule('w', '1.00', 'tomorrow'), '/scheduled_for'],
])('%s fails its batch whole, and its line of a stream alone', async (_, item, pointer) => {
  const before = await server.events();
  const answer = await batch([pay('w0', '1.00'), item]);
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `/transfers/1${pointer}` }] } });
  expect(await server.events()).toBe(before);
  const [line] = await new StreamClient(server.url, key).exchange(`${JSON.stringify(item)}\n`);
  expect(line).toMatchObject({ status: 'failed', problem: { errors: [{ pointer }] } });
  expect(await server.events()).toBe(before);
});

test('an atomic batch counts the legs that its exchanges will have', async () => {
  const credits = Array.from({ length: 98 }, () => ({ credit: 'ada-usd', amount: '1.00' }));
  const before = await server.events();
  const transfers = Array.from({ length: 51 }, (_, i) => exchange(`l${i}`, '1.00', { credits }));
  expect(await batch(transfers, { atomic: true })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/transfers', message: expect.stringContaining('5000 legs') }] },
  });
  expect(await server.events()).toBe(before);
  const lone = transfers.map((item, i) => ({ ...item, idempotency_key: `lone${i}` }));
  const many = Array.from({ length: 101 }, (_, i) => ({ ...lone[0], idempotency_key: `many${i}` }));
  expect(await batch(many)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/transfers' }] } });
  expect(await server.events()).toBe(before);
});

test('a stream posts, holds, schedules, exchanges and refuses line by line, and counts each', async () => {
  const before = { held: await counted('held'), scheduled: await counted('scheduled') };
  const items = [
    hold('t1', '2.00'),
    schedule('t2', '3.00', IN_A_DAY),
    exchange('t3', '4.00'),
    exchange('t4', '1.00', { rounding_account: 'nobody' }),
    hold('t1', '2.00'),
    pay('t5', '1.00'),
  ];
  const answers = await new StreamClient(server.url, key).exchange(
    items.map((item) => `${JSON.stringify(item)}\n`).join(''),
  );
  expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual([
    ['held', false],
    ['scheduled', false],
    ['posted', false],
    ['refused', false],
    ['held', true],
    ['posted', false],
  ]);
  expect(answers[3]?.problem).toMatchObject({ code: 'account_unknown' });
  const { stream } = USE_CASES.find(({ name }) => name === 'transfer.batch') ?? {};
  for (const answer of answers) stream?.result.parse(answer);
  expect({ held: await counted('held'), scheduled: await counted('scheduled') }).toEqual({
    held: before.held + 2,
    scheduled: before.scheduled + 1,
  });
});
