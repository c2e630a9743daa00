/** When keys were used last, through the server and the database. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeyUses } from '../../src/engine/keys/key-uses.ts';
import { defined } from '../../src/kernel/assert.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let uses: KeyUses;

beforeAll(async () => {
  server = await startServer({ keyUses: { note: (ledgerId, apiKey) => uses.note(ledgerId, apiKey) } });
  const { clock, reads } = server.test.engine;
  const warn = (fields: object): never => {
    throw new Error('uses were not noted', { cause: fields });
  };
  uses = new KeyUses({ clock, record: (rows) => reads.keyStore.recordUses(rows), log: { warn } });
});
afterAll(() => server.stop());

const lastUsed = async (token: string): Promise<string | null> => {
  const { data } = await server.test.read('key.list');
  const keys = data as { prefix: string; last_used_at: string | null }[];
  return defined(
    keys.find(({ prefix }) => token.includes(prefix)),
    'the key is listed',
  ).last_used_at;
};

test('a use is shown once it is written, and only of the key that was used', async () => {
  const [used, unused] = [await server.apiKey(['accounts:read']), await server.apiKey(['accounts:read'])];
  const before = Date.now() - 1000;
  expect((await server.send('GET', '/v1/accounts', { key: used })).status).toBe(200);
  await server.send('GET', '/v1/accounts', {
    key: `${unused.slice(0, -1)}${unused.endsWith('0') ? '1' : '0'}`,
  });
  expect(await lastUsed(used)).toBeNull();
  await uses.flush();
  const at = Date.parse(String(await lastUsed(used)));
  expect(at).toBeGreaterThan(before);
  expect(at).toBeLessThan(Date.now() + 1000);
  expect(await lastUsed(unused)).toBeNull();
});

test('a server that comes later with an older use changes nothing', async () => {
  const token = await server.apiKey(['accounts:read']);
  await server.send('GET', '/v1/accounts', { key: token });
  await uses.flush();
  const at = await lastUsed(token);
  const found = defined(await server.test.engine.reads.findApiKey(token.slice(10, 18)), 'the key is there');
  const older = { ledgerId: found.ledger_id, apiKey: found.key_id, ageMs: 3_600_000 };
  await server.test.engine.reads.keyStore.recordUses([older]);
  expect(await lastUsed(token)).toBe(at);
});
