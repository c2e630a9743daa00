/**
 * What the fold does in sandbox ledgers alone: moves the clock, and provokes outcomes by amounts (ledger/sandbox.ts).
 * Callers ask for a sandbox first (`state.ahead`), so that a live ledger pays for one comparison.
 *
 * The clock of a sandbox ledger is the database's, so many microseconds ahead. It goes forward only, as an event of the
 * ledger; events behind the batch of that event have the new time, and so has whatever depends on time.
 */

import { defined } from '../kernel/assert.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { formatMicros, parseMicros } from '../kernel/clock.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { provokedFault, provokedRefusal } from '../ledger/sandbox.ts';
import type { Refusal } from '../ledger/transfer.ts';
import { clockJson, type Item, type LegRequest, type MoveClock } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';

/** Where no clock goes: well before microseconds are no exact number any more (2255). */
const CLOCK_MICROS_MAX = defined(parseMicros('2099-12-31T23:59:59.999999Z'), 'a time');
const MICROS = 1_000_000;
const LOST: FailureCode = 'outcome_unknown';

export function foldClock(
  { state, rows, at, aheadBefore }: FoldContext,
  number: number,
  command: MoveClock,
): Decision | FailureCode {
  if (state.ahead === undefined || aheadBefore === undefined) return 'live_ledger';
  const asked = clockJson(command);
  const from = at + state.ahead - aheadBefore;
  const now = 'to' in command ? command.to : from + command.advanceSeconds * MICROS;
  if (now <= from || now > CLOCK_MICROS_MAX)
    return { outcome: 'refused', code: 'clock_out_of_range', data: canonicalJson(asked) };
  state.ahead += now - from;
  rows.rare.clock.push([String(number), String(state.ahead)]);
  const data = { ...asked, now: formatMicros(now), ahead_seconds: state.ahead / MICROS };
  return { outcome: 'done', code: '', data: canonicalJson(data) };
}

/** What the first leg with such an amount provokes; a failure stores nothing, a refusal names the leg. */
export function provokedBy(legs: readonly LegRequest[]): Refusal | FailureCode | undefined {
  const first = firstProvoked(legs);
  return first === LOST ? undefined : first;
}

function firstProvoked(legs: readonly LegRequest[]): Refusal | FailureCode | undefined {
  for (const [leg, { amount }] of legs.entries()) {
    const code = provokedRefusal(amount);
    if (code !== undefined) return { code, leg };
    const fault = provokedFault(amount);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** True where the transfer is recorded and its caller is to hear that nothing is known of it. */
export const losesItsAnswer = ({ command }: Item): boolean =>
  command.type === 'transfer.create' && firstProvoked(command.legs) === LOST;
