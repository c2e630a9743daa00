/** Pools on the wire, and what limits have used: of a pool, or of an account. */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId, parseId } from '../../kernel/id.ts';
import { formatMinor } from '../../kernel/money.ts';
import { type Limited, type LimitUse, limitUses } from '../../ledger/limit.ts';
import type { PoolState } from '../../ledger/pool.ts';
import { termsJson } from '../limit-json.ts';
import { limitTerms } from '../limit-wire.ts';
import type { Caller, Engine } from '../use-case.ts';
import { token } from '../wire.ts';
import type { ListedPool } from './store.ts';

export const poolPath = token.meta({ description: 'A pool, by id or by name.', example: 'customer-7f3a' });

/** Members that every view of a pool has. */
export const poolShape = {
  id: z.string().meta({ example: 'pol_0k3m9c200000001h' }),
  name: z.string(),
  currency: z.string(),
  owner: z.string().nullable().meta({
    description:
      'All accounts of this customer in the currency are in it, those to come as well; null where it lists its accounts.',
  }),
  members: z
    .int()
    .optional()
    .meta({ description: 'How many accounts it lists; absent where it has an owner.' }),
};

export const pool = z
  .strictObject({ ...poolShape, limits: z.array(limitTerms), event_number: z.string() })
  .meta({ id: 'Pool' });

export const limitUse = limitTerms
  .safeExtend({
    used: z.string().meta({
      description:
        'What counts now, in major units; net may be below zero, where more came in than went out.',
    }),
    used_count: z.int().optional().meta({ description: 'Transfers that count now; absent for net.' }),
    left: z.string().optional().meta({ description: 'Amount that would still pass.' }),
    left_count: z.int().optional().meta({ description: 'Transfers that would still pass.' }),
    frees_at: z.string().nullable().meta({
      description:
        'When the window ends and the next one begins empty, or, for the last so many seconds, when the oldest of what counts falls out; null: nothing is used.',
    }),
  })
  .meta({ id: 'LimitUse', description: 'A limit and what is used of it.' });

const useView = (
  { limit, used, left, leftCount, freesAt }: LimitUse,
  currency: string,
): Record<string, unknown> => {
  const text = (minor: bigint): string => formatMinor(minor, exponentOf(currency));
  return {
    ...termsJson(limit, currency),
    used: text(used.sum),
    ...(limit.direction === 'net' ? {} : { used_count: used.count }),
    ...(left === null ? {} : { left: text(left) }),
    ...(leftCount === null ? {} : { left_count: leftCount }),
    frees_at: freesAt === null ? null : formatMicros(freesAt),
  };
};

export const usesView = (of: Limited, currency: string): Record<string, unknown>[] =>
  limitUses(of).map((use) => useView(use, currency));

export const identityView = (
  ledgerId: number,
  { identity: { id, name, currency, owner }, members }: Pick<ListedPool, 'identity' | 'members'>,
): Record<string, unknown> => ({
  id: formatId('pol', ledgerId, id),
  name,
  currency,
  owner,
  ...(owner === null ? { members } : {}),
});

/** The pool that a text names, with what its limits have used. Fails with `not_found`. */
export async function requirePool({ reads }: Engine, { ledgerId }: Caller, ref: string): Promise<PoolState> {
  const id = parseId('pol', ledgerId, ref) ?? (await reads.pools.idOf(ledgerId, ref));
  const found =
    id === undefined ? undefined : (await reads.pools.state(ledgerId, { pools: [id] })).pools.get(id);
  if (!found) throw new FailureError('not_found');
  return found;
}
