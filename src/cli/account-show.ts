/**
 * `bahi account show`: an account with its balances, as it stands, as it stood at a moment, or by effective time. A day
 * alone is one of Indian Standard Time, and all of it.
 */
import type { Command } from 'commander';
import { getAccount } from '../engine/accounts/get-account.ts';
import { refuseUnknownAccount, timeOption } from './account-target.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly at?: string;
  readonly effectiveAt?: string;
  readonly knownAt?: string;
}

const moment = (option: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : timeOption(option, text, 'last');

export function addAccountShow(parent: Command, shell: Shell): void {
  verb(
    parent,
    'show <account>',
    'show the balances of an account (id or code), now or as of another time',
    'account show savings-7f3a --ledger mumbai --effective-at 2026-03-31 --known-at 2026-04-15',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--at <time>', 'as it stood by posted time: a day of IST, all of it, or a time of RFC 3339')
    .option('--effective-at <time>', 'what is effective by then, whenever it was posted')
    .option('--known-at <time>', 'with --effective-at: as it was known then (default: now)')
    .action(async (account: string, { json, ledger, at, effectiveAt, knownAt }: Options) => {
      const input = {
        id: account,
        at: moment('at', at),
        effective_at: moment('effective-at', effectiveAt),
        known_at: moment('known-at', knownAt),
      };
      const shown = await withRuntime('account show', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        const names = { id: '<account>', effective_at: '--effective-at', known_at: '--known-at', at: '--at' };
        return runUseCase(engine, callerAt(shell, ledger_id), getAccount, input, names).catch(
          refuseUnknownAccount(account, ledger),
        );
      });
      if (json) return printJson(shown);
      await print(sentences(shown));
    });
}

function sentences(account: Readonly<Record<string, unknown>>): string {
  const { id, code, kind, currency, balances } = account;
  const { posted, held, available } = balances as Readonly<Record<string, string>>;
  return `${code} (${id}), ${kind} in ${currency}\nposted ${posted}, held ${held}, available ${available}\n`;
}
