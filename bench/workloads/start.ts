/** How long `npm start` takes until it answers its first request, on a data directory that exists already. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Seconds from the command to the first answer of /readyz. The server is ended afterwards. */
export async function secondsToFirstAnswer(dataDir: string): Promise<number> {
  const startedMs = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, BAHI_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const url = /listens on (http:\/\/\S+)/.exec(output)?.[1];
    if (url === undefined) continue;
    const answer = await fetch(`${url}/readyz`);
    const seconds = (performance.now() - startedMs) / 1000;
    if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    return seconds;
  }
  throw new Error(`npm start ended: ${output}`);
}
