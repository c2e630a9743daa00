/** GET /v1/audit/proofs/inclusion: that an event is in the log that a checkpoint covers (RFC 9162 §2.1.3). */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { eventCount, hash } from './checkpoint-view.ts';
import { proveInclusion, refuse, requireCheckpoint, treeSize } from './desk.ts';

export const getInclusionProof = useCase({
  name: 'audit.inclusion',
  summary: 'Prove that an event is in the log',
  permission: 'audit:read',
  kind: 'query',
  input: z.strictObject({
    event: eventCount.meta({ description: 'Number of the event: event_number of what it made.' }),
    size: eventCount.optional().meta({
      description: 'Of the tree that the proof leads to; without it, that of the newest checkpoint.',
    }),
  }),
  output: z
    .strictObject({
      event_number: z.string(),
      leaf_index: z.string().meta({ description: 'From 0: one less than the number of the event.' }),
      leaf_hash: hash.meta({ description: 'SHA-256(0x00 || the event as canonical JSON), in base64.' }),
      tree_size: z.string(),
      root: hash,
      proof: z.array(hash).meta({ description: 'From the leaf upwards.' }),
      checkpoint: z.string().meta({ description: 'The newest signed note.' }),
    })
    .meta({ id: 'InclusionProof' }),
  async run({ audit }, { ledgerId, input }) {
    const newest = await requireCheckpoint(audit, ledgerId);
    const { event } = input;
    const size = treeSize(input.size, 'size', newest);
    if (event > newest.size)
      throw new FailureError(
        'not_found',
        `The newest checkpoint covers events up to ${newest.size}. A new event is covered about a second after it was posted: ask again then.`,
      );
    if (event > size) refuse('size', `the tree of the first ${size} events has no event ${event}`);
    const { leaf, roots, proof } = await proveInclusion(audit, ledgerId, event - 1, size, newest);
    return found({
      event_number: String(event),
      leaf_index: String(event - 1),
      leaf_hash: leaf.toString('base64'),
      tree_size: String(size),
      root: roots[0]?.toString('base64'),
      proof: proof.map((one) => one.toString('base64')),
      checkpoint: newest.note,
    });
  },
});
