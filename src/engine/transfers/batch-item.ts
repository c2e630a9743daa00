/** One transfer among many, in a batch or in a stream: how it is asked for, and what is said about it. */
import { z } from 'zod';
import { FAILURES, type FailureCode, FailureError } from '../../kernel/failure.ts';
import { isToken, isUuid, personalShape } from '../../kernel/text.ts';
import { type Group, type Item, makeItem } from '../command.ts';
import type { ItemResult } from '../fold.ts';
import { failureProblem, problem } from '../problem.ts';
import { proposed } from '../proposals/proposal-view.ts';
import { ITEM_STATUSES, type ItemStatus, postedTransferText, renderAnswer } from '../render.ts';
import type { Caller } from '../use-case.ts';
import { token } from '../wire.ts';
import { transferCommand } from './create-transfer.ts';
import { arePlainLegs, isObject } from './plain-legs.ts';
import { transferRequest } from './transfer-request.ts';
import { transfer } from './transfer-view.ts';

/** Whatever one transfer may be: posted, held, scheduled, an exchange. */
export const batchItem = transferRequest
  .safeExtend({ idempotency_key: token })
  // Ten thousand malformed items would take seconds: a batch is read up to the first.
  .check(({ issues }) => {
    if (issues[0]) issues[0] = { ...issues[0], continue: false };
  })
  .meta({ id: 'BatchItem', description: 'A transfer as it may be sent alone, with its own key.' });

/**
 * True only for what the schema accepts as it is: a key and legs, nothing else. Most items are so, and this takes a third
 * of the schema's time; what it does not know goes to the schema, which accepts more and says what is wrong.
 */
export function isPlainItem(value: unknown): value is z.output<typeof batchItem> {
  if (!isObject(value) || Object.keys(value).length !== 2) return false;
  const { idempotency_key: key, legs } = value;
  if (typeof key !== 'string' || !(isUuid(key) || (isToken(key) && personalShape(key) === undefined)))
    return false;
  return arePlainLegs(legs);
}

export const itemResult = z.strictObject({
  idempotency_key: z.string(),
  status: z.enum(ITEM_STATUSES).meta({
    description:
      'proposed: a second person has to approve. failed: nothing was stored under this key by this request; the problem says what to do.',
  }),
  replayed: z.boolean(),
  transfer: transfer.optional(),
  proposal: proposed.optional(),
  problem: problem.optional(),
});

export interface ItemAnswer {
  readonly status: ItemStatus;
  readonly replayed: boolean;
  readonly transfer?: Readonly<Record<string, unknown>>;
  readonly proposal?: Readonly<Record<string, unknown>>;
  readonly problem?: Readonly<Record<string, unknown>>;
}

export function itemOf(
  { ledgerId, actor, requestId }: Caller,
  { idempotency_key, ...request }: z.output<typeof batchItem>,
  group?: Group,
): Item {
  return makeItem(ledgerId, transferCommand(request), actor, idempotency_key, requestId, group);
}

/** What became of an item that waits in line: its result, or the failure that it left the line with. */
export async function settled(result: Promise<ItemResult>): Promise<ItemResult | FailureError> {
  try {
    return await result;
  } catch (error) {
    // Anything else is a bug and ends the request.
    if (error instanceof FailureError) return error;
    throw error;
  }
}

/** The code with which an item failed; undefined where it was carried out or refused. */
export function failureOf(outcome: ItemResult | FailureError): FailureCode | undefined {
  if (outcome instanceof FailureError) return outcome.code;
  return outcome.kind === 'failed' ? outcome.code : undefined;
}

/** True for a failure that lies outside of the item: no standing, no database. What follows would meet it, too. */
export const isCommon = (code: FailureCode): boolean =>
  FAILURES[code].kind === 'denied' || FAILURES[code].kind === 'fault';

/** What an answer needs of its caller. */
export type Asked = Pick<Caller, 'ledgerId' | 'requestId'>;

export interface ItemText {
  readonly status: ItemAnswer['status'];
  readonly replayed: boolean;
  readonly text: string;
}

/** The JSON text of what is said about an item; one without a key is malformed. `first` are members before all others. */
export function itemText(
  first: string,
  key: string | undefined,
  outcome: ItemResult | FailureError,
  { ledgerId, requestId }: Asked,
): ItemText {
  // A key is a token: it needs no escape.
  const head = `{${first}${key === undefined ? '' : `"idempotency_key":"${key}",`}`;
  if (!(outcome instanceof FailureError) && outcome.kind === 'recorded') {
    const transfer = postedTransferText(outcome.result, ledgerId);
    const { replayed } = outcome;
    if (transfer !== undefined) {
      const text = `${head}"status":"posted","replayed":${replayed},"transfer":${transfer}}`;
      return { status: 'posted', replayed, text };
    }
  }
  const answer = answerOfItem(outcome, requestId);
  const { status, replayed } = answer;
  return { status, replayed, text: head + JSON.stringify(answer).slice(1) };
}

export function answerOfItem(outcome: ItemResult | FailureError, requestId: string): ItemAnswer {
  if (outcome instanceof FailureError)
    return { status: 'failed', replayed: false, problem: failureProblem(outcome, requestId) };
  if (outcome.kind === 'failed') return answerOfItem(new FailureError(outcome.code), requestId);
  const { body, replayed, status } = renderAnswer(outcome.result.body, outcome.replayed);
  if (status === 202) return { status: 'proposed', replayed, proposal: body };
  return status === 201
    ? { status: body['status'] as ItemStatus, replayed, transfer: body }
    : { status: 'refused', replayed, problem: body };
}
