/** GET /v1/proposals/{id}: what waits for a second person, or what became of it. */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { proposal, proposalNumber, proposalPath, proposalView } from './proposal-view.ts';

export const getProposal = useCase({
  name: 'proposal.get',
  summary: 'Read a proposal',
  permission: 'proposals:read',
  kind: 'query',
  input: z.strictObject({ id: proposalPath }),
  output: proposal,
  async run(engine, { ledgerId, input }) {
    const stored = await engine.reads.proposals.get(ledgerId, proposalNumber(ledgerId, input.id));
    if (!stored) throw new FailureError('not_found');
    return found(proposalView(engine, ledgerId, stored));
  },
});
