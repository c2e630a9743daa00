/**
 * `bahi customer factors`: the factors of a customer. They are enrolled, confirmed and removed by whoever holds them, through the
 * API: a shell on the machine is no second factor.
 */
import type { Command } from 'commander';
import { listFactors } from '../engine/customers/list-factors.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Factor {
  readonly id: string;
  readonly label: string | null;
  readonly status: string;
  readonly since: string;
  readonly usable_from: string | null;
  readonly last_used_at: string | null;
  readonly locked_until: string | null;
  readonly blocked: boolean;
}

const CUSTOMER_ARGUMENT = { customer: '<customer>' };

export function addCustomerFactors(parent: Command, shell: Shell): void {
  verb(
    parent,
    'factors <customer>',
    'list the factors of a customer, named by the UUID that owns the accounts',
    'customer factors b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b --ledger mumbai',
  )
    .requiredOption(...LEDGER_OPTION)
    .action(async (customer: string, { ledger, json }: LedgerOption) => {
      const page = await withRuntime('customer factors', async ({ engine }) => {
        const { ledger_id: ledgerId } = await ledgerOf(engine, ledger);
        return runUseCase(engine, callerAt(shell, ledgerId), listFactors, { customer }, CUSTOMER_ARGUMENT);
      });
      if (json) return printJson(page);
      const rows = (page['data'] as Factor[]).map((factor) => [
        factor.id,
        factor.label ?? '',
        statusOf(factor),
        factor.since,
        factor.usable_from ?? '',
        factor.last_used_at ?? 'never',
      ]);
      await print(table(['id', 'label', 'status', 'since', 'usable from', 'last used'], rows));
      return print(`${page['recovery_codes_left']} recovery codes left\n`);
    });
}

function statusOf({ status, locked_until: until, blocked }: Factor): string {
  if (blocked) return `${status}, blocked`;
  return until === null ? status : `${status}, locked until ${until}`;
}
