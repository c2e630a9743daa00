/** V6.3.1: how many requests a source may send before anybody is known, counted by all servers together. */
import { BlockList } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRate } from '../../src/identity/rate.ts';
import { testPool } from '../support/cluster.ts';
import { startServer, type TestServer } from '../support/server.ts';

let direct: TestServer;
let behindProxy: TestServer;

beforeAll(async () => {
  const trustedProxies = new BlockList();
  trustedProxies.addAddress('127.0.0.1');
  const signInRate = parseRate('5/h');
  if (!signInRate) throw new Error('no rate');
  direct = await startServer({ signInRate });
  behindProxy = await startServer({ signInRate, trustedProxies });
});
afterAll(() => Promise.all([direct.stop(), behindProxy.stop()]));

const begin = (server: TestServer, from?: string, json: object = { name: 'nobody', invitation: 'none' }) =>
  server.send('POST', '/v1/operator/enrolment', {
    json,
    headers: from === undefined ? {} : { 'X-Forwarded-For': from },
  });

test('a source has so many tries at any of the open addresses; then it hears when to come back, and keys are let in as ever', async () => {
  const key = await direct.apiKey(['accounts:read']);
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) statuses.push((await begin(direct)).status);
  const sessions = () => direct.send('POST', '/v1/operator/sessions', { json: {} });
  const last = await sessions();
  expect([...statuses, last.status]).toEqual([401, 401, 401, 401, 400]);
  expect(last.headers['ratelimit']).toMatch(/^"sign_in";r=0/);
  const refused = await sessions();
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  // A claim to be somebody else is no other source.
  expect((await begin(direct, '203.0.113.7')).status).toBe(429);
  expect((await direct.send('GET', '/v1/accounts', { key })).status).toBe(200);
});

test('what is refused is not read', async () => {
  expect((await direct.send('POST', '/v1/operator/enrolment', { body: '{not json' })).status).toBe(429);
});

test('behind a trusted proxy each address is a source, and a block of /64 of IPv6 is one', async () => {
  for (let i = 0; i < 5; i++) expect((await begin(behindProxy, '203.0.113.7')).status).toBe(401);
  expect((await begin(behindProxy, '203.0.113.7')).status).toBe(429);
  expect((await begin(behindProxy, '203.0.113.8')).status).toBe(401);
  for (let i = 0; i < 5; i++) expect((await begin(behindProxy, `2001:db8::${i}`)).status).toBe(401);
  expect((await begin(behindProxy, '2001:db8:0:0:ffff::1')).status).toBe(429);
  expect((await begin(behindProxy, '2001:db8:0:1::1')).status).toBe(401);
});

test('sources that were not heard of for a day are forgotten, as new ones come', async () => {
  const owner = testPool(behindProxy.test.database.owner, 1);
  const count = async (): Promise<number> => {
    const [row] = await owner<{ count: number }[]>`
      select count(*)::int as count from bahi.rate_bucket where rate = '7/h'`;
    return row?.count ?? 0;
  };
  await owner`
    insert into bahi.rate_bucket (ledger_id, client, class, rate, requests, filled_at)
    select 0, md5(n::text), 'sign_in', '7/h', 0, now() - make_interval(days => n % 2, mins => 5)
    from generate_series(1, 40) as n`;
  expect(await count()).toBe(40);
  await Promise.all(Array.from({ length: 60 }, (_, i) => begin(behindProxy, `198.51.100.${i}`)));
  // Those of today stay.
  expect(await count()).toBeLessThan(30);
  expect(await count()).toBeGreaterThanOrEqual(20);
  await owner.end({ timeout: 5 });
});

test('who could not have a password hashed is turned away before the body is read, and counted by nobody', async () => {
  const busy = await startServer({
    wrap: (engine) => ({
      ...engine,
      operators: { ...engine.operators, machine: { ...engine.operators.machine, isBusy: () => true } },
    }),
  });
  try {
    const got = await busy.send('POST', '/v1/operator/sessions', { body: '{not json' });
    expect(got).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(got.headers['retry-after']).toBe('1');
    expect(busy.test.engine.denials.take(true)).toEqual([]);
  } finally {
    await busy.stop();
  }
});
