/** What an import came to, for a person and for a program. */
import type { ImportReport } from '../engine/imports/import-files.ts';
import { sum, type Tally } from '../engine/imports/tally.ts';
import { grouped, table } from './output.ts';

const rowsOf = ({ done, proposed, held, refused, replayed, failed }: Tally): number =>
  done + proposed + held + replayed + sum(refused) + sum(failed);

const allTallies = ({ accounts, openings, payments }: ImportReport): readonly Tally[] => [
  accounts,
  openings,
  payments,
];

export const failures = (report: ImportReport): number =>
  allTallies(report).reduce((total, { failed }) => total + sum(failed), 0);

/** Rows a second of the second pass. */
function rateOf(report: ImportReport): number {
  const rows = allTallies(report).reduce((total, tally) => total + rowsOf(tally), 0);
  return report.postingMs === 0 ? 0 : Math.round((rows * 1000) / report.postingMs);
}

/** Payments stand at the top; accounts and openings have their own counts. */
export function reportJson(ledger: string, report: ImportReport): Record<string, unknown> {
  const { id, accounts, openings, payments, openingsLeftOut, timesLeftOut, interrupted, postingMs } = report;
  const counts = (tally: Tally): Record<string, unknown> => {
    const { proposed, held, refused, replayed, replayedHeld, replayedRefused, failed, firstFailedLine } =
      tally;
    return {
      ...(proposed === 0 ? {} : { proposed }),
      ...(held === 0 ? {} : { held }),
      refused,
      replayed,
      ...(replayedHeld === 0 ? {} : { replayed_held: replayedHeld }),
      replayed_refused: replayedRefused,
      failed,
      ...(firstFailedLine === undefined ? {} : { first_failed_line: firstFailedLine }),
    };
  };
  return {
    ledger,
    import_id: id,
    posted: payments.done,
    ...counts(payments),
    accounts: { created: accounts.done, ...counts(accounts) },
    openings: { posted: openings.done, ...counts(openings), left_out: openingsLeftOut },
    times_left_out: timesLeftOut,
    interrupted,
    duration_ms: Math.round(postingMs),
    rows_per_second: rateOf(report),
  };
}

export function reportText(ledger: string, report: ImportReport): string {
  const { id, accounts, openings, payments, openingsLeftOut, timesLeftOut, interrupted, postingMs } = report;
  const phases: readonly (readonly [string, Tally])[] = [
    ['accounts created', accounts],
    ['openings posted', openings],
    ['payments posted', payments],
  ];
  const rows = phases
    .filter(([title, tally]) => title.startsWith('payments') || rowsOf(tally) > 0)
    .map(([title, { done, refused, replayed, failed }]) => [
      title,
      ...[done, sum(refused), replayed, sum(failed)].map(grouped),
    ]);
  const lines = [
    table(['', 'now', 'refused', 'replayed', 'failed'], rows, ['left', 'right', 'right', 'right', 'right']),
  ];
  for (const [title, tally] of phases) {
    const { proposed, held, refused, replayedHeld, replayedRefused, failed, firstFailedLine } = tally;
    const [what, done] = title.split(' ');
    if (proposed > 0) lines.push(`${what} that wait for a second person: ${grouped(proposed)}\n`);
    if (held > 0)
      lines.push(
        `${what} held: ${grouped(held)}, which take more than their accounts give without a second factor; they end in five minutes unless authorised\n`,
      );
    if (replayedHeld > 0) lines.push(`${what} replayed: ${grouped(replayedHeld)} had been held\n`);
    if (sum(refused) > 0) lines.push(`${what} refused: ${byCode(refused)}\n`);
    if (sum(replayedRefused) > 0)
      lines.push(
        `${what} replayed: ${grouped(replayedDone(tally))} had been ${done}, ${grouped(sum(replayedRefused))} refused: ${byCode(replayedRefused)}\n`,
      );
    if (sum(failed) > 0) lines.push(`${what} failed: ${byCode(failed)}, first at line ${firstFailedLine}\n`);
  }
  if (openingsLeftOut > 0)
    lines.push(
      `${grouped(openingsLeftOut)} opening balances left out: this file did not open their accounts\n`,
    );
  if (timesLeftOut > 0) lines.push(`${grouped(timesLeftOut)} times left out: they are no tokens\n`);
  if (nothingNew(report)) lines.push(nothingMoved(report));
  lines.push(finalAnswers(report));
  if (interrupted) lines.push('Interrupted: start the same import again, it goes on where it stopped.\n');
  const seconds = (postingMs / 1000).toFixed(1);
  return `Import ${id} into ledger ${ledger}: ${seconds} s, ${grouped(rateOf(report))} rows/s\n\n${lines.join('')}`;
}

const byCode = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([code, n]) => `${code} ${grouped(n)}`)
    .join(', ');

const replayedDone = ({ replayed, replayedHeld, replayedRefused }: Tally): number =>
  replayed - replayedHeld - sum(replayedRefused);

const replayedRefusals = (report: ImportReport): number =>
  allTallies(report).reduce((total, { replayedRefused }) => total + sum(replayedRefused), 0);

const nothingMoved = (report: ImportReport): string => {
  const refused = replayedRefusals(report);
  const which = refused === 0 ? '' : `, ${grouped(refused)} of them as refused`;
  return `Nothing moved: every row is known from an earlier import${which}.\n`;
};

/** A second name would move again what was posted under the first one, so the hint says that too. */
function finalAnswers(report: ImportReport): string {
  if (replayedRefusals(report) === 0) return '';
  const again = replayedDone(report.payments);
  return [
    'Rows that were refused stay refused in this import, whatever has changed since: its answers are final.\n',
    `--id NAME, a name not used before, imports the file anew${again === 0 ? '' : `, and posts the ${grouped(again)} payments again that had been posted`}.\n`,
  ].join('');
}

const nothingNew = (report: ImportReport): boolean =>
  allTallies(report).some(({ replayed }) => replayed > 0) &&
  allTallies(report).every((tally) => rowsOf(tally) === tally.replayed);
