/** POST /v1/pools: limits for all accounts of a customer together, or for accounts that the request lists. */
import { z } from 'zod';
import { POOL_ACCOUNTS_MAX } from '../../ledger/pool.ts';
import { limitListOf, limitTerms, termsOf } from '../limit-wire.ts';
import { post, useCase } from '../use-case.ts';
import { accountRef, currency, owner, token } from '../wire.ts';
import { accountIds } from './pool-accounts.ts';
import { poolShape } from './pool-view.ts';

export const poolAccounts = z
  .array(accountRef)
  .max(POOL_ACCOUNTS_MAX, `a pool lists at most ${POOL_ACCOUNTS_MAX} accounts`);

const input = z
  .strictObject({
    name: token
      .refine((text) => !/^pol_[0-9a-v]{16}$/.test(text), 'a name may not have the shape of an id')
      .meta({ description: 'Your own name for it, unique in the ledger.', example: 'customer-7f3a' }),
    currency,
    owner: owner.optional().meta({
      description: 'Takes in every account of this customer in the currency, those to come as well.',
    }),
    accounts: poolAccounts
      .optional()
      .meta({ description: 'In place of an owner: the accounts, by id or by code.' }),
    limits: limitListOf('a pool'),
  })
  .refine(({ owner: of, accounts }) => (of === undefined) !== (accounts === undefined), {
    path: ['accounts'],
    message: 'name an owner or a list of accounts, one of them',
  })
  .meta({ id: 'PoolRequest' });

const newPool = z
  .strictObject({
    ...poolShape,
    limits: z.array(limitTerms),
    joined: z.int().meta({ description: 'Accounts that are in it from the start.' }),
    created_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'NewPool' });

export const createPool = useCase({
  name: 'pool.create',
  summary: 'Limit several accounts together, such as all accounts of a customer',
  permission: 'accounts:unrestricted',
  kind: 'command',
  input,
  output: newPool,
  async run(engine, call) {
    const { name, currency: code, owner: of, accounts = [], limits } = call.input;
    const terms = termsOf(limits, code);
    return post(engine, call, {
      type: 'pool.create',
      name,
      currency: code,
      owner: of?.toLowerCase() ?? null,
      accounts: await accountIds(engine, call, accounts, code, 'accounts'),
      limits: terms,
    });
  },
});
