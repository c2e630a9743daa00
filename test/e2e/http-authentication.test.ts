/** Who may what: credentials, scopes, ledgers and the installation, over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey } from '../../src/identity/api-key.ts';
import { formatLedgerId, INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey(ALL_SCOPES);
});
afterAll(() => server.stop());

const account = (code: string) => ({ code, kind: 'liability', currency: 'INR' });
const get = (authorization: string | string[] | undefined) =>
  server.send(
    'GET',
    '/v1/accounts',
    authorization === undefined ? {} : { headers: { Authorization: authorization } },
  );

test('all that is no valid key gets one and the same answer', async () => {
  const expired = await server.apiKey(ALL_SCOPES, { expiresAt: '2099-01-01T00:00:00Z' });
  const altered = `${key.slice(0, 20)}${key[20] === 'a' ? 'b' : 'a'}${key.slice(21)}`;
  const { token: unknown, prefix } = newApiKey();
  expect(prefix).not.toBe('');
  const bodies = [];
  for (const authorization of [
    undefined,
    '',
    'Bearer',
    `Basic ${key}`,
    key,
    `Bearer ${altered}`,
    `Bearer ${unknown}`,
    'Bearer x',
    `Bearer ${key},Bearer ${key}`,
  ]) {
    const { status, headers, body } = await get(authorization);
    expect({ authorization, status }).toEqual({ authorization, status: 401 });
    expect(headers['www-authenticate']).toBe('Bearer realm="bahi"');
    bodies.push({ ...body, request_id: '' });
  }
  expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  expect((await get(`bearer ${expired}`)).status).toBe(200);
});

test('a revoked key is refused at once, for queries and for commands', async () => {
  const mine = await server.apiKey(ALL_SCOPES);
  const sent = { key: mine, idempotencyKey: 'revoked-1', json: account('revoked-1') };
  expect((await server.send('POST', '/v1/accounts', sent)).status).toBe(201);
  expect((await get(`Bearer ${mine}`)).status).toBe(200);
  const { body } = await server.test.run('key.list');
  const prefix = /^bahi_live_(.{8})/.exec(mine)?.[1];
  const listed = (body['data'] as { id: string; prefix: string }[]).find((each) => each.prefix === prefix);
  await server.test.run('key.revoke', { id: listed?.id });
  expect((await get(`Bearer ${mine}`)).status).toBe(401);
  // Within the second for which a command may use what was read of the key: the fold knows better.
  expect((await server.send('POST', '/v1/accounts', sent)).status).toBe(401);
  const fresh = { ...sent, idempotencyKey: 'revoked-2', json: account('revoked-2') };
  expect((await server.send('POST', '/v1/accounts', fresh)).status).toBe(401);
});

describe('without its scope a request is forbidden, and stores nothing', () => {
  test.each([
    ['POST', '/v1/accounts', 'accounts:write'],
    ['GET', '/v1/accounts', 'accounts:read'],
    ['GET', '/v1/accounts/ada', 'accounts:read'],
    ['PATCH', '/v1/accounts/ada', 'accounts:write'],
    ['GET', '/v1/accounts/ada/entries', 'accounts:read'],
    ['POST', '/v1/transfers', 'transfers:write'],
    ['GET', '/v1/transfers', 'transfers:read'],
    ['POST', '/v1/transfers/batch', 'transfers:write'],
    ['GET', '/v1/transfers/trf_0000000000000001', 'transfers:read'],
    ['POST', '/v1/transfers/trf_0000000000000001/reversals', 'transfers:reverse'],
    ['POST', '/v1/transfers/adjustments', 'transfers:adjust'],
  ] as const)('%s %s needs %s', async (method, path, scope) => {
    const others = [...ALL_SCOPES, 'transfers:unrestricted' as const].filter((each) => each !== scope);
    const less = await server.apiKey(others);
    const before = await server.events();
    const sent = { key: less, idempotencyKey: 'scope-1', ...(method === 'GET' ? {} : { json: {} }) };
    const refused = await server.send(method, path, sent);
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(refused.body['detail']).toContain(scope);
    expect(await server.events()).toBe(before);
  });
});

test('a key of the installation reaches no ledger, and a key of a ledger not the installation', async () => {
  const installation = await server.apiKey(['ledgers:read'], { ledgerId: INSTALLATION_LEDGER });
  const listed = await server.send('GET', '/v1/ledgers', { key: installation });
  expect(listed.status).toBe(200);
  expect(JSON.stringify(listed.body)).toContain(formatLedgerId(server.test.ledgerId));
  expect((await server.send('GET', '/v1/accounts', { key: installation })).status).toBe(403);
  expect((await server.send('GET', '/v1/ledgers', { key })).status).toBe(403);
});

test('what stands in another ledger answers as what does not exist', async () => {
  const made = await server.send('POST', '/v1/accounts', {
    key,
    idempotencyKey: 'own-1',
    json: account('own-1'),
  });
  const id = String(made.body['id']);
  const other = await server.apiKey(ALL_SCOPES, { ledgerId: await server.test.createLedger('other') });
  const foreign = await server.send('GET', `/v1/accounts/${id}`, { key: other });
  const unknown = await server.send('GET', '/v1/accounts/acc_0000000000000001', { key: other });
  expect(foreign.status).toBe(404);
  expect({ ...foreign.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  const freeze = { key: other, idempotencyKey: 'foreign-1', json: { debits_frozen: true } };
  expect((await server.send('PATCH', `/v1/accounts/${id}`, freeze)).status).toBe(404);
  expect((await server.send('GET', `/v1/accounts/${id}`, { key })).body['debits_frozen']).toBe(false);
});

test('the log names keys and ledgers, and neither addresses nor anything that a client sent', async () => {
  const before = server.lines.length;
  await server.send('GET', '/v1/accounts/somebody-private?colour=blue', {
    key,
    headers: { 'X-Forwarded-For': '203.0.113.9', 'X-Request-Id': 'mine', 'Request-Id': 'mine' },
  });
  await server.send('GET', '/v1/nowhere/somebody-private');
  const lines = server.lines.slice(before);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    method: 'GET',
    route: '/v1/accounts/{id}',
    status: 400,
    ledger: server.test.ledgerId,
  });
  expect(Object.keys(lines[0] ?? {}).sort()).toEqual([
    'duration_ms',
    'key',
    'ledger',
    'message',
    'method',
    'request',
    'route',
    'status',
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/127\.0\.0\.1|203\.0|private|colour|bahi_live|mine/);
});
