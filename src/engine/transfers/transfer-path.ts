/** A transfer named in a path. */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { parseId } from '../../kernel/id.ts';

export const transferPath = z.string().max(64).meta({ example: 'trf_0k3m9c200000001h' });

/** Number of its event. Fails with not_found where the id is none of this ledger. */
export function transferNumber(ledgerId: number, id: string): number {
  const number = parseId('trf', ledgerId, id);
  if (number === undefined) throw new FailureError('not_found');
  return number;
}
