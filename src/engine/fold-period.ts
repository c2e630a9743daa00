/**
 * Folding of closes and of what is carried forward behind them. A refused close is an event and nothing else.
 *
 * What is carried forward comes with the command: it was read behind the close, before which nothing changes any more, so
 * it is the same whenever and by whomever it was read. The append holds it against the entries again, and so does the verifier.
 */
import { canonicalJson } from '../kernel/canonical-json.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { refusalOf, statusOf } from '../ledger/period.ts';
import type { Decision, FoldContext } from './fold.ts';
import { type CarryPeriod, type ClosePeriod, carryJson, closeJson } from './period-command.ts';

export function foldPeriod(
  context: FoldContext,
  number: number,
  command: ClosePeriod | CarryPeriod,
): Decision | FailureCode {
  return command.type === 'period.close'
    ? closePeriod(context, number, command)
    : carryPeriod(context, number, command);
}

function closePeriod({ state, rows, at }: FoldContext, number: number, command: ClosePeriod): Decision {
  const { closedUntil } = command;
  const data = canonicalJson(closeJson(command));
  const code = refusalOf(state.books, closedUntil, at);
  if (code !== undefined) return { outcome: 'refused', code, data };
  state.books = { period: number, closedUntil, carriedTo: 0, accounts: 0, carried: false };
  rows.rare.periods.push([String(number), String(closedUntil)]);
  return { outcome: 'done', code: '', data };
}

/** Whoever comes second has nothing to do: nothing is stored, and he reads how far it is. */
function carryPeriod(
  { state, rows }: FoldContext,
  number: number,
  command: CarryPeriod,
): Decision | FailureCode {
  const { books } = state;
  const { period, after, upTo, last } = command;
  if (!books || statusOf(books) !== 'carrying') return 'not_found';
  if (books.period !== period || books.carriedTo !== after || upTo < after) return 'not_found';
  books.carriedTo = upTo;
  books.accounts += command.rows.length;
  books.carried = last;
  for (const [account, debits, credits] of command.rows)
    rows.rare.carried.push([account, String(period), String(number), debits, credits]);
  rows.rare.progress.push([String(period), String(number), String(upTo), String(books.accounts), last]);
  const data = { ...carryJson(command), period: formatId('per', state.ledgerId, period) };
  return { outcome: 'done', code: '', data: canonicalJson(data) };
}
