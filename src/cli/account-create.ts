/** `bahi account create`: opens an account of a ledger. */
import { type Command, Option } from 'commander';
import { createAccount } from '../engine/accounts/create-account.ts';
import { ACCOUNT_KINDS } from '../ledger/account.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly kind: string;
  readonly currency: string;
  readonly code?: string;
  readonly owner?: string;
  readonly floor?: string;
  readonly ceiling?: string;
  readonly overCapture?: string;
}

export const PERCENT_OPTION = { over_capture_percent: '--over-capture' };

/** No bound is said as `none`; what is not said is the use case's own default. */
export const boundOf = (text: string | undefined): string | null | undefined =>
  text === 'none' ? null : text;

export function addAccountCreate(parent: Command, shell: Shell): void {
  verb(
    parent,
    'create',
    'open an account',
    'account create --ledger mumbai --kind liability --code savings-7f3a --floor 0',
  )
    .requiredOption(...LEDGER_OPTION)
    .addOption(
      new Option('--kind <kind>', 'decides the normal side').choices(ACCOUNT_KINDS).makeOptionMandatory(),
    )
    .option('--currency <code>', 'ISO 4217 code', 'INR')
    .option('--code <code>', 'your own name for the account, unique in the ledger')
    .option('--owner <uuid>', 'random id of the customer who owns it')
    .option('--floor <amount>', 'least balance, or none (default: 0 with an owner, else none)')
    .option('--ceiling <amount>', 'most balance, or none')
    .option('--over-capture <percent>', 'how much more than a hold its captures may take, or none')
    .action(async ({ json, ledger, floor, ceiling, overCapture, kind, currency, code, owner }: Options) => {
      const account = await withRuntime('account create', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        const bounds = { floor: boundOf(floor), ceiling: boundOf(ceiling) };
        const input = { kind, currency, code, owner, ...bounds, over_capture_percent: boundOf(overCapture) };
        return runUseCase(engine, callerAt(shell, ledger_id), createAccount, input, PERCENT_OPTION);
      });
      if (json) await printJson(account);
      else await print(`Account ${account['code']} is ${account['id']} (${kind}, ${currency})\n`);
    });
}
