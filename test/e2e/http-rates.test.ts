/** Keys with a rate: what is counted, what a client is told, and that servers count together. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { createApp } from '../../src/http/app.ts';
import { type RunningServer, serve } from '../../src/http/serve.ts';
import { parseRate } from '../../src/identity/rate.ts';
import { defined } from '../../src/kernel/assert.ts';
import { testPool } from '../support/cluster.ts';
import { type Received, send, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
/** Another server of the same database. */
let other: RunningServer;

beforeAll(async () => {
  server = await startServer();
  const quiet = { info: () => {}, error: () => {} };
  const app = createApp({ engine: server.test.engine, useCases: USE_CASES, log: quiet, version: '0' });
  other = await serve(app, { host: '127.0.0.1', port: 0 });
  await server.test.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  await server.test.run('account.create', { code: 'till', kind: 'liability', currency: 'INR' });
});
afterAll(async () => {
  await other.close(5000);
  await server.stop();
});

const SCOPES = ['accounts:read', 'transfers:read', 'transfers:write', 'transfers:unrestricted'];
/** So slow that no request comes in while a test runs. */
const SLOW = '3/d';

/** Of a client of its own. */
async function keyWith(rate: string): Promise<{ readonly key: string; readonly id: string }> {
  const { body } = await server.test.run('key.create', { client: randomUUID(), scopes: SCOPES, rate });
  expect(body['rate']).toBe(rate);
  return { key: String(body['token']), id: String(body['id']) };
}

const pay = (key: string, idempotencyKey: string = randomUUID(), url = server.url): Promise<Received> =>
  send(url, 'POST', '/v1/transfers', {
    key,
    idempotencyKey,
    json: { legs: [{ debit: 'bank', credit: 'till', amount: '1', currency: 'INR' }] },
  });

test('a client that has used up its rate is told so, nothing is stored, and its key is unused', async () => {
  const { key } = await keyWith('2/s');
  const intent = randomUUID();
  let answer = await pay(key, intent);
  expect(answer.headers).toMatchObject({ 'ratelimit-policy': '"write";q=2;w=1', ratelimit: '"write";r=1' });
  let sent = '';
  for (let i = 0; answer.status === 201; i++) {
    expect(i).toBeLessThan(1000);
    sent = randomUUID();
    answer = await pay(key, sent);
  }
  expect(answer.status).toBe(429);
  expect(answer.body).toMatchObject({ code: 'rate_limited', status: 429 });
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'retry-after': '1',
    ratelimit: '"write";r=0;t=1',
  });
  for (answer = await pay(key, sent); answer.status === 429; ) answer = await pay(key, sent);
  expect([answer.status, answer.headers['idempotent-replayed']]).toEqual([201, undefined]);
});

test('a refused request stores nothing', async () => {
  const { key } = await keyWith('1/d');
  await pay(key);
  const before = await server.events();
  expect((await pay(key)).status).toBe(429);
  expect(await server.events()).toBe(before);
});

test('servers count together, and what one has refused the other refuses', async () => {
  const { key } = await keyWith(SLOW);
  const statuses = [];
  for (let i = 0; i < 6; i++)
    statuses.push((await pay(key, undefined, i % 2 === 0 ? server.url : other.url)).status);
  expect(statuses).toEqual([201, 201, 201, 429, 429, 429]);
});

test('a retry of what was carried out does not count, but needs a request that is left', async () => {
  const { key } = await keyWith('2/d');
  const intent = randomUUID();
  const { body } = await pay(key, intent);
  for (let i = 0; i < 5; i++) expect(await pay(key, intent)).toMatchObject({ status: 201, body });
  expect((await pay(key)).status).toBe(201);
  expect((await pay(key, intent)).status).toBe(429);
});

test('reads, commands and batches are counted apart, and malformed and forbidden requests count', async () => {
  const { key } = await keyWith('1/d');
  const json = { transfers: [], atomic: true };
  const statusesOf = async (method: string, path: string, more = {}) => [
    (await server.send(method, path, { key, ...more })).status,
    (await server.send(method, path, { key, ...more })).status,
  ];
  expect(await statusesOf('GET', '/v1/accounts')).toEqual([200, 429]);
  expect(await statusesOf('POST', '/v1/accounts', { json: {}, idempotencyKey: 'a' })).toEqual([403, 429]);
  expect(await statusesOf('POST', '/v1/transfers/batch', { json })).toEqual([400, 429]);
});

test('a stream is refused before its first line', async () => {
  const { key } = await keyWith('1/d');
  const stream = () =>
    fetch(`${server.url}/v1/transfers/batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson' },
      body: Array.from({ length: 3 }, () =>
        JSON.stringify({
          idempotency_key: randomUUID(),
          legs: [{ debit: 'bank', credit: 'till', amount: '1', currency: 'INR' }],
        }),
      ).join('\n'),
    });
  const first = await stream();
  expect([first.status, first.headers.get('ratelimit')]).toEqual([200, '"bulk";r=0']);
  expect((await first.text()).trim().split('\n')).toHaveLength(3);
  const before = await server.events();
  expect((await stream()).status).toBe(429);
  expect(await server.events()).toBe(before);
});

test('keys of one client share what they have at the same rate; rotation keeps it, or changes it', async () => {
  const { key, id } = await keyWith(SLOW);
  const { body } = await server.test.run('key.rotate', { id });
  expect(body['rate']).toBe(SLOW);
  const next = String(body['token']);
  expect([(await pay(key)).status, (await pay(next)).status, (await pay(key)).status]).toEqual([
    201, 201, 201,
  ]);
  expect((await pay(next)).status).toBe(429);
  const free = (await server.test.run('key.rotate', { id: body['id'], rate: null })).body;
  expect(free['rate']).toBeUndefined();
  const unlimited = await pay(String(free['token']));
  expect([unlimited.status, unlimited.headers['ratelimit-policy']]).toEqual([201, undefined]);
  const { data } = await server.test.read('key.list');
  expect((data as { rate: unknown }[]).slice(-3).map(({ rate }) => rate)).toEqual([SLOW, SLOW, null]);
});

test('what is no rate is malformed', async () => {
  for (const rate of ['0/s', '1000001/s', 'fast', 100])
    await expect(
      server.test.run('key.create', { client: 'app', scopes: ['transfers:read'], rate }),
    ).rejects.toThrow('"rate"');
});

test('many servers at once take no more from a bucket than it holds, and it fills with time', async () => {
  const rate = defined(parseRate('100/d'), 'a rate');
  const bucket = { ledgerId: 1, client: 'raced', kind: 'write', rate };
  const { keyStore } = server.test.engine.reads;
  const lots = await Promise.all(Array.from({ length: 50 }, () => keyStore.takeRequests(bucket, 3)));
  expect(lots.reduce((sum, { taken }) => sum + taken, 0)).toBe(100);
  const sql = testPool(server.test.database.owner, 1);
  try {
    await sql`update bahi.rate_bucket set filled_at = filled_at - interval '6 hours' where client = 'raced'`;
    expect(await keyStore.takeRequests(bucket, 100)).toMatchObject({ taken: 25, left: 0 });
    // A clock that was ahead and is set back.
    await sql`update bahi.rate_bucket set filled_at = filled_at + interval '1 year' where client = 'raced'`;
    const { taken, waitMs } = await keyStore.takeRequests(bucket, 100);
    expect([taken, waitMs <= 864_000]).toEqual([0, true]);
  } finally {
    await sql.end({ timeout: 5 });
  }
});
