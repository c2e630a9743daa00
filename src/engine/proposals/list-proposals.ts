/** GET /v1/proposals: what waits for a second person, and what became of the others, newest first. */
import { z } from 'zod';
import { listPage, pageInput, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { proposal, proposalView } from './proposal-view.ts';

export const listProposals = useCase({
  name: 'proposal.list',
  summary: 'List proposals',
  permission: 'proposals:read',
  kind: 'query',
  input: z.strictObject({ ...pageInput }),
  output: pageOf(proposal),
  run: (engine, call) =>
    listPage(engine, call, call.input, {
      useCase: 'proposal.list',
      filters: {},
      descending: true,
      fetch: (range) => engine.reads.proposals.list(call.ledgerId, range),
      numberOf: ({ row }) => Number(row[0]),
      view: (stored) => proposalView(engine, call.ledgerId, stored),
    }),
});
