/** Sandbox ledgers as an integrator meets them: test keys, the mark on every answer, the clock, provoked answers. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/identity/api-key.ts';
import { environmentOf, runCli } from '../support/cli.ts';
import { freshDatabase } from '../support/cluster.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

const SCOPES: readonly Scope[] = [...ALL_SCOPES, 'transfers:unrestricted', 'sandbox:clock'];
let server: TestServer;
let key: string;
let sent = 0;

beforeAll(async () => {
  server = await startServer();
  const ledgerId = await server.test.createLedger('trial', true);
  key = await server.apiKey(SCOPES, { ledgerId });
  for (const [code, kind] of [
    ['bank', 'asset'],
    ['asha', 'liability'],
  ])
    await server.test.run('account.create', { code, kind, currency: 'INR' }, { ledgerId });
});
afterAll(() => server.stop());

const post = (path: string, json: unknown, as = key, idempotencyKey = `sandbox-${++sent}`) =>
  server.send('POST', path, { key: as, idempotencyKey, json });
const legs = (amount: string) => [{ debit: 'bank', credit: 'asha', amount, currency: 'INR' }];

describe('a test key', () => {
  test('gets the mark on every answer, refused and malformed ones included; a live key never', async () => {
    expect(key).toMatch(/^bahi_test_\w{40}$/);
    const live = await server.apiKey(ALL_SCOPES);
    const answers = (as: string) =>
      Promise.all([
        server.send('GET', '/v1/accounts', { key: as }),
        post('/v1/transfers', { legs: legs('1.00') }, as),
        post('/v1/transfers', { legs: legs('9900.08') }, as),
        post('/v1/transfers', {}, as),
        post('/v1/sandbox/clock', {}, as),
      ]);
    for (const { headers } of await answers(key)) expect(headers['bahi-ledger']).toBe('sandbox');
    for (const { headers } of await answers(live)) expect(headers).not.toHaveProperty('bahi-ledger');
  });

  test('relabelled as a live one opens nothing, nor the reverse, and the answer says which', async () => {
    const live = await server.apiKey(ALL_SCOPES);
    const ask = (as: string) => server.send('GET', '/v1/accounts', { key: as });
    expect(await ask(key.replace('test', 'live'))).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('A test key (bahi_test_) never opens a live ledger') },
    });
    expect(await ask(live.replace('live', 'test'))).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('A live key (bahi_live_) never opens a sandbox ledger') },
    });
  });
});

describe('the clock', () => {
  test('is read and moved, under a key that makes a retry harmless', async () => {
    const moved = await post('/v1/sandbox/clock', { advance_seconds: 3600 }, key, 'one-hour');
    expect(moved).toMatchObject({ status: 200, body: { ahead_seconds: 3600 } });
    const again = await post('/v1/sandbox/clock', { advance_seconds: 3600 }, key, 'one-hour');
    expect(again).toMatchObject({ body: moved.body, headers: { 'idempotent-replayed': 'true' } });
    expect(await server.send('GET', '/v1/sandbox/clock', { key })).toMatchObject({
      status: 200,
      body: { ahead_seconds: 3600 },
    });
  });

  test.each([
    {},
    { advance_seconds: 0 },
    { advance_seconds: -1 },
    { advance_seconds: 1.5 },
    { advance_seconds: '60' },
    { advance_seconds: 315_360_001 },
    { to: 'tomorrow' },
    { to: '2090-02-30T00:00:00Z' },
    { advance_seconds: 60, to: '2090-01-01T00:00:00Z' },
    { advance_seconds: 60, note: 'x' },
  ])('%j is malformed and stores nothing', async (json) => {
    const before = await server.events();
    expect(await post('/v1/sandbox/clock', json)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
    expect(await server.events()).toBe(before);
  });

  test('takes the scope for it', async () => {
    const without = await server.apiKey(ALL_SCOPES);
    expect(await post('/v1/sandbox/clock', { advance_seconds: 1 }, without)).toMatchObject({ status: 403 });
  });
});

test('a fault comes with its status, and the lost answer of a transfer is there at the second try', async () => {
  expect(await post('/v1/transfers', { legs: legs('9900.51') })).toMatchObject({
    status: 503,
    headers: { 'retry-after': expect.any(String) },
    body: { code: 'overloaded' },
  });
  expect(await post('/v1/transfers', { legs: legs('9900.57') })).toMatchObject({ status: 500 });
  const lost = () => post('/v1/transfers', { legs: legs('9900.54') }, key, 'lost');
  expect(await lost()).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
  expect(await lost()).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
});

test('of several such amounts the first decides', async () => {
  const both = (first: string, second: string) => {
    const id = randomUUID();
    return () => post('/v1/transfers', { legs: [...legs(first), ...legs(second)] }, key, id);
  };
  const lost = both('9900.54', '9900.08');
  expect(await lost()).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
  expect(await lost()).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
  const refused = both('9900.08', '9900.54');
  expect(await refused()).toMatchObject({ status: 422, body: { code: 'floor_breached', leg: 0 } });
});

describe('what comes after a transfer', () => {
  const placed = async (more: object = {}): Promise<string> =>
    String((await post('/v1/transfers', { legs: legs('9999.00'), ...more })).body['id']);
  const commands = {
    capture: async (amount: string) =>
      [
        `/v1/transfers/${await placed({ hold: { expires_in_seconds: 600 } })}/captures`,
        { amount, final: true },
      ] as const,
    reversal: async (amount: string) => [`/v1/transfers/${await placed()}/reversals`, { amount }] as const,
    adjustment: async (amount: string) =>
      ['/v1/transfers/adjustments', { legs: legs(amount), reason: 'typo' }] as const,
  };

  test.each(Object.entries(commands))(
    'meets every fault by the amount of a %s: it stores nothing, and comes again',
    async (_, command) => {
      for (const [amount, code, status] of [
        ['9900.51', 'overloaded', 503],
        ['9900.52', 'database_unavailable', 503],
        ['9900.53', 'storage_full', 503],
        ['9900.55', 'ledger_halted', 503],
        ['9900.56', 'shutting_down', 503],
        ['9900.57', 'internal', 500],
      ] as const) {
        const [path, body] = await command(amount);
        const id = randomUUID();
        const before = await server.events();
        for (let i = 0; i < 2; i++)
          expect(await post(path, body, key, id)).toMatchObject({ status, body: { code } });
        expect(await server.events()).toBe(before);
      }
    },
  );

  test.each(Object.entries(commands))(
    'a %s that loses its answer is carried out once',
    async (name, command) => {
      const [path, body] = await command('9900.54');
      const lost = () => post(path, body, key, `lost-${name}`);
      expect(await lost()).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
      const found = await lost();
      expect(found).toMatchObject({
        status: 201,
        headers: { 'idempotent-replayed': 'true' },
        body: { status: 'posted', legs: [{ amount: '9900.54' }] },
      });
      expect((await lost()).body).toEqual(found.body);
    },
  );
});

test('a stream goes on behind a provoked refusal', async () => {
  const line = (id: string, amount: string) => JSON.stringify({ idempotency_key: id, legs: legs(amount) });
  const answered = await fetch(`${server.url}/v1/transfers/batch`, {
    method: 'POST',
    body: `${line('s-1', '9900.09')}\n${line('s-2', '2.00')}\n`,
    headers: { 'Content-Type': 'application/x-ndjson', Authorization: `Bearer ${key}` },
  });
  expect(answered.headers.get('bahi-ledger')).toBe('sandbox');
  const text = await answered.text();
  const answers = text
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as Record<string, unknown>);
  expect(answers).toMatchObject([{ problem: { code: 'ceiling_breached' } }, { status: 'posted' }]);
});

test('at the command line a sandbox ledger is made, listed, and its clock moved; a live one is told what it lacks', async () => {
  const database = await freshDatabase();
  const env = environmentOf(database);
  const run = (line: string) => runCli(line.split(' '), env);
  try {
    expect((await run('ledger create trial --sandbox')).stdout).toMatch(/^Sandbox ledger trial is ldg_/);
    await run('ledger create mumbai');
    expect((await run('ledger list')).stdout).toMatch(/trial +sandbox[\s\S]*mumbai +live/);
    const moved = await run('sandbox clock --ledger trial --advance 86400 --json');
    expect(JSON.parse(moved.stdout)).toMatchObject({ ahead_seconds: 86_400 });
    expect((await run('sandbox clock --ledger trial')).stdout).toMatch(/86400 s ahead of real time\n$/);
    expect(await run('sandbox clock --ledger mumbai --advance 1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('live'),
    });
    expect(await run('sandbox clock --ledger trial --advance 1 --to 2090-01-01T00:00:00Z')).toMatchObject({
      code: 2,
    });
    const key = await run('key create --ledger trial --scope sandbox:clock,transfers:write');
    expect(key.stdout).toMatch(/^bahi_test_/);
  } finally {
    await database.drop();
  }
}, 60_000);
