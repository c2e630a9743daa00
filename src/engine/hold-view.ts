/** A transfer as it is now: as it was answered, with what became of its hold since. */
import type { EventRecord } from '../audit/event.ts';
import { assert, defined } from '../kernel/assert.ts';
import { formatMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatId, parseLedgerId } from '../kernel/id.ts';
import { formatMinor, parseMinor } from '../kernel/money.ts';
import type { PresentHold } from './reads.ts';
import { transferView } from './render.ts';

/** A hold can be captured in any number of pieces; the rest is found in the list of transfers. */
export const CAPTURES_SHOWN_MAX = 100;

/** Requires the hold of a transfer that was held; for every other transfer null, and the answer is the stored one. */
export function presentTransfer(event: EventRecord, hold: PresentHold | null): Record<string, unknown> {
  const placed = transferView(event);
  if (hold === null) return placed;
  const ledgerId = defined(parseLedgerId(event.ledger), 'the ledger of an event');
  const { status, at, captured, captures } = hold;
  const legs = event.data['legs'] as readonly { readonly amount: string; readonly currency: string }[];
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
