/**
 * `bahi import`: payments from a CSV file, and accounts with their opening balances from another.
 *
 * An interrupt finishes what is on its way, prints the counts and exits 130; the same command again goes on.
 */
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import {
  ACCOUNT_FIELDS,
  type AccountField,
  type Mapping,
  PAYMENT_FIELDS,
  type PaymentField,
  parseMapping,
} from '../engine/imports/columns.ts';
import { type ImportReport, importFiles } from '../engine/imports/import-files.ts';
import { IMPORT_ID_CHARS_MAX, isImportId } from '../engine/imports/import-keys.ts';
import { exponentOf, isCurrency } from '../kernel/currency.ts';
import { explainMoney, parseBound } from '../kernel/money.ts';
import type { Result } from '../kernel/result.ts';
import { UsageError } from './errors.ts';
import { importFile } from './import-files.ts';
import { importProgress } from './import-progress.ts';
import { failures, reportJson, reportText } from './import-report.ts';
import { note, print, printJson } from './output.ts';
import { callerAt, ledgerOf, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly map?: string;
  readonly accounts?: string;
  readonly mapAccounts?: string;
  readonly currency: string;
  readonly floor: string;
  readonly id?: string;
}

const PATIENCE_MS = 60_000;
const INTERRUPTED = 130;
/** Accounts kept in memory: an eighth of what a server keeps, so that a file of any length stays below 300 MB. */
const POSTING = { accountsMax: 25_000 };
/** The heap may grow by four fifths between collections, not fourfold: 250 MB at its highest instead of 340, at the same speed. */
const SMALL_HEAP = '--heap-growing-percent=80';

export function addImport(program: Command, shell: Shell): void {
  verb(
    program,
    'import <file>',
    'import payments from a CSV file, in the order of the file',
    'import payments.csv --ledger mumbai --map debit=payer,credit=payee,amount=value,time=day --accounts accounts.csv --map-accounts account=number,opening_balance=balance',
  )
    .requiredOption(...LEDGER_OPTION)
    .option(
      '--map <mapping>',
      'columns of debit, credit, amount and time: debit=col,credit=col,…; a time is kept as an opaque token and not interpreted',
    )
    .option('--accounts <file>', 'a CSV file of accounts to open, with their opening balances')
    .option('--map-accounts <mapping>', 'columns of account, opening_balance and owner: account=col,…')
    .option('--currency <code>', 'ISO 4217 code of every amount', 'INR')
    .option('--floor <amount>', 'least balance of the accounts, or none', '0')
    .option('--id <name>', 'names the import, so that a file that grew can be imported again')
    .action(async (file: string, options: Options) => {
      setFlagsFromString(SMALL_HEAP);
      const request = await requestOf(file, options);
      const progress = importProgress(options.json ?? false);
      const interrupt = new AbortController();
      const onSignal = (): void => interrupt.abort();
      process.once('SIGINT', onSignal);
      try {
        const [ledger, report] = await withRuntime(
          'import',
          async ({ engine }) => {
            const { ledger_id, name } = await ledgerOf(engine, options.ledger);
            const { ledgerId, actor, requestId } = callerAt(shell, ledger_id);
            const context = { ledgerId, actor, requestId, patienceMs: PATIENCE_MS };
            const { signal } = interrupt;
            const { onProgress } = progress;
            return [name, await importFiles(engine, { ...request, ...context, signal, onProgress })] as const;
          },
          { posting: POSTING },
        );
        progress.end();
        await tell(ledger, report, options.json ?? false);
      } finally {
        progress.end();
        process.off('SIGINT', onSignal);
      }
    });
}

async function requestOf(path: string, options: Options) {
  const { currency, floor: floorText, id, accounts } = options;
  if (!isCurrency(currency))
    throw new UsageError('--currency must be an active currency code of ISO 4217, such as INR');
  const floor = floorText === 'none' ? undefined : parseBound(floorText, exponentOf(currency));
  if (floor && !floor.ok)
    throw new UsageError(`--floor: ${explainMoney(floor.error, currency, exponentOf(currency))}`);
  if (id !== undefined && !isImportId(id))
    throw new UsageError(
      `--id must be 1 to ${IMPORT_ID_CHARS_MAX} characters of A-Z a-z 0-9 . _ : - that begin with a letter or digit, and no number of a person`,
    );
  if (options.mapAccounts !== undefined && accounts === undefined)
    throw new UsageError('--map-accounts needs --accounts <file>');
  const paymentMapping: Mapping<PaymentField> = mappingOf('--map', options.map, (text) =>
    parseMapping(text, PAYMENT_FIELDS),
  );
  const accountMapping: Mapping<AccountField> = mappingOf('--map-accounts', options.mapAccounts, (text) =>
    parseMapping(text, ACCOUNT_FIELDS),
  );
  return {
    payments: await importFile(path),
    paymentMapping,
    accounts: accounts === undefined ? undefined : await importFile(accounts),
    accountMapping,
    currency,
    floor: floor ? floor.value : null,
    id,
  };
}

function mappingOf<M extends object>(
  option: string,
  text: string | undefined,
  parseText: (text: string) => Result<M, string>,
): M {
  if (text === undefined) return {} as M;
  const mapping = parseText(text);
  if (!mapping.ok) throw new UsageError(`${option}: ${mapping.error}`);
  return mapping.value;
}

async function tell(ledger: string, report: ImportReport, json: boolean): Promise<void> {
  if (json) await printJson(reportJson(ledger, report));
  else await print(reportText(ledger, report));
  if (report.interrupted) {
    process.exitCode = INTERRUPTED;
  } else if (failures(report) > 0) {
    await note('bahi: rows failed: their keys belong to other rows; import a changed file without --id\n');
    process.exitCode = 1;
  }
}
