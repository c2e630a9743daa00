/**
 * POST /v1/transfers/batch: up to 10,000 transfers in one request, each an intent of its own with its own idempotency
 * key, in the order given; or, with `atomic`, up to 1,000 of them, all or none. Without end and each alone they come
 * as a stream (transfer-stream.ts).
 *
 * The same keys serve single transfers, batches and streams, so a retry may regroup what is not atomic. A malformed
 * item makes the whole request malformed and nothing is stored. A batch joins the line of its ledger whole, or, where
 * it does not fit, not at all (`overloaded`). When one cause outside of the items stopped all of them (no standing, no
 * database), that is the answer of the whole request, to be sent again unchanged.
 */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import type { ItemResult } from '../fold.ts';
import { groupOf, PATIENCE_MS, useCase } from '../use-case.ts';
import { answerOfItem, batchItem, failureOf, isCommon, itemOf, itemResult, settled } from './batch-item.ts';
import { openTransferStream, streamResult } from './transfer-stream.ts';

const BATCH_ITEMS_MAX = 10_000;
/** A group is one append, behind which everybody else waits: as long as any other batch may be. */
const ATOMIC_ITEMS_MAX = 1000;

const input = z
  .strictObject({
    transfers: z
      .array(batchItem)
      .min(1, 'a batch has at least one transfer')
      .max(BATCH_ITEMS_MAX, `a batch has at most ${BATCH_ITEMS_MAX} transfers`),
    atomic: z
      .boolean()
      .default(false)
      .meta({ description: `Post all of them or none; at most ${ATOMIC_ITEMS_MAX} then.` }),
  })
  .superRefine(({ transfers, atomic }, context) => {
    if (!atomic) return;
    if (transfers.length > ATOMIC_ITEMS_MAX) {
      const message = `an atomic batch has at most ${ATOMIC_ITEMS_MAX} transfers: it is posted in one piece`;
      context.addIssue({ code: 'custom', path: ['transfers'], message });
      return;
    }
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
  output,
  stream: { item: batchItem, result: streamResult, open: openTransferStream },
  async run({ posters }, call) {
    const { ledgerId, requestId } = call;
    const { transfers, atomic } = call.input;
    const group = atomic ? groupOf(transfers.length) : undefined;
    const items = transfers.map((transfer) => itemOf(call, transfer, group));
    const outcomes: (ItemResult | FailureError)[] = [];
    for (const result of posters.submit(ledgerId, items, PATIENCE_MS)) outcomes.push(await settled(result));
    refuseWhole(outcomes);
    const count = { posted: 0, refused: 0, failed: 0 };
    let replayed = true;
    const results = outcomes.map((outcome, i) => {
      const answer = answerOfItem(outcome, requestId);
      count[answer.status]++;
      replayed &&= answer.replayed;
      return { idempotency_key: items[i]?.idempotencyKey, ...answer };
    });
    return { status: 200, body: { results, ...count }, replayed };
  },
});

function refuseWhole(outcomes: readonly (ItemResult | FailureError)[]): void {
  const [first] = outcomes;
  const code = first && failureOf(first);
  if (code === undefined || !isCommon(code)) return;
  if (outcomes.every((outcome) => failureOf(outcome) === code))
    throw first instanceof FailureError ? first : new FailureError(code);
}
