/** The short way of commands past Hono answers, and logs, exactly as the long way does. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ALL_SCOPES, type Sent, startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let key: string;
let poor: string;
/** What the short way said to each request: whether it took it. */
const taken: boolean[] = [];

beforeAll(async () => {
  server = await startServer();
  const { direct } = server.app;
  server.app.direct = (incoming, outgoing) => {
    const takes = direct?.(incoming, outgoing) === true;
    taken.push(takes);
    return takes;
  };
  key = await server.apiKey([...ALL_SCOPES, 'transfers:unrestricted']);
  poor = await server.apiKey(['accounts:read']);
  for (const code of ['ada', 'ben'])
    await server.test.run('account.create', { code, kind: 'asset', currency: 'INR', floor: null });
});
afterAll(() => server.stop());

/** A Host that has to be parsed to be judged. */
const LONG_WAY = { Host: 'LOCALHOST' };
const leg = { debit: 'ada', credit: 'ben', amount: '10.00', currency: 'INR' };
const legs = { legs: [leg] };

/** What differs from request to request. */
const settled = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/(req|trf)_[0-9a-v]+/g, '$1_')
      .replaceAll(/"(date|content-length|posted_at|event_number|duration_ms)":("[^"]*"|[0-9.]+)/g, '"$1":""'),
  );

async function answered(sent: Sent) {
  const before = server.lines.length;
  const { status, headers, body } = await server.send('POST', '/v1/transfers', sent);
  await vi.waitFor(() => expect(server.lines.length).toBe(before + 1));
  return settled({ status, headers, body, line: server.lines.at(-1) });
}

describe('as the long way', () => {
  const statuses = {
    'a transfer is posted': 201,
    'metadata is read by the schema': 201,
    'a refusal is told': 422,
    'malformed input is told': 400,
    'a name given twice is told': 400,
    'an empty body is told': 400,
    'another media type is refused': 415,
    'a missing key is told': 400,
    'a doubled key is refused': 400,
    'nobody is let in without an API key': 401,
    'nobody is let in with two': 401,
    'a scope is asked for': 403,
  };
  const cases: Record<keyof typeof statuses, (idempotencyKey: string) => Sent> = {
    'a transfer is posted': (idempotencyKey) => ({ key, idempotencyKey, json: legs }),
    'metadata is read by the schema': (idempotencyKey) => ({
      key,
      idempotencyKey,
      json: { ...legs, metadata: { batch: 'b-1' } },
    }),
    'a refusal is told': (idempotencyKey) => ({
      key,
      idempotencyKey,
      json: { legs: [{ ...leg, credit: 'nobody' }] },
    }),
    'malformed input is told': (idempotencyKey) => ({ key, idempotencyKey, json: { legs: [], memo: 1 } }),
    'a name given twice is told': (idempotencyKey) => ({
      key,
      idempotencyKey,
      body: '{"legs":[],"legs":[]}',
    }),
    'an empty body is told': (idempotencyKey) => ({
      key,
      idempotencyKey,
      body: '',
      headers: { 'Content-Length': '0' },
    }),
    'another media type is refused': (idempotencyKey) => ({
      key,
      idempotencyKey,
      json: legs,
      headers: { 'Content-Type': 'text/plain' },
    }),
    'a missing key is told': () => ({ key, json: legs }),
    'a doubled key is refused': (idempotencyKey) => ({
      key,
      json: legs,
      headers: { 'Idempotency-Key': [idempotencyKey, idempotencyKey] },
    }),
    'nobody is let in without an API key': (idempotencyKey) => ({ idempotencyKey, json: legs }),
    'nobody is let in with two': (idempotencyKey) => ({
      idempotencyKey,
      json: legs,
      headers: { Authorization: [`Bearer ${key}`, `Bearer ${key}`] },
    }),
    'a scope is asked for': (idempotencyKey) => ({ key: poor, idempotencyKey, json: legs }),
  };
  test.each(Object.entries(cases))('%s', async (name, sentWith) => {
    taken.length = 0;
    const sent = (way: string) => sentWith(`${name.replaceAll(/[^a-z]/gi, '-')}-${way}`);
    const short = await answered(sent('short'));
    expect(short).toMatchObject({ status: statuses[name as keyof typeof statuses] });
    const long = sent('long');
    expect(await answered({ ...long, headers: { ...long.headers, ...LONG_WAY } })).toEqual(short);
    expect(taken).toEqual([true, false]);
  });
});

test('a transfer that went one way is replayed on the other', async () => {
  const sent = { key, idempotencyKey: 'both-ways', json: legs };
  const first = await server.send('POST', '/v1/transfers', sent);
  const again = await server.send('POST', '/v1/transfers', { ...sent, headers: LONG_WAY });
  expect({ ...again, headers: again.headers['idempotent-replayed'] }).toEqual({
    ...first,
    headers: 'true',
  });
});

test.each([
  ['a query', 'POST', '/v1/transfers?a=1', {}],
  ['another path', 'POST', '/v1/transfers/', {}],
  ['a batch', 'POST', '/v1/transfers/batch', {}],
  ['another method', 'PUT', '/v1/transfers', {}],
  ['a long body', 'POST', '/v1/transfers', { body: ' '.repeat(65_537) }],
  ['a body without a length', 'POST', '/v1/transfers', { body: [Buffer.from('{'), Buffer.from('}')] }],
] as const)('%s takes the long way', async (_, method, path, more) => {
  taken.length = 0;
  await server.send(method, path, { key, idempotencyKey: 'long-way', json: undefined, body: '{}', ...more });
  expect(taken).toEqual([false]);
});

test('what cannot even be told ends the connection, and the server goes on', async () => {
  const { posters } = server.test.engine;
  const submit = vi.spyOn(posters, 'submit').mockImplementation(() => {
    throw Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('not even this');
      },
    });
  });
  const lost = server.send('POST', '/v1/transfers', { key, idempotencyKey: 'lost', json: legs });
  await expect(lost).rejects.toThrow();
  submit.mockRestore();
  const { status } = await server.send('POST', '/v1/transfers', { key, idempotencyKey: 'found', json: legs });
  expect(status).toBe(201);
});
