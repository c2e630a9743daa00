/** Keys that may be used from some networks only: the peer's address decides, or what a trusted proxy says of it. */
import { BlockList } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let direct: TestServer;
let behindProxy: TestServer;

beforeAll(async () => {
  const trustedProxies = new BlockList();
  trustedProxies.addAddress('127.0.0.1');
  [direct, behindProxy] = await Promise.all([startServer(), startServer({ trustedProxies })]);
});
afterAll(() => Promise.all([direct.stop(), behindProxy.stop()]));

const SCOPES = ['accounts:read', 'accounts:write', 'transfers:read', 'transfers:write'];

async function keyFor(server: TestServer, networks: readonly string[]): Promise<string> {
  const { body } = await server.test.run('key.create', { client: 'app', scopes: SCOPES, networks });
  return String(body['token']);
}

async function codeOf(server: TestServer, key: string, forwardedFor?: string): Promise<unknown> {
  const headers = forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor };
  const { status, body } = await server.send('GET', '/v1/accounts', { key, headers });
  return status === 200 ? 'answered' : body['code'];
}

test('a key is good from its networks alone', async () => {
  expect(await codeOf(direct, await keyFor(direct, ['127.0.0.0/8']))).toBe('answered');
  expect(await codeOf(direct, await keyFor(direct, ['2001:db8::/32', '127.0.0.1']))).toBe('answered');
  expect(await codeOf(direct, await keyFor(direct, ['203.0.113.0/24', '::1']))).toBe('address_not_permitted');
});

test('what somebody says of his own address is not believed, and what an unnamed proxy sends is refused', async () => {
  const outside = await keyFor(direct, ['203.0.113.0/24']);
  expect(await codeOf(direct, outside, '203.0.113.7')).toBe('address_not_permitted');
  const local = await keyFor(direct, ['127.0.0.1']);
  expect(await codeOf(direct, local, '203.0.113.7')).toBe('address_not_permitted');
});

test('behind a trusted proxy the address that it saw decides', async () => {
  const key = await keyFor(behindProxy, ['203.0.113.0/24', '2001:db8::/32']);
  expect(await codeOf(behindProxy, key, '203.0.113.7')).toBe('answered');
  expect(await codeOf(behindProxy, key, '2001:db8::9')).toBe('answered');
  expect(await codeOf(behindProxy, key, '::ffff:203.0.113.7')).toBe('answered');
  expect(await codeOf(behindProxy, key, '198.51.100.1')).toBe('address_not_permitted');
  expect(await codeOf(behindProxy, key, '203.0.113.7, 198.51.100.1')).toBe('address_not_permitted');
  expect(await codeOf(behindProxy, key, 'nonsense')).toBe('address_not_permitted');
  expect(await codeOf(behindProxy, key)).toBe('address_not_permitted');
});

test('a command from elsewhere is refused with 403, stores nothing and is counted as a denial', async () => {
  const key = await keyFor(direct, ['203.0.113.0/24']);
  const before = await direct.events();
  const json = { code: 'elsewhere', kind: 'liability', currency: 'INR' };
  const refused = await direct.send('POST', '/v1/accounts', { key, idempotencyKey: 'elsewhere-1', json });
  expect([refused.status, refused.body['code']]).toEqual([403, 'address_not_permitted']);
  expect(JSON.stringify(refused.body)).not.toContain('127.0.0.1');
  expect(await direct.events()).toBe(before);
  const denials = /bahi_http_denials_total\{code="address_not_permitted"\} (\d+)/;
  const count = async (): Promise<number> =>
    Number(denials.exec((await direct.send('GET', '/metrics')).text)?.[1]);
  const counted = await count();
  await direct.send('POST', '/v1/accounts', { key, idempotencyKey: 'elsewhere-1', json });
  expect([counted > 0, (await count()) - counted]).toEqual([true, 1]);
});

test('networks that are none are malformed, and make no key', async () => {
  const before = await direct.events();
  for (const networks of [['203.0.113.7/24'], ['0.0.0.0/0'], ['home'], ['::1', '::1'], [''], 'x'])
    await expect(
      (async () => direct.test.run('key.create', { client: 'app', scopes: SCOPES, networks }))(),
    ).rejects.toThrow();
  expect(await direct.events()).toBe(before);
});
