/**
 * POST /v1/transfers/batch: up to 1,000 transfers in one request, each an intent of its own with its own idempotency
 * key, in the order given; or, with `atomic`, all of them or none.
 *
 * The same keys serve single transfers and batches, so a retry may regroup what is not atomic. A malformed item makes
 * the whole request malformed and nothing is stored. When one cause outside of the items stopped all of them (no
 * standing, no database), that is the answer of the whole request, to be sent again unchanged.
 */
import { z } from 'zod';
import { FAILURES, FailureError } from '../../kernel/failure.ts';
import { makeItem } from '../command.ts';
import { failureProblem, problem } from '../problem.ts';
import type { Answer } from '../render.ts';
import { answerOf, groupOf, PATIENCE_MS, useCase } from '../use-case.ts';
import { token, transferRequest } from '../wire.ts';
import { transferCommand } from './create-transfer.ts';
import { transfer } from './transfer-view.ts';

const BATCH_ITEMS_MAX = 1000;

const input = z
  .strictObject({
    transfers: z
      .array(transferRequest.safeExtend({ idempotency_key: token }).meta({ id: 'BatchItem' }))
      .min(1, 'a batch has at least one transfer')
      .max(BATCH_ITEMS_MAX, `a batch has at most ${BATCH_ITEMS_MAX} transfers`),
    atomic: z.boolean().default(false).meta({ description: 'Post all of them or none.' }),
  })
  .superRefine(({ transfers, atomic }, context) => {
    if (!atomic) return;
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
    results: z.array(
      z.strictObject({
        idempotency_key: z.string(),
        status: z.enum(['posted', 'refused', 'failed']).meta({
          description:
            'failed: nothing was stored under this key by this request; the problem says what to do.',
        }),
        replayed: z.boolean(),
        transfer: transfer.optional(),
        problem: problem.optional(),
      }),
    ),
    posted: z.int(),
    refused: z.int(),
    failed: z.int(),
  })
  .meta({ id: 'BatchResult' });

type Settled = Answer | FailureError;

export const createBatch = useCase({
  name: 'transfer.batch',
  summary: 'Post many transfers',
  permission: 'transfers:write',
  kind: 'batch',
  input,
  output,
  async run({ posters }, call) {
    const { ledgerId, actor, requestId } = call;
    const { transfers, atomic } = call.input;
    const group = atomic ? groupOf(transfers.length) : undefined;
    const items = transfers.map(({ idempotency_key, ...request }) =>
      makeItem(ledgerId, transferCommand(request), actor, idempotency_key, requestId, group),
    );
    const settled = await Promise.all(
      posters.submit(ledgerId, items, PATIENCE_MS).map((result) => result.then(answerOf).catch(expected)),
    );
    refuseWhole(settled);
    const results = settled.map((outcome, i) => ({
      idempotency_key: items[i]?.idempotencyKey,
      ...resultOf(outcome, requestId),
    }));
    const count = (status: string): number => results.filter((result) => result.status === status).length;
    return {
      status: 200,
      body: { results, posted: count('posted'), refused: count('refused'), failed: count('failed') },
      replayed: results.every((result) => result.replayed),
    };
  },
});

/** A failure is a result of its item; anything else is a bug and ends the request. */
function expected(error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  throw error;
}

function refuseWhole(settled: readonly Settled[]): void {
  const [first] = settled;
  if (!(first instanceof FailureError)) return;
  const { kind } = FAILURES[first.code];
  const common = settled.every((outcome) => outcome instanceof FailureError && outcome.code === first.code);
  if (common && (kind === 'denied' || kind === 'fault')) throw first;
}

function resultOf(outcome: Settled, requestId: string) {
  if (outcome instanceof FailureError)
    return { status: 'failed', replayed: false, problem: failureProblem(outcome, requestId) };
  const { body, replayed, status } = outcome;
  return status === 201
    ? { status: 'posted', replayed, transfer: body }
    : { status: 'refused', replayed, problem: body };
}
