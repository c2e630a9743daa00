/** `bahi bench`: the benchmark of bench/main.ts in a process of its own; whatever follows the verb is handed to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

const BENCHMARK = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

export function addBench(program: Command): void {
  program
    .command('bench [options...]')
    .summary('measure this machine; bench --help lists the options')
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText('after', '\nExample:\n  npm run -s bahi -- bench --rounds 1 --json figures.json')
    .action(async (options: readonly string[]) => {
      const child = spawn(process.execPath, [BENCHMARK, ...options], { stdio: 'inherit' });
      // An interrupt at the terminal reaches both; the benchmark cleans up and ends, and so do we.
      const ignored = (): void => {};
      process.on('SIGINT', ignored);
      const [code] = (await once(child, 'close')) as [number | null];
      process.off('SIGINT', ignored);
      process.exitCode = code ?? 1;
    });
}
