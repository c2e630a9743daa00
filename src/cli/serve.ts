/** `bahi serve`: the server, as `npm start` runs it. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { ConfigError } from './errors.ts';
import { verb } from './verb.ts';

export function addServe(program: Command): void {
  verb(program, 'serve', 'serve the ledgers over HTTP until a signal ends it', 'serve').action(async () => {
    const config = loadConfig();
    if (!config.ok) throw new ConfigError(config.error);
    // Loaded here alone: no other verb needs the HTTP layer.
    const { serveCommand } = await import('../serve.ts');
    await serveCommand(config.value);
  });
}
