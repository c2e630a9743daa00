/**
 * The server as the process that `npm start` runs: what it prints works, what it acknowledged survives, and it ends in
 * order. Each test has a data directory of its own.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inherited } from '../support/cli.ts';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;

let dataDir: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bahi-serve-'));
  // Where the tests run as root, PostgreSQL runs as another account and must be able to pass.
  await chmod(dataDir, 0o711);
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  children.clear();
  // Attaches to whatever a killed server left running, and stops it as the last one.
  await run(process.execPath, ['src/cli.ts', 'ledger', 'list', '--json'], { cwd: ROOT, env: environment() });
  await rm(dataDir, { recursive: true, force: true });
});

const environment = (more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...inherited,
  BAHI_DATA_DIR: dataDir,
  PORT: '0',
  ...more,
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: string;
  /** The curl line of a first start. */
  readonly curl: string;
}

/** Resolves when the banner stands on standard output. */
async function start(more: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: environment(more),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const banner = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/curl .*\n|key create .*\n/.test(output)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${errors}`)));
  });
  await banner;
  return {
    child,
    output,
    url: /http:\/\/[\d.:]+/.exec(output)?.[0] ?? '',
    curl: /^ {2}(curl .*)$/m.exec(output)?.[1] ?? '',
  };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

const post = async (curl: string): Promise<Record<string, unknown>> =>
  JSON.parse((await run('sh', ['-c', curl])).stdout) as Record<string, unknown>;

const postmasterPid = (): number =>
  Number(readFileSync(join(dataDir, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);

test('the curl line of a first start posts a transfer, and once more replays it', async () => {
  const { curl, child } = await start();
  const first = await post(curl);
  expect(first).toMatchObject({ status: 'posted', event_number: '6' });
  expect(await post(curl)).toEqual(first);
  expect(await kill(child, 'SIGTERM')).toBe(0);
});

test('where standard output is no terminal, the key of the demo stands in a file of its owner, and nowhere else', async () => {
  const { output, child } = await start();
  const file = join(dataDir, 'demo.key');
  expect(output).toContain(`is kept in\n  ${file}\n`);
  expect(output).not.toContain('bahi_live_');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^bahi_live_[0-9a-v]{40}\n$/);
  expect(await kill(child, 'SIGTERM')).toBe(0);
});

const hasScript = existsSync('/usr/bin/script');
const onTerminal = test.runIf(hasScript); // skipped where no script(1) makes a terminal
onTerminal('on a terminal the key is shown, and no file is written', async () => {
  const log = join(dataDir, 'terminal.log');
  const child = spawn('/usr/bin/script', ['-qefc', `${process.execPath} src/main.ts`, log], {
    cwd: ROOT,
    env: environment(),
    stdio: 'ignore',
  });
  children.add(child);
  await expect
    .poll(() => (existsSync(log) ? readFileSync(log, 'utf8') : ''), { timeout: 60_000 })
    .toMatch(/is shown this once:\r?\n {2}bahi_live_[0-9a-v]{40}\r?\n/);
  expect(existsSync(join(dataDir, 'demo.key'))).toBe(false);
});

test('a second start serves the same book and makes no second demo', async () => {
  const first = await start();
  const posted = await post(first.curl);
  await kill(first.child, 'SIGTERM');
  const second = await start();
  expect(second.output).toContain('key create');
  expect(await post(first.curl.replace(first.url, second.url))).toEqual(posted);
});

test('what was acknowledged survives kill -9 of the server and of PostgreSQL together', async () => {
  const first = await start();
  const posted = await post(first.curl);
  const pid = postmasterPid();
  await kill(first.child, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  const second = await start();
  expect(await post(first.curl.replace(first.url, second.url))).toEqual(posted);
});

test('with PostgreSQL killed under it, the server posts again without a restart, once for the key', async () => {
  const { curl } = await start();
  const first = await post(curl);
  process.kill(postmasterPid(), 'SIGKILL');
  const again = curl.replace('first-transfer', 'second-transfer');
  let answer = await post(again);
  // 503 with Retry-After while the database is away: the same request with the same key, until it answers.
  const until = performance.now() + 40_000;
  while (answer['status'] === 503 && performance.now() < until) {
    await setTimeout(200);
    answer = await post(again);
  }
  expect(answer).toMatchObject({ status: 'posted', event_number: '7' });
  expect(await post(again)).toEqual(answer);
  expect(await post(curl)).toEqual(first);
});

test.for([
  ['PORT', 'eighty', 'PORT'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL'],
  ['HOST', '0.0.0.0', 'TLS'],
  ['DATABASE_URL', 'postgres://u:p@127.0.0.1:1/x', 'BAHI_MASTER_KEY'],
])('%s=%s is one clear line and exit 2', async ([name, value, named]) => {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: environment({ [name as string]: value as string }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(2);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(errors).toContain(named);
});
