/** GET /v1/audit/proofs/consistency: that the log was only added to since an earlier checkpoint (RFC 9162 §2.1.4). */
import { z } from 'zod';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { eventCount, hash } from './checkpoint-view.ts';
import { proveConsistency, refuse, requireCheckpoint, treeSize } from './desk.ts';

export const getConsistencyProof = useCase({
  name: 'audit.consistency',
  summary: 'Prove that the log was only added to',
  permission: 'audit:read',
  kind: 'query',
  input: z.strictObject({
    from: eventCount.meta({
      description: 'Size of the earlier checkpoint. From an empty log there is nothing to prove.',
    }),
    to: eventCount
      .optional()
      .meta({ description: 'Size of the later one; without it, that of the newest checkpoint.' }),
  }),
  output: z
    .strictObject({
      from: z.string(),
      from_root: hash,
      to: z.string(),
      to_root: hash,
      proof: z.array(hash),
      checkpoint: z.string().meta({ description: 'The newest signed note.' }),
    })
    .meta({ id: 'ConsistencyProof' }),
  async run({ audit }, { ledgerId, input }) {
    const newest = await requireCheckpoint(audit, ledgerId);
    const to = treeSize(input.to, 'to', newest);
    const from = treeSize(input.from, 'from', newest);
    if (from > to) refuse('from', `the earlier log is larger than the later one, which has ${to} events`);
    const { roots, proof } = await proveConsistency(audit, ledgerId, from, to, newest);
    return found({
      from: String(from),
      from_root: roots[0]?.toString('base64'),
      to: String(to),
      to_root: roots[1]?.toString('base64'),
      proof: proof.map((one) => one.toString('base64')),
      checkpoint: newest.note,
    });
  },
});
