/** What answers look like on the wire, and that replays are exact. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']);
  await server.test.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  await server.test.run('account.create', { code: 'ada', kind: 'liability', currency: 'INR', floor: '0' });
});
afterAll(() => server.stop());

const payment = (debit: string, credit: string, amount: string) => ({
  legs: [{ debit, credit, amount, currency: 'INR' }],
});
const pay = (idempotencyKey: string, debit = 'bank', credit = 'ada', amount = '1.00') =>
  server.send('POST', '/v1/transfers', { key, idempotencyKey, json: payment(debit, credit, amount) });

describe('answers', () => {
  test('a transfer is created with its address, and read there again', async () => {
    const made = await pay('made-1');
    expect(made).toMatchObject({ status: 201, body: { status: 'posted' } });
    expect(made.headers['content-type']).toBe('application/json');
    expect(made.headers['location']).toBe(`/v1/transfers/${made.body['id']}`);
    const read = await server.send('GET', String(made.headers['location']), { key });
    expect(read.status).toBe(200);
    expect(read.body).toEqual(made.body);
  });

  test('an account is created with its address, changed and listed', async () => {
    const json = { code: 'wallet', kind: 'liability', currency: 'INR' };
    const made = await server.send('POST', '/v1/accounts', { key, idempotencyKey: 'account-1', json });
    const address = `/v1/accounts/${made.body['id']}`;
    expect(made).toMatchObject({ status: 201, headers: { location: address } });
    const change = { key, idempotencyKey: 'account-2', json: { debits_frozen: true } };
    expect(await server.send('PATCH', address, change)).toMatchObject({
      status: 200,
      body: { debits_frozen: true },
    });
    expect(await server.send('GET', address, { key })).toMatchObject({
      status: 200,
      body: { debits_frozen: true },
    });
    expect(await server.send('GET', '/v1/accounts?code=wallet', { key })).toMatchObject({
      body: { data: [{ code: 'wallet' }] },
    });
    const entries = await server.send('GET', '/v1/accounts/ada/entries?order=asc', { key });
    expect(entries).toMatchObject({ status: 200, body: { data: [{ direction: 'credit' }] } });
  });

  test('a tree of accounts is read, and an account that is called tree by its id', async () => {
    const json = { code: 'tree', kind: 'liability', currency: 'INR', floor: '0' };
    const made = await server.send('POST', '/v1/accounts', { key, idempotencyKey: 'tree-1', json });
    const whole = await server.send('GET', '/v1/accounts/tree?depth=1', { key });
    expect(whole).toMatchObject({ status: 200, body: { event_number: expect.stringMatching(/^\d+$/) } });
    expect((whole.body['data'] as { path: string }[]).map(({ path }) => path)).toContain('ada');
    expect(await server.send('GET', '/v1/accounts/tree?under=tree', { key })).toMatchObject({
      body: { data: [{ path: 'tree', account_id: made.body['id'], has_children: false }] },
    });
    expect(await server.send('GET', `/v1/accounts/${made.body['id']}`, { key })).toMatchObject({
      body: { code: 'tree' },
    });
    const json404 = await server.send('GET', '/v1/accounts/tree?under=nothing', { key });
    expect(json404).toMatchObject({ status: 404, body: { code: 'not_found' } });
    for (const wrong of ['depth=1.5', 'depth=65', 'depth=', 'under=a/b', 'under=', 'levels=2'])
      expect({ wrong, ...(await server.send('GET', `/v1/accounts/tree?${wrong}`, { key })) }).toMatchObject({
        wrong,
        status: 400,
        body: { code: 'invalid_request' },
      });
  });

  test('a node is read page by page, and what is no such page is malformed', async () => {
    const path = '/v1/accounts/tree/children';
    const first = await server.send('GET', `${path}?limit=1`, { key });
    expect(first).toMatchObject({ status: 200, body: { path: '', has_more: true, data: [{}] } });
    const next = `${path}?limit=1&cursor=${first.body['next_cursor']}`;
    expect(await server.send('GET', next, { key })).toMatchObject({
      status: 200,
      body: { event_number: first.body['event_number'] },
    });
    for (const wrong of ['limit=1.5', 'limit=-1', 'limit=1001', 'limit=', 'under=a/b', 'under=', 'depth=1'])
      expect({ wrong, ...(await server.send('GET', `${path}?${wrong}`, { key })) }).toMatchObject({
        wrong,
        status: 400,
        body: { code: 'invalid_request' },
      });
    for (const wrong of [
      `${next}A`,
      `${path}?limit=2&cursor=${first.body['next_cursor']}`,
      `${path}?cursor=A`,
    ])
      expect(await server.send('GET', wrong, { key })).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      });
  });

  test('bounds are changed under a balance, which then only moves back', async () => {
    const json = { code: 'capped', kind: 'liability', currency: 'INR', floor: '0' };
    await server.send('POST', '/v1/accounts', { key, idempotencyKey: 'capped-1', json });
    await pay('capped-2', 'bank', 'capped', '10.00');
    const change = { key, idempotencyKey: 'capped-3', json: { floor: '15.00', ceiling: '20.00' } };
    const changed = await server.send('PATCH', '/v1/accounts/capped', change);
    expect(changed).toMatchObject({
      status: 200,
      body: { floor: '15.00', ceiling: '20.00', breached_bounds: ['floor'] },
    });
    expect(await server.send('PATCH', '/v1/accounts/capped', change)).toMatchObject({
      text: changed.text,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await pay('capped-4', 'capped', 'bank', '0.01')).toMatchObject({
      status: 422,
      body: { code: 'floor_breached' },
    });
    expect(await pay('capped-5', 'bank', 'capped', '2.00')).toMatchObject({ status: 201 });
  });

  test('every answer has a request id of the server, and headers that keep browsers in bounds', async () => {
    const seen = new Set<unknown>();
    for (const path of ['/healthz', '/v1/accounts', '/nowhere', '/docs', '/v1/openapi.json']) {
      const { headers } = await server.send('GET', path, { headers: { 'Request-Id': 'req_mine' } });
      expect(headers['request-id']).toMatch(/^req_[0-9a-v]{20}$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      if (path.startsWith('/v1')) expect(headers['cache-control']).toBe('no-store');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      seen.add(headers['request-id']);
    }
    expect(seen.size).toBe(5);
  });

  test('unknown addresses are 404, other methods 405 with what is allowed', async () => {
    expect(await server.send('GET', '/v1/nowhere')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    for (const [method, path, allow] of [
      ['DELETE', '/v1/transfers', 'POST, GET, HEAD, OPTIONS'],
      ['GET', '/v1/transfers/batch', 'POST, OPTIONS'],
      ['HEAD', '/v1/transfers/batch', 'POST, OPTIONS'],
      ['PUT', '/v1/accounts/ada', 'GET, PATCH, HEAD, OPTIONS'],
      ['TRACE', '/v1/accounts', 'POST, GET, HEAD, OPTIONS'],
      ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
      ['POST', '/docs', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const refused = await server.send(method, path, { key });
      expect({ method, path, status: refused.status, allow: refused.headers['allow'] }).toEqual({
        method,
        path,
        status: 405,
        allow,
      });
    }
    const options = await server.send('OPTIONS', '/v1/transfers');
    expect(options).toMatchObject({ status: 204, text: '', headers: { allow: 'POST, GET, HEAD, OPTIONS' } });
  });

  test('HEAD answers as GET without the body', async () => {
    const head = await server.send('HEAD', '/v1/accounts', { key });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-type']).toBe('application/json');
  });
});

describe('replays', () => {
  test('the same request gets the same bytes, posted or refused', async () => {
    for (const [idempotencyKey, debit, credit, amount, status] of [
      ['again-1', 'bank', 'ada', '2.00', 201],
      ['again-2', 'ada', 'bank', '999999.00', 422],
    ] as const) {
      const first = await pay(idempotencyKey, debit, credit, amount);
      const before = await server.events();
      const again = await pay(idempotencyKey, debit, credit, amount);
      expect(first.status).toBe(status);
      expect(first.headers['idempotent-replayed']).toBeUndefined();
      expect(again.headers['idempotent-replayed']).toBe('true');
      expect(again.text).toBe(first.text);
      expect(again.status).toBe(status);
      expect(again.headers['location']).toBe(first.headers['location']);
      expect(again.headers['content-type']).toBe(first.headers['content-type']);
      expect(again.headers['request-id']).not.toBe(first.headers['request-id']);
      expect(await server.events()).toBe(before);
    }
  });

  test('another spelling of the amount and other white space are the same request', async () => {
    const first = await pay('spelling-1', 'bank', 'ada', '5.00');
    const body = `\n${JSON.stringify(payment('bank', 'ada', '5'), null, 2)}\n`;
    const again = await server.send('POST', '/v1/transfers', { key, idempotencyKey: 'spelling-1', body });
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.text).toBe(first.text);
  });

  test('another request under the same key is refused', async () => {
    await pay('other-1');
    expect(await pay('other-1', 'bank', 'ada', '1.01')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  test('fifty at once move the money once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay('race-1', 'bank', 'ada', '7.00')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
  });
});
