/**
 * POST /v1/proposals/{id}/approve: does what was proposed, decided anew at this moment, in one event. The hash says what the
 * checker has seen; what may be said against it is decided by the fold (fold-proposal.ts), at the same moment.
 */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { answerOf, PATIENCE_MS, useCase } from '../use-case.ts';
import { commandOf, readEvent } from '../verify/command-of-event.ts';
import { approvalItem } from './approval.ts';
import { proposalNumber, proposalPath } from './proposal-view.ts';

const output = z
  .strictObject({
    id: z.string(),
    status: z.literal('executed'),
    operation: z.string(),
    result: z
      .record(z.string(), z.unknown())
      .meta({ description: 'The answer of the operation, as without a policy.' }),
    decided_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'ApprovedProposal' });

export const approveProposal = useCase({
  name: 'proposal.approve',
  summary: 'Approve a proposal of somebody else',
  permission: 'proposals:approve',
  kind: 'command',
  input: z
    .strictObject({
      id: proposalPath,
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'send the hash of the proposal: 64 characters of 0-9 a-f')
        .meta({ description: 'Of the proposal, as you read it: it says what you approve.' }),
    })
    .meta({ id: 'Approval' }),
  output,
  async run(engine, { ledgerId, actor, idempotencyKey, requestId, input }) {
    const proposal = proposalNumber(ledgerId, input.id);
    const stored = await engine.reads.proposals.get(ledgerId, proposal);
    if (!stored) throw new FailureError('not_found');
    const proposed = commandOf(readEvent(stored.body), ledgerId);
    // A cap is raised now, and not when that was proposed.
    const { waitSeconds } = engine.customers;
    const command = proposed.type === 'account.update' ? { ...proposed, waitSeconds } : proposed;
    const approved = { proposal, hash: input.hash };
    const item = approvalItem(ledgerId, command, approved, actor, idempotencyKey, requestId);
    const [result] = await Promise.all(engine.posters.submit(ledgerId, [item], PATIENCE_MS));
    if (!result) throw new FailureError('internal');
    return answerOf(result);
  },
});
