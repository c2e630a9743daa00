/** The master key wraps the data keys: it is replaced while servers run, and nothing is opened without it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Sql } from '../../src/db/connect.ts';
import { keyCheckValue } from '../../src/engine/batch-rows.ts';
import { KEY_PURPOSES, openKeyring, rewrap, UnknownWrappingKey } from '../../src/engine/keyring/keyring.ts';
import { KeyringStore } from '../../src/engine/keyring/store.ts';
import { createLedger } from '../../src/engine/ledgers/create-ledger.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { SIGN_IN_RATE } from '../../src/identity/rate.ts';
import { localKeyProvider } from '../../src/platform/key-provider.ts';
import { derivedKey } from '../../src/platform/keys.ts';
import { openRuntime, type Runtime } from '../../src/runtime.ts';
import { environmentOf, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

let database: TestDatabase;
let admin: Sql;
let folder: string;

beforeAll(async () => {
  database = await freshDatabase();
  admin = testPool(database.admin, 1);
  folder = await mkdtemp(join(tmpdir(), 'bahi-master-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await admin.end({ timeout: 5 });
  await database.drop();
});

const options = { applicationName: 'bahi test', log: pino({ level: 'silent' }), poolMax: 1 };
const open = (masterKey: Buffer, of = database): Promise<Runtime> => {
  const config: Config = {
    dataDir: '/nonexistent',
    database: of.serve,
    ownerDatabase: undefined,
    host: '127.0.0.1',
    port: 0,
    masterKey,
    logLevel: 'silent',
    tls: undefined,
    trustedProxies: undefined,
    checkpointDir: '/nonexistent',
    checkpointLagSeconds: 60,
    factorWaitSeconds: 0,
    signInRate: SIGN_IN_RATE,
  };
  return openRuntime(config, options);
};

async function using<T>(
  masterKey: Buffer,
  of: TestDatabase,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = await open(masterKey, of);
  try {
    return await use(runtime);
  } finally {
    await runtime.stop(1000);
  }
}
const linkSecretUnder = (masterKey: Buffer, of = database): Promise<string> =>
  using(masterKey, of, async ({ linkKey }) => linkKey.secret.toString('hex'));

test('data keys are random, one for each purpose, and stored wrapped', async () => {
  const master = randomBytes(32);
  const secret = await linkSecretUnder(master);
  expect(await linkSecretUnder(master)).toBe(secret);
  expect(secret).not.toBe(derivedKey(master, 'link').toString('hex'));
  const rows = await admin<
    { purpose: string; wrapped: Buffer }[]
  >`select purpose, wrapped from bahi.data_key`;
  expect(rows.map(({ purpose }) => purpose).sort()).toEqual([...KEY_PURPOSES].sort());
  for (const { wrapped } of rows) {
    expect(wrapped.includes(Buffer.from(secret, 'hex'))).toBe(false);
    expect(wrapped.includes(Buffer.from(secret, 'hex').toString('base64'))).toBe(false);
  }
  await expect(open(randomBytes(32))).rejects.toThrow(/master key is not the one/);
});

test('of two first starts at once the keys of one count', async () => {
  const both = await freshDatabase();
  const master = randomBytes(32);
  try {
    const secrets = await Promise.all(Array.from({ length: 4 }, () => linkSecretUnder(master, both)));
    expect(new Set(secrets).size).toBe(1);
  } finally {
    await both.drop();
  }
});

test('an installation whose keys were derived keeps them', async () => {
  const older = await freshDatabase();
  const pool = testPool(older.serve, 1);
  const master = randomBytes(32);
  try {
    const [row] = await pool<{ r: string }[]>`select bahi.installation_get() as r`;
    const secret = derivedKey(master, 'link');
    const check = keyCheckValue({ version: 1, secret, installation: String(row?.r) });
    await pool`select bahi.link_key_register(1::smallint, ${check})`;
    expect(await linkSecretUnder(master, older)).toBe(secret.toString('hex'));
    await expect(open(randomBytes(32), older)).rejects.toThrow(/master key is not the one/);
  } finally {
    await pool.end({ timeout: 5 });
    await older.drop();
  }
});

test('a wrapped key that was changed, or put in the place of another, opens nothing', async () => {
  const changed = await freshDatabase();
  const master = randomBytes(32);
  const superuser = testPool(changed.admin, 1);
  try {
    await linkSecretUnder(master, changed);
    await superuser`create table kept as select * from bahi.data_key`;
    for (const change of [
      superuser`update bahi.data_key k set wrapped = o.wrapped from kept o where k.purpose = 'link' and o.purpose = 'seal'`,
      superuser`update bahi.data_key set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1) where purpose = 'cursor'`,
      superuser`delete from bahi.data_key`,
    ]) {
      await change;
      await expect(open(master, changed)).rejects.toThrow(/master key is not the one/);
      await superuser`delete from bahi.data_key`;
      await superuser`insert into bahi.data_key select * from kept`;
    }
    await linkSecretUnder(master, changed);
  } finally {
    await superuser.end({ timeout: 5 });
    await changed.drop();
  }
});

test('the master key is replaced while a server runs, and the log goes on', async () => {
  const rotated = await freshDatabase();
  const env = environmentOf(rotated);
  const old = Buffer.from(String(env['BAHI_MASTER_KEY']), 'hex');
  const next = randomBytes(32);
  const file = join(folder, 'next.key');
  await writeFile(file, `${next.toString('base64')}\n`, { mode: 0o600 });
  const running = await open(old, rotated);
  const run = (line: string, more = {}) => runCli(['master-key', ...line.split(' ')], { ...env, ...more });
  try {
    expect((await runCli(['ledger', 'create', 'before'], env)).code).toBe(0);
    const oldId = running.keyring.provider.currentKeyId;
    const nextId = localKeyProvider(next).currentKeyId;
    expect(await run(`retire ${nextId}`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no data key/),
    });
    await chmod(file, 0o644);
    expect(await run(`rewrap --to ${file}`)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/chmod 600/),
    });
    await chmod(file, 0o600);
    const rewrapped = await run(`rewrap --to ${file} --json`);
    expect(JSON.parse(rewrapped.stdout)).toEqual({ from: oldId, to: nextId, added: KEY_PURPOSES.length });
    expect(JSON.parse((await run(`rewrap --to ${file} --json`)).stdout)).toMatchObject({ added: 0 });
    expect(await linkSecretUnder(next, rotated)).toBe(await linkSecretUnder(old, rotated));
    // The old key is in use where it is set, and the next one is not retired by mistake.
    expect(await run(`retire ${oldId}`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/set here/),
    });
    const withNext = { BAHI_MASTER_KEY: next.toString('hex') };
    const retired = await run(`retire ${oldId}`, withNext);
    expect(retired).toMatchObject({ code: 0, stdout: expect.stringMatching(/any more/) });
    await expect(open(old, rotated)).rejects.toThrow(/master key is not the one/);
    // The server that runs has the data keys in memory, and its batches continue the log of the others.
    const posted = await createLedger.run(running.engine, {
      actor: { name: 'shell:test', client: 'shell', apiKey: undefined },
      ledgerId: 0,
      requestId: 'req_1',
      idempotencyKey: randomUUID(),
      input: { name: 'meanwhile', sandbox: false },
    });
    expect(posted.status).toBe(201);
    expect((await runCli(['ledger', 'create', 'after'], { ...env, ...withNext })).code).toBe(0);
    const { linkKey } = running;
    const report = await verifyLedger({ sql: running.sql, linkKey, ledgerId: 0 });
    expect(report.problems).toEqual([]);
    const log = await running.sql<{ body: string }[]>`select body from bahi.event_list(0, 0, 100)`;
    const changes = log.map(({ body }) => JSON.parse(body)).filter(({ type }) => /^master_key/.test(type));
    expect(changes.map(({ type, actor, data }) => [type, actor, data])).toEqual([
      ['master_key.rewrap', expect.stringMatching(/^shell:/), { from: oldId, to: nextId }],
      ['master_key.rewrap', expect.stringMatching(/^shell:/), { from: oldId, to: nextId }],
      ['master_key.retire', expect.stringMatching(/^shell:/), { from: oldId, to: nextId }],
    ]);
    const listed = JSON.parse((await run('list --json', withNext)).stdout);
    expect(listed.data).toEqual([{ id: nextId, data_keys: [...KEY_PURPOSES].sort(), configured: true }]);
    expect(
      await run(`retire ${nextId}`, { BAHI_MASTER_KEY: randomUUID().replaceAll('-', '').repeat(2) }),
    ).toMatchObject({ code: 1, stderr: expect.stringMatching(/master key is not the one/) });
  } finally {
    await running.stop(1000);
    await rotated.drop();
  }
});

test('a data key is never left without a wrapping', async () => {
  const store = new KeyringStore(testPool(database.serve, 1));
  const [row] = await store.wrapped();
  expect(await store.retire(String(row?.wrapping))).toEqual({ removed: 0, only: 'cursor' });
  const stranger = localKeyProvider(randomBytes(32));
  await expect(rewrap(store, stranger, localKeyProvider(randomBytes(32)), 'x')).rejects.toThrow(
    UnknownWrappingKey,
  );
  await expect(openKeyring(store, stranger, 'x', () => Buffer.alloc(32))).rejects.toThrow(UnknownWrappingKey);
});
