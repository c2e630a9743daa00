/** Runs a verb of the command line as a process of its own, as a user would, and watches its memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const POLL_MS = 50;

export interface Ran {
  /** What --json printed. */
  readonly json: Record<string, unknown>;
  /** Peak resident memory of the process, bytes; undefined where the system does not tell (no /proc). */
  readonly memoryBytesMax: number | undefined;
}

/** Fails when the verb does. */
export async function bahi(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...args, '--json'], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  let memoryBytesMax: number | undefined;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    if (peak !== undefined) memoryBytesMax = Number(peak) * 1024;
  }, POLL_MS);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(poll);
  if (code !== 0) throw new Error(`bahi ${args.join(' ')} ended with ${code}: ${output}`);
  return { json: JSON.parse(output) as Record<string, unknown>, memoryBytesMax };
}
