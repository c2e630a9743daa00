/**
 * `bahi key revoke`: ends an API key, named by its id, by its prefix, or by the key itself. Exact for money: a posting
 * that is decided after this event is refused.
 */
import type { Command } from 'commander';
import { revokeKey } from '../engine/keys/revoke-key.ts';
import type { Engine } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER, parseLedgerId } from '../kernel/id.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
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
      return runUseCase(engine, callerAt(shell, ledgerId), revokeKey, { id });
    });
    if (json) await printJson(revoked);
    else await print(`Key ${revoked['id']} is revoked since ${revoked['revoked_at']}\n`);
  });
}

const ID = /^key_([0-9a-v]{7})[0-9a-v]{9}$/;
const PREFIX = /^(?:bahi_live_)?([0-9a-v]{8})(?:[0-9a-v]{32})?$/;

async function find(
  engine: Engine,
  text: string,
): Promise<{ readonly id: string; readonly ledgerId: number }> {
  const ledgerText = ID.exec(text)?.[1];
  if (ledgerText !== undefined) return { id: text, ledgerId: await knownLedger(engine, `ldg_${ledgerText}`) };
  const prefix = PREFIX.exec(text)?.[1];
  const key = prefix === undefined ? null : await engine.reads.findApiKey(prefix);
  if (key === null) throw new FailureError('not_found', 'There is no such key: see bahi key list.');
  return { id: formatId('key', key.ledger_id, key.key_id), ledgerId: key.ledger_id };
}

/** The log that an id points at, once it is known to exist: posting makes no ledgers. */
async function knownLedger(engine: Engine, ledger: string): Promise<number> {
  if (parseLedgerId(ledger) === INSTALLATION_LEDGER) return INSTALLATION_LEDGER;
  return (await ledgerOf(engine, ledger)).ledger_id;
}
