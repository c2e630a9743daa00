/**
 * The command line as its users meet it: one document with --json, one line for an error, exit 0, 1 or 2, and the
 * embedded database left as it was found.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Environment, environmentOf, type Finished, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase } from '../support/cluster.ts';

let database: TestDatabase;
let env: Environment;

beforeAll(async () => {
  database = await freshDatabase();
  env = environmentOf(database);
});
afterAll(() => database.drop());

const run = (line: string, more: Environment = {}): Promise<Finished> =>
  runCli(line.split(' '), { ...env, ...more });

/** The one document of a verb that must succeed. */
async function json(line: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(`${line} --json`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('ledgers, accounts and keys are made, listed and revoked', async () => {
  const ledger = await json('ledger create mumbai');
  expect(ledger).toMatchObject({ id: expect.stringMatching(/^ldg_/), name: 'mumbai' });
  const account = await json(`account create --ledger ${ledger['id']} --kind liability --code c-1 --floor 0`);
  expect(account).toMatchObject({
    code: 'c-1',
    currency: 'INR',
    floor: '0.00',
    balances: { posted: '0.00' },
  });
  const key = await json(
    'key create --ledger mumbai --scope transfers:read --scope accounts:read,accounts:write',
  );
  expect(key).toMatchObject({
    token: expect.stringMatching(/^bahi_live_/),
    scopes: ['accounts:read', 'accounts:write', 'transfers:read'],
  });
  const own = await json('key create --installation --scope ledgers:read --expires 2099-01-01T00:00:00Z');
  await json(`key revoke ${key['id']}`);
  await json(`key revoke ${own['prefix']}`);

  const lists = await Promise.all(
    [
      'ledger list',
      'account list --ledger mumbai',
      'key list --ledger mumbai',
      'key list --installation',
    ].map(json),
  );
  expect(lists.map(({ data }) => data)).toMatchObject([
    [{ name: 'mumbai' }],
    [{ code: 'c-1' }],
    [{ id: key['id'], revoked: true }],
    [{ id: own['id'], revoked: true }],
  ]);
});

test('a person reads tables, and what a key is shown but once', async () => {
  await run('ledger create delhi');
  const created = await run('key create --ledger delhi --scope transfers:write');
  const token = /^bahi_live_\w{40}$/m.exec(created.stdout)?.[0] ?? '';
  expect(token).not.toBe('');
  const listed = await run('key list --ledger delhi');
  expect(listed.stdout).toMatch(
    /^id +prefix +client +scopes +expires +revoked\nkey_\w+ +\w{8} +app +transfers:write +never +no\n$/,
  );
  expect(listed.stdout).not.toContain(token);
});

test('a refusal ends with exit 1, one line, and its code', async () => {
  await run('ledger create pune');
  const { code, stdout, stderr } = await run('ledger create pune --json');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^bahi: [^\n]+\n$/);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'name_taken' } });
});

test('verify finds a ledger sound', async () => {
  await run('ledger create goa');
  await run('account create --ledger goa --kind asset');
  expect(await json('verify --ledger goa')).toMatchObject({ sound: true, events: 1, problems: [] });
});

test.each([
  ['nonsense'],
  ['ledger create a/b'],
  ['account create --ledger mumbai --kind asset --floor 1.005'],
  ['key create --ledger mumbai --scope everything'],
])('a call that is wrong is exit 2 and one line: bahi %s', async (line) => {
  const { code, stdout, stderr } = await run(`${line} --json`);
  expect(stderr).toMatch(/^bahi: [^\n]+\n$/);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  expect(code).toBe(2);
});

test('a bad environment is exit 2 and one line', async () => {
  const { code, stderr } = await run('ledger list', { PORT: 'many' });
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'bahi: PORT must be a number from 0 to 65535\n' });
});

test('migrate asks for the owner of the tables', async () => {
  const { DATABASE_OWNER_URL: _, ...serving } = env;
  const { code, stderr } = await runCli(['migrate'], serving);
  expect(code).toBe(2);
  expect(stderr).toContain('migrate needs DATABASE_OWNER_URL');
  expect(await json('migrate')).toMatchObject({ applied: [] });
});

test('on the embedded database a verb starts PostgreSQL for its own duration', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bahi-cli-'));
  // Where the tests run as root, PostgreSQL runs as another account and must be able to pass.
  await chmod(dataDir, 0o711);
  const options = { env: { ...process.env, BAHI_DATA_DIR: dataDir } };
  const bahi = (...args: string[]) =>
    promisify(execFile)('npm', ['run', '-s', 'bahi', '--', ...args, '--json'], options);
  try {
    const { stdout } = await bahi('ledger', 'create', 'mumbai');
    const { stdout: listed } = await bahi('ledger', 'list');
    const { id } = JSON.parse(stdout) as { id: string };
    expect(JSON.parse(listed)).toMatchObject({ data: [{ id, name: 'mumbai' }] });
    expect(await readdir(join(dataDir, 'cluster', 'data'))).toContain('PG_VERSION');
    expect(await readdir(join(dataDir, 'cluster', 'data'))).not.toContain('postmaster.pid');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
