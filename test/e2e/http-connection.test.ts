/** Faults of the world, and what happens to connections: a server that breaks or ends loses nothing it acknowledged. */
import type { IncomingHttpHeaders } from 'node:http';
import { get } from 'node:https';
import { BlockList, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseFault } from '../../src/db/fault.ts';
import { serve } from '../../src/http/serve.ts';
import { type FailureCode, FailureError } from '../../src/kernel/failure.ts';
import { type Breakage, breakable } from '../support/breakable-engine.ts';
import { ALL_SCOPES, send, startServer, type TestServer } from '../support/server.ts';
import { CERTIFICATE, KEY } from '../support/tls-fixture.ts';

const engine = breakable();
let server: TestServer;
let key: string;

beforeAll(async () => {
  const trustedProxies = new BlockList();
  trustedProxies.addAddress('192.0.2.1');
  server = await startServer({ wrap: engine.wrap, trustedProxies });
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

describe('faults', () => {
  const during = async <T>(fault: Breakage, run: () => Promise<T>): Promise<T> => {
    engine.broken = fault;
    try {
      return await run();
    } finally {
      engine.broken = {};
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

  test('a client that ends in the middle of a body is not waited for', async () => {
    for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      const socket = connect({
        port: Number(new URL(server.url).port),
        host: '127.0.0.1',
        allowHalfOpen: true,
      });
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.on('error', () => {});
      socket.resume();
      const line = framing.startsWith('C') ? '{' : '1\r\n{\r\n';
      socket.end(
        `POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: half-1\r\n` +
          `Content-Type: application/json\r\n${framing}\r\n\r\n${line}`,
      );
      await closed;
    }
    let inFlight: string | undefined;
    // Itself is one.
    while (inFlight !== '1')
      inFlight = /requests_in_flight (\d+)/.exec((await server.send('GET', '/metrics')).text)?.[1];
  });

  test('is encrypted where a certificate is given, and browsers are told to keep to it', async () => {
    const secure = await serve(server.app, {
      host: '127.0.0.1',
      port: 0,
      tls: { certificate: CERTIFICATE, key: KEY },
    });
    expect(secure.url).toMatch(/^https:/);
    const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const options = { ca: CERTIFICATE, checkServerIdentity: () => undefined, agent: false };
      get(`${secure.url}/healthz`, options, (answer) => {
        answer.resume();
        resolve(answer.headers);
      }).on('error', reject);
    });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await server.send('GET', '/healthz')).headers['strict-transport-security']).toBeUndefined();
    await secure.close(5000);
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

  test('a server that ends answers what runs on a connection that would stay open, and closes it', async () => {
    const second = await serve(server.app, { host: '127.0.0.1', port: 0 });
    const json = JSON.stringify(payment('bank', 'ada', '4.00'));
    const socket = connect(Number(new URL(second.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      engine.broken = { arrived: resolve, until };
    });
    socket.write(
      `POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: running-1\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
    );
    await arrived;
    engine.broken = {};
    // A grace that no test waits for: by force would be too late.
    const closed = second.close(3_600_000);
    release();
    await closed;
    await ended;
    expect(received).toMatch(/^HTTP\/1\.1 201 [\s\S]*Connection: close/i);
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
