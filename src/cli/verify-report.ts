/** What a verification came to, for a person and for a program: what holds is claimed only where everything is sound. */
import { VERIFY_ALARM, VERIFY_SCOPE, type VerifyReport } from '../engine/verify/verify-ledger.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatLedgerId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import { grouped, table } from './output.ts';

export interface NamedReport extends VerifyReport {
  readonly name: string;
}

export const isSound = ({ problemCount }: VerifyReport): boolean => problemCount === 0;

export const reportJson = ({
  ledger,
  name,
  currencies,
  problemCount,
  ...rest
}: NamedReport): Record<string, unknown> => ({
  ledger: formatLedgerId(ledger),
  name,
  ...rest,
  currencies: currencies.map(({ currency, debits, credits }) => ({
    currency,
    debits: formatMinor(debits, exponentOf(currency)),
    credits: formatMinor(credits, exponentOf(currency)),
  })),
  problem_count: problemCount,
});

export function reportsText(reports: readonly NamedReport[]): string {
  const unsound = reports.filter((report) => !isSound(report));
  const closing =
    unsound.length === 0
      ? VERIFY_SCOPE
      : `NOT SOUND: ${unsound.map(({ name }) => name).join(', ')}\n${VERIFY_ALARM}`;
  return `${reports.map(reportText).join('\n')}\n${closing}\n`;
}

function reportText(report: NamedReport): string {
  const { ledger, name, events, batches, transfers, entries, head, problems, problemCount } = report;
  const verdict = isSound(report)
    ? 'sound'
    : `NOT SOUND, ${grouped(problemCount)} ${problemCount === 1 ? 'problem' : 'problems'}`;
  const counts = `${grouped(events)} events, ${grouped(batches)} batches, ${grouped(transfers)} transfers, ${grouped(entries)} entries`;
  const hidden = problemCount - problems.length;
  const found = problems.length === 0 ? '' : problemTable(problems);
  const rest = hidden > 0 ? `  and ${grouped(hidden)} more\n` : '';
  return `${name} (${formatLedgerId(ledger)}): ${verdict} (${counts})\n  head ${head.number}:${head.link}\n${found}${rest}`;
}

/** One line each: the check, the event that it shows at, what is wrong, what has to stand there, what does. */
const problemTable = (problems: NamedReport['problems']): string =>
  table(
    ['check', 'event', 'subject', 'expected', 'found'],
    problems.map(({ check, number, subject, expected, found }) => [
      check,
      number === undefined ? '' : String(number),
      ...[subject, expected, found].map(oneLine),
    ]),
    ['left', 'right'],
  ).replace(/^(?=.)/gm, '  ');

/** What somebody wrote into the database may have any character; none may break the table or steer a terminal. */
const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, '·');
