/**
 * The command line as its users meet it: one document with --json, one line for an error, exit 0, 1 or 2, and the
 * embedded database left as it was found.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatMicros } from '../../src/kernel/clock.ts';
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
    /^id +prefix +client +scopes +expires +revoked +networks +rate +successor +last used\nkey_\w+ +\w{8} +app +transfers:write +never +no +any +any +never\n$/,
  );
  expect(listed.stdout).not.toContain(token);
});

test('a refusal ends with exit 1, one line, and its code', async () => {
  await run('ledger create pune');
  const { code, stdout, stderr } = await run('ledger create pune --json');
  expect(code).toBe(1);
  expect(stderr).toBe('bahi: The name is taken: choose another name\n');
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'name_taken' } });
  const account = 'account create --ledger pune --kind asset --code cash';
  await run(account);
  const { stderr: taken } = await run(account);
  expect(taken).toBe('bahi: The code is taken by another account of this ledger: choose another code\n');
});

test('a key is rotated by id or prefix, with an overlap in words', async () => {
  await run('ledger create indore');
  const { id } = await json('key create --ledger indore --scope transfers:read --network 203.0.113.0/24');
  const next = await json(`key rotate ${id} --overlap 2h`);
  expect(next).toMatchObject({
    token: expect.stringMatching(/^bahi_live_/),
    networks: ['203.0.113.0/24'],
    replaces: { id },
  });
  const shown = await run(`key rotate ${next['prefix']} --overlap 0s`);
  expect(shown.stdout).toContain(`Key ${next['id']} ends `);
  expect((await run(`key rotate ${id} --overlap soon`)).code).toBe(2);
});

test('a key that is revoked already is no failure, and an unknown one is told as such', async () => {
  await run('ledger create surat');
  const { id } = await json('key create --ledger surat --scope transfers:read');
  expect(await json(`key revoke ${id}`)).toMatchObject({ id, already_revoked: false });
  expect(await json(`key revoke ${id}`)).toEqual({ id, already_revoked: true });
  expect(await run(`key revoke ${id}`)).toEqual({
    code: 0,
    stdout: `Key ${id} is already revoked\n`,
    stderr: '',
  });
  const unknown = [`${String(id).slice(0, -1)}v`, 'key_0k3m9c200000001h', 'key_zz', '00000000'];
  for (const key of unknown)
    expect(await run(`key revoke ${key}`)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'bahi: There is no such key: bahi key list, with --ledger <ledger> or --installation, shows the ids.\n',
    });
});

test('a full disk under standard output is one line and exit 1', async ({ skip }) => {
  if (process.platform !== 'linux') return skip('/dev/full is a device of Linux');
  for (const line of ['ledger list', 'ledger list --json', '--help']) {
    const shell = promisify(execFile)('sh', ['-c', `"${process.execPath}" src/cli.ts ${line} >/dev/full`], {
      env: { ...process.env, ...env },
    });
    await expect(shell).rejects.toMatchObject({
      code: 1,
      stderr: 'bahi: standard output cannot be written (ENOSPC)\n',
    });
  }
});

test('an account is given bounds, frozen, closed and opened again', async () => {
  await run('ledger create kochi');
  await run('account create --ledger kochi --kind liability --code purse --floor 0');
  const update = 'account update purse --ledger kochi';
  expect(await json(`${update} --floor -50 --ceiling 200 --freeze credits`)).toMatchObject({
    floor: '-50.00',
    ceiling: '200.00',
    credits_frozen: true,
    breached_bounds: [],
  });
  const limits = '--limit daily:outgoing:day:100000:20 in:incoming:month:500 few:outgoing:3600s::3';
  expect((await run(`${update} ${limits}`)).stdout).toMatch(
    /Limit daily: outgoing at most 100000\.00 and 20 transfers a day\nLimit in: incoming at most 500\.00 a month\nLimit few: outgoing at most 3 transfers in 3600 seconds\n$/,
  );
  expect(await json(`${update} --unlimited`)).not.toHaveProperty('limits');
  expect(await run(`${update} --floor 10 --ceiling none --unfreeze both`)).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^Account acc_\w+ is open: floor 10\.00, ceiling none, frozen: nothing\nIts balance stands outside of the floor: it may only move back\n$/,
    ),
    stderr: '',
  });
  expect(await json(`${update} --over-capture 12.5`)).toMatchObject({ over_capture_percent: '12.50' });
  expect((await run(`${update} --freeze debits`)).stdout).toContain(
    'Captures may take 12.50 % more than a hold\n',
  );
  expect(await json(`${update} --over-capture none --unfreeze debits`)).not.toHaveProperty(
    'over_capture_percent',
  );
  expect(await json(`${update} --close`)).toMatchObject({ closed: true });
  expect(await json(`${update} --reopen`)).toMatchObject({ closed: false });
  expect(await run(`${update} --ceiling 9.99`)).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'bahi: The floor of the account would stand above its ceiling: change both bounds at once, or name another amount\n',
  });
});

test('verify finds a ledger sound', async () => {
  await run('ledger create goa');
  await run('account create --ledger goa --kind asset');
  expect(await json('verify --ledger goa')).toMatchObject({ sound: true, events: 1, problems: [] });
});

test('an account is shown as it stands, and by effective time', async () => {
  await run('ledger create pune');
  await run('account create --ledger pune --kind asset --code cash');
  const { stdout } = await run('account show cash --ledger pune');
  expect(stdout).toMatch(/^cash \(acc_\w+\), asset in INR\nposted 0.00, held 0.00, available 0.00\n$/);
  const now = new Date().toISOString();
  expect(await json(`account show cash --ledger pune --effective-at ${now} --known-at ${now}`)).toMatchObject(
    {
      code: 'cash',
      balances: { posted: '0.00' },
    },
  );
  expect(await run('account show cash --ledger pune --effective-at 2099-01-01')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^bahi: --effective-at: this is still to come/),
  });
  expect(await run('account show purse --ledger pune')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^bahi: There is no account purse in this ledger/),
  });
});

test('books are closed, listed, and carried forward where a close was killed', async () => {
  await run('ledger create surat');
  await run('account create --ledger surat --kind asset --code cash');
  expect((await run('period carry --ledger surat')).stdout).toBe('The books of surat were never closed\n');
  expect((await run('period close --ledger surat --until 2026-03-31')).stdout).toBe(
    'The books of surat are closed until 2026-03-31T18:30:00.000000Z; 0 balances are carried forward\n',
  );
  expect(await json('period close --ledger surat --until 2026-04-30')).toMatchObject({
    closed_until: '2026-04-30T18:30:00.000000Z',
    status: 'carried',
  });
  expect(await json('period carry --ledger surat')).toMatchObject({ status: 'carried' });
  const listed = (await json('period list --ledger surat')) as { data: unknown[] };
  expect(listed.data).toHaveLength(2);
  expect((await run('period list --ledger surat')).stdout.split('\n')[1]).toMatch(
    /^per_\w+ +2026-04-30T18:30/,
  );
  expect(await run('period close --ledger surat --until 2026-03-31')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^bahi: The books are closed for that time already/),
  });
  expect(await run('period close --ledger surat --until 2099-03-31')).toMatchObject({ code: 1 });
  expect(await json('verify --ledger surat')).toMatchObject({ sound: true });
});

describe('a statement', () => {
  const ist = (micros: number): string => formatMicros(micros + 19_800_000_000).slice(0, 10);
  const call = 'account statement cash --ledger thane';

  beforeAll(async () => {
    await run('ledger create thane');
    await run('account create --ledger thane --kind asset --code cash');
  });

  test('of days is one of days of IST, the last one taken in whole', async () => {
    const { stdout } = await run(`${call} --from 2026-01-01 --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      account: { code: 'cash' },
      from: '2025-12-31T18:30:00.000000Z',
      entries: [],
      closing: { posted: '0.00' },
    });
    const yesterday = ist((Date.now() - 86_400_000) * 1000);
    const past = await run(`${call} --from 2000-01-01 --to ${yesterday}`);
    expect(past).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^bahi: The account was opened later, at 20/),
    });
    const today = ist(Date.now() * 1000);
    const unfinished = await run(`${call} --from 2000-01-01 --to ${today}`);
    expect(unfinished).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^bahi: --to: this is still to come/),
    });
  });

  test('goes to a file that it never replaces unasked', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'bahi-statement-'));
    const file = join(directory, 'cash.csv');
    const line = `${call} --from 2026-01-01T00:00:00+05:30 --format csv --out ${file}`;
    expect(await json(line)).toMatchObject({ account: 'cash', format: 'csv', to: null, file });
    expect(await readFile(file, 'utf8')).toMatch(
      /^line,at,[^\r]+\r\nopening,2025-12-31T18:30:00.000000Z,[^\r]+\r\nclosing,[^\r]+,0.00,INR\r\n$/,
    );
    expect(await run(line)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exists: choose another name'),
    });
    expect(await run(`${line} --force`)).toMatchObject({ code: 0 });
    await rm(directory, { recursive: true });
  });

  test('of an account that is not there says where the accounts are', async () => {
    expect(await run(`${call.replace('cash', 'nobody')} --from 2026-01-01`)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'bahi: There is no account nobody in this ledger: bahi account list --ledger thane shows them\n',
    });
  });
});

describe('wrong calls', () => {
  beforeAll(async () => {
    await run('ledger create agra');
    await run('account create --ledger agra --kind asset --code cash');
  });

  test.each([
    ['nonsense'],
    ['ledger create a/b', '<name>: use 1 to 64 characters'],
    ['account create --ledger agra --kind asset --floor 1.005', '--floor: INR has 2 decimals'],
    ['account update cash --ledger agra --floor 1.005', '--floor: INR has 2 decimals'],
    ['account update cash --ledger agra --over-capture 101', '--over-capture: send a percentage above 0'],
    [
      'account create --ledger agra --kind equity --over-capture 0',
      '--over-capture: send a percentage above 0',
    ],
    ['account update cash --ledger agra --floor 2 --ceiling 1', '--ceiling: the ceiling may not be below'],
    ['pool create p --ledger agra --currency INR', 'name --owner or --accounts, one of them'],
    [
      'pool create p --ledger agra --currency INR --accounts nobody',
      '--accounts: there is no account nobody',
    ],
    ['pool update p --ledger agra', 'name what to change: --add, --remove, --limit or --unlimited'],
    ['account tree --ledger agra --depth -1', '--depth: use a whole number from 0 to 64'],
    ['account tree --ledger agra --under a/b', '--under: use 1 to 64 characters'],
    ['account children --ledger agra --under a/b', '--under: use 1 to 64 characters'],
    ['account create --ledger agra --kind asset --owner me', '--owner: use the random UUID'],
    ['account show a/b --ledger agra', '<account>: name an account by its id'],
    ['account show a --ledger agra --known-at 2026-01-01', '--known-at: send effective_at as well'],
    ['account statement a/b --ledger agra --from 2026-01-01', '<account>: name an account by its id'],
    ['account statement a --ledger agra --from 2026-02-01 --to 2026-01-01', '--to: send a time after from'],
    ['key create --ledger agra --scope everything', '--scope: send one of accounts:read, '],
    ['key create --ledger agra --scope ledgers:read', '--scope: ledgers:read is a scope of the installation'],
    ['key create --installation --scope accounts:read', '--scope: accounts:read is a scope of a ledger'],
    [
      'key create --ledger agra --scope accounts:read --expires soon',
      '--expires: use a UTC time of RFC 3339',
    ],
    [
      'key create --ledger agra --scope accounts:read --expires 2001-01-01T00:00:00Z',
      '--expires: a key that has expired already',
    ],
  ])('a call that is wrong is exit 2 and one line: bahi %s', async (line, said = '') => {
    const { code, stdout, stderr } = await run(`${line} --json`);
    expect(stderr).toMatch(/^bahi: [^\n]+\n$/);
    expect(stderr).toContain(`bahi: ${said}`);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
    expect(code).toBe(2);
  });
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
