/**
 * An operator's own session and factors, over HTTP against a real database. V… are requirements of OWASP ASVS 5.0.0.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from '../support/cluster.ts';
import {
  codeAt,
  enrol,
  HandClock,
  PASSWORD,
  sessionOf,
  signIn,
  type TestOperator,
} from '../support/operators.ts';
import { type Received, startServer, type TestServer } from '../support/server.ts';

const NEW = 'nine green parrots over the river';
const clock = new HandClock();
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
});
afterAll(() => server.stop());
// Sessions begin by the database's clock; each test has operators of its own.
beforeEach(() => {
  clock.aheadMicros = 0;
});

const post = (path: string, key: string, json: object): Promise<Received> =>
  server.send('POST', path, { key, json });
const codeOf = ({ secret }: Pick<TestOperator, 'secret'>): Promise<string> =>
  codeAt(secret, clock.nowMicros());
const aliveWith = async (key: string): Promise<boolean> =>
  (await server.send('GET', '/v1/operator/sessions', { key })).status === 200;
const tokenOf = ({ status, body, text }: Received): string => {
  expect({ status, text }).toEqual({ status: 200, text });
  return String(body['token']);
};

describe('a renewal', () => {
  test('V7.2.4: takes a new code, gives another token, and the old one is over', async () => {
    const asha = await enrol(server, clock, 'asha', 'support');
    const key = await sessionOf(server, clock, asha);
    const other = await sessionOf(server, clock, asha);
    const used = await codeOf(asha);
    const renewed = tokenOf(await post('/v1/operator/session/renew', key, { code: used }));
    expect([await aliveWith(key), await aliveWith(renewed), await aliveWith(other)]).toEqual([
      false,
      true,
      true,
    ]);
    for (const json of [{ code: used }, { recovery_code: '0'.repeat(28) }])
      expect(await post('/v1/operator/session/renew', renewed, json)).toMatchObject({
        status: 401,
        body: { code: 'sign_in_failed' },
      });
    expect(await aliveWith(renewed)).toBe(true);
  });

  test('V6.3.1: guesses count for the lockout, which ends no session', async () => {
    const binod = await enrol(server, clock, 'binod', 'support');
    const key = await sessionOf(server, clock, binod);
    for (let i = 0; i < 10; i++)
      expect((await post('/v1/operator/session/renew', key, { recovery_code: '0'.repeat(28) })).status).toBe(
        401,
      );
    expect((await post('/v1/operator/session/renew', key, { code: await codeOf(binod) })).status).toBe(401);
    expect((await signIn(server, clock, binod)).status).toBe(401);
    expect(await aliveWith(key)).toBe(true);
  });

  test('of two at once one wins', async () => {
    const chitra = await enrol(server, clock, 'chitra', 'support');
    const key = await sessionOf(server, clock, chitra);
    const [one = '', two = ''] = chitra.recoveryCodes;
    const both = await Promise.all(
      [one, two].map((recovery_code) => post('/v1/operator/session/renew', key, { recovery_code })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

describe('V7.5.3, RFC 9470: what needs a fresh factor', () => {
  test('asks for one by max_age, is done after a renewal, and asks again when that is old', async () => {
    const esha = await enrol(server, clock, 'esha', 'admin');
    const farid = await enrol(server, clock, 'farid', 'support');
    const theirs = await sessionOf(server, clock, farid);
    const key = await sessionOf(server, clock, esha);
    const end = (with_: string) => post(`/v1/operators/${farid.id}/sessions/end`, with_, {});
    clock.aheadMicros = 301_000_000;
    const refused = await end(key);
    expect(refused).toMatchObject({ status: 401, body: { code: 'reauthentication_required' } });
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer realm="bahi", error="insufficient_user_authentication", error_description="A fresh second factor is required", max_age="300"',
    );
    expect(await aliveWith(theirs)).toBe(true);
    expect((await server.send('GET', '/v1/operators', { key })).status).toBe(200);
    const renewed = tokenOf(await post('/v1/operator/session/renew', key, { code: await codeOf(esha) }));
    // The session begins by the database's clock.
    clock.aheadMicros = 0;
    expect((await end(renewed)).status).toBe(200);
    expect(await aliveWith(theirs)).toBe(false);
    clock.aheadMicros = 302_000_000;
    expect((await end(renewed)).status).toBe(401);
  });

  test('is denied for want of the role first', async () => {
    const gita = await enrol(server, clock, 'gita', 'support');
    const key = await sessionOf(server, clock, gita);
    clock.aheadMicros = 301_000_000;
    expect((await post(`/v1/operators/${gita.id}/sessions/end`, key, {})).status).toBe(403);
  });
});

describe('V7.5.1: the own factors', () => {
  test('the password is changed with both of the old factors; other sessions end, and this one goes on under a new token', async () => {
    const hari = await enrol(server, clock, 'hari', 'support');
    const key = await sessionOf(server, clock, hari);
    const other = await sessionOf(server, clock, hari);
    const change = async (more: object) =>
      post('/v1/operator/factors', key, { password: PASSWORD, new_password: NEW, ...more });
    expect((await change({})).status).toBe(400);
    const rightCode = { code: await codeOf(hari) };
    expect((await change({ ...rightCode, password: 'not the one it is' })).status).toBe(401);
    expect((await change({ recovery_code: '0'.repeat(28) })).status).toBe(401);
    expect(await change({ code: await codeOf(hari), new_password: 'Password123' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/new_password' }] },
    });
    expect(await aliveWith(other)).toBe(true);
    const renewed = tokenOf(await change({ code: await codeOf(hari) }));
    expect([await aliveWith(key), await aliveWith(other), await aliveWith(renewed)]).toEqual([
      false,
      false,
      true,
    ]);
    clock.nextStep();
    expect((await signIn(server, clock, hari)).status).toBe(401);
    expect((await signIn(server, clock, hari, { password: NEW })).status).toBe(201);
  });

  test('the authenticator app is changed by a code of each; the old one is worth nothing then', async () => {
    const indu = await enrol(server, clock, 'indu', 'support');
    const key = await sessionOf(server, clock, indu);
    const offer = await post('/v1/operator/authenticator', key, {});
    const { secret, enrolment } = offer.body as Record<string, string>;
    const app = { ...indu, secret: String(secret) };
    const change = async (more: object) =>
      post('/v1/operator/factors', key, {
        password: PASSWORD,
        enrolment,
        new_code: await codeOf(app),
        ...more,
      });
    const wrong = await change({ code: await codeOf(indu), new_code: '000000' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/new_code' }] } });
    expect((await change({ code: await codeOf(app) })).status).toBe(401);
    expect((await signIn(server, clock, indu)).status).toBe(201);
    clock.nextStep();
    const renewed = tokenOf(await change({ code: await codeOf(indu) }));
    expect(await aliveWith(renewed)).toBe(true);
    clock.nextStep();
    expect((await signIn(server, clock, indu)).status).toBe(401);
    expect((await signIn(server, clock, app)).status).toBe(201);
    const theirs = await enrol(server, clock, 'jaya', 'support');
    const foreign = await sessionOf(server, clock, theirs);
    expect(
      await post('/v1/operator/factors', foreign, {
        password: PASSWORD,
        code: await codeOf(theirs),
        enrolment,
        new_code: await codeOf(app),
      }),
    ).toMatchObject({ status: 400, body: { errors: [{ pointer: '/enrolment' }] } });
  });

  test('V6.5.2: recovery codes are issued anew, and the old ones are worth nothing then', async () => {
    const kiran = await enrol(server, clock, 'kiran', 'support');
    const key = await sessionOf(server, clock, kiran);
    const [first, second] = kiran.recoveryCodes;
    const got = await post('/v1/operator/factors', key, {
      password: PASSWORD,
      recovery_code: first,
      new_recovery_codes: true,
    });
    expect(tokenOf(got)).toMatch(/^bahi_op_/);
    const codes = got.body['recovery_codes'] as string[];
    expect(codes).toHaveLength(10);
    for (const recovery_code of [first, second])
      expect((await signIn(server, clock, kiran, { recovery_code })).status).toBe(401);
    expect((await signIn(server, clock, kiran, { recovery_code: codes[0] })).status).toBe(201);
  });

  test('a reset that is open is taken back by a change', async () => {
    const lata = await enrol(server, clock, 'lata', 'support');
    const key = await sessionOf(server, clock, lata);
    const { body } = await server.test.run('operator.reset', { name: 'lata' }, { ledgerId: 0 });
    const code = await codeOf(lata);
    tokenOf(await post('/v1/operator/factors', key, { password: PASSWORD, code, new_password: NEW }));
    clock.nextStep();
    const redeem = { name: 'lata', reset: body['reset'], password: PASSWORD, code: await codeOf(lata) };
    expect(await server.send('POST', '/v1/operator/password', { json: redeem })).toMatchObject({
      status: 401,
      body: { code: 'invitation_invalid' },
    });
  });
});

describe('the database', () => {
  test('refuses a version that does not continue its operator, and takes one that does', async () => {
    const mohan = await enrol(server, clock, 'mohan', 'support');
    const owner = testPool(server.test.database.owner, 1);
    const [row] = await owner<{ row: unknown[] }[]>`
      select bahi.operator_row(0, o.operator_id, max(o.number)) as row from bahi.operator o
      where o.name = ${mohan.name} group by o.operator_id`;
    const newest = row?.row ?? [];
    const [NAME, CREDENTIAL, RECOVERY, STEP, FAILURES] = [2, 7, 10, 11, 12];
    const next = '999999';
    /** What becomes of this version of two failures before; nothing of it stays. */
    const append = async (changes: Readonly<Record<number, unknown>>): Promise<string> => {
      const version = (number: string, more: Readonly<Record<number, unknown>>): unknown[] =>
        newest.map((value, i) => (i === 1 ? number : (more[i] ?? value)));
      const versions = [
        version('999997', { [FAILURES]: 1 }),
        version('999998', { [FAILURES]: 2 }),
        version(next, { [FAILURES]: 2, ...changes }),
      ];
      let outcome = 'taken';
      await owner
        .begin(async (sql) => {
          await sql`select bahi.operator_append(0, ${sql.json(versions as never)}::jsonb)`;
          throw new Error('undone');
        })
        .catch((error: Error) => {
          if (error.message !== 'undone') outcome = error.message.replace(/\d+/, 'N');
        });
      return outcome;
    };
    const codes = ['a', 'b'];
    for (const good of [
      {},
      { [FAILURES]: 3 },
      { [FAILURES]: 0 },
      { [RECOVERY]: [] },
      { [CREDENTIAL]: next, [RECOVERY]: codes },
    ])
      expect({ good, outcome: await append(good) }).toEqual({ good, outcome: 'taken' });
    for (const bad of [
      { [NAME]: 'other' },
      { [STEP]: '1' },
      { [FAILURES]: 1 },
      { [FAILURES]: 4 },
      { [RECOVERY]: codes },
      { [CREDENTIAL]: '3' },
    ])
      expect({ bad, outcome: await append(bad) }).toEqual({
        bad,
        outcome: 'a version does not continue operator N',
      });
    await owner.end({ timeout: 5 });
  });
});

test('all of it follows from the log', async () => {
  const sql = testPool(server.test.database.serve, 1);
  const { linkKey } = server.test;
  expect((await verifyLedger({ sql, linkKey, ledgerId: 0 })).problems).toEqual([]);
  await sql.end({ timeout: 5 });
});
