/** Streams while something gives way: the client, the database, the server, the room. Nothing is lost or moved twice. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../src/http/serve.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';
import { payment, StreamClient } from '../support/stream-client.ts';

const QUEUE_MAX = 2000;
const LIMITS = { idleMs: 1000, patienceMs: 1000 };

let patient: TestServer;
/** Its posting goes through the proxy, its line is short, and so is its patience. */
let fragile: TestServer;
let proxy: FaultProxy;
const keys = new Map<TestServer, string>();

beforeAll(async () => {
  patient = await startServer();
  fragile = await startServer({
    streamLimits: LIMITS,
    engine: {
      posting: { queueMax: QUEUE_MAX },
      postingVia: async (database) => {
        proxy = await FaultProxy.to(database);
        return () => proxy.options;
      },
    },
  });
  for (const server of [patient, fragile]) {
    keys.set(server, await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']));
    await server.test.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  }
});
afterAll(async () => {
  await patient.stop();
  await fragile.stop();
  await proxy.close();
});

const keyOf = (server: TestServer): string => keys.get(server) ?? '';
const open = (server: TestServer, url = server.url): StreamClient => new StreamClient(url, keyOf(server));

/** A customer of the test's own, and lines that pay it so many times 0.01. */
async function lines(server: TestServer, name: string, count: number): Promise<readonly string[]> {
  await server.test.run('account.create', { code: name, kind: 'liability', currency: 'INR' });
  return Array.from({ length: count }, (_, i) => payment(`${name}-${i}`, 'bank', name, '0.01'));
}

async function paid(server: TestServer, name: string): Promise<number> {
  const { body } = await server.send('GET', `/v1/accounts?code=${name}`, { key: keyOf(server) });
  const [account] = body['data'] as { balances: { posted: string } }[];
  return Math.round(Number(account?.balances.posted) * 100);
}

async function gauge(server: TestServer, name: string): Promise<number> {
  const { text } = await server.send('GET', '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}
const streamsOf = (server: TestServer) => gauge(server, 'bahi_http_streams');
const inOrder = (client: StreamClient) => client.answers.every(({ line }, i) => line === i + 1);
const statuses = (client: StreamClient) => [...new Set(client.answers.map(({ status }) => status))];

test('forty thousand lines pass through a window, at the pace of whoever reads the answers', async () => {
  const sent = await lines(patient, 'many', 40_000);
  const client = open(patient);
  await client.send(sent[0] ?? '');
  await client.answered(1);
  await client.hold();
  const sending = client.send(sent.slice(1).join('')).then(() => client.end());
  // Nobody reads: once the connection is full, posting stands still.
  let most = 0;
  for (let before = -1, now = 0; now !== before || now < 1000; ) {
    before = now;
    for (let look = 0; look < 20; look++)
      most = Math.max(most, await gauge(patient, 'bahi_http_stream_weight'));
    now = await patient.events();
  }
  expect(await patient.events()).toBeLessThan(sent.length);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(4000);
  await client.read();
  await sending;
  expect(await client.ended).toBe(true);
  expect(client.answers).toHaveLength(sent.length);
  expect(inOrder(client)).toBe(true);
  expect(statuses(client)).toEqual(['posted']);
  expect(await paid(patient, 'many')).toBe(sent.length);
});

test('a client that went away half-way sends the same again, and each line moves once', async () => {
  const sent = await lines(patient, 'gone', 3000);
  const first = open(patient);
  void first.send(sent.slice(0, 2000).join(''));
  await first.answered(500);
  first.abort();
  expect(await first.ended).toBe(false);
  while ((await streamsOf(patient)) > 0);
  expect(patient.lines.at(-2)).toMatchObject({ ended: 'client_gone', failed: 0 });
  const again = open(patient);
  await again.exchange(sent.join(''));
  expect(again.answers).toHaveLength(sent.length);
  expect(statuses(again)).toEqual(['posted']);
  for (const [i, { transfer }] of first.answers.entries())
    expect(again.answers[i]).toMatchObject({ replayed: true, transfer });
  expect(await paid(patient, 'gone')).toBe(sent.length);
});

test('a server that ends answers what it has taken, and says from where to go on', async () => {
  const sent = await lines(patient, 'ending', 6000);
  const second = await serve(patient.app, { host: '127.0.0.1', port: 0 });
  const client = open(patient, second.url);
  void client.send(sent.slice(0, 3000).join(''));
  await client.answered(1);
  // A grace that no test waits for: by force would be too late.
  const closed = second.close(3_600_000);
  expect(await client.ended).toBe(true);
  const last = client.answers.at(-1);
  const { line } = last ?? { line: 0 };
  expect(last).toMatchObject({ status: 'ended', problem: { code: 'shutting_down', status: 503 } });
  expect(last?.problem?.['detail']).toContain(`Send every line after ${line} again`);
  expect(client.answers).toHaveLength(line + 1);
  expect(await paid(patient, 'ending')).toBe(line);
  // The connection is the client's to keep: it is closed with the body.
  client.end();
  await closed;
  const rest = open(patient);
  await rest.exchange(sent.slice(line).join(''));
  expect(rest.answers.every(({ status, replayed }) => status === 'posted' && !replayed)).toBe(true);
  expect(await paid(patient, 'ending')).toBe(sent.length);
});

test('a client with all the streams that it may open is told to come back, and another is let in', async () => {
  const clients = Array.from({ length: 32 }, () => open(patient));
  while ((await streamsOf(patient)) < clients.length);
  const { body } = await patient.test.run('key.create', { client: 'other', scopes: ALL_SCOPES });
  const ask = (key: string) =>
    patient.send('POST', '/v1/transfers/batch', {
      key,
      body: '',
      headers: { 'Content-Type': 'application/x-ndjson' },
    });
  const refused = await ask(keyOf(patient));
  expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
  expect(refused.headers['retry-after']).toBe('1');
  expect((await ask(String(body['token']))).status).toBe(200);
  for (const client of clients) client.end();
  for (const client of clients) expect(await client.ended).toBe(true);
  expect(await streamsOf(patient)).toBe(0);
});

test('a stream that finds the line of its ledger full waits, and no item fails for it', async () => {
  const sent = await lines(fragile, 'full', 3 * QUEUE_MAX);
  const client = open(fragile);
  await client.exchange(sent.join(''));
  expect(client.answers).toHaveLength(sent.length);
  expect(statuses(client)).toEqual(['posted']);
});

test('a batch that does not fit into the line is told to come back, and nothing of it is stored', async () => {
  const sent = await lines(fragile, 'fits', QUEUE_MAX + 1);
  const transfers = sent.map((line) => JSON.parse(line) as object);
  const post = (json: object) => fragile.send('POST', '/v1/transfers/batch', { key: keyOf(fragile), json });
  const refused = await post({ transfers });
  expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
  expect(refused.headers['retry-after']).toBe('1');
  expect(await paid(fragile, 'fits')).toBe(0);
  expect((await post({ transfers: transfers.slice(0, QUEUE_MAX) })).body['posted']).toBe(QUEUE_MAX);
});

test('a database that is cut off and comes back costs time, and no line', async () => {
  const sent = await lines(fragile, 'cut', 4000);
  const client = open(fragile);
  const sending = client.send(sent.join('')).then(() => client.end());
  for (const answered of [1, 1000, 2000]) {
    await client.answered(answered);
    proxy.cut();
  }
  await sending;
  expect(await client.ended).toBe(true);
  expect(client.answers).toHaveLength(sent.length);
  expect(inOrder(client)).toBe(true);
  expect(statuses(client)).toEqual(['posted']);
  expect(await paid(fragile, 'cut')).toBe(sent.length);
});

test('a database that stays away leaves outcomes open, says which, and the same lines settle them', async () => {
  const sent = await lines(fragile, 'away', 3000);
  const client = open(fragile);
  void client.send(sent.join(''));
  await client.answered(1);
  proxy.refusing = true;
  proxy.cut();
  expect(await client.ended).toBe(true);
  proxy.refusing = false;
  expect(client.answers.slice(0, -1).every(({ line }, i) => line === i + 1)).toBe(true);
  expect(statuses(client)).toEqual(['posted', 'failed', 'ended']);
  const failed = client.answers.filter(({ status }) => status !== 'posted');
  expect(new Set(failed.map(({ problem }) => problem?.['code']))).toEqual(new Set(['outcome_unknown']));
  client.abort();
  const again = open(fragile);
  await again.exchange(sent.join(''));
  expect(again.answers).toHaveLength(sent.length);
  expect(statuses(again)).toEqual(['posted']);
  for (const [i, { status, transfer }] of client.answers.entries())
    if (status === 'posted') expect(again.answers[i]).toMatchObject({ replayed: true, transfer });
  expect(await paid(fragile, 'away')).toBe(sent.length);
});

test('lines that were given up and that no append held are not posted when the database comes back', async () => {
  const sent = await lines(fragile, 'given-up', 500);
  proxy.refusing = true;
  proxy.cut();
  const client = open(fragile);
  void client.send(sent.join(''));
  expect(await client.ended).toBe(true);
  expect(statuses(client)).toEqual(['failed', 'ended']);
  proxy.refusing = false;
  client.abort();
  // Behind them in the line.
  await fragile.test.pay('bank', 'given-up', '7.00');
  expect(await paid(fragile, 'given-up')).toBe(700);
});

test('a client that closes its side behind the last line hears every answer', async () => {
  const sent = (await lines(patient, 'half-closed', 3000)).join('');
  const { hostname, port } = new URL(patient.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const head = [
    'POST /v1/transfers/batch HTTP/1.1',
    `Host: ${hostname}`,
    `Authorization: Bearer ${keyOf(patient)}`,
    'Content-Type: application/x-ndjson',
    `Content-Length: ${sent.length}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${sent}`);
  const answer = await text(socket);
  expect(answer.match(/"line":\d+,"idempotency_key":"half-closed-\d+","status":"posted"/g)).toHaveLength(
    3000,
  );
  expect(answer.endsWith('\r\n0\r\n\r\n')).toBe(true);
  expect(await paid(patient, 'half-closed')).toBe(3000);
});

test('a client that reads no answers is cut off, and the log says so', async () => {
  const client = open(fragile);
  await client.send('null\n');
  await client.answered(1);
  await client.hold();
  void client.send('null\n'.repeat(100_000));
  const ends = () => fragile.lines.map(({ ended }) => ended);
  while (!ends().includes('client_not_reading')) await turn();
  client.abort();
});

test('a client that falls silent is told so: by a last line, or before the first by a problem', async () => {
  const [line = ''] = await lines(fragile, 'silent', 1);
  const talked = open(fragile);
  const never = open(fragile);
  await talked.send(line);
  expect(await talked.ended).toBe(true);
  expect(talked.answers).toMatchObject([
    { line: 1, status: 'posted' },
    { line: 1, status: 'ended', problem: { code: 'request_timeout' } },
  ]);
  expect((await never.response).statusCode).toBe(408);
  talked.abort();
  never.abort();
});
