/**
 * `bahi master-key list|rewrap|retire`: replaces the master key while servers run. The data keys are wrapped under the next one
 * as well, servers are started with it one after the other, and the wrapping under the old one is taken away.
 */
import type { Command } from 'commander';
import { rewrap } from '../engine/keyring/keyring.ts';
import { submitOnce } from '../engine/submit-once.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { keyProviderOf } from '../runtime.ts';
import { UsageError, VerbFailed } from './errors.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

interface RewrapOptions extends JsonOption {
  readonly to: string;
}

export function addMasterKeyVerbs(program: Command, shell: Shell): void {
  const masterKey = program
    .command('master-key')
    .description('list the keys that wrap the data keys, and replace the master key');
  addList(masterKey);
  addRewrap(masterKey, shell);
  addRetire(masterKey, shell);
}

function addList(parent: Command): void {
  verb(parent, 'list', 'list the keys under which the data keys are wrapped', 'master-key list').action(
    async ({ json }: JsonOption) => {
      const { rows, current } = await withRuntime('master-key list', async ({ keyring }) => ({
        rows: await keyring.store.wrapped(),
        current: keyring.provider.currentKeyId,
      }));
      const data = [...new Set(rows.map(({ wrapping }) => wrapping))].map((id) => ({
        id,
        data_keys: rows.filter(({ wrapping }) => wrapping === id).map(({ purpose }) => purpose),
        configured: id === current,
      }));
      if (json) return printJson({ data });
      return print(
        table(
          ['wrapping key', 'data keys', 'configured here'],
          data.map(({ id, data_keys, configured }) => [id, data_keys.join(', '), configured ? 'yes' : 'no']),
        ),
      );
    },
  );
}

function addRewrap(parent: Command, shell: Shell): void {
  verb(
    parent,
    'rewrap',
    'wrap all data keys under the next master key as well',
    'master-key rewrap --to next.key',
  )
    .requiredOption('--to <file>', 'the file of the next master key, mode 0600 (openssl rand -base64 32)')
    .action(async ({ to, json }: RewrapOptions) => {
      const file = keyProviderOf(to);
      if (!file.ok) throw new UsageError(`--to: ${file.error}`);
      const next = file.value;
      const { from, added } = await withRuntime('master-key rewrap', async ({ engine, keyring }) => {
        const { store, provider, installation } = keyring;
        if (provider.currentKeyId === next.currentKeyId)
          throw new UsageError('--to: that is the master key already');
        await submitOnce(engine, callerAt(shell, INSTALLATION_LEDGER), {
          type: 'master_key.rewrap',
          from: provider.currentKeyId,
          to: next.currentKeyId,
        });
        return { from: provider.currentKeyId, added: await rewrap(store, provider, next, installation) };
      });
      if (json) return printJson({ from, to: next.currentKeyId, added });
      return print(`All data keys are wrapped under ${next.currentKeyId} as well (${added} added).
Start every server with the next master key, then, with it set: bahi master-key retire ${from}
`);
    });
}

function addRetire(parent: Command, shell: Shell): void {
  verb(
    parent,
    'retire <key>',
    'take the wrapping under an old master key away',
    'master-key retire local-0123456789abcdef',
  ).action(async (id: string, { json }: JsonOption) => {
    const { removed, only } = await withRuntime('master-key retire', async ({ engine, keyring }) => {
      if (id === keyring.provider.currentKeyId)
        throw new VerbFailed(
          'wrapping_key_in_use',
          `${id} is the master key that is set here: set the next one first`,
        );
      if ((await keyring.store.wrapped()).every(({ wrapping }) => wrapping !== id))
        throw new VerbFailed('not_found', `no data key is wrapped under ${id}: see bahi master-key list`);
      await submitOnce(engine, callerAt(shell, INSTALLATION_LEDGER), {
        type: 'master_key.retire',
        from: id,
        to: keyring.provider.currentKeyId,
      });
      return keyring.store.retire(id);
    });
    if (only !== null)
      throw new VerbFailed(
        'wrapping_key_in_use',
        `the data key ${only} is wrapped under ${id} alone: run bahi master-key rewrap first`,
      );
    if (json) return printJson({ retired: id, removed });
    return print(
      `Nothing is wrapped under ${id} any more: destroy that master key once no backup needs it.\n`,
    );
  });
}
