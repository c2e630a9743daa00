/** Folding of transfers: names resolved to accounts, legs decided and posted or held, the event's data written. */
import { assert } from '../kernel/assert.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId, isAccountId } from '../kernel/id.ts';
import { checkEffective } from '../ledger/effective.ts';
import { countRefusal, type Leg, postLegs, type UndoLog } from '../ledger/transfer.ts';
import { type AdjustTransfer, type CreateTransfer, type Item, legJson, transferPayload } from './command.ts';
import { exchangeData, roundingRefusal } from './exchange.ts';
import type { Decision, FoldContext } from './fold.ts';
import { addEffective } from './fold-effective.ts';
import { addHold } from './fold-hold.ts';
import { provokedBy } from './fold-sandbox.ts';
import { limitText } from './limit-json.ts';
import { hasScope, type LedgerState } from './state.ts';

/** `undo` is given for a member of a group: the group counts its refusals itself, once it is taken back. */
export function foldTransfer(
  context: FoldContext,
  number: number,
  item: Item,
  command: CreateTransfer | AdjustTransfer,
  undo: UndoLog | undefined,
): Decision | FailureCode {
  const { state, rows } = context;
  const { effectiveAt, holdSeconds } = command;
  assert(undo === undefined || holdSeconds === undefined, 'no member of a group is a hold');
  assert(effectiveAt === undefined || holdSeconds === undefined, 'a hold has no effective time');
  const early = effectiveAt === undefined ? undefined : checkEffective(effectiveAt, context.at);
  if (early !== undefined) {
    const refused: Decision = { outcome: 'refused', code: early, data: '' };
    return undo ? refused : refuseTransfer(context, number, item, refused);
  }
  const legs = resolve(state, command);
  const first = rows.entries.length;
  const created = command.type === 'transfer.create' ? command : undefined;
  const provoked = created && state.ahead !== undefined ? provokedBy(created.legs) : undefined;
  if (typeof provoked === 'string') return provoked;
  const wrong = created?.exchange && roundingRefusal(state, created.exchange);
  const refusal =
    provoked ??
    (wrong === undefined
      ? postLegs(
          legs,
          number,
          created === undefined || hasScope(state, item.actor, 'transfers:unrestricted'),
          holdSeconds !== undefined,
          rows.entries,
          undo,
        )
      : { code: wrong, leg: undefined, limit: undefined });
  if (!refusal) {
    addSearchRows(context, number, command);
    if (holdSeconds !== undefined) addHold(context, number, legs, holdSeconds);
    addEffective(context, first, effectiveAt);
    const outcome = holdSeconds === undefined ? 'posted' : 'held';
    return { outcome, code: '', data: dataOf(state, command, legs) };
  }
  const { code, leg } = refusal;
  const limit = refusal.limit && limitText(state.ledgerId, refusal.limit);
  const refused: Decision = { outcome: 'refused', code, leg, limit, data: '' };
  return undo ? refused : refuseTransfer(context, number, item, refused);
}

/** Records a refusal: the counters of its payers, its search rows, its data. */
export function refuseTransfer(
  context: FoldContext,
  number: number,
  item: Item,
  refusal: Pick<Decision, 'code' | 'leg' | 'limit'>,
): Decision {
  const { command } = item;
  assert(
    command.type === 'transfer.create' || command.type === 'transfer.adjust',
    'only transfers form groups, and count their refusals',
  );
  const legs = resolve(context.state, command);
  countRefusal(legs, number, context.rows.entries);
  addSearchRows(context, number, command);
  return { outcome: 'refused', ...refusal, data: dataOf(context.state, command, legs) };
}

const resolve = (state: LedgerState, command: CreateTransfer | AdjustTransfer): Leg[] =>
  command.legs.map((leg) => ({
    debit: state.account(leg.debit),
    credit: state.account(leg.credit),
    amount: leg.amount,
    currency: leg.currency,
  }));

/** The payload with every known account by its id; a code stays beside it, and alone where nobody knows it. */
const dataOf = (state: LedgerState, command: CreateTransfer | AdjustTransfer, legs: readonly Leg[]): string =>
  transferPayload(
    command,
    command.legs,
    (leg, i) => {
      const [debit, debitCode] = names(state, leg.debit, legs[i]?.debit?.identity.id);
      const [credit, creditCode] = names(state, leg.credit, legs[i]?.credit?.identity.id);
      return legJson(leg, debit, credit, debitCode, creditCode);
    },
    command.type === 'transfer.create' && command.exchange
      ? exchangeData(state, command.exchange)
      : undefined,
  );

function names(state: LedgerState, ref: string, id: number | undefined): readonly [id: string, code: string] {
  if (isAccountId(ref)) return [ref, ''];
  return [id === undefined ? '' : formatId('acc', state.ledgerId, id), ref];
}

interface Searchable {
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

/** In the order of the event's canonical JSON, since a verifier makes the same rows from the event. */
export function addSearchRows({ rows }: FoldContext, number: number, command: Searchable): void {
  if (command.reference !== undefined)
    rows.search.push({ field: 'reference', value: command.reference, number });
  const metadata = command.metadata ?? {};
  for (const name of Object.keys(metadata).sort()) {
    const value = metadata[name] as string;
    rows.search.push({ field: `metadata.${name}`, value, number });
  }
  if (command.reason !== undefined) rows.search.push({ field: 'reason', value: command.reason, number });
}
