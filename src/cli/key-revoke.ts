/**
 * `bahi key revoke`: ends an API key, named by its id, by its prefix, or by the key itself. Exact for money: a posting
 * that is decided after this event is refused.
 */
import type { Command } from 'commander';
import { listKeys } from '../engine/keys/list-keys.ts';
import { revokeKey } from '../engine/keys/revoke-key.ts';
import type { Caller, Engine } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { keyByRef, unknownKey } from './key-ref.ts';
import { print, printJson } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

export function addKeyRevoke(parent: Command, shell: Shell): void {
  verb(
    parent,
    'revoke <key>',
    'revoke an API key, named by id or prefix',
    'key revoke key_0k3m9c200000001h',
  ).action(async (key: string, { json }: JsonOption) => {
    const revoked = await withRuntime('key revoke', async ({ engine }) => {
      const { id, ledgerId } = await keyByRef(engine, key);
      return revoke(engine, callerAt(shell, ledgerId), id);
    });
    if (json) await printJson(revoked);
    else if (revoked['already_revoked']) await print(`Key ${revoked['id']} is already revoked\n`);
    else await print(`Key ${revoked['id']} is revoked since ${revoked['revoked_at']}\n`);
  });
}

/** A key that is revoked is what was asked for, so twice is once. Fails with `not_found`. */
async function revoke(engine: Engine, caller: Caller, id: string): Promise<Record<string, unknown>> {
  try {
    return { ...(await runUseCase(engine, caller, revokeKey, { id })), already_revoked: false };
  } catch (error) {
    if (!(error instanceof FailureError) || error.code !== 'not_found') throw error;
    const { data } = await runUseCase(engine, caller, listKeys, {});
    const known = (data as { readonly id: string }[]).some((key) => key.id === id);
    if (!known) throw unknownKey();
    return { id, already_revoked: true };
  }
}
