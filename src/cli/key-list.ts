/** `bahi key list`: the API keys of a ledger or of the installation, revoked ones included; never the keys themselves. */
import type { Command } from 'commander';
import { listKeys } from '../engine/keys/list-keys.ts';
import { type KeyTargetOptions, keyLog, oneTarget } from './key-target.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, verb } from './verb.ts';

interface Key {
  readonly id: string;
  readonly client: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
  readonly revoked: boolean;
  readonly networks: readonly string[];
  readonly successor: string | null;
  readonly rate: string | null;
  readonly last_used_at: string | null;
}

export function addKeyList(parent: Command, shell: Shell): void {
  verb(parent, 'list', 'list API keys', 'key list --ledger mumbai')
    .option(...LEDGER_OPTION)
    .option('--installation', 'the keys of the installation instead')
    .action(async (options: KeyTargetOptions) => {
      oneTarget(options);
      const page = await withRuntime('key list', async ({ engine }) =>
        runUseCase(engine, callerAt(shell, await keyLog(engine, options)), listKeys, {}),
      );
      if (options.json) return printJson(page);
      return print(
        table(
          [
            'id',
            'prefix',
            'client',
            'scopes',
            'expires',
            'revoked',
            'networks',
            'rate',
            'successor',
            'last used',
          ],
          (page['data'] as Key[]).map(
            ({
              id,
              client,
              prefix,
              scopes,
              expires_at,
              revoked,
              networks,
              rate,
              successor,
              last_used_at,
            }) => {
              const end = expires_at ?? 'never';
              return [
                id,
                prefix,
                client,
                scopes.join(','),
                end,
                revoked ? 'yes' : 'no',
                networks.join(',') || 'any',
                rate ?? 'any',
                successor ?? '',
                last_used_at ?? 'never',
              ];
            },
          ),
        ),
      );
    });
}
