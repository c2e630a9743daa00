/**
 * POST /v1/transfers/batch: up to 10,000 transfers (and legs) in one request, posted, held or scheduled, each an intent of its own
 * with its own idempotency key, in the order given; or, with `atomic`, up to 1,000 of them, all or none. Without end and each alone they come
 * as a stream (transfer-stream.ts).
 *
 * The same keys serve single transfers, batches and streams, so a retry may regroup what is not atomic. A malformed
 * item makes the whole request malformed and nothing is stored. A batch joins the line of its ledger whole, or, where
 * it does not fit, not at all (`overloaded`). When one cause outside of the items stopped all of them (no standing, no
 * database), that is the answer of the whole request, to be sent again unchanged.
 */
import { z } from 'zod';
import { FAILURES, type FailureCode, FailureError } from '../../kernel/failure.ts';
import { METADATA_BYTES_MAX } from '../../kernel/text.ts';
import type { ItemResult } from '../fold.ts';
import { arrayAt, legsSent, objectAt } from '../item-stream.ts';
import { type Answer, noItems } from '../render.ts';
import { groupOf, PATIENCE_MS, useCase } from '../use-case.ts';
import {
  type Asked,
  batchItem,
  failureOf,
  isCommon,
  isPlainItem,
  itemOf,
  itemResult,
  itemText,
  settled,
} from './batch-item.ts';
import { openTransferStream, streamResult } from './transfer-stream.ts';

const BATCH_ITEMS_MAX = 10_000;
/** A group is one append, behind which everybody else waits: as long as any other batch may be. */
const ATOMIC_ITEMS_MAX = 1000;
const ATOMIC_LEGS_MAX = 5000;

const input = z
  .strictObject({
    transfers: z
      .array(batchItem)
      .min(1, 'a batch has at least one transfer')
      .max(BATCH_ITEMS_MAX, `a batch has at most ${BATCH_ITEMS_MAX} transfers`),
    atomic: z
      .boolean()
      .default(false)
      .meta({
        description:
          `Carry out all of them or none; at most ${ATOMIC_ITEMS_MAX} transfers and ${ATOMIC_LEGS_MAX} legs then (an ` +
          'exchange has one for each recipient and up to two more). What is scheduled is decided at its time, each alone.',
      }),
  })
  .superRefine(({ transfers, atomic }, context) => {
    if (!atomic) return;
    const refuse = (message: string): void =>
      context.addIssue({ code: 'custom', path: ['transfers'], message });
    const legs = transfers.reduce((sum, transfer) => sum + legsSent(transfer), 0);
    if (transfers.length > ATOMIC_ITEMS_MAX)
      return refuse(
        `an atomic batch has at most ${ATOMIC_ITEMS_MAX} transfers: it is carried out in one piece`,
      );
    if (legs > ATOMIC_LEGS_MAX)
      return refuse(`an atomic batch has at most ${ATOMIC_LEGS_MAX} legs: it is carried out in one piece`);
    const keys = new Set<string>();
    for (const [i, { idempotency_key }] of transfers.entries()) {
      const path = ['transfers', i, 'idempotency_key'];
      if (keys.has(idempotency_key))
        context.addIssue({ code: 'custom', path, message: 'an atomic batch names each key once' });
      keys.add(idempotency_key);
    }
  })
  .meta({ id: 'BatchRequest' });

const output = z
  .strictObject({
    results: z.array(itemResult),
    posted: z.int(),
    held: z.int(),
    scheduled: z.int(),
    proposed: z.int(),
    refused: z.int(),
    failed: z.int(),
  })
  .meta({ id: 'BatchResult' });

export const createBatch = useCase({
  name: 'transfer.batch',
  summary: 'Post many transfers',
  permission: 'transfers:write',
  kind: 'batch',
  input,
  refuseHuge,
  plainInput,
  output,
  stream: { item: batchItem, result: streamResult, open: openTransferStream },
  async run({ posters }, call) {
    const { ledgerId, requestId } = call;
    const { transfers, atomic } = call.input;
    const group = atomic ? groupOf(transfers.length) : undefined;
    const items = transfers.map((transfer) => itemOf(call, transfer, group));
    const keys = items.map(({ idempotencyKey }) => idempotencyKey);
    // What was sent is not held while it is posted: ten thousand items are most of what a batch takes of memory.
    return answerAll(keys, posters.submit(ledgerId, items, PATIENCE_MS), { ledgerId, requestId });
  },
});

/** The line of a ledger counts legs: a batch of many more could never join it whole, and its errors would be millions. */
function refuseHuge(sent: unknown): void {
  const transfers = arrayAt(sent, 'transfers');
  // Longer than that, the schema looks at none of them.
  if (transfers.length > BATCH_ITEMS_MAX) return;
  const refuse = (pointer: string, message: string): never => {
    throw new FailureError('invalid_request', undefined, [{ pointer, message }]);
  };
  let legs = 0;
  for (const [i, transfer] of transfers.entries()) {
    legs += legsSent(transfer);
    // Each name takes a byte and more.
    if (Object.keys(objectAt(transfer, 'metadata') ?? {}).length > METADATA_BYTES_MAX)
      refuse(`/transfers/${i}/metadata`, `metadata may take ${METADATA_BYTES_MAX} bytes`);
  }
  if (legs > BATCH_ITEMS_MAX) refuse('/transfers', `a batch has at most ${BATCH_ITEMS_MAX} legs`);
}

/** A batch of plain items and nothing else, as it was sent. */
function plainInput(sent: unknown): z.output<typeof input> | undefined {
  const transfers = arrayAt(sent, 'transfers');
  const isPlain =
    transfers.length > 0 &&
    transfers.length <= BATCH_ITEMS_MAX &&
    Object.keys(sent as object).length === 1 &&
    transfers.every(isPlainItem);
  return isPlain ? { transfers: [...transfers], atomic: false } : undefined;
}

/** Each answer is written as soon as it is there, while the database works on those behind it. */
async function answerAll(
  keys: readonly string[],
  waiting: readonly Promise<ItemResult>[],
  asked: Asked,
): Promise<Answer> {
  const items = noItems();
  const codes = new Set<FailureCode | undefined>();
  const texts: string[] = [];
  for (const [i, result] of waiting.entries()) {
    const outcome = await settled(result);
    const answer = itemText('', keys[i], outcome, asked);
    codes.add(failureOf(outcome));
    items[answer.status]++;
    if (answer.replayed) items.replayed++;
    texts.push(answer.text);
  }
  const [code] = codes;
  if (codes.size === 1 && code !== undefined && isCommon(code)) throw new FailureError(code);
  const denied = [...codes].find((each) => each !== undefined && FAILURES[each].kind === 'denied');
  const { replayed, ...byStatus } = items;
  const text = `{"results":[${texts.join(',')}],${JSON.stringify(byStatus).slice(1)}`;
  return {
    status: 200,
    get body() {
      return JSON.parse(text) as Answer['body'];
    },
    replayed: replayed === texts.length,
    text,
    items,
    ...(denied === undefined ? {} : { denied }),
  };
}
