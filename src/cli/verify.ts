/** `bahi verify`: folds a ledger's log again and compares everything that is stored of it. Exit 1 when it is not sound. */
import type { Command } from 'commander';
import {
  type ExpectedHead,
  VERIFY_SCOPE,
  type VerifyReport,
  verifyLedger,
} from '../engine/verify/verify-ledger.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatLedgerId, INSTALLATION_LEDGER } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import { UsageError } from './errors.ts';
import { grouped, note, print, printJson } from './output.ts';
import { ledgerOf, withRuntime } from './shell.ts';
import { type JsonOption, verb } from './verb.ts';

interface Options extends JsonOption {
  readonly ledger?: string;
  readonly expectHead?: string;
}

const NOTE_EVERY_MS = 3000;
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
          const ids =
            ledger === undefined
              ? [INSTALLATION_LEDGER, ...(await engine.reads.listLedgers()).map(({ ledger_id }) => ledger_id)]
              : [(await ledgerOf(engine, ledger)).ledger_id];
          const found: VerifyReport[] = [];
          for (const ledgerId of ids)
            found.push(await verifyLedger({ sql, linkKey, ledgerId, expectHead, onProgress }));
          return found;
        },
        PATIENT,
      );
      const sound = reports.every(({ problemCount }) => problemCount === 0);
      if (json)
        await printJson(
          ledger === undefined
            ? { sound, ledgers: reports.map(reportJson) }
            : { sound, ...reportJson(reports[0] as VerifyReport) },
        );
      else await print(`${reports.map(reportText).join('\n')}\n${VERIFY_SCOPE}\n`);
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

const reportJson = ({
  ledger,
  currencies,
  problemCount,
  ...rest
}: VerifyReport): Record<string, unknown> => ({
  ledger: formatLedgerId(ledger),
  ...rest,
  currencies: currencies.map(({ currency, debits, credits }) => ({
    currency,
    debits: formatMinor(debits, exponentOf(currency)),
    credits: formatMinor(credits, exponentOf(currency)),
  })),
  problem_count: problemCount,
});

function reportText(report: VerifyReport): string {
  const { ledger, events, batches, transfers, entries, head, problems, problemCount } = report;
  const verdict = problemCount === 0 ? 'sound' : `NOT SOUND, ${grouped(problemCount)} problems`;
  const counts = `${grouped(events)} events, ${grouped(batches)} batches, ${grouped(transfers)} transfers, ${grouped(entries)} entries`;
  const found = problems.map(
    ({ check, number, detail }) =>
      `  ${check}${number === undefined ? '' : ` at event ${number}`}: ${detail}\n`,
  );
  return `${formatLedgerId(ledger)}: ${verdict} (${counts})\n  head ${head.number}:${head.link}\n${found.join('')}`;
}
