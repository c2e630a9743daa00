/** `bahi verify`: folds a ledger's log again and compares everything that is stored of it. Exit 1 when it is not sound. */
import type { Command } from 'commander';
import { type ExpectedHead, verifyLedger } from '../engine/verify/verify-ledger.ts';
import { INSTALLATION_LEDGER } from '../kernel/id.ts';
import { UsageError } from './errors.ts';
import { grouped, note, print, printJson } from './output.ts';
import { ledgerOf, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';
import { isSound, type NamedReport, reportJson, reportsText } from './verify-report.ts';

interface Options extends JsonOption {
  readonly ledger?: string;
  readonly expectHead?: string;
}

const NOTE_EVERY_MS = 3000;
const INSTALLATION_LOG = { ledger_id: INSTALLATION_LEDGER, name: 'installation' };
/** A page of the log may take long on a busy machine. */
const PATIENT = { statementTimeoutMs: 55_000 };

export function addVerify(program: Command): void {
  verb(
    program,
    'verify',
    'fold the log again and compare everything that is stored',
    'verify --ledger mumbai',
  )
    .option('--ledger <ledger>', 'the ledger, by name or id (default: all, and the log of the installation)')
    .option(
      '--expect-head <number:link>',
      'a head that was written down earlier and must still be in the log',
    )
    .action(async ({ json, ledger, expectHead: headText }: Options) => {
      const expectHead = headText === undefined ? undefined : parseHead(headText);
      if (expectHead && ledger === undefined) throw new UsageError('--expect-head needs --ledger <ledger>');
      const onProgress = json ? undefined : progressNotes();
      const reports = await withRuntime(
        'verify',
        async ({ engine, sql, linkKey }) => {
          const asked =
            ledger === undefined
              ? [INSTALLATION_LOG, ...(await engine.reads.listLedgers())]
              : [await ledgerOf(engine, ledger)];
          const found: NamedReport[] = [];
          for (const { ledger_id: ledgerId, name } of asked)
            found.push({ name, ...(await verifyLedger({ sql, linkKey, ledgerId, expectHead, onProgress })) });
          return found;
        },
        PATIENT,
      );
      const sound = reports.every(isSound);
      if (json)
        await printJson(
          ledger === undefined
            ? { sound, ledgers: reports.map(reportJson) }
            : { sound, ...reportJson(reports[0] as NamedReport) },
        );
      else await print(reportsText(reports));
      if (!sound) process.exitCode = 1;
    });
}

function parseHead(text: string): ExpectedHead {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new UsageError('--expect-head must be <number>:<link>, as an earlier verify printed it');
  return { number: Number(match[1]), link: match[2] as string };
}

function progressNotes(): (done: number, total: number) => void {
  let last = performance.now();
  return (done, total) => {
    if (performance.now() - last < NOTE_EVERY_MS) return;
    last = performance.now();
    void note(`verified ${grouped(done)} of ${grouped(total)} events\n`);
  };
}
