/** A transfer as a reversal sees it, read from its event and from what was reversed of it. */
import { isTransferType, parseEvent } from '../audit/event.ts';
import { assert, defined } from '../kernel/assert.ts';
import { exponentOf } from '../kernel/currency.ts';
import { parseId } from '../kernel/id.ts';
import { parseMinor } from '../kernel/money.ts';
import type { OriginalLeg, OriginalState } from '../ledger/reversal.ts';

/** As `original_states` writes it: what was reversed of each leg (null: nothing), and by which event last, or its own. */
export type OriginalRow = readonly [
  number: number,
  body: string,
  reversed: readonly string[] | null,
  changed: number,
];

type LegData = Readonly<Record<'debit' | 'credit' | 'amount' | 'currency', string>>;

/** Undefined: the event is no transfer. */
export function originalFromRow(
  ledgerId: number,
  [id, body, reversed, changed]: OriginalRow,
): OriginalState | undefined {
  const { type, outcome, data } = parseEvent(body);
  if (!isTransferType(type)) return undefined;
  const posted = outcome === 'posted';
  const kind = !posted ? 'unposted' : type === 'transfer.reverse' ? 'reversal' : 'posted';
  const legs = kind === 'posted' ? (data['legs'] as readonly LegData[]) : [];
  return {
    id,
    kind,
    legs: legs.map((leg, i) => legFrom(ledgerId, leg, BigInt(reversed?.[i] ?? 0))),
    changed,
    passedBy: changed,
  };
}

function legFrom(ledgerId: number, leg: LegData, reversed: bigint): OriginalLeg {
  const account = (id: string): number =>
    defined(parseId('acc', ledgerId, id), 'the account of a posted leg');
  const amount = parseMinor(leg.amount, exponentOf(leg.currency));
  assert(amount.ok, 'a posted leg has an amount');
  return {
    debit: account(leg.debit),
    credit: account(leg.credit),
    currency: leg.currency,
    amount: amount.value,
    reversed,
  };
}
