/**
 * `bahi key revoke`: ends an API key, named by its id, by its prefix, or by the key itself. Exact for money: a posting
 * that is decided after this event is refused.
 */
import type { Command } from 'commander';
import { listKeys } from '../engine/keys/list-keys.ts';
import { revokeKey } from '../engine/keys/revoke-key.ts';
import type { Caller, Engine } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER, parseLedgerId } from '../kernel/id.ts';
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
      const { id, ledgerId } = await find(engine, key);
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

/** Never repeats what was named: it could be the key itself. */
const unknownKey = (): FailureError =>
  new FailureError(
    'not_found',
    'There is no such key: bahi key list, with --ledger <ledger> or --installation, shows the ids.',
  );

const ID = /^key_([0-9a-v]{7})[0-9a-v]{9}$/;
const PREFIX = /^(?:bahi_(?:live|test)_)?([0-9a-v]{8})(?:[0-9a-v]{32})?$/;

/** Only in a log that is known to exist: posting makes no ledgers. Fails with `not_found`. */
async function find(
  engine: Engine,
  text: string,
): Promise<{ readonly id: string; readonly ledgerId: number }> {
  const ledgerText = ID.exec(text)?.[1];
  if (ledgerText !== undefined) {
    const ledgerId = parseLedgerId(`ldg_${ledgerText}`);
    const ledgers = await engine.reads.listLedgers();
    if (ledgerId === INSTALLATION_LEDGER) return { id: text, ledgerId };
    if (ledgerId === undefined || !ledgers.some(({ ledger_id }) => ledger_id === ledgerId))
      throw unknownKey();
    return { id: text, ledgerId };
  }
  const prefix = PREFIX.exec(text)?.[1];
  const key = prefix === undefined ? null : await engine.reads.findApiKey(prefix);
  if (key === null) throw unknownKey();
  return { id: formatId('key', key.ledger_id, key.key_id), ledgerId: key.ledger_id };
}
