/**
 * One postmaster of one data directory: is it running, start it, stop it.
 *
 * The truth is postmaster.pid, which PostgreSQL writes: line 1 pid, 4 port, 5 socket directory, 6 listen address,
 * 8 status. A process id alone proves nothing, because ids are used again: the process must be a postgres of this
 * directory. A dead id is PostgreSQL's own business (it also looks for surviving children); only an id that now
 * belongs to somebody else, or to a zombie, makes it refuse for ever, and then the file is removed here.
 */
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, EmbeddedDatabaseError, explainSpawnError, spawnProgram } from './embedded-binaries.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Socket directory, or the loopback address where there are no sockets. */
  readonly host: string;
  readonly status: string;
}

const POLL_MS = 5;
const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** The live postmaster of the data directory. Undefined: there is none, and starting one may be tried. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const file = join(data, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const state = await processState(pid, data);
  if (state === 'foreign' && !(await hasOrphans(data))) await removeStale(file, pid);
  if (state !== 'postgres') return undefined;
  const host = lines[4]?.trim() || lines[5]?.trim() || '';
  return { pid, port: Number(lines[3]), host, status: lines[7]?.trim() ?? '' };
}

/**
 * Removes the file that a postmaster left which is gone. Put aside first and looked at there: meanwhile somebody may have
 * started another, whose file comes back. Without its file, that one would run unseen, and nobody could start one beside it.
 */
async function removeStale(file: string, pid: number): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const [found] = (await readFile(aside, 'utf8')).split('\n');
  if (Number(found) === pid) await rm(aside);
  else await rename(aside, file);
}

/** `foreign` only when that is certain; where /proc is missing a live process counts as PostgreSQL. */
async function processState(pid: number, data: string): Promise<'postgres' | 'foreign' | 'dead'> {
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
    if (command === undefined) return isAlive(pid) ? 'foreign' : 'dead';
    const zombie = command === '' || (await isZombie(pid));
    return !zombie && command.split('\0').includes(data) ? 'postgres' : 'foreign';
  }
  return isAlive(pid) ? 'postgres' : 'dead';
}

async function isZombie(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line.slice(line.lastIndexOf(')')).startsWith(') Z');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Backends that outlived their postmaster stand in the data directory; a second postmaster beside them corrupts it. */
async function hasOrphans(data: string): Promise<boolean> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) === data) return true;
  }
  return false;
}

export interface StartOptions {
  readonly data: string;
  readonly bin: string;
  readonly account: Account;
  /** Socket directory, made by the caller; undefined: loopback. */
  readonly socketDirectory: string | undefined;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** Starts a postmaster that outlives us. Ensures: true when it is ready; false when it ended, as when another was first. */
export async function startPostmaster(options: StartOptions): Promise<boolean> {
  const where = options.socketDirectory;
  const settings = {
    ...options.settings,
    port: String(options.port),
    listen_addresses: where === undefined ? '127.0.0.1' : '',
    // Said in either case: the server's own default is the directory of temporary files, open to everybody.
    unix_socket_directories: where ?? '',
    unix_socket_permissions: '0700',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = join(options.bin, 'postgres');
  const log = await openLog(options.logFile);
  const child = spawnProgram(program, ['-D', options.data, ...args], options.account, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended: 'error' | 'exit' | undefined;
  let failure: Error | undefined;
  child.once('exit', () => {
    ended = 'exit';
  });
  child.once('error', (cause) => {
    failure = explainSpawnError(program, cause);
  });
  child.unref();
  await log.close();
  for (;;) {
    if (failure !== undefined) throw failure;
    if (ended !== undefined) return false;
    const running = await findPostmaster(options.data);
    if (running?.pid === child.pid && running?.status === 'ready') return true;
    await delay(POLL_MS);
  }
}

async function openLog(file: string) {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > LOG_BYTES_MAX) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written, then it exits. */
export async function stopPostmaster(data: string, pid: number, limitMs: number): Promise<void> {
  if (isAlive(pid)) process.kill(pid, 'SIGINT');
  const deadline = performance.now() + limitMs;
  while ((await processState(pid, data)) === 'postgres') {
    if (performance.now() > deadline)
      throw new EmbeddedDatabaseError(`PostgreSQL (process ${pid}, ${dirname(data)}) does not stop`);
    await delay(POLL_MS);
  }
}

/** What PostgreSQL said last: for the message when it does not start. */
export async function logTail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-3).join(' | ');
}
