/**
 * Ledgers and API keys: made at the command line, listed without secrets, dead when revoked.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerByRef } from '../../src/engine/ledgers/ledger-view.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { matchesHash, prefixOf } from '../../src/identity/api-key.ts';
import { formatLedgerId, INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { type Body, openTestEngine, type TestEngine, type UseCaseName } from '../support/engine.ts';

let bahi: TestEngine;

beforeAll(async () => {
  bahi = await openTestEngine();
});
afterAll(() => bahi.stop());

const failure = (code: string) => expect.objectContaining({ code });
const installation = { ledgerId: INSTALLATION_LEDGER };

async function run(name: UseCaseName, input: Body, options = {}): Promise<Body> {
  const { status, body } = await bahi.run(name, input, options);
  expect(status).toBeLessThan(300);
  return USE_CASES.find((useCase) => useCase.name === name)?.output.parse(body) as Body;
}

test('a new key is shown once, found by its prefix, and stored as a hash only', async () => {
  const scopes = ['transfers:write', 'accounts:read', 'transfers:write'];
  const created = await run('key.create', { client: 'app', scopes, expires_at: '2999-01-01T00:00:00Z' });
  const token = String(created['token']);
  expect(created).toMatchObject({
    client: 'app',
    scopes: ['accounts:read', 'transfers:write'],
    expires_at: '2999-01-01T00:00:00.000000Z',
  });
  const found = await bahi.engine.reads.findApiKey(String(prefixOf(token)));
  expect(found).toMatchObject({ ledger_id: bahi.ledgerId, revoked: false });
  expect(found?.signed[0]).toBe('app');
  expect(matchesHash(token, String(found?.signed[2]))).toBe(true);
  const listed = await run('key.list', {});
  expect(listed['data']).toContainEqual({
    id: created['id'],
    client: 'app',
    prefix: created['prefix'],
    scopes: created['scopes'],
    expires_at: created['expires_at'],
    revoked: false,
    networks: [],
    rate: null,
    successor: null,
    last_used_at: null,
  });
  expect(JSON.stringify(listed)).not.toContain(token.slice(-20));
});

test('the secret stands in no event', async () => {
  const { token } = await run('key.create', { client: 'app', scopes: ['transfers:read'] });
  const events = await bahi.engine.reads.events(bahi.ledgerId, 0, 1000);
  expect(events.length).toBeGreaterThan(0);
  for (const { body } of events) expect(body).not.toContain(String(token).slice(-20));
});

test('a revoked key is listed as such and revoked once', async () => {
  const { id } = await run('key.create', { client: 'app', scopes: ['transfers:read'] });
  expect(await run('key.revoke', { id })).toMatchObject({ id, revoked_at: expect.any(String) });
  expect((await run('key.list', {}))['data']).toContainEqual(expect.objectContaining({ id, revoked: true }));
  await expect(bahi.run('key.revoke', { id })).rejects.toThrow(failure('not_found'));
});

test('a key of another ledger is unknown, and not listed', async () => {
  const ledgerId = await bahi.createLedger('keys-elsewhere');
  const { id } = await run('key.create', { client: 'app', scopes: ['transfers:read'] }, { ledgerId });
  await expect(bahi.run('key.revoke', { id })).rejects.toThrow(failure('not_found'));
  expect(JSON.stringify(await run('key.list', {}))).not.toContain(String(id));
});

test('a key that is expired from the start is refused', async () => {
  const input = { client: 'app', scopes: ['transfers:read'], expires_at: '2020-01-01T00:00:00Z' };
  await expect(bahi.run('key.create', input)).rejects.toThrow(failure('invalid_request'));
});

test('listing ledgers is for keys of the installation, and nothing else is', async () => {
  const key = (scope: string, options = {}) =>
    bahi.run('key.create', { client: 'ops', scopes: [scope] }, options);
  expect((await key('ledgers:read', installation)).status).toBe(201);
  await expect(key('ledgers:read')).rejects.toThrow(failure('invalid_request'));
  await expect(key('transfers:write', installation)).rejects.toThrow(failure('invalid_request'));
  await expect(bahi.run('ledger.list')).rejects.toThrow(failure('forbidden'));
});

test('what is done at the command line is forbidden to every API key', async () => {
  const actor = await bahi.client('app', ['accounts:read', 'accounts:write']);
  const inputs: Partial<Record<UseCaseName, Body>> = {
    'key.create': { client: 'x', scopes: ['transfers:read'] },
    'key.revoke': { id: actor.name },
    'key.rotate': { id: actor.name },
    'ledger.create': { name: 'mine' },
    'operator.create': { name: 'mine', role: 'admin' },
    'operator.disable': { name: 'mine' },
    'operator.grant': { name: 'mine', role: 'auditor' },
    'operator.revoke': { name: 'mine' },
    'operator.reset': { name: 'mine' },
    'operator.unlock': { name: 'mine' },
    'policy.set': { rules: [], expires_in_seconds: 3600 },
  };
  const atShell = USE_CASES.filter(({ permission }) => permission === 'shell');
  expect(atShell.length).toBe(12);
  for (const { name } of atShell)
    await expect((async () => bahi.run(name, inputs[name] ?? {}, { actor }))()).rejects.toThrow(
      failure('forbidden'),
    );
});

test('a ledger is listed and found by its name and by its id', async () => {
  const ledgerId = await bahi.createLedger('books');
  const id = formatLedgerId(ledgerId);
  const { data } = await run('ledger.list', {}, installation);
  expect(data).toContainEqual({ id, name: 'books', created_at: expect.any(String) });
  expect(JSON.stringify(data)).not.toContain('installation');
  for (const ref of ['books', id])
    expect(await ledgerByRef(bahi.engine, ref)).toMatchObject({ ledger_id: ledgerId });
  for (const ref of ['Books', 'installation', 'ldg_0000000'])
    await expect(ledgerByRef(bahi.engine, ref)).rejects.toThrow(failure('not_found'));
});

test("a name that is taken is refused, the name of the installation's log included", async () => {
  await bahi.createLedger('taken');
  for (const name of ['taken', 'installation'])
    expect(await bahi.run('ledger.create', { name })).toMatchObject({
      status: 422,
      body: { code: 'name_taken' },
    });
});
