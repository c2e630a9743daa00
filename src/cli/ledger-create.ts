/** `bahi ledger create <name>`: ledgers are made here and nowhere else. */
import type { Command } from 'commander';
import { createLedger } from '../engine/ledgers/create-ledger.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { print, printJson } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

export function addLedgerCreate(parent: Command, shell: Shell): void {
  verb(parent, 'create <name>', 'create a ledger', 'ledger create mumbai')
    .option(
      '--sandbox',
      'for trials: test keys, a clock that can be moved, amounts that provoke each outcome',
    )
    .action(async (name: string, { json, sandbox = false }: JsonOption & { readonly sandbox?: boolean }) => {
      const ledger = await withRuntime('ledger create', ({ engine }) =>
        runUseCase(engine, callerAt(shell, INSTALLATION_LEDGER), createLedger, { name, sandbox }),
      );
      if (json) await printJson(ledger);
      else await print(`${sandbox ? 'Sandbox ledger' : 'Ledger'} ${ledger['name']} is ${ledger['id']}\n`);
    });
}
