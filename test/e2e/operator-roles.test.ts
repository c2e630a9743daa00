/**
 * V8.2.1, V8.3.1: what each role may do, at every operation that the OpenAPI document has. What is expected is written here
 * and not read from the table of roles; an operation that stands in no row is expected to be denied to all.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_PERMISSIONS, permissionsOf, ROLES, type Role, rolesWith } from '../../src/identity/role.ts';
import { enrol, HandClock, sessionOf } from '../support/operators.ts';
import { ALL_SCOPES, startServer, type TestServer } from '../support/server.ts';

const READERS: readonly Role[] = ['compliance', 'fraud_analyst', 'auditor', 'support'];
const EXPECTED: Readonly<Record<string, readonly Role[]>> = {
  'GET /v1/accounts': READERS,
  'GET /v1/accounts/tree': READERS,
  'GET /v1/accounts/tree/children': READERS,
  'GET /v1/accounts/{id}': READERS,
  'GET /v1/accounts/{id}/entries': READERS,
  'GET /v1/accounts/{id}/limits': READERS,
  'GET /v1/accounts/{id}/statement': READERS,
  'GET /v1/transfers': READERS,
  'GET /v1/transfers/{id}': READERS,
  'GET /v1/periods': READERS,
  'GET /v1/periods/{id}/balances': READERS,
  'GET /v1/pools': READERS,
  'GET /v1/customers/{customer}': READERS,
  'GET /v1/pools/{id}': READERS,
  'GET /v1/audit/checkpoint': ['compliance', 'auditor'],
  'GET /v1/audit/proofs/inclusion': ['compliance', 'auditor'],
  'GET /v1/audit/proofs/consistency': ['compliance', 'auditor'],
  'GET /v1/ledgers': ROLES,
  'GET /v1/operators': ['admin', 'compliance', 'auditor'],
  'GET /v1/operators/{id}/sessions': ['admin', 'auditor'],
  'POST /v1/operators/{id}/sessions/end': ['admin'],
  'GET /v1/operator/sessions': ROLES,
  'POST /v1/operator/sessions/{id}/end': ROLES,
  'POST /v1/operator/session/renew': ROLES,
  'POST /v1/operator/authenticator': ROLES,
  'POST /v1/operator/factors': ROLES,
};
/** Taken before anybody is known. */
const OPEN = [
  'POST /v1/operator/enrolment',
  'POST /v1/operator/enrolment/confirm',
  'POST /v1/operator/sessions',
  'POST /v1/operator/password',
];
/** There is none of these to be found by those who are let in. */
const NOT_FOUND = [
  'POST /v1/operator/sessions/{id}/end',
  'GET /v1/periods/{id}/balances',
  'GET /v1/audit/checkpoint',
];

/** The body of the matrix lacks what these want of those who are let in. */
const INCOMPLETE = [
  'POST /v1/operator/session/renew',
  'POST /v1/operator/factors',
  'GET /v1/audit/proofs/inclusion',
  'GET /v1/audit/proofs/consistency',
];

/** Of whom nothing is known, which is an answer as well. */
const CUSTOMER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

interface Operation {
  readonly operationId: string;
  readonly 'x-roles'?: readonly string[];
}

const clock = new HandClock();
let server: TestServer;
let operations: [name: string, operation: Operation][];
const tokens = new Map<Role, string>();
let ids: Record<string, string>;

beforeAll(async () => {
  server = await startServer({ engine: { clock } });
  for (const role of ROLES)
    tokens.set(
      role,
      await sessionOf(server, clock, await enrol(server, clock, role.replace('_', '-'), role)),
    );
  const { paths } = (await server.send('GET', '/v1/openapi.json')).body as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
  const account = { kind: 'liability', currency: 'INR', floor: '0.00' };
  const [one, other] = [
    await server.test.run('account.create', { ...account, code: 'one', floor: null }),
    await server.test.run('account.create', { ...account, code: 'other' }),
  ];
  const paid = await server.test.pay(String(one.body['code']), String(other.body['code']), '5.00');
  const pool = await server.test.run('pool.create', {
    name: 'both',
    currency: 'INR',
    accounts: ['one', 'other'],
    limits: [{ name: 'daily', direction: 'outgoing', window: 'day', amount: '100.00' }],
  });
  // Somebody else, whose sessions may be ended.
  const invited = await enrol(server, clock, 'somebody', 'support');
  ids = {
    accounts: String(one.body['id']),
    transfers: String(paid.body['id']),
    pools: String(pool.body['id']),
    sessions: 'ses_0000000000000001',
    periods: 'per_0000000000000001',
    operators: invited.id,
  };
  // Sessions begin by the database's clock, and some of this takes a fresh one.
  clock.aheadMicros = 0;
});
afterAll(() => server.stop());

const send = (name: string, key: string | undefined, headers: Record<string, string> = {}) => {
  const [method = '', template = ''] = name.split(' ');
  const path = template
    .replace(/\/(\w+)\/\{id\}/, (_, kind: string) => `/${kind}/${ids[kind]}`)
    .replace('{customer}', CUSTOMER);
  const query = path.endsWith('/statement')
    ? `?from=2026-01-01T00:00:00Z&to=${new Date().toISOString()}`
    : '';
  const json = method === 'GET' ? {} : { json: {} };
  const named = { 'Bahi-Ledger': 'test', 'Idempotency-Key': 'matrix', ...headers };
  return server.send(method, path + query, { key, headers: named, ...json });
};

describe('the matrix of roles and operations', () => {
  test.each(ROLES)('%s is admitted where it may be, and nowhere else', async (role) => {
    expect(operations.length).toBeGreaterThan(18);
    for (const [name] of operations.filter(([each]) => !OPEN.includes(each))) {
      const { status, body } = await send(name, tokens.get(role));
      const mayBe = EXPECTED[name]?.includes(role) ?? false;
      const admitted = NOT_FOUND.includes(name) ? 404 : INCOMPLETE.includes(name) ? 400 : 200;
      expect({ name, role, status, code: body['code'] }).toMatchObject(
        mayBe ? { status: admitted } : { status: 403, code: 'forbidden' },
      );
    }
  });

  test('nobody is admitted without a credential, but to become somebody', async () => {
    for (const [name] of operations) {
      const { status } = await send(name, undefined);
      expect({ name, status }).toEqual({ name, status: OPEN.includes(name) ? 400 : 401 });
    }
  });

  test('an API key has no business with operators, whatever its scopes', async () => {
    const key = await server.apiKey(ALL_SCOPES);
    for (const [name] of operations.filter(
      ([each]) => /\/v1\/operators?\b/.test(each) && !OPEN.includes(each),
    ))
      expect(await send(name, key)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test('the document says who is admitted', () => {
    for (const [name, operation] of operations)
      expect({ name, roles: operation['x-roles'] ?? [] }).toEqual({ name, roles: EXPECTED[name] ?? [] });
  });

  test('every permission is some role’s, and no role has one that is none', () => {
    for (const permission of OPERATOR_PERMISSIONS) expect(rolesWith(permission).length).toBeGreaterThan(0);
    for (const role of ROLES)
      expect(OPERATOR_PERMISSIONS).toEqual(expect.arrayContaining([...permissionsOf(role)]));
    expect(rolesWith('transfers:write')).toEqual([]);
  });
});

describe('the ledger of an operator', () => {
  test('is named by id or by name, once, and is one that there is', async () => {
    const key = tokens.get('auditor');
    const list = (headers: Record<string, string | string[]>) =>
      server.send('GET', '/v1/accounts', { key, headers });
    const byName = await list({ 'Bahi-Ledger': 'test' });
    expect(byName.body['data']).toHaveLength(2);
    const [ledger] = (await server.send('GET', '/v1/ledgers', { key })).body['data'] as { id: string }[];
    expect((await list({ 'Bahi-Ledger': String(ledger?.id) })).body['data']).toEqual(byName.body['data']);
    expect(await list({})).toMatchObject({ status: 400, body: { errors: [{ pointer: 'Bahi-Ledger' }] } });
    expect(await list({ 'Bahi-Ledger': ['test', 'test'] })).toMatchObject({ status: 400 });
    expect(await list({ 'Bahi-Ledger': 'installation' })).toMatchObject({ status: 404 });
    expect(await list({ 'Bahi-Ledger': 'ldg_0000000' })).toMatchObject({ status: 404 });
  });

  test('does not turn what an API key sees', async () => {
    const key = await server.apiKey(['accounts:read']);
    await server.test.createLedger('neighbour');
    const got = await server.send('GET', '/v1/accounts', { key, headers: { 'Bahi-Ledger': 'neighbour' } });
    expect(got.body['data']).toHaveLength(2);
  });
});
