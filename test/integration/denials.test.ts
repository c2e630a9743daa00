/** Denials as events, over HTTP against a real database. V… are requirements of OWASP ASVS 5.0.0. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { recordDenials } from '../../src/engine/denials/recorder.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { testPool } from '../support/cluster.ts';
import { enrol, HandClock, sessionOf, signIn } from '../support/operators.ts';
import { type Sent, startServer, type TestServer } from '../support/server.ts';

type Data = Record<string, unknown>;

/** Stands, so that no minute is over while a test counts what came in it. */
const START = Math.floor(Date.now() / 60_000) * 60_000_000;
const clock: HandClock = Object.assign(new HandClock(), { nowMicros: () => START + clock.aheadMicros });
let server: TestServer;
let owner: Sql;

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
  owner = testPool(server.test.database.owner, 2);
  for (const code of ['till', 'shop']) {
    const floor = code === 'till' ? null : '0.00';
    await server.test.run('account.create', { code, kind: 'liability', currency: 'INR', floor });
  }
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await server.stop();
});
beforeEach(async () => {
  clock.aheadMicros = 0;
  await record();
});

const record = (engine: Engine = server.test.engine): Promise<void> => {
  const log = { warn: () => {} };
  return recordDenials({ engine, newRequestId: () => 'req_recording-denials', log }, true);
};

async function denialsOf(ledgerId: number): Promise<Data[]> {
  const rows = await owner<{ body: string }[]>`
    select body from bahi.event where ledger_id = ${ledgerId} and type = 'access.denied' order by number`;
  return rows.map(({ body }) => JSON.parse(body).data);
}

/** What is recorded of these requests in a ledger's log. */
async function recordedIn(ledgerId: number, work: () => Promise<void>): Promise<Data[]> {
  const before = (await denialsOf(ledgerId)).length;
  await work();
  await record();
  return (await denialsOf(ledgerId)).slice(before);
}

async function newKey(more: Data = {}): Promise<{ readonly id: string; readonly token: string }> {
  const { body } = await server.test.run('key.create', {
    client: 'app',
    scopes: ['accounts:read', 'transfers:write', 'transfers:unrestricted'],
    ...more,
  });
  return { id: String(body['id']), token: String(body['token']) };
}

const list = (key: string) => server.send('GET', '/v1/accounts', { key, headers: { 'Bahi-Ledger': 'test' } });
const legs = [{ debit: 'till', credit: 'shop', amount: '1.00', currency: 'INR' }];
const statusOf = async (method: string, path: string, sent: Sent): Promise<number> =>
  (await server.send(method, path, sent)).status;

describe('V16.3.2: a denial', () => {
  test('of a key is an event of its ledger, one for each operation, code and minute', async () => {
    const { ledgerId } = server.test;
    const { id, token: key } = await newKey({ scopes: ['accounts:read'] });
    const installation = (await denialsOf(0)).length;
    const denied = await recordedIn(ledgerId, async () => {
      for (const idempotencyKey of ['one', 'two', 'three'])
        expect(await statusOf('POST', '/v1/transfers', { key, idempotencyKey, json: { legs } })).toBe(403);
      expect(await statusOf('GET', '/v1/transfers', { key })).toBe(403);
      expect(await statusOf('GET', '/v1/operators', { key })).toBe(403);
      expect((await list(key)).status).toBe(200);
    });
    expect(denied).toEqual([
      { key: id, operation: 'transfer.create', code: 'forbidden', count: 3, minute: expect.any(String) },
      { key: id, operation: 'transfer.list', code: 'forbidden', count: 1, minute: expect.any(String) },
      { key: id, operation: 'operator.list', code: 'forbidden', count: 1, minute: expect.any(String) },
    ]);
    expect(Number(denied[0]?.['minute']) % 60_000_000).toBe(0);
    expect(await denialsOf(0)).toHaveLength(installation);
  });

  test('of a key that was revoked or has expired, or from a wrong network, is the key’s', async () => {
    const { ledgerId, run } = server.test;
    const revoked = await newKey();
    await run('key.revoke', { id: revoked.id });
    const expired = await newKey({ expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    const elsewhere = await newKey({ networks: ['203.0.113.0/24'] });
    const denied = await recordedIn(ledgerId, async () => {
      expect((await list(revoked.token)).status).toBe(401);
      clock.aheadMicros = 3_700_000_000;
      expect((await list(expired.token)).status).toBe(401);
      clock.aheadMicros = 0;
      expect((await list(elsewhere.token)).status).toBe(403);
    });
    const byKey = denied.map(({ key, code }) => [key, code]).sort();
    expect(byKey).toEqual(
      [
        [revoked.id, 'unauthenticated'],
        [expired.id, 'unauthenticated'],
        [elsewhere.id, 'address_not_permitted'],
      ].sort(),
    );
  });

  test('of a rate that was exceeded is the key’s', async () => {
    const { id, token } = await newKey({ rate: '1/h' });
    const denied = await recordedIn(server.test.ledgerId, async () => {
      const statuses = [await list(token), await list(token), await list(token)].map(({ status }) => status);
      expect(statuses).toEqual([200, 429, 429]);
    });
    expect(denied).toMatchObject([{ key: id, operation: 'account.list', code: 'rate_limited', count: 2 }]);
  });

  test('of nobody is its source’s, in the installation’s log, without an address', async () => {
    const { token } = await newKey();
    const nearly = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    const denied = await recordedIn(0, async () => {
      for (const key of [nearly, 'nonsense', nearly]) expect((await list(key)).status).toBe(401);
      expect(await statusOf('GET', '/v1/accounts', {})).toBe(401);
    });
    expect(denied).toMatchObject([{ operation: 'account.list', code: 'unauthenticated', count: 4 }]);
    expect(denied[0]?.['source']).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(denied)).not.toMatch(/127\.0\.0\.1|nonsense/);
  });

  test('V16.3.1: of a sign-in or an enrolment with an unknown name is its source’s, without the name', async () => {
    const invitation = 'bahi_inv_00000000000000000000000000000000';
    const denied = await recordedIn(0, async () => {
      for (let i = 0; i < 3; i++)
        expect((await signIn(server, clock, { name: 'nobody', secret: 'A'.repeat(32) })).status).toBe(401);
      const json = { name: 'nobody', invitation };
      expect(await statusOf('POST', '/v1/operator/enrolment', { json })).toBe(401);
    });
    expect(denied).toMatchObject([
      { operation: 'operator.sign_in', code: 'sign_in_failed', count: 3 },
      { operation: 'operator.begin_enrolment', code: 'invitation_invalid', count: 1 },
    ]);
    for (const { source } of denied) expect(source).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(denied)).not.toMatch(/127\.0\.0\.1|nobody/);
  });

  test('of an operator is its session’s, also when that is over', async () => {
    const asha = await enrol(server, clock, 'asha', 'admin');
    const key = await sessionOf(server, clock, asha);
    clock.aheadMicros = 0;
    const [session] = (await server.send('GET', '/v1/operator/sessions', { key })).body['data'] as Data[];
    const denied = await recordedIn(0, async () => {
      expect((await list(key)).status).toBe(403);
      clock.aheadMicros = 3600_000_000;
      expect((await list(key)).status).toBe(401);
    });
    const own = { operator: asha.id, session: session?.['id'], operation: 'account.list', count: 1 };
    expect(denied).toMatchObject([
      { ...own, code: 'forbidden' },
      { ...own, code: 'unauthenticated' },
    ]);
  });

  test('in the middle of a batch or a stream is noted, too', async () => {
    const { ledgerId, run } = server.test;
    const { id, token: key } = await newKey();
    // A reading of a second ago still lets the key in: the log knows better.
    expect(await statusOf('POST', '/v1/transfers', { key, idempotencyKey: 'before', json: { legs } })).toBe(
      201,
    );
    await run('key.revoke', { id });
    const denied = await recordedIn(ledgerId, async () => {
      const batch = { transfers: [{ idempotency_key: 'in-batch', legs }] };
      expect(await statusOf('POST', '/v1/transfers/batch', { key, json: batch })).toBe(401);
      const line = `${JSON.stringify({ idempotency_key: 'in-stream', legs })}\n`;
      const headers = { 'Content-Type': 'application/x-ndjson' };
      const streamed = await server.send('POST', '/v1/transfers/batch', { key, body: line, headers });
      expect(streamed.text).toMatch(/"code":"unauthenticated"/);
    });
    expect(denied).toMatchObject([
      { key: id, operation: 'transfer.batch', code: 'unauthenticated', count: 2 },
    ]);
  });
});

describe('recording', () => {
  test('waits for no posting and holds nobody up while a ledger cannot be posted to', async () => {
    const { ledgerId, engine } = server.test;
    const { token } = await newKey({ scopes: ['transfers:read'] });
    const denied = await recordedIn(ledgerId, async () => {
      await owner.begin(async (sql) => {
        await sql`lock table bahi.event in exclusive mode`;
        expect((await list(token)).status).toBe(403);
      });
    });
    expect(denied).toMatchObject([{ code: 'forbidden', count: 1 }]);
    expect(engine.denials.take(true)).toEqual([]);
  });

  test('is tried again where it failed, and done once where its outcome was unknown', async () => {
    const { ledgerId, engine } = server.test;
    const { id, token } = await newKey({ scopes: ['transfers:read'] });
    const { posters } = engine;
    const failing = (settle: (posted: Promise<unknown>) => Promise<never>): Engine => ({
      ...engine,
      posters: Object.assign(Object.create(posters) as typeof posters, {
        submit: (...asked: Parameters<typeof posters.submit>) => posters.submit(...asked).map(settle),
      }),
    });
    const denied = await recordedIn(ledgerId, async () => {
      await list(token);
      // Posted, and nobody hears of it.
      await record(
        failing(async (posted) => {
          await posted;
          throw new FailureError('outcome_unknown');
        }),
      );
      await list(token);
      await record({
        ...engine,
        posters: Object.assign(Object.create(posters) as typeof posters, {
          submit: () => {
            throw new FailureError('overloaded');
          },
        }),
      });
    });
    expect(denied).toMatchObject([
      { key: id, count: 1 },
      { key: id, count: 1 },
    ]);
  });

  test('follows from the logs', async () => {
    const sql = testPool(server.test.database.serve, 1);
    const { linkKey } = server.test;
    for (const ledgerId of [0, server.test.ledgerId])
      expect((await verifyLedger({ sql, linkKey, ledgerId })).problems).toEqual([]);
    await sql.end({ timeout: 5 });
  });
});
