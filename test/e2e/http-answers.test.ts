/** What answers look like on the wire, that replays are exact, and that faults and ends of the server lose nothing. */
import { BlockList, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseFault } from '../../src/db/fault.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { serve } from '../../src/http/serve.ts';
import { type FailureCode, FailureError } from '../../src/kernel/failure.ts';
import { ALL_SCOPES, send, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;
/** What the engine does in place of its work, while a test wants it. */
let broken: { posting?: unknown; reading?: unknown; halted?: boolean } = {};

const breakable = (engine: Engine): Engine => {
  const posters = new Proxy(engine.posters, {
    get: (target, name) => {
      if (name === 'submit' && broken.posting !== undefined)
        return () => {
          throw broken.posting;
        };
      if (name === 'halted' && broken.halted) return [{ ledgerId: 1, why: 'a test' }];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const reads = new Proxy(engine.reads, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (broken.reading !== undefined && name !== 'findApiKey') return () => Promise.reject(broken.reading);
      return value.bind(target);
    },
  });
  return { ...engine, posters, reads };
};

beforeAll(async () => {
  const trustedProxies = new BlockList();
  trustedProxies.addAddress('192.0.2.1');
  server = await startServer({ wrap: breakable, trustedProxies });
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

describe('faults', () => {
  const during = async <T>(fault: typeof broken, run: () => Promise<T>): Promise<T> => {
    broken = fault;
    try {
      return await run();
    } finally {
      broken = {};
    }
  };

  test.each<FailureCode>([
    'overloaded',
    'database_unavailable',
    'storage_full',
    'outcome_unknown',
    'ledger_halted',
    'shutting_down',
  ])('%s is 503 with the time after which to come back', async (code) => {
    const answer = await during({ posting: new FailureError(code) }, () => pay(`fault-${code}`));
    expect(answer).toMatchObject({ status: 503, body: { code } });
    expect(answer.headers['retry-after']).toMatch(/^[1-9][0-9]*$/);
    expect((await pay(`fault-${code}`)).status).toBe(201);
  });

  test('a read that the database does not answer is 503', async () => {
    const read = () => server.send('GET', '/v1/accounts', { key });
    const timeout = await during({ reading: new DatabaseFault('timeout') }, read);
    expect(timeout).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    const full = await during({ reading: new DatabaseFault('storage_full') }, read);
    expect(full).toMatchObject({ status: 503, body: { code: 'storage_full' } });
  });

  test('a bug is 500, its cause in the log and not in the answer', async () => {
    const before = server.lines.length;
    const bug = Object.assign(new Error('the cause', { cause: new Error('deeper') }), {
      detail: 'a row of somebody',
    });
    const answer = await during({ posting: bug }, () => pay('bug-1'));
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(answer.text).not.toMatch(/cause|deeper|somebody/);
    const logged = JSON.stringify(server.lines.slice(before));
    expect(logged).toMatch(/the cause.*deeper/);
    expect(logged).not.toContain('somebody');
    expect(logged).toContain(String(answer.body['request_id']));
  });

  test('it is ready while the database answers and nothing is halted', async () => {
    const ready = () => server.send('GET', '/readyz');
    expect(await ready()).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(await during({ reading: new DatabaseFault('unavailable') }, ready)).toMatchObject({ status: 503 });
    expect(await during({ halted: true }, ready)).toMatchObject({
      status: 503,
      body: { code: 'ledger_halted' },
    });
    expect(
      await during({ reading: new DatabaseFault('unavailable') }, () => server.send('GET', '/healthz')),
    ).toMatchObject({ status: 200 });
  });
});

describe('the connection', () => {
  /** Sends text as it is and collects what comes until the other side ends. */
  const exchange = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(received));
    });

  test('what is no HTTP is answered as a problem', async () => {
    const answer = await exchange('GARBAGE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/application\/problem\+json[\s\S]*"code":"invalid_request"/);
    const target = await exchange('GET /a\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(target).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"invalid_request"/);
  });

  test('two lengths of one body are refused', async () => {
    const answer = await exchange(
      'POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('garbage behind a request takes nothing from the answer to it', async () => {
    const json = JSON.stringify(payment('bank', 'ada', '3.00'));
    const answer = await exchange(
      `POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: garbage-1\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}GARBAGE\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('metrics are for this machine, not for whom a proxy forwards', async () => {
    await pay('metrics-1');
    const metrics = await server.send('GET', '/metrics');
    expect(metrics.text).toMatch(
      /bahi_http_requests_total\{method="POST",route="\/v1\/transfers",status="201"\} [1-9]/,
    );
    expect(metrics.text).not.toMatch(/acc_|trf_|key_|ada/);
    expect(
      (await server.send('GET', '/metrics', { headers: { 'X-Forwarded-For': '127.0.0.1' } })).status,
    ).toBe(404);
  });

  test('a server that ends finishes what it has begun and takes nothing more', async () => {
    const second = await serve(server.app, { host: '127.0.0.1', port: 0 });
    const paying = Array.from({ length: 20 }, (_, i) =>
      send(second.url, 'POST', '/v1/transfers', {
        key,
        idempotencyKey: `end-${i}`,
        json: payment('bank', 'ada', '1.00'),
      }).catch(() => undefined),
    );
    // One answer shows that the requests have arrived.
    await Promise.race(paying);
    await second.close(5000);
    for (const [i, answer] of (await Promise.all(paying)).entries()) {
      if (answer === undefined) continue;
      expect(answer.status).toBe(201);
      expect((await server.send('GET', `/v1/transfers/${answer.body['id']}`, { key })).status).toBe(200);
      expect((await pay(`end-${i}`)).text).toBe(answer.text);
    }
    await expect(send(second.url, 'GET', '/healthz')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a request that never ends does not keep the server', async () => {
    const second = await serve(server.app, { host: '127.0.0.1', port: 0 });
    const { port } = new URL(second.url);
    const socket = connect(Number(port), '127.0.0.1');
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    await new Promise<void>((resolve) =>
      socket.write('POST /v1/transfers HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n', () => resolve()),
    );
    await second.close(100);
    await ended;
  });
});
