/** A transfer as it is now: as it was answered, with what became of its hold or its schedule since, and what was reversed of it. */
import type { EventRecord } from '../audit/event.ts';
import { assert, defined } from '../kernel/assert.ts';
import { formatMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatId, parseLedgerId } from '../kernel/id.ts';
import { formatMinor, parseMinor } from '../kernel/money.ts';
import type { HoldStatus } from '../ledger/hold.ts';
import type { PresentSchedule } from './reads-schedule.ts';
import { transferView } from './render.ts';

/** What became of a hold. */
export interface PresentHold {
  readonly status: HoldStatus;
  /** When it came to this status, or was captured last; microseconds since 1970. */
  readonly at: number;
  /** Minor units of each leg. */
  readonly captured: readonly string[];
  /** Numbers of its captures, newest first. */
  readonly captures: readonly number[];
}

/** What was reversed of a transfer. */
export interface PresentReversals {
  /** Minor units of each leg. */
  readonly reversed: readonly string[];
  /** Numbers of its reversals, newest first. */
  readonly reversals: readonly number[];
}

/** A hold can be captured, and a transfer reversed, in any number of pieces; the rest is found in the list of transfers. */
export const CAPTURES_SHOWN_MAX = 100;

const legsOf = (event: EventRecord) =>
  event.data['legs'] as readonly { readonly amount: string; readonly currency: string }[];
const ledgerOf = (event: EventRecord): number =>
  defined(parseLedgerId(event.ledger), 'the ledger of an event');

/** Requires what was reversed of a transfer that was posted; null: nothing, and the answer is the stored one. */
export function withReversals(
  event: EventRecord,
  view: Record<string, unknown>,
  present: PresentReversals | null,
): Record<string, unknown> {
  if (present === null) return view;
  const { reversed, reversals } = present;
  const text = (currency: string, i: number): string =>
    formatMinor(BigInt(reversed[i] as string), exponentOf(currency));
  return {
    ...view,
    reversed: legsOf(event).map(({ currency }, i) => text(currency, i)),
    reversals: reversals.map((number) => formatId('trf', ledgerOf(event), number)),
  };
}

/** Requires the hold of a transfer that was held; for every other transfer null, and the answer is the stored one. */
export function presentTransfer(event: EventRecord, hold: PresentHold | null): Record<string, unknown> {
  const placed = transferView(event);
  if (hold === null) return placed;
  const ledgerId = ledgerOf(event);
  const { status, at, captured, captures } = hold;
  const legs = legsOf(event);
  const minor = (i: number): bigint => BigInt(captured[i] as string);
  return {
    ...placed,
    status,
    hold: {
      ...(placed['hold'] as object),
      captured: legs.map(({ currency }, i) => formatMinor(minor(i), exponentOf(currency))),
      remaining: legs.map(({ amount, currency }, i) => {
        const exponent = exponentOf(currency);
        const all = parseMinor(amount, exponent);
        assert(all.ok, 'an event has amounts');
        // Over-captured is more than all.
        return formatMinor(status === 'held' && minor(i) < all.value ? all.value - minor(i) : 0n, exponent);
      }),
      captures: captures.map((number) => formatId('trf', ledgerId, number)),
    },
    ...(status === 'held' ? {} : { [`${status}_at`]: formatMicros(at) }),
  };
}

/** As `presentTransfer`, of a transfer that was scheduled. */
export function presentSchedule(
  event: EventRecord,
  { status, number, at, code }: PresentSchedule,
): Record<string, unknown> {
  const placed = transferView(event);
  if (status === 'scheduled') return placed;
  const ledgerId = ledgerOf(event);
  return {
    ...placed,
    status,
    ...(status !== 'canceled'
      ? { executed_as: { transfer: formatId('trf', ledgerId, number), ...outcomeOf(code) } }
      : {}),
    [status === 'execution_refused' ? 'refused_at' : `${status}_at`]: formatMicros(at),
  };
}

const outcomeOf = (code: string | null): Record<string, string> =>
  code === null ? { status: 'posted' } : { status: 'refused', code };
