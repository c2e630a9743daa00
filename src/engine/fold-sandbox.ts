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
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';
import { isOfLeg, PROVOKED_BY, type Provokable, provokedFault, provokedRefusal } from '../ledger/sandbox.ts';
import { type Command, clockJson, type Item, type MoveClock } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { minorsOf } from './leg-amounts.ts';
import type { LedgerState } from './state.ts';

/** Where no clock goes: well before microseconds are no exact number any more (2255). */
const CLOCK_MICROS_MAX = defined(parseMicros('2099-12-31T23:59:59.999999Z'), 'a time');
const MICROS = 1_000_000;
const LOST: FailureCode = 'outcome_unknown';

/** Without a leg where the whole is wrong. */
export interface ProvokedRefusal {
  readonly limit?: undefined;
  readonly code: RefusalCode;
  readonly leg: number | undefined;
}

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

/** What the first such amount provokes; a failure stores nothing, a refusal of a leg names it. */
export function provokedBy(
  by: Provokable,
  amounts: readonly bigint[],
): ProvokedRefusal | FailureCode | undefined {
  const first = firstProvoked(by, amounts);
  return first === LOST ? undefined : first;
}

function firstProvoked(
  by: Provokable,
  amounts: readonly bigint[],
): ProvokedRefusal | FailureCode | undefined {
  for (const [leg, amount] of amounts.entries()) {
    const code = provokedRefusal(by, amount);
    if (code !== undefined) return { code, leg: isOfLeg(code) ? leg : undefined };
    const fault = provokedFault(amount);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** True where the command is recorded and its caller is to hear that nothing is known of it. */
export function losesItsAnswer(state: LedgerState, { command }: Item): boolean {
  const { type } = command;
  return isProvokable(type) && firstProvoked(type, amountsNamed(state, command)) === LOST;
}

/** Minor units that the request names: none where it asks for all that there is, or where they do not fit what it is about. */
export function amountsNamed(state: LedgerState, command: Command): readonly bigint[] {
  switch (command.type) {
    case 'transfer.create':
    case 'transfer.adjust':
      return command.legs.map(({ amount }) => amount);
    case 'transfer.capture':
      return command.amounts ? (minorsOf(state.hold(command.hold)?.legs ?? [], command.amounts) ?? []) : [];
    case 'transfer.reverse': {
      const legs = state.originals.get(command.transfer)?.legs ?? [];
      const { amount } = command;
      if (amount === undefined) return [];
      return (
        (typeof amount === 'string' ? minorsOf(legs.slice(0, 1), [amount]) : minorsOf(legs, amount)) ?? []
      );
    }
    default:
      return [];
  }
}

const isProvokable = (type: Command['type']): type is Provokable => type in PROVOKED_BY;
