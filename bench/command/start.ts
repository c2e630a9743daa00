/** How long `npm start` takes until it answers its first request, on a data directory that exists already. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../src/kernel/assert.ts';
import type { Measured, Stage, Workload } from '../workload.ts';
import { bahi } from './bahi.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function secondStart(stage: Stage): Promise<Measured> {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    BAHI_DATA_DIR: join(stage.dataDir, 'start'),
    PORT: '0',
  };
  await bahi(environment, 'ledger', 'list');
  const seconds = await secondsToFirstAnswer({ ...environment, LOG_LEVEL: 'silent' });
  return { operations: 1, seconds, resultHash: '' };
}

/** Seconds from the command to the first answer of /readyz. The server is ended afterwards. */
async function secondsToFirstAnswer(environment: Readonly<Record<string, string>>): Promise<number> {
  const startedMs = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const url = /listens on (http:\/\/\S+)/.exec(output)?.[1];
    if (url === undefined) continue;
    const answer = await fetch(`${url}/readyz`);
    const seconds = (performance.now() - startedMs) / 1000;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    assert(answer.ok, 'a server that says that it listens is ready');
    return seconds;
  }
  throw new Error(`npm start ended: ${output}`);
}

export const startWorkload: Workload = {
  name: 'process/start',
  level: 'process',
  unit: 'seconds',
  what: '`npm start` until /readyz answers, on a data directory that exists',
  run: secondStart,
};
