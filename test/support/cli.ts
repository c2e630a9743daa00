/** The command line as a process of its own, on a test's own database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import type { TestDatabase } from './cluster.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

export type Environment = Readonly<Record<string, string>>;

/** All that a process of a test takes over from the test's own. */
export const inherited: Environment = Object.fromEntries(
  ['PATH', 'NODE_COMPILE_CACHE'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

export function startCli(args: readonly string[], env: Environment): RunningCli {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    cwd: ROOT,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

export const runCli = (args: readonly string[], env: Environment): Promise<Finished> =>
  startCli(args, env).finished;

/** Environment of a server of one's own, with the role that owns the tables. */
export const environmentOf = ({ serve, owner }: Pick<TestDatabase, 'serve' | 'owner'>): Environment => ({
  DATABASE_URL: urlOf(serve),
  DATABASE_OWNER_URL: urlOf(owner),
  BAHI_MASTER_KEY: randomBytes(32).toString('hex'),
  // Of this database alone: all of them are copies of one, and so one installation.
  BAHI_CHECKPOINT_DIR: join(tmpdir(), 'bahi-test-checkpoints', serve.database),
});

function urlOf({ host, port, user, password, database }: DatabaseOptions): string {
  const part = encodeURIComponent;
  return `postgres://${part(user)}:${part(password)}@localhost:${port}/${part(database)}?host=${part(host)}`;
}
