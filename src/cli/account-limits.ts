/** `bahi account limits`: what is used of the limits of an account and of its pools. */
import type { Command } from 'commander';
import { accountLimits } from '../engine/pools/account-limits.ts';
import { refuseUnknownAccount } from './account-target.ts';
import { type LimitUse, usageTable } from './limit-table.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Limits {
  readonly limits: readonly LimitUse[];
  readonly pools: readonly { readonly name: string; readonly limits: readonly LimitUse[] }[];
}

export function addAccountLimits(parent: Command, shell: Shell): void {
  verb(
    parent,
    'limits <account>',
    'show what is used of the limits of an account, named by code or id, and of its pools',
    'account limits savings-7f3a --ledger mumbai',
  )
    .requiredOption(...LEDGER_OPTION)
    .action(async (id: string, { ledger, json }: LedgerOption) => {
      const shown = await withRuntime('account limits', async ({ engine }) => {
        const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
        return runUseCase(engine, caller, accountLimits, { id }).catch(refuseUnknownAccount(id, ledger));
      });
      if (json) return printJson(shown);
      const { limits, pools } = shown as unknown as Limits;
      const ofPools = pools.flatMap((pool) =>
        pool.limits.map((limit) => ({ ...limit, name: `${pool.name}: ${limit.name}` })),
      );
      const all = [...limits, ...ofPools];
      await print(all.length === 0 ? 'No limit stands against this account.\n' : usageTable(all));
    });
}
