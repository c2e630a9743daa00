/** POST /v1/proposals/{id}/reject: ends a proposal without doing it; the proposer takes back its own so. */
import { z } from 'zod';
import { post, useCase } from '../use-case.ts';
import { proposalNumber, proposalPath } from './proposal-view.ts';

export const rejectProposal = useCase({
  name: 'proposal.reject',
  summary: 'Reject a proposal',
  permission: 'proposals:approve',
  kind: 'command',
  input: z.strictObject({ id: proposalPath }).meta({ id: 'Rejection' }),
  output: z
    .strictObject({
      id: z.string(),
      status: z.literal('rejected'),
      decided_at: z.string(),
      event_number: z.string(),
    })
    .meta({ id: 'RejectedProposal' }),
  run: (engine, call) =>
    post(engine, call, { type: 'proposal.reject', proposal: proposalNumber(call.ledgerId, call.input.id) }),
});
