/** V6.3.1: how many requests a source may send before anybody is known, counted by all servers together. */
import { BlockList } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRate } from '../../src/identity/rate.ts';
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
