/** `bahi ledger list`: all ledgers of the installation. */
import type { Command } from 'commander';
import { listLedgers } from '../engine/ledgers/list-ledgers.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, runUseCase, type Shell, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly sandbox?: true;
  readonly created_at: string;
}

export function addLedgerList(parent: Command, shell: Shell): void {
  verb(parent, 'list', 'list the ledgers', 'ledger list').action(async ({ json }: JsonOption) => {
    const page = await withRuntime('ledger list', ({ engine }) =>
      runUseCase(engine, callerAt(shell, INSTALLATION_LEDGER), listLedgers, {}),
    );
    if (json) return printJson(page);
    const ledgers = page['data'] as readonly Listed[];
    if (ledgers.length === 0) return print('There is no ledger yet: bahi ledger create <name>\n');
    return print(
      table(
        ['id', 'name', 'mode', 'created'],
        ledgers.map(({ id, name, sandbox, created_at }) => [
          id,
          name,
          sandbox ? 'sandbox' : 'live',
          created_at,
        ]),
      ),
    );
  });
}
