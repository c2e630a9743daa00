/**
 * V8.2.1, V8.2.2, V8.3.2: roles of operators for single ledgers. Every role × every operation of the OpenAPI document × a ledger
 * that the role is for, one that it is not for, and none; changes act on the next request of an open session.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { ROLES, type Role } from '../../src/identity/role.ts';
import { formatLedgerId } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { enrol, HandClock, sessionOf, type TestOperator } from '../support/operators.ts';
import { type Received, startServer, type TestServer } from '../support/server.ts';

/** An administrator is of the installation. */
const OF_A_LEDGER = ROLES.filter((role) => role !== 'admin');
/** What a role for a ledger lets everybody read there, whatever the role. */
const THERE = [
  'GET /v1/accounts',
  'GET /v1/accounts/tree',
  'GET /v1/accounts/tree/children',
  'GET /v1/accounts/{id}',
  'GET /v1/accounts/{id}/entries',
  'GET /v1/accounts/{id}/limits',
  'GET /v1/accounts/{id}/statement',
  'GET /v1/transfers',
  'GET /v1/transfers/{id}',
  'GET /v1/periods',
  'GET /v1/periods/{id}/balances',
  'GET /v1/pools',
  'GET /v1/customers/{customer}',
  'GET /v1/pools/{id}',
];
/** Read by those who look at what others did. */
const AUDIT = [
  'GET /v1/audit/checkpoint',
  'GET /v1/audit/proofs/inclusion',
  'GET /v1/audit/proofs/consistency',
];
const AUDITORS: readonly Role[] = ['compliance', 'auditor'];
/** Of no ledger. */
const ALWAYS = [
  'GET /v1/ledgers',
  'GET /v1/operator/sessions',
  'POST /v1/operator/sessions/{id}/end',
  'POST /v1/operator/session/renew',
  'POST /v1/operator/authenticator',
  'POST /v1/operator/factors',
];
const OPEN = [
  'POST /v1/operator/enrolment',
  'POST /v1/operator/enrolment/confirm',
  'POST /v1/operator/sessions',
  'POST /v1/operator/password',
];

const clock = new HandClock();
let server: TestServer;
let operations: string[];
let theirs: string;
let foreign: string;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
  foreign = formatLedgerId(await server.test.createLedger('foreign'));
  theirs = formatLedgerId(server.test.ledgerId);
  for (const role of OF_A_LEDGER) tokens.set(role, await sessionOf(server, clock, await member(role, role)));
  const { paths } = (await server.send('GET', '/v1/openapi.json')).body as {
    paths: Record<string, Record<string, object>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
});
afterAll(() => server.stop());

const shell = (name: 'operator.grant' | 'operator.revoke', input: Record<string, unknown>) =>
  server.test.run(name, input, { ledgerId: 0 });

/** Enrolled, with this role for the ledger of the test and no other. */
async function member(name: string, role: Role): Promise<TestOperator> {
  const operator = await enrol(server, clock, name.replace('_', '-'), 'support');
  await shell('operator.grant', { name: operator.name, role, ledger: 'test' });
  await shell('operator.revoke', { name: operator.name });
  return operator;
}

const send = (operation: string, key: string | undefined, ledger: string | undefined) => {
  const [method = '', template = ''] = operation.split(' ');
  const path = template.replace(/\/(\w+)\/\{id\}/, '/$1/unknown');
  const query = path.endsWith('/statement') ? '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z' : '';
  const headers = { 'Idempotency-Key': 'grants', ...(ledger === undefined ? {} : { 'Bahi-Ledger': ledger }) };
  return server.send(method, path + query, { key, headers, ...(method === 'GET' ? {} : { json: {} }) });
};

/** Whoever is let in may hear that there is nothing of that id, or what is missing in the body; never of ledgers. */
const isLetIn = ({ status, text }: Received): boolean =>
  status === 200 || ((status === 404 || status === 400) && !/There is no ledger|Bahi-Ledger/.test(text));

describe('a role for one ledger', () => {
  test.each(OF_A_LEDGER)('%s: admitted there as far as the role goes, and nowhere else', async (role) => {
    const key = tokens.get(role);
    expect(operations.length).toBeGreaterThan(18);
    for (const operation of operations.filter((each) => !OPEN.includes(each))) {
      const asked = [theirs, foreign, undefined].map((ledger) => send(operation, key, ledger));
      const [here, there, nowhere] = (await Promise.all(asked)) as [Received, Received, Received];
      const found = {
        operation,
        letIn: [here, there, nowhere].map(isLetIn),
        statuses: [there.status, nowhere.status],
      };
      if (ALWAYS.includes(operation)) expect(found).toMatchObject({ letIn: [true, true, true] });
      else if (THERE.includes(operation) || (AUDITORS.includes(role) && AUDIT.includes(operation))) {
        expect(found).toEqual({ operation, letIn: [true, false, false], statuses: [404, 400] });
        expect(there.body['detail']).toBe(`There is no ledger ${foreign}.`);
      } else expect(found).toEqual({ operation, letIn: [false, false, false], statuses: [403, 403] });
    }
  });

  test('V8.2.2: a foreign ledger answers as an unknown one, by name and by id', async () => {
    const key = tokens.get('auditor');
    const shown = async (ledger: string) => {
      const { status, body } = await send('GET /v1/accounts', key, ledger);
      return {
        status,
        body: { ...body, request_id: '', detail: String(body['detail']).replace(ledger, 'it') },
      };
    };
    const unknown = await shown('no-such-ledger');
    expect(unknown.status).toBe(404);
    for (const ledger of ['foreign', foreign, 'installation']) expect(await shown(ledger)).toEqual(unknown);
  });

  test('lists that ledger and no other', async () => {
    const listed = await server.send('GET', '/v1/ledgers', { key: tokens.get('support') });
    expect(listed.body['data']).toMatchObject([{ id: theirs }]);
  });
});

describe('V8.3.2: a change of roles', () => {
  test('acts on the next request of an open session, both ways', async () => {
    const asha = await member('asha', 'auditor');
    const key = await sessionOf(server, clock, asha);
    const statuses = async () => {
      const all = [
        send('GET /v1/accounts', key, theirs),
        send('GET /v1/accounts', key, foreign),
        send('GET /v1/operators', key, undefined),
      ];
      return (await Promise.all(all)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 404, 403]);
    await shell('operator.grant', { name: 'asha', role: 'compliance' });
    expect(await statuses()).toEqual([200, 200, 200]);
    await shell('operator.grant', { name: 'asha', role: 'admin' });
    expect(await statuses()).toEqual([200, 403, 200]);
    await shell('operator.revoke', { name: 'asha', ledger: 'test' });
    expect(await statuses()).toEqual([403, 403, 200]);
    await shell('operator.revoke', { name: 'asha' });
    expect(await statuses()).toEqual([403, 403, 403]);
    expect((await server.send('GET', '/v1/operator/sessions', { key })).status).toBe(200);
  });

  test('stands in the log, and everything follows from it', async () => {
    const sql = testPool(server.test.database.serve, 1);
    const { linkKey } = server.test;
    expect((await verifyLedger({ sql, linkKey, ledgerId: 0 })).problems).toEqual([]);
    await sql.end({ timeout: 5 });
  });
});
