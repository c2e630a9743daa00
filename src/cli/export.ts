/**
 * `bahi export`: posted transfers in order, to standard output or to a file that appears only when it is whole.
 */
import { type Command, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormatName, exportFormat } from '../engine/exports/formats.ts';
import { exportLedger } from '../engine/exports/posted.ts';
import { UsageError } from './errors.ts';
import { refuseExisting, toFile, toStandardOutput } from './export-target.ts';
import { grouped, note, printJson } from './output.ts';
import { ledgerOf, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly format: ExportFormatName;
  readonly out?: string;
  readonly force?: boolean;
}

export function addExport(program: Command): void {
  verb(
    program,
    'export',
    'export posted transfers in order',
    'export --ledger mumbai --format hledger --out mumbai.journal',
  )
    .requiredOption(...LEDGER_OPTION)
    .addOption(new Option('--format <format>', 'what to write').choices(EXPORT_FORMATS).makeOptionMandatory())
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--force', 'replace the file when it is there')
    .action(async ({ json, ledger, format, out, force }: Options) => {
      if (json && out === undefined)
        throw new UsageError('--json needs --out <file>: standard output holds the one document');
      if (force && out === undefined) throw new UsageError('--force needs --out <file>');
      if (out !== undefined && !force) await refuseExisting(out);
      const counts = { accounts: 0, transfers: 0 };
      await withRuntime('export', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        const text = exportLedger(engine.reads, ledger_id, exportFormat(format), counts);
        await (out === undefined ? toStandardOutput(text) : toFile(text, out, force ?? false));
      });
      if (json) await printJson({ ledger, format, file: out, ...counts });
      else if (out !== undefined) await note(`${grouped(counts.transfers)} transfers in ${out}\n`);
    });
}
