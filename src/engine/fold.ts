/**
 * The fold: the pure state machine that turns commands into events and entries, in serial order.
 *
 * Deterministic: the same items on the same state at the same time give the same rows, byte for byte, which is also
 * how `verify` checks a log (it folds the stored commands again). An item ends in one of three ways:
 *   an event      carried out, or refused by what the ledger knows; final for its key
 *   a replay      its key was used before by the same request: the stored result
 *   a failure     nothing stored, key unused (no standing, nothing at this id) or the key is another request's; in a
 *                 sandbox ledger also an event whose answer is lost on purpose (fold-sandbox.ts)
 * Members of an atomic group are decided together: all carried out, or all refused.
 */
import {
  type BatchTexts,
  batchTexts,
  type EventGroup,
  eventBody,
  type Outcome,
  parseEvent,
} from '../audit/event.ts';
import { isUsable } from '../identity/api-key.ts';
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';
import { formatId } from '../kernel/id.ts';
import { UndoLog } from '../ledger/transfer.ts';
import { type BatchRows, type EventRow, emptyRows } from './batch-rows.ts';
import { type Item, payloadOf } from './command.ts';
import { foldFactor } from './fold-factor.ts';
import { foldCapture, foldRelease } from './fold-hold.ts';
import { foldApiKey } from './fold-key.ts';
import { foldOperator } from './fold-operator.ts';
import { foldPeriod } from './fold-period.ts';
import { addPoolTotals, foldPool } from './fold-pool.ts';
import { foldApproval, foldPolicy, foldRejection, propose } from './fold-proposal.ts';
import { foldReversal } from './fold-reversal.ts';
import { foldClock, losesItsAnswer } from './fold-sandbox.ts';
import { foldCancel } from './fold-schedule.ts';
import { foldStop } from './fold-stop.ts';
import { foldAccount, foldLedger } from './fold-subjects.ts';
import { foldExecution, foldTransfer, refuseTransfer } from './fold-transfer.ts';
import { needsFourEyes } from './proposals/four-eyes-actions.ts';
import { hasScope, type KnownResult, type LedgerState } from './state.ts';

/** What one item came to. */
export type ItemResult =
  | { readonly kind: 'recorded'; readonly result: KnownResult; readonly replayed: boolean }
  | { readonly kind: 'failed'; readonly code: FailureCode };

/** What a command came to, before it is an event. */
export interface Decision {
  readonly outcome: Outcome;
  readonly code: RefusalCode | '';
  /** Index of the leg that was refused. */
  readonly leg?: number | undefined;
  /** Canonical JSON of what the limit left that was exceeded. */
  readonly limit?: string | undefined;
  /** Canonical JSON of the event's data. */
  readonly data: string;
  /** Of the event, where it is not the command's. */
  readonly type?: 'proposal.create';
  /** Number of the proposal that it approves. */
  readonly proposal?: number;
}

export interface FoldContext {
  readonly state: LedgerState;
  readonly rows: BatchRows;
  readonly at: number;
  /** `state.ahead` when the batch begins: what moves the clock in it has `at` as its time all the same. */
  readonly aheadBefore: number | undefined;
}

export interface FoldedBatch {
  readonly rows: BatchRows;
  readonly results: readonly ItemResult[];
}

/** Folds items onto the state, whose head is `head`; numbers go on from there. Items of a group stand side by side. */
export function foldBatch(state: LedgerState, head: number, at: number, items: readonly Item[]): FoldedBatch {
  const context: FoldContext = { state, rows: emptyRows(), at, aheadBefore: state.ahead };
  const texts = batchTexts(state.ledgerId, at);
  state.beginWindows(at);
  state.pools.counted.clear();
  const results: ItemResult[] = [];
  let number = head;
  for (let i = 0; i < items.length; ) {
    const item = items[i] as Item;
    if (item.group) {
      const members = items.slice(i, i + item.group.size);
      results.push(...foldGroup(context, texts, number, members));
      i += members.length;
    } else {
      results.push(foldItem(context, texts, number, item));
      i++;
    }
    number = head + context.rows.events.length;
  }
  addPoolTotals(context, head);
  return { rows: context.rows, results };
}

function foldItem(context: FoldContext, texts: BatchTexts, head: number, item: Item): ItemResult {
  const earlier = earlierResult(context, item);
  if (earlier) return earlier;
  const number = head + 1;
  const decision = decideAlone(context, number, item);
  if (typeof decision === 'string') return { kind: 'failed', code: decision };
  return record(context, texts, number, item, decision, undefined);
}

/** What needs no decision any more: a replay, a key of another request, or an actor without standing. */
function earlierResult(context: FoldContext, item: Item): ItemResult | undefined {
  const { state, at } = context;
  const { actor } = item;
  if (actor.apiKey !== undefined) {
    const apiKey = state.apiKeys.get(actor.apiKey);
    if (!apiKey || !isUsable(apiKey, at)) return { kind: 'failed', code: 'unauthenticated' };
  }
  const known = state.results.get(item.key);
  if (!known) return undefined;
  if (known.fingerprint !== item.fingerprint) return { kind: 'failed', code: 'idempotency_key_reused' };
  return { kind: 'recorded', result: known, replayed: true };
}

/** As `decide`, where nothing takes part in it: what needs a second person waits for one. */
function decideAlone(context: FoldContext, number: number, item: Item): Decision | FailureCode {
  const { policy } = context.state;
  const { command, decides } = item;
  if (decides !== undefined && command.type !== 'proposal.reject')
    return foldApproval(context, number, item, (of) => decide(context, number, of, undefined));
  const action = policy && needsFourEyes(policy, command);
  return action === undefined
    ? decide(context, number, item, undefined)
    : propose(context, number, item, action);
}

/** A refusal or the effect; a failure code where nothing is to be stored. */
function decide(
  context: FoldContext,
  number: number,
  item: Item,
  undo: UndoLog | undefined,
): Decision | FailureCode {
  const { command } = item;
  switch (command.type) {
    case 'transfer.adjust':
      if (!hasScope(context.state, item.actor, 'transfers:adjust')) return 'forbidden';
      return foldTransfer(context, number, item, command, undo);
    case 'transfer.create':
      return foldTransfer(context, number, item, command, undo);
    case 'transfer.capture':
      return foldCapture(context, number, item, command);
    case 'transfer.reverse':
      return foldReversal(context, number, item, command);
    case 'transfer.void':
    case 'transfer.expire':
      return foldRelease(context, number, command);
    case 'transfer.execute':
      return foldExecution(context, number, command);
    case 'transfer.cancel':
      return foldCancel(context, number, command);
    case 'account.create':
    case 'account.update':
      return foldAccount(context, number, item, command);
    case 'pool.create':
    case 'pool.update':
      return foldPool(context, number, item, command);
    case 'key.create':
    case 'key.revoke':
    case 'key.rotate':
      return foldApiKey(context, number, item, command);
    case 'ledger.create':
      return foldLedger(context, number, command);
    case 'clock.move':
      return foldClock(context, number, command);
    case 'period.close':
      if (!hasScope(context.state, item.actor, 'periods:close')) return 'forbidden';
      return foldPeriod(context, number, command);
    case 'period.carry':
      return foldPeriod(context, number, command);
    case 'policy.set':
      return foldPolicy(context, number, command);
    case 'proposal.reject':
      return foldRejection(context, number, item, command);
    case 'access.denied':
    case 'master_key.rewrap':
    case 'master_key.retire':
    case 'log.checkpoint':
    case 'log_key.rotate':
    case 'log_key.retire':
      return { outcome: 'done', code: '', data: payloadOf(command) };
    case 'factor.enrol':
    case 'factor.confirm':
    case 'factor.remove':
      return foldFactor(context, number, item, command);
    case 'customer.stop':
    case 'customer.resume':
      return foldStop(context, number, item, command);
    default:
      return foldOperator(context, number, command, item.actor);
  }
}

function record(
  context: FoldContext,
  texts: BatchTexts,
  number: number,
  item: Item,
  decision: Decision,
  group: EventGroup | undefined,
): ItemResult {
  const { actor, command, idempotencyKey, request, key, fingerprint } = item;
  const { outcome, code, leg, limit = '', data, type = command.type, proposal } = decision;
  const body = eventBody(
    texts,
    {
      actor: actor.name,
      client: actor.client,
      code,
      group,
      idempotencyKey,
      leg,
      ...(limit === '' ? {} : { limit }),
      number,
      outcome,
      ...(proposal === undefined ? {} : { proposal: formatId('prp', context.state.ledgerId, proposal) }),
      request,
      type,
    },
    data,
  );
  const event: EventRow = { type, code, key, fingerprint, body };
  context.rows.events.push(event);
  const result: KnownResult = { number, fingerprint, code, body };
  context.state.addResult(key, result);
  if (context.state.ahead !== undefined && losesItsAnswer(context.state, item))
    return { kind: 'failed', code: 'outcome_unknown' };
  return { kind: 'recorded', result, replayed: false };
}

/**
 * All or nothing. A group is replayed only as the same group: every key known, in this order. Only transfers form
 * groups. When one is refused, its code stands in its own event and the others are refused as linked.
 */
function foldGroup(
  context: FoldContext,
  texts: BatchTexts,
  head: number,
  members: readonly Item[],
): ItemResult[] {
  const earlier = members.map((item) => earlierResult(context, item));
  if (earlier.some((result) => result !== undefined)) return replayedGroup(members, earlier);
  // Before any decision: a refused group would be recorded with the key twice, which no database stores.
  if (new Set(members.map(({ key }) => key)).size < members.length)
    return members.map(() => ({ kind: 'failed', code: 'group_changed' }));
  const { policy } = context.state;
  if (policy && members.some(({ command }) => needsFourEyes(policy, command) !== undefined))
    return members.map(() => ({ kind: 'failed', code: 'approval_required' }));

  const group: EventGroup = { first: head + 1, size: members.length };
  const undo = new UndoLog();
  const takeBack = takerBack(context, head, members.length);
  const decisions: Decision[] = [];
  for (const [i, item] of members.entries()) {
    const decision = decide(context, head + 1 + i, item, undo);
    if (typeof decision === 'string' || decision.code !== '') {
      undo.restore();
      takeBack();
      if (typeof decision === 'string') return members.map(() => ({ kind: 'failed', code: decision }));
      return members.map((member, k) => {
        const number = head + 1 + k;
        const refusal = k === i ? decision : { code: 'linked_item_refused' as const, leg: undefined };
        return record(
          context,
          texts,
          number,
          member,
          refuseTransfer(context, number, member, refusal),
          group,
        );
      });
    }
    decisions.push(decision);
  }
  return members.map((item, i) =>
    record(context, texts, head + 1 + i, item, decisions[i] as Decision, group),
  );
}

/** Takes back all that members of a group have added: rows, and what the state remembers of holds and schedules. */
function takerBack({ rows, state }: FoldContext, head: number, size: number): () => void {
  const { effective, holds, schedules } = rows.rare;
  const lists: readonly unknown[][] = [rows.entries, rows.search, effective, holds, schedules];
  const lengths = lists.map(({ length }) => length);
  return () => {
    for (const [i, list] of lists.entries()) list.length = lengths[i] as number;
    for (let number = head + 1; number <= head + size; number++) {
      state.holds.delete(number);
      state.schedules.delete(number);
    }
  };
}

function replayedGroup(members: readonly Item[], earlier: readonly (ItemResult | undefined)[]): ItemResult[] {
  const whole = earlier.every((result, i) => {
    if (result?.kind !== 'recorded') return false;
    const { group } = parseEvent(result.result.body);
    return group?.size === members.length && Number(group.first) + i === result.result.number;
  });
  if (whole) return earlier as ItemResult[];
  const denied = earlier.find((result) => result?.kind === 'failed' && result.code === 'unauthenticated');
  return members.map(() => denied ?? { kind: 'failed', code: 'group_changed' });
}
