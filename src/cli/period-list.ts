/** `bahi period list`: the closes of a ledger, newest first, with how far each is carried forward. */
import type { Command } from 'commander';
import { listPeriods } from '../engine/periods/list-periods.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Period {
  readonly id: string;
  readonly closed_until: string;
  readonly status: string;
  readonly balances: number;
}

const LISTED_MAX = 100;

export function addPeriodList(parent: Command, shell: Shell): void {
  verb(parent, 'list', 'list the newest closes of the books', 'period list --ledger mumbai')
    .requiredOption(...LEDGER_OPTION)
    .action(async ({ ledger, json }: LedgerOption) => {
      const { data, has_more } = await withRuntime('period list', async ({ engine }) => {
        const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
        return runUseCase(engine, caller, listPeriods, { limit: LISTED_MAX });
      });
      if (json) return printJson({ data, has_more });
      const rows = (data as readonly Period[]).map(({ id, closed_until, status, balances }) => [
        id,
        closed_until,
        status,
        String(balances),
      ]);
      await print(
        table(['id', 'closed until', 'status', 'balances'], rows, ['left', 'left', 'left', 'right']),
      );
    });
}
