/** Resets of passwords and sessions of others, over HTTP against a real database. V… are requirements of OWASP ASVS 5.0.0. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { submitOperator } from '../../src/engine/operators/submit.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { parseId } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import {
  codeAt,
  enrol,
  HandClock,
  invite,
  sessionOf,
  signIn,
  type TestOperator,
} from '../support/operators.ts';
import { startServer, type TestServer } from '../support/server.ts';

const clock = new HandClock();
const NEW = 'nine green parrots over the river';
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
});
afterAll(() => server.stop());
// Sessions begin by the database's clock; each test has operators of its own.
beforeEach(() => {
  clock.aheadMicros = 0;
});

const resetOf = async ({ name }: TestOperator): Promise<string> =>
  String((await server.test.run('operator.reset', { name }, { ledgerId: 0 })).body['reset']);

const redeem = async (
  { name, secret }: TestOperator,
  reset: string,
  more: Readonly<Record<string, unknown>> = {},
) => {
  const code = 'recovery_code' in more ? {} : { code: await codeAt(secret, clock.nowMicros()) };
  return server.send('POST', '/v1/operator/password', {
    json: { name, reset, password: NEW, ...code, ...more },
  });
};

const sessions = (key: string) => server.send('GET', '/v1/operator/sessions', { key });
const endAll = (id: string, key: string) =>
  server.send('POST', `/v1/operators/${id}/sessions/end`, { key, json: {} });

async function problems(): Promise<readonly unknown[]> {
  const sql = testPool(server.test.database.serve, 1);
  try {
    return (await verifyLedger({ sql, linkKey: server.test.linkKey, ledgerId: 0 })).problems;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

describe('a reset', () => {
  test('V6.4.3: gives a new password to whoever has the second factor, once, and ends all sessions', async () => {
    const asha = await enrol(server, clock, 'asha', 'support');
    const session = await sessionOf(server, clock, asha);
    const reset = await resetOf(asha);
    expect((await sessions(session)).status).toBe(200);
    const both = await Promise.all([redeem(asha, reset), redeem(asha, reset)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    clock.nextStep();
    expect((await sessions(session)).status).toBe(401);
    expect((await signIn(server, clock, asha)).status).toBe(401);
    expect((await signIn(server, clock, asha, { password: NEW })).status).toBe(201);
    clock.nextStep();
    expect(await redeem(asha, reset)).toMatchObject({ status: 401, body: { code: 'invitation_invalid' } });
  });

  test('V6.4.3: is nothing without the second factor, and ten wrong codes lock', async () => {
    const binod = await enrol(server, clock, 'binod', 'support');
    const reset = await resetOf(binod);
    const bare = { json: { name: 'binod', reset, password: NEW } };
    expect((await server.send('POST', '/v1/operator/password', bare)).status).toBe(400);
    const wrong = { recovery_code: '0'.repeat(28) };
    for (let i = 0; i < 10; i++)
      expect(await redeem(binod, reset, wrong)).toMatchObject({
        status: 401,
        body: { code: 'sign_in_failed' },
      });
    expect(await redeem(binod, reset)).toMatchObject({ status: 401, body: { code: 'invitation_invalid' } });
    expect((await signIn(server, clock, binod)).status).toBe(401);
    await server.test.run('operator.unlock', { name: 'binod' }, { ledgerId: 0 });
    const [recovery_code = ''] = binod.recoveryCodes;
    expect((await redeem(binod, reset, { recovery_code })).status).toBe(200);
    expect((await signIn(server, clock, binod, { recovery_code, password: NEW })).status).toBe(401);
    clock.nextStep();
  });

  test('takes no weak password, is of one name, over in an hour, and no invitation', async () => {
    const chitra = await enrol(server, clock, 'chitra', 'support');
    const deepa = await enrol(server, clock, 'deepa', 'support');
    const reset = await resetOf(chitra);
    expect(await redeem(chitra, reset, { password: 'Password123' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/password' }] },
    });
    expect((await redeem(deepa, reset)).status).toBe(401);
    clock.aheadMicros += 3601 * 1_000_000;
    expect((await redeem(chitra, reset)).body['code']).toBe('invitation_invalid');
    clock.aheadMicros -= 3601 * 1_000_000;
    const json = { name: 'chitra', invitation: reset };
    expect((await server.send('POST', '/v1/operator/enrolment', { json })).status).toBe(401);
    await invite(server, 'esha', 'support');
    await expect(server.test.run('operator.reset', { name: 'esha' }, { ledgerId: 0 })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await redeem(chitra, reset)).status).toBe(200);
    clock.nextStep();
  });
});

describe('the sessions of another', () => {
  test('V7.4.5: an administrator lists them and ends them all at once', async () => {
    const admin = await sessionOf(server, clock, await enrol(server, clock, 'root', 'admin'));
    const farid = await enrol(server, clock, 'farid', 'support');
    const both = [await sessionOf(server, clock, farid), await sessionOf(server, clock, farid)];
    const list = await server.send('GET', `/v1/operators/${farid.id}/sessions`, { key: admin });
    expect(list.body['data']).toMatchObject([{ current: false }, { current: false }]);
    expect(await endAll(farid.id, admin)).toMatchObject({ status: 200, body: { id: farid.id } });
    for (const key of both) expect((await sessions(key)).status).toBe(401);
    expect((await sessions(admin)).status).toBe(200);
    expect(await endAll('opr_000000000000zzzz', admin)).toMatchObject({ status: 404 });
    expect(await endAll('x', admin)).toMatchObject({ status: 404 });
  });

  test('V8.3.2: who lost the role or was disabled before the log came to it ends nobody’s', async () => {
    const gita = await enrol(server, clock, 'gita', 'admin');
    const hari = await enrol(server, clock, 'hari', 'support');
    const key = await sessionOf(server, clock, hari);
    const number = (id: string): number => parseId('opr', 0, id) ?? 0;
    const actor = { name: gita.id, client: 'operator', apiKey: undefined, operator: number(gita.id) };
    const end = () =>
      submitOperator(
        server.test.engine,
        { actor, requestId: 'req_ending-sessions' },
        { type: 'operator.end_sessions', operator: number(hari.id) },
      );
    const shell = { ledgerId: 0 };
    await server.test.run('operator.grant', { name: 'gita', role: 'support' }, shell);
    await expect(end()).rejects.toMatchObject({ code: 'forbidden' });
    await server.test.run('operator.grant', { name: 'gita', role: 'admin' }, shell);
    await server.test.run('operator.disable', { name: 'gita' }, shell);
    await expect(end()).rejects.toMatchObject({ code: 'forbidden' });
    expect((await sessions(key)).status).toBe(200);
  });
});

test('all of it follows from the log', async () => {
  expect(await problems()).toEqual([]);
});
