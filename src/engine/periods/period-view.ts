/** A close of the books on the wire. */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { parseId } from '../../kernel/id.ts';

export const period = z
  .strictObject({
    id: z.string().meta({ example: 'per_0k3m9c200000001h' }),
    closed_until: z.string().meta({ description: 'What counts before this moment is posted no more.' }),
    status: z.enum(['carrying', 'carried']).meta({
      description: 'carrying: balances are still being carried forward; reads are exact meanwhile.',
    }),
    balances: z.int().meta({
      description:
        'Balances carried forward so far: of accounts whose balance is another than at the close before.',
    }),
    closed_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'Period' });

export const periodPath = z.string().max(64).meta({ example: 'per_0k3m9c200000001h' });

/** Number of its event. Fails with not_found where the id is none of this ledger. */
export function periodNumber(ledgerId: number, id: string): number {
  const number = parseId('per', ledgerId, id);
  if (number === undefined) throw new FailureError('not_found');
  return number;
}
