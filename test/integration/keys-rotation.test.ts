/** The rotation of API keys through the database: two processes, one ledger; what follows, what ends, what is refused. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../src/engine/command.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { createTransfer } from '../../src/engine/transfers/create-transfer.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { matchesHash, prefixOf } from '../../src/identity/api-key.ts';
import { defined } from '../../src/kernel/assert.ts';
import { parseMicros } from '../../src/kernel/clock.ts';
import { parseId } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';
import { anotherProcess } from '../support/processes.ts';

let bahi: TestEngine;
let other: { readonly engine: Engine; readonly posters: Posters };

beforeAll(async () => {
  bahi = await openTestEngine();
  const posters = anotherProcess(bahi);
  other = { posters, engine: { ...bahi.engine, posters } };
  await bahi.run('account.create', { code: 'bank', kind: 'asset', currency: 'INR' });
  await bahi.run('account.create', { code: 'till', kind: 'liability', currency: 'INR' });
});
afterAll(async () => {
  await other.posters.stop(1000);
  await bahi.stop();
});

const failure = (code: string) => expect.objectContaining({ code });
const SCOPES = ['transfers:write', 'transfers:unrestricted'];

async function rotate(id: string, more: Body = {}, ledgerId = bahi.ledgerId): Promise<Body> {
  const { status, body } = await bahi.run('key.rotate', { id, ...more }, { ledgerId });
  expect(status).toBe(201);
  return USE_CASES.find(({ name }) => name === 'key.rotate')?.output.parse(body) as Body;
}

/** One rupee through a process of one's choice. */
const pay = (actor: Actor, engine = bahi.engine, idempotencyKey: string = randomUUID()) =>
  createTransfer.run(engine, {
    actor,
    ledgerId: bahi.ledgerId,
    requestId: `req_${randomUUID()}`,
    idempotencyKey,
    input: createTransfer.input.parse({
      legs: [{ debit: 'bank', credit: 'till', amount: '1', currency: 'INR' }],
    }),
  });

async function verify(ledgerId: number) {
  const sql = testPool(bahi.database.owner, 1);
  try {
    return await verifyLedger({ sql, linkKey: bahi.linkKey, ledgerId });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const actorOf = ({ id, client }: Body): Actor => ({
  name: String(id),
  client: String(client),
  apiKey: defined(parseId('key', bahi.ledgerId, String(id)), 'a key has an id'),
});

test('the successor has the client and the scopes, and the key before it ends after the overlap', async () => {
  const old = await bahi.client('app', SCOPES);
  const made = await rotate(old.name, { overlap_seconds: 3600, expires_at: '2999-01-01T00:00:00Z' });
  expect(made).toMatchObject({ client: 'app', scopes: SCOPES, expires_at: '2999-01-01T00:00:00.000000Z' });
  const before = made['replaces'] as { id: string; ends_at: string };
  const overlap = Number(parseMicros(before.ends_at)) - Number(parseMicros(String(made['created_at'])));
  expect([before.id, overlap]).toEqual([old.name, 3_600_000_000]);
  const { data } = await bahi.read('key.list');
  expect(data).toContainEqual(
    expect.objectContaining({ id: old.name, expires_at: before.ends_at, successor: made['id'] }),
  );
  expect(data).toContainEqual(expect.objectContaining({ id: made['id'], successor: null }));
  const token = String(made['token']);
  const found = await bahi.engine.reads.findApiKey(String(prefixOf(token)));
  expect(matchesHash(token, String(found?.signed[2]))).toBe(true);
});

test('both keys move money during the overlap, and a retry under the other one moves it once', async () => {
  const old = await bahi.client('app', SCOPES);
  const next = actorOf(await rotate(old.name));
  const key = randomUUID();
  const first = await pay(old, bahi.engine, key);
  const again = await pay(next, other.engine, key);
  expect([again.replayed, again.body['id']]).toEqual([true, first.body['id']]);
  expect((await pay(next)).status).toBe(201);
});

test('what one process rotates without overlap or revokes, another that knows the key refuses at once', async () => {
  const old = await bahi.client('app', SCOPES);
  expect((await pay(old, other.engine)).status).toBe(201);
  const next = actorOf(await rotate(old.name, { overlap_seconds: 0 }));
  await expect(pay(old, other.engine)).rejects.toThrow(failure('unauthenticated'));
  expect((await pay(next, other.engine)).status).toBe(201);
  await bahi.run('key.revoke', { id: next.name });
  await expect(pay(next, other.engine)).rejects.toThrow(failure('unauthenticated'));
});

test('a rotation never puts off the end that a key has', async () => {
  const { body } = await bahi.run('key.create', {
    client: 'app',
    scopes: SCOPES,
    expires_at: new Date(Date.now() + 600_000).toISOString(),
  });
  const { replaces } = await rotate(String(body['id']), { overlap_seconds: 86_400 });
  expect((replaces as Body)['ends_at']).toBe(body['expires_at']);
});

test('the networks of a key go to its successor, unless others are named', async () => {
  const networks = ['203.0.113.0/24', '2001:DB8::/32'];
  const { body } = await bahi.run('key.create', { client: 'app', scopes: SCOPES, networks });
  expect(body['networks']).toEqual(['203.0.113.0/24', '2001:db8::/32']);
  const next = await rotate(String(body['id']));
  expect(next['networks']).toEqual(['203.0.113.0/24', '2001:db8::/32']);
  expect((await rotate(String(next['id']), { networks: [] }))['networks']).toBeUndefined();
});

test('a second successor, a key of nobody and a key of another ledger are refused', async () => {
  const old = await bahi.client('app', SCOPES);
  await rotate(old.name);
  expect(await bahi.run('key.rotate', { id: old.name })).toMatchObject({
    status: 422,
    body: { code: 'key_not_current' },
  });
  const ledgerId = await bahi.createLedger('rotation-elsewhere');
  const { body } = await bahi.run('key.create', { client: 'app', scopes: SCOPES }, { ledgerId });
  for (const id of [String(body['id']), 'key_0000000000000000', 'nonsense'])
    await expect(bahi.run('key.rotate', { id })).rejects.toThrow(failure('not_found'));
});

test('a test key rotates to a test key, which ends by the clock of its ledger', async () => {
  const ledgerId = await bahi.createLedger('rotation-sandbox', true);
  await bahi.run('clock.move', { advance_seconds: 86_400 }, { ledgerId });
  const ahead = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const create = (expires_at: string) =>
    bahi.run('key.create', { client: 'app', scopes: ['transfers:read'], expires_at }, { ledgerId });
  await expect(create(ahead(80_000))).rejects.toThrow(failure('invalid_request'));
  const old = (await create(ahead(90_000))).body;
  await expect(rotate(String(old['id']), { expires_at: ahead(80_000) }, ledgerId)).rejects.toThrow(
    failure('invalid_request'),
  );
  const next = await rotate(String(old['id']), { overlap_seconds: 60 }, ledgerId);
  expect([old['token'], next['token']]).toEqual([
    expect.stringMatching(/^bahi_test_/),
    expect.stringMatching(/^bahi_test_/),
  ]);
  const { ends_at } = next['replaces'] as { ends_at: string };
  expect(Date.parse(ends_at)).toBeGreaterThan(Date.parse(ahead(86_000)));
  await bahi.run('clock.move', { advance_seconds: 61 }, { ledgerId });
  expect(await bahi.run('key.rotate', { id: old['id'] }, { ledgerId })).toMatchObject({
    body: { code: 'key_not_current' },
  });
  expect((await verify(ledgerId)).problems).toEqual([]);
});

test('a ledger with rotations and networks is sound to its verifier', async () => {
  expect((await verify(bahi.ledgerId)).problems).toEqual([]);
});
