/** The server as a user starts it (or another beside it), in a process of its own: where it listens, what memory it takes, how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  /** Peak resident memory so far, bytes; undefined where the system does not tell (no /proc). */
  memoryBytesMax(): Promise<number | undefined>;
  /** Ends it in order. Fails when it does not end well. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** File of the program; it says where it listens as the product does, which is the default. */
  readonly main?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the log: it is written as in production, to a file. */
  readonly logFile: string;
  /** For Node: `--cpu-prof` and the like. */
  readonly nodeOptions?: readonly string[];
}

export async function startServer({
  main = MAIN,
  environment,
  logFile,
  nodeOptions = [],
}: ServerOptions): Promise<BenchServer> {
  const child = spawn(process.execPath, [...nodeOptions, main], {
    env: { ...process.env, ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
  });
  const url = await urlOf(child, logFile);
  const { pid } = child as { pid: number };
  return {
    url,
    pid,
    memoryBytesMax: async () => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const peak = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
      return peak === undefined ? undefined : Number(peak) * 1024;
    },
    stop: async () => {
      if (child.exitCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      }
      if (child.exitCode !== 0) throw new Error(`the server ended with ${child.exitCode}: see ${logFile}`);
    },
  };
}

async function urlOf(child: ChildProcess, logFile: string): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    const url = /listens on (http:\/\/\S+)/.exec(output)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the server did not start: see ${logFile}`);
}
