/**
 * What the embedded database keeps on disk, and how it comes to be there.
 *
 *   <home>/cluster/data               PostgreSQL's, owned by the account that runs it
 *   <home>/cluster/credentials.json   three random passwords, ours alone (0600)
 *   <home>/cluster/socket             the socket (0700), where the path is short enough
 *   <home>/cluster/postgres.log
 *
 * `home` is the data directory, or the directory that <dataDir>/location names. The cluster is made under another
 * name and renamed into place: a killed first start leaves nothing half, and of two at once one wins.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, link, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainDirectory } from '../kernel/unusable-directory.ts';
import {
  type Account,
  canReach,
  EmbeddedDatabaseError,
  explainSpawnError,
  spawnProgram,
} from './embedded-binaries.ts';

export interface Credentials {
  readonly admin: string;
  readonly owner: string;
  readonly serve: string;
}

/** Fails with EmbeddedDatabaseError where the directory is no place for a database. */
export async function inDirectory<T>(directory: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const problem = explainDirectory(directory, (cause as NodeJS.ErrnoException).code);
    throw problem === undefined ? cause : new EmbeddedDatabaseError(problem, { cause });
  }
}

const INITDB = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--username=bahi_admin',
  '--no-instructions',
];
/** sockaddr_un holds 104 bytes on some systems; the file's name takes `/.s.PGSQL.5432`. */
const SOCKET_DIRECTORY_BYTES_MAX = 85;

/** Where the cluster lives. Recorded once and for all the first time that the account cannot reach the data directory. */
export async function findHome(
  dataDir: string,
  account: Account,
  log: (line: string) => void,
): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const record = join(dataDir, 'location');
  const recorded = await readFile(record, 'utf8').catch(() => '');
  if (recorded !== '') return recorded.trim();
  if (existsSync(join(dataDir, 'cluster')) || (await canReach(dataDir, account))) return dataDir;

  const home = await makeReachableDirectory(account);
  const draft = `${record}.${randomBytes(6).toString('hex')}`;
  await writeDurably(draft, `${home}\n`);
  try {
    await link(draft, record);
    log(`${dataDir} is closed to the account that runs PostgreSQL: the database is kept in ${home}`);
  } catch (cause) {
    await rm(home, { recursive: true });
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  } finally {
    await rm(draft);
  }
  return (await readFile(record, 'utf8')).trim();
}

async function makeReachableDirectory(account: Account): Promise<string> {
  for (const base of ['/var/lib/bahi', tmpdir()]) {
    try {
      await mkdir(base, { recursive: true, mode: 0o711 });
      if (!(await canReach(base, account))) continue;
      const home = join(base, `bahi-${randomBytes(8).toString('hex')}`);
      await mkdir(home, { mode: 0o711 });
      return home;
    } catch {}
  }
  throw new EmbeddedDatabaseError(
    'PostgreSQL runs as the account nobody, which reaches neither BAHI_DATA_DIR, /var/lib/bahi nor the temporary directory: set BAHI_DATA_DIR to a directory that others may enter',
  );
}

/** Ensures: <home>/cluster is there, whole. */
export async function ensureCluster(
  home: string,
  findBin: () => Promise<string>,
  account: Account,
  initdbArgs: string[],
): Promise<void> {
  const cluster = join(home, 'cluster');
  if (existsSync(cluster)) return;
  await removeAbandonedDrafts(home);
  const draft = join(home, `cluster.new-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await createCluster(draft, await findBin(), account, initdbArgs);
    await rename(draft, cluster);
    await syncDirectory(home);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(cluster)) throw cause;
  }
}

async function createCluster(
  draft: string,
  bin: string,
  account: Account,
  initdbArgs: string[],
): Promise<void> {
  await mkdir(draft, { mode: 0o711 });
  for (const name of ['data', 'socket']) {
    await mkdir(join(draft, name), { mode: 0o700 });
    if (account !== undefined) await chown(join(draft, name), account.uid, account.gid);
  }
  const password = (): string => randomBytes(24).toString('base64url');
  const credentials: Credentials = { admin: password(), owner: password(), serve: password() };
  await writeDurably(join(draft, 'credentials.json'), `${JSON.stringify(credentials)}\n`);

  const passwordFile = join(draft, 'data.password');
  await writeDurably(passwordFile, `${credentials.admin}\n`);
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  await runInitdb(
    join(bin, 'initdb'),
    [...INITDB, `--pgdata=${join(draft, 'data')}`, `--pwfile=${passwordFile}`, ...initdbArgs],
    account,
  );
  await rm(passwordFile);
  await syncDirectory(draft);
}

async function runInitdb(program: string, args: string[], account: Account): Promise<void> {
  const child = spawnProgram(program, args, account, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(explainSpawnError(program, cause)));
    child.once('close', resolve);
  });
  if (code === 0) return;
  if (output.includes('No space left on device'))
    throw Object.assign(new EmbeddedDatabaseError('initdb found no room'), { code: 'ENOSPC' });
  throw new EmbeddedDatabaseError(`initdb failed: ${output.trim().split('\n').slice(-4).join(' | ')}`);
}

/** Drafts of first starts that were killed. A draft carries the id of its maker; one that lives is left alone. */
async function removeAbandonedDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const maker = /^cluster\.new-(\d+)-/.exec(name)?.[1];
    if (maker === undefined) continue;
    try {
      process.kill(Number(maker), 0);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ESRCH')
        await rm(join(home, name), { recursive: true, force: true });
    }
  }
}

export async function readCredentials(cluster: string): Promise<Credentials> {
  const file = join(cluster, 'credentials.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Credentials;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EmbeddedDatabaseError(
      code === 'EACCES'
        ? `${file} belongs to another account: run bahi as the one that first started it`
        : `${file} cannot be read (${code ?? 'not JSON'})`,
    );
  }
}

/** The directory for the socket; undefined where the platform has none. Short paths beside the data, else a fresh temporary one. */
export async function prepareSocketDirectory(cluster: string, account: Account): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const beside = join(cluster, 'socket');
  if (Buffer.byteLength(beside) <= SOCKET_DIRECTORY_BYTES_MAX) return beside;
  const base = Buffer.byteLength(tmpdir()) <= SOCKET_DIRECTORY_BYTES_MAX - 16 ? tmpdir() : '/tmp';
  const elsewhere = await mkdtemp(join(base, 'bahi-'));
  if (account !== undefined) await chown(elsewhere, account.uid, account.gid);
  return elsewhere;
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}
