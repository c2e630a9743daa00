/**
 * Second factors for transfers against a real database and over HTTP. Ids at the front of a title are requirements: SECURITY.md maps
 * each to its test.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepHolds } from '../../src/engine/transfers/hold-sweeper.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from '../support/cluster.ts';
import { codeAt, HandClock } from '../support/operators.ts';
import { type Received, startServer, type TestServer } from '../support/server.ts';

const clock = new HandClock();
let server: TestServer;
let ledgerId: number;
let key: string;
const owner = randomUUID();
let factor: { readonly id: string; readonly secret: string };

const run = (name: Parameters<TestServer['test']['run']>[0], input: Record<string, unknown>) =>
  server.test.run(name, input, { ledgerId });
const post = (path: string, json: unknown, idempotencyKey: string = randomUUID()): Promise<Received> =>
  server.send('POST', path, { key, json, idempotencyKey });
const pay = (amount: string): Promise<Received> =>
  post('/v1/transfers', { legs: [{ debit: 'asha', credit: 'shop', amount, currency: 'INR' }] });
const nextCode = (): Promise<string> => {
  clock.nextStep();
  return codeAt(factor.secret, clock.nowMicros());
};
const authorize = (id: unknown, code: string, idempotencyKey?: string): Promise<Received> =>
  post(
    `/v1/transfers/${id}/authorize`,
    { factor: factor.id, code, first_factor: { method: 'pin', at: '2026-11-02T09:30:00Z' } },
    idempotencyKey,
  );
const balance = async (): Promise<string> =>
  ((await run('account.get', { id: 'shop' })).body['balances'] as { posted: string }).posted;

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
  ledgerId = await server.test.createLedger(randomUUID(), true);
  key = await server.apiKey(['transfers:write', 'transfers:authorize'], { ledgerId });
  await run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  for (const [code, of] of [
    ['asha', owner],
    ['shop', randomUUID()],
  ] as const)
    await run('account.create', { code, kind: 'liability', currency: 'INR', owner: of });
  await run('transfer.create', {
    legs: [{ debit: 'bank', credit: 'asha', amount: '100000', currency: 'INR' }],
  });
  await run('account.update', { id: 'asha', step_up_above: '1000' });
  const { body } = await run('factor.enrol', { customer: owner, type: 'totp' });
  factor = { id: String(body['id']), secret: String(body['secret']) };
  await run('factor.confirm', { customer: owner, id: factor.id, code: await nextCode() });
  await run('clock.move', { advance_seconds: 43_200 });
});
afterAll(() => server.stop());

test('V7.5.3: more than an account gives waits for a second factor, and is moved by it once', async () => {
  const before = Number(await balance());
  const waiting = await pay('1000.01');
  expect(waiting).toMatchObject({
    status: 201,
    body: { status: 'held', challenge: { nonce: expect.stringMatching(/^[0-9a-f]{32}$/) } },
  });
  const { id, challenge } = waiting.body as { id: string; challenge: { nonce: string } };
  const code = await nextCode();
  const name = randomUUID();
  const done = await authorize(id, code, name);
  expect(done).toMatchObject({
    status: 201,
    body: {
      status: 'posted',
      captures: id,
      authorization: {
        customer: owner,
        factor: factor.id,
        challenge: challenge.nonce,
        first_factor: { method: 'pin' },
      },
    },
  });
  expect(done.text).not.toContain(code);
  const again = await authorize(id, code, name);
  expect([again.text, again.headers['idempotent-replayed']]).toEqual([done.text, 'true']);
  expect(Number(await balance())).toBe(before + 1000.01);
});

test('V6.5.1: of 50 transfers that are authorised with one code at once one is posted', async () => {
  const before = Number(await balance());
  const waiting = await Promise.all(Array.from({ length: 50 }, () => pay('1500')));
  const code = await nextCode();
  const all = await Promise.all(waiting.map(({ body }) => authorize(body['id'], code)));
  expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(all.filter(({ status }) => status !== 201).map(({ body }) => body['code']))).toEqual(
    new Set(['code_used']),
  );
  expect(Number(await balance())).toBe(before + 1500);
});

test('of an authorisation and a void at the same moment one wins, and the money says which', async () => {
  for (let i = 0; i < 5; i++) {
    const before = Number(await balance());
    const { id } = (await pay('2000')).body;
    const code = await nextCode();
    const [authorized, voided] = await Promise.all([
      authorize(id, code),
      post(`/v1/transfers/${id}/void`, {}),
    ]);
    expect([authorized.status, voided.status].sort()).toEqual([expect.any(Number), 422]);
    expect(Number(await balance())).toBe(before + (authorized.status === 201 ? 2000 : 0));
  }
});

test('a challenge that was not answered in five minutes gives everything back', async () => {
  const { id } = (await pay('3000')).body;
  await run('clock.move', { advance_seconds: 300 });
  expect((await authorize(id, await nextCode())).body['code']).toBe('hold_expired');
  await sweepHolds({ engine: server.test.engine, newRequestId: randomUUID, log: { warn: () => {} } });
  expect((await run('transfer.get', { id })).body).toMatchObject({ status: 'expired' });
});

test('a challenge is bound to its transfer: the same payment again has another', async () => {
  const [one, other] = [await pay('4000'), await pay('4000')];
  expect(one.body['challenge']).not.toEqual(other.body['challenge']);
});

test('all of it follows from the log', async () => {
  const serve = testPool(server.test.database.serve, 1);
  const { problems } = await verifyLedger({ sql: serve, linkKey: server.test.linkKey, ledgerId });
  await serve.end({ timeout: 5 });
  expect(problems).toEqual([]);
});
