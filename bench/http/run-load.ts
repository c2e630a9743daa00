/** Starts loads as processes of their own, together where there are several, and gives their reports. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LoadReport } from './load.ts';

const LOAD = new URL('load.ts', import.meta.url).pathname;

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  /** Options of load.ts by name, without the dashes. */
  readonly [name: string]: string | number;
}

/** Fails when the generator does. */
export async function runLoad({ token, ...options }: LoadOptions): Promise<LoadReport> {
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [LOAD, ...args], {
    env: { ...process.env, BAHI_TOKEN: String(token) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the load ended with ${code}`);
  return JSON.parse(output) as LoadReport;
}
