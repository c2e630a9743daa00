/** PATCH /v1/pools/{id}: other limits, and accounts that join or leave. What a pool has counted it goes on counting. */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { limitListOf, limitTerms, termsOf } from '../limit-wire.ts';
import { post, useCase } from '../use-case.ts';
import { poolAccounts } from './create-pool.ts';
import { accountIds } from './pool-accounts.ts';
import { poolPath, poolShape, requirePool } from './pool-view.ts';

const input = z
  .strictObject({
    id: poolPath,
    limits: limitListOf('a pool').optional(),
    add: poolAccounts.optional().meta({ description: 'Accounts that join; not of a pool with an owner.' }),
    remove: poolAccounts
      .optional()
      .meta({ description: 'Accounts that leave; not of a pool with an owner.' }),
  })
  .refine(({ id: _, ...changes }) => Object.values(changes).some((change) => change !== undefined), {
    message: 'name at least one of limits, add and remove',
  })
  .meta({ id: 'PoolUpdate' });

const output = z
  .strictObject({
    ...poolShape,
    limits: z.array(limitTerms),
    joined: z
      .int()
      .meta({ description: 'Accounts that joined by this; one that was in it already did not.' }),
    parted: z.int().meta({ description: 'Accounts that left by this.' }),
    updated_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'PoolChange' });

export const updatePool = useCase({
  name: 'pool.update',
  summary: 'Change the limits of a pool, or which accounts are in it',
  permission: 'accounts:unrestricted',
  kind: 'command',
  input,
  output,
  async run(engine, call) {
    const { id, limits, add, remove } = call.input;
    // What is read here of a pool never changes, so it adds nothing to what was asked.
    const { identity } = await requirePool(engine, call, id);
    const { currency, owner } = identity;
    const named = { add, remove };
    const fields = (['add', 'remove'] as const).filter((field) => named[field] !== undefined);
    if (owner !== null && fields.length > 0)
      throw new FailureError(
        'invalid_request',
        undefined,
        fields.map((field) => ({
          pointer: `/${field}`,
          message: 'the pool has an owner: all of the accounts of the owner are in it, and no other',
        })),
      );
    const terms = limits && { limits: termsOf(limits, currency) };
    const joining = add && { add: await accountIds(engine, call, add, currency, 'add') };
    const leaving = remove && { remove: await accountIds(engine, call, remove, currency, 'remove') };
    const both = leaving?.remove.filter((one) => joining?.add.includes(one)) ?? [];
    if (both.length > 0)
      throw new FailureError('invalid_request', undefined, [
        { pointer: '/remove', message: `${both[0]} cannot join and leave at once` },
      ]);
    return post(engine, call, {
      type: 'pool.update',
      pool: identity.id,
      currency,
      ...joining,
      ...leaving,
      ...terms,
    });
  },
});
