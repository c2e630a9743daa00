/** `bahi key create`: makes an API key and shows it this once. */
import type { Command } from 'commander';
import { createKey } from '../engine/keys/create-key.ts';
import { SCOPES } from '../identity/api-key.ts';
import { type KeyTargetOptions, keyLog, oneTarget } from './key-target.ts';
import { print, printJson } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, listed, verb } from './verb.ts';

interface Options extends KeyTargetOptions {
  readonly scope: readonly string[];
  readonly client: string;
  readonly network?: readonly string[];
  readonly rate?: string;
  readonly expires?: string;
}

export function addKeyCreate(parent: Command, shell: Shell): void {
  verb(
    parent,
    'create',
    'create an API key; it is shown this once',
    'key create --ledger mumbai --scope transfers:write,transfers:read --client wallet',
  )
    .option(...LEDGER_OPTION)
    .option('--installation', 'a key of the installation instead, for the scope ledgers:read')
    .requiredOption('--scope <scopes>', `repeatable, or with commas: ${SCOPES.join(', ')}`, listed)
    .option('--client <name>', 'the banking app that holds it: owner of its idempotency keys', 'app')
    .option('--network <cidr>', 'repeatable, or with commas: where it may be used; else anywhere', listed)
    .option('--rate <rate>', 'requests that its client may send, such as 100/s or 6000/m; else any number')
    .option('--expires <time>', 'UTC time of RFC 3339, such as 2027-04-01T00:00:00Z')
    .action(async (options: Options) => {
      const { client, scope: scopes, network: networks, rate, expires: expires_at, json } = options;
      oneTarget(options);
      const key = await withRuntime('key create', async ({ engine }) => {
        const caller = callerAt(shell, await keyLog(engine, options));
        return runUseCase(engine, caller, createKey, { client, scopes, networks, rate, expires_at });
      });
      if (json) return printJson(key);
      const until = key['expires_at'] === null ? 'until it is revoked' : `until ${key['expires_at']}`;
      return print(
        `${key['token']}\n\nThis is shown once. The key is ${key['id']}, for the client ${client}, ${until}.\n`,
      );
    });
}
