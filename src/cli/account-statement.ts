/**
 * `bahi account statement`: an account's statement for a period, to standard output or to a file that appears only when it
 * is whole. A day alone is one of Indian Standard Time: as a start its first moment, as an end all of it.
 */
import { type Command, Option } from 'commander';
import { getStatement } from '../engine/accounts/get-statement.ts';
import { STATEMENT_FORMATS, type StatementFormatName } from '../engine/accounts/statement-formats.ts';
import type { Parts } from '../engine/render.ts';
import { assert } from '../kernel/assert.ts';
import { refuseUnknownAccount, timeOption } from './account-target.ts';
import { UsageError } from './errors.ts';
import { refuseExisting, toFile, toStandardOutput } from './export-target.ts';
import { note, printJson } from './output.ts';
import { answerUseCase, callerAt, ledgerOf, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly from: string;
  readonly to?: string;
  readonly format: StatementFormatName;
  readonly out?: string;
  readonly force?: boolean;
}

export function addAccountStatement(parent: Command, shell: Shell): void {
  verb(
    parent,
    'statement <account>',
    'write the statement of an account (id or code) for a period',
    'account statement savings-7f3a --ledger mumbai --from 2026-04-01 --to 2026-04-30 --format csv --out april.csv',
  )
    .requiredOption(...LEDGER_OPTION)
    .requiredOption(
      '--from <time>',
      'where it begins: a day such as 2026-04-01, which is a day of IST (UTC+05:30), or a time of RFC 3339',
    )
    .option(
      '--to <time>',
      'where it ends: a day of IST, all of it, or a time of RFC 3339, itself not (default: up to now)',
    )
    .addOption(new Option('--format <format>', 'what to write').choices(STATEMENT_FORMATS).default('json'))
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--force', 'replace the file when it is there')
    .action(async (account: string, { json, ledger, format, out, force, ...period }: Options) => {
      if (json && out === undefined && format !== 'json')
        throw new UsageError(
          '--json needs --format json or --out <file>: standard output holds the one document',
        );
      if (force && out === undefined) throw new UsageError('--force needs --out <file>');
      const from = timeOption('from', period.from, 'start');
      const to = period.to === undefined ? undefined : timeOption('to', period.to, 'end');
      if (out !== undefined && !force) await refuseExisting(out);
      await withRuntime('account statement', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        const input = { id: account, from, to, format };
        const caller = callerAt(shell, ledger_id);
        const { parts } = await answerUseCase(engine, caller, getStatement, input, { id: '<account>' }).catch(
          refuseUnknownAccount(account, ledger),
        );
        await write(parts, out, force ?? false);
      });
      if (out === undefined) return;
      if (json) await printJson({ ledger, account, format, from, to: to ?? null, file: out });
      else await note(`The statement of ${account} is in ${out}\n`);
    });
}

function write(parts: Parts | undefined, out: string | undefined, replace: boolean): Promise<void> {
  assert(parts !== undefined, 'a statement comes in parts');
  return out === undefined ? toStandardOutput(parts.text) : toFile(parts.text, out, replace);
}
