/** Folding of transfers: names resolved to accounts, legs decided and posted or held, the event's data written. */
import { assert } from '../kernel/assert.ts';
import type { FailureCode } from '../kernel/failure.ts';
import { formatId, isAccountId } from '../kernel/id.ts';
import { checkEffective } from '../ledger/effective.ts';
import { STEP_UP_SECONDS, type StepUp, stepUpOf } from '../ledger/step-up.ts';
import { countRefusal, type Leg, postLegs, type Refusal, type UndoLog } from '../ledger/transfer.ts';
import { challengeOf } from './authorization.ts';
import {
  type AdjustTransfer,
  type CreateTransfer,
  type ExecuteSchedule,
  type Item,
  legJson,
  transferPayload,
} from './command.ts';
import { exchangeData, roundingRefusal } from './exchange.ts';
import type { Decision, FoldContext } from './fold.ts';
import { addEffective } from './fold-effective.ts';
import { addHold } from './fold-hold.ts';
import { amountsNamed, type ProvokedRefusal, provokedBy } from './fold-sandbox.ts';
import { dueSchedule, end, schedule } from './fold-schedule.ts';
import { stoppedPayer } from './fold-stop.ts';
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
  assert(effectiveAt === undefined || holdSeconds === undefined, 'a hold has no effective time');
  const early =
    effectiveAt === undefined ? undefined : checkEffective(effectiveAt, context.at, state.books?.closedUntil);
  if (early !== undefined) {
    if (undo) return { outcome: 'refused', code: early, data: '' };
    return refused(context, number, command, { code: early });
  }
  const legs = resolve(state, command);
  const first = rows.entries.length;
  const created = command.type === 'transfer.create' ? command : undefined;
  if (created?.scheduledFor !== undefined) return foldScheduling(context, number, item, created, legs, undo);
  const provoked =
    state.ahead === undefined ? undefined : provokedBy(command.type, amountsNamed(state, command));
  if (typeof provoked === 'string') return provoked;
  const wrong = created?.exchange && roundingRefusal(state, created.exchange);
  const stepUp = created && stepUpOf(legs);
  // Whoever cannot wait for a second factor is told to come alone.
  const cannotWait = undo !== undefined || effectiveAt !== undefined || created?.exchange !== undefined;
  const seconds = holdSeconds ?? (stepUp === undefined ? undefined : STEP_UP_SECONDS);
  const refusal =
    provoked ??
    (created && stoppedPayer(state, legs)) ??
    (stepUp && cannotWait ? stepUpRequired(stepUp) : undefined) ??
    (stepUp?.owner === null && holdSeconds === undefined ? stepUpImpossible(stepUp) : undefined) ??
    (wrong === undefined
      ? postLegs(
          legs,
          number,
          created === undefined || hasScope(state, item.actor, 'transfers:unrestricted'),
          seconds !== undefined,
          rows.entries,
          undo,
          state.pools,
        )
      : { code: wrong, leg: undefined, limit: undefined });
  if (!refusal) {
    addSearchRows(context, number, command);
    const hold = seconds === undefined ? undefined : addHold(context, number, legs, seconds);
    addEffective(context, first, effectiveAt);
    const challenge =
      hold && stepUp !== undefined && holdSeconds === undefined ? challengeOf(state, hold) : undefined;
    const outcome = hold ? 'held' : 'posted';
    return { outcome, code: '', data: dataOf(state, command, legs, undefined, challenge) };
  }
  const reason = reasonOf(state, refusal);
  return undo ? { outcome: 'refused', ...reason, data: '' } : refused(context, number, command, reason);
}

/** Nothing moves yet. In a sandbox ledger an amount that provokes a refusal provokes it at the transfer's time. */
function foldScheduling(
  context: FoldContext,
  number: number,
  item: Item,
  command: CreateTransfer,
  legs: readonly Leg[],
  undo: UndoLog | undefined,
): Decision | FailureCode {
  const { state } = context;
  assert(command.effectiveAt === undefined, 'what is scheduled is effective when it is posted');
  const provoked =
    state.ahead === undefined ? undefined : provokedBy(command.type, amountsNamed(state, command));
  if (typeof provoked === 'string') return provoked;
  const refusal = schedule(context, number, item, command, legs);
  if (refusal)
    return undo ? { outcome: 'refused', ...refusal, data: '' } : refused(context, number, command, refusal);
  addSearchRows(context, number, command);
  return { outcome: 'scheduled', code: '', data: dataOf(state, command, legs) };
}

/**
 * A scheduled transfer at its time: decided by the ordinary rules, as if it had been sent now, with the rights of whoever
 * scheduled it. Whoever comes second, or a moment early, has nothing to do.
 */
export function foldExecution(
  context: FoldContext,
  number: number,
  { schedule: id, transfer }: ExecuteSchedule,
): Decision | FailureCode {
  const { state, rows } = context;
  const due = dueSchedule(context, id, transfer);
  if (!due) return 'not_found';
  const legs = resolve(state, transfer);
  const provoked =
    state.ahead === undefined ? undefined : provokedBy(transfer.type, amountsNamed(state, transfer));
  assert(typeof provoked !== 'string', 'what provokes a fault is not scheduled');
  const stepUp = stepUpOf(legs);
  const refusal: Refusal | ProvokedRefusal | undefined =
    provoked ??
    stoppedPayer(state, legs) ??
    (stepUp === undefined
      ? postLegs(legs, number, due.unrestricted, false, rows.entries, undefined, state.pools)
      : stepUpRequired(stepUp));
  end(context, due, refusal ? 'execution_refused' : 'executed', number);
  if (refusal) return refused(context, number, transfer, reasonOf(state, refusal), id);
  addSearchRows(context, number, transfer);
  return { outcome: 'posted', code: '', data: dataOf(state, transfer, legs, id) };
}

const stepUpRequired = ({ leg }: StepUp): Refusal => ({ code: 'step_up_required', leg });
const stepUpImpossible = ({ leg }: StepUp): Refusal => ({ code: 'step_up_impossible', leg });

type Reason = Pick<Decision, 'code' | 'leg' | 'limit'>;

const reasonOf = (
  { ledgerId }: LedgerState,
  { code, leg, limit }: Pick<Refusal, 'code'> & { [K in 'leg' | 'limit']?: Refusal[K] | undefined },
): Reason => ({ code, leg, limit: limit && limitText(ledgerId, limit) });

/** Records a refusal: the counters of its payers, its search rows, its data. */
export function refuseTransfer(context: FoldContext, number: number, item: Item, refusal: Reason): Decision {
  const { command } = item;
  assert(
    command.type === 'transfer.create' || command.type === 'transfer.adjust',
    'only transfers form groups, and count their refusals',
  );
  return refused(context, number, command, refusal);
}

function refused(
  context: FoldContext,
  number: number,
  command: CreateTransfer | AdjustTransfer,
  refusal: Reason,
  scheduleId?: number,
): Decision {
  const legs = resolve(context.state, command);
  countRefusal(legs, number, context.rows.entries);
  addSearchRows(context, number, command);
  return { outcome: 'refused', ...refusal, data: dataOf(context.state, command, legs, scheduleId) };
}

const resolve = (state: LedgerState, command: CreateTransfer | AdjustTransfer): Leg[] =>
  command.legs.map((leg) => ({
    debit: state.account(leg.debit),
    credit: state.account(leg.credit),
    amount: leg.amount,
    currency: leg.currency,
  }));

/** The payload with every known account by its id; a code stays beside it, and alone where nobody knows it. */
const dataOf = (
  state: LedgerState,
  command: CreateTransfer | AdjustTransfer,
  legs: readonly Leg[],
  scheduleId?: number,
  challenge?: string,
): string =>
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
    scheduleId === undefined ? '' : `,"schedule":"${formatId('trf', state.ledgerId, scheduleId)}"`,
    challenge === undefined
      ? ''
      : `"challenge":{"expires_in_seconds":${STEP_UP_SECONDS},"nonce":"${challenge}"},`,
  );

/** What is asked for, as an event says it. */
export const requestedData = (state: LedgerState, command: CreateTransfer | AdjustTransfer): string =>
  dataOf(state, command, resolve(state, command));

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
