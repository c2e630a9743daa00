/**
 * Folding of reversals. Checks run in the order of the refusals in `kernel/failure.ts`: what the transfer is, how much is
 * asked for, and then the legs as those of every other transfer.
 *
 * A refused reversal is an event and nothing else: no counter and no account changes.
 */
import { assert, defined } from '../kernel/assert.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { exponentOf } from '../kernel/currency.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { formatMinor, parseMinor } from '../kernel/money.ts';
import { checkEffective } from '../ledger/effective.ts';
import { movedLegs, type OriginalState, refusalOf, restOf, reverse, spread } from '../ledger/reversal.ts';
import type { Refusal } from '../ledger/transfer.ts';
import type { Item } from './command.ts';
import type { Decision, FoldContext } from './fold.ts';
import { addEffective } from './fold-effective.ts';
import { amountsNamed, provokedBy } from './fold-sandbox.ts';
import { addSearchRows } from './fold-transfer.ts';
import { minorsOf, ownCode } from './leg-amounts.ts';
import { limitText } from './limit-json.ts';
import { originalFromRow } from './original.ts';
import { type ReverseTransfer, reversalJson } from './reversal-command.ts';
import { hasScope } from './state.ts';

/** Without a leg where the whole is wrong. */
type RefusedReversal = Pick<Refusal, 'code'> & { [K in 'leg' | 'limit']?: Refusal[K] | undefined };

export function foldReversal(
  context: FoldContext,
  number: number,
  item: Item,
  command: ReverseTransfer,
): Decision | FailureCode {
  const { state, rows } = context;
  const original = find(context, number, command.transfer);
  if (original === undefined) return 'not_found';
  const asked = { ...reversalJson(command), reverses: formatId('trf', state.ledgerId, command.transfer) };
  const refuse = ({ code, leg, limit }: RefusedReversal): Decision => {
    addSearchRows(context, number, command);
    const left = limit && limitText(state.ledgerId, limit);
    return { outcome: 'refused', code, leg, limit: left, data: canonicalJson(asked) };
  };
  const early =
    command.effectiveAt === undefined
      ? undefined
      : checkEffective(command.effectiveAt, context.at, state.books?.closedUntil);
  if (early !== undefined) return refuse({ code: early });
  const provoked =
    state.ahead === undefined ? undefined : provokedBy(command.type, amountsNamed(state, command));
  if (typeof provoked === 'string') return provoked;
  if (provoked) return refuse(provoked);
  const against = refusalOf(original);
  if (against !== undefined) return refuse({ code: against });
  const amounts = amountsOf(original, command.amount);
  if ('code' in amounts) return refuse(amounts);

  const account = (id: number) => defined(state.accounts.get(id), 'the account of a posted leg');
  const sides = original.legs.map(({ debit, credit }) => ({
    debit: account(debit),
    credit: account(credit),
  }));
  const first = rows.entries.length;
  const unrestricted = hasScope(state, item.actor, 'transfers:unrestricted');
  const refusal = reverse(original, sides, amounts, unrestricted, number, rows.entries, state.pools);
  if (refusal) return refuse(refusal);
  addSearchRows(context, number, command);
  addVersion(context, original, number);
  addEffective(context, first, command.effectiveAt);
  const data = {
    ...asked,
    legs: movedLegs(amounts).map((i) => {
      const { debit, credit, currency } = defined(original.legs[i], 'a leg that moves');
      const [from, to] = [ownCode(account(credit)), ownCode(account(debit))];
      return {
        amount: formatMinor(amounts[i] as bigint, exponentOf(currency)),
        credit: formatId('acc', state.ledgerId, debit),
        ...(to === '' ? {} : { credit_code: to }),
        currency,
        debit: formatId('acc', state.ledgerId, credit),
        ...(from === '' ? {} : { debit_code: from }),
      };
    }),
    remaining: original.legs.map((leg) => formatMinor(restOf(leg), exponentOf(leg.currency))),
  };
  return { outcome: 'posted', code: '', data: canonicalJson(data) };
}

/** From memory, or from this very batch; undefined where this ledger has no such transfer. */
function find({ state, rows }: FoldContext, number: number, id: number): OriginalState | undefined {
  const known = state.originals.get(id);
  if (known) return known;
  const event = rows.events[id - (number - rows.events.length)];
  const original = event && originalFromRow(state.ledgerId, [id, event.body, null, id]);
  if (original) state.originals.set(id, original);
  return original;
}

/** Minor units to reverse of each leg, or what is wrong with what was asked for. */
function amountsOf(
  original: OriginalState,
  asked: ReverseTransfer['amount'],
): readonly bigint[] | Pick<Refusal, 'code'> {
  const { legs } = original;
  const rests = legs.map(restOf);
  if (asked === undefined) return rests;
  if (typeof asked === 'string') {
    const [first] = legs;
    assert(first !== undefined, 'what was posted has a leg');
    const minor = parseMinor(asked, exponentOf(first.currency));
    if (!minor.ok || legs.some(({ currency }) => currency !== first.currency))
      return { code: 'reversal_amounts_mismatch' };
    if (minor.value > rests.reduce((sum, rest) => sum + rest, 0n))
      return { code: 'reversal_exceeds_original' };
    return spread(minor.value, rests);
  }
  return minorsOf(legs, asked) ?? { code: 'reversal_amounts_mismatch' };
}

/** A version says how much of each leg is reversed by now, beside how much there is, so that the database can check it. */
function addVersion({ rows }: FoldContext, { id, legs }: OriginalState, number: number): void {
  rows.rare.reversals.push([
    String(id),
    String(number),
    `{${legs.map(({ amount }) => amount).join(',')}}`,
    `{${legs.map(({ reversed }) => reversed).join(',')}}`,
  ]);
}
