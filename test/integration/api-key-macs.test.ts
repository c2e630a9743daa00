/**
 * API keys that an administrator of the database wrote or changed: refused at the door and by the fold, with an alarm, and
 * named by the verifier.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { signApiKeys } from '../../src/engine/keys/sign-keys.ts';
import type { Answer } from '../../src/engine/render.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { newApiKey, prefixOf } from '../../src/identity/api-key.ts';
import { defined } from '../../src/kernel/assert.ts';
import { formatId } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { anotherProcess } from '../support/processes.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let admin: Sql;
let token: string;
let id: number;

beforeAll(async () => {
  server = await startServer();
  admin = testPool(server.test.database.admin, 1);
  // Past the triggers, as an administrator of the database may.
  await admin`set session_replication_role = replica`;
  token = await server.apiKey(['transfers:read', 'transfers:write', 'accounts:read']);
  const found = await server.test.engine.reads.findApiKey(String(prefixOf(token)));
  id = Number(found?.key_id);
});
afterAll(async () => {
  await admin.end({ timeout: 5 });
  await server.stop();
});

const ledgerId = (): number => server.test.ledgerId;
const read = (key = token) => server.send('GET', '/v1/accounts', { key });
const checks = async (): Promise<string[]> => {
  const { problems } = await verifyLedger({ sql: admin, linkKey: server.test.linkKey, ledgerId: ledgerId() });
  return [...new Set(problems.map(({ check }) => check))];
};
const alarms = () => server.lines.filter(({ message }) => /has no valid MAC/.test(String(message)));

/** The fold of a process that has never seen the key decides on a command of it. */
async function postingBy(apiKey: number): Promise<string> {
  const posters = anotherProcess(server.test);
  const actor = { name: formatId('key', ledgerId(), apiKey), client: 'app', apiKey };
  const legs = [{ debit: 'nobody', credit: 'nothing', amount: '1.00', currency: 'INR' }];
  const createTransfer = defined(
    USE_CASES.find(({ name }) => name === 'transfer.create'),
    'the use case',
  );
  const call = { actor, ledgerId: ledgerId(), requestId: 'req_1', idempotencyKey: randomUUID() };
  const run = createTransfer.run as (engine: Engine, call: unknown) => Promise<Answer>;
  try {
    const input = createTransfer.input.parse({ legs });
    return String((await run({ ...server.test.engine, posters }, { ...call, input })).body['code']);
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await posters.stop(1000);
  }
}

test('a key that was given another scope in the database opens nothing', async () => {
  expect((await read()).status).toBe(200);
  await admin`update bahi.api_key set scopes = scopes || '{transfers:unrestricted}' where key_id = ${id}`;
  expect(await read()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect(await postingBy(id)).toBe('unauthenticated');
  expect(alarms()).toMatchObject([{ api_key: expect.stringMatching(/^key_/) }]);
  expect(await checks()).toEqual(['api_keys', 'link']);
  await admin`update bahi.api_key set scopes = scopes[1:3] where key_id = ${id}`;
  expect((await read()).status).toBe(200);
  expect(await postingBy(id)).toBe('account_unknown');
  expect(await checks()).toEqual([]);
});

test('a key that was inserted opens nothing, with a MAC of another row or with none', async () => {
  const { token: forged, prefix, secretHash } = newApiKey('live');
  await admin`insert into bahi.api_key (ledger_id, key_id, client, prefix, secret_hash, scopes)
    select ledger_id, key_id + 1, client, ${prefix}, decode(${secretHash}, 'hex'), scopes from bahi.api_key where key_id = ${id}`;
  expect((await read(forged)).status).toBe(401);
  await admin`insert into bahi.api_key_mac (ledger_id, key_id, mac)
    select ledger_id, key_id + 1, mac from bahi.api_key_mac where key_id = ${id}`;
  expect((await read(forged)).status).toBe(401);
  expect(await postingBy(id + 1)).toBe('unauthenticated');
  expect(await checks()).toContain('api_keys');
  await admin`delete from bahi.api_key_mac where key_id = ${id + 1}`;
  await admin`delete from bahi.api_key where key_id = ${id + 1}`;
  expect(await checks()).toEqual([]);
});

test('the row of one ledger does not do in another', async () => {
  const other = await server.test.createLedger('delhi');
  await admin`update bahi.api_key set ledger_id = ${other} where key_id = ${id}`;
  await admin`update bahi.api_key_mac set ledger_id = ${other} where key_id = ${id}`;
  expect((await read()).status).toBe(401);
  await admin`update bahi.api_key set ledger_id = ${ledgerId()} where key_id = ${id}`;
  await admin`update bahi.api_key_mac set ledger_id = ${ledgerId()} where key_id = ${id}`;
  expect((await read()).status).toBe(200);
});

test('keys that are older than MACs are given theirs by the migration, and the log verifies', async () => {
  await admin`delete from bahi.api_key_mac`;
  expect((await read()).status).toBe(401);
  expect(await checks()).toEqual(['api_keys']);
  const { reads, rowKey } = server.test.engine;
  await signApiKeys(reads.keyStore, rowKey);
  await signApiKeys(reads.keyStore, rowKey);
  expect((await read()).status).toBe(200);
  expect(await checks()).toEqual([]);
});
