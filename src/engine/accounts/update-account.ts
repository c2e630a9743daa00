/** PATCH /v1/accounts/{id}: freezes, unfreezes, closes or reopens. Only an empty account closes; the answer has the settings after it. */
import { z } from 'zod';
import { post, useCase } from '../use-case.ts';
import { kind } from '../wire.ts';
import { accountPath, requireAccount } from './account-view.ts';

const input = z
  .strictObject({
    id: accountPath,
    debits_frozen: z.boolean().optional(),
    credits_frozen: z.boolean().optional(),
    closed: z.boolean().optional(),
  })
  .refine(
    (value) => Object.values(value).some((change) => typeof change === 'boolean'),
    'name at least one of debits_frozen, credits_frozen and closed',
  )
  .meta({ id: 'AccountUpdate' });

const output = z
  .strictObject({
    id: z.string(),
    kind,
    currency: z.string(),
    floor: z.string().nullable(),
    ceiling: z.string().nullable(),
    debits_frozen: z.boolean(),
    credits_frozen: z.boolean(),
    closed: z.boolean(),
    updated_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'AccountSettings' });

export const updateAccount = useCase({
  name: 'account.update',
  summary: 'Freeze, unfreeze, close or reopen an account',
  permission: 'accounts:write',
  kind: 'command',
  input,
  output,
  async run(engine, call) {
    const { id, debits_frozen, credits_frozen, closed } = call.input;
    // A code never changes its account, so naming it by code is the same intent as naming it by id.
    const { identity } = await requireAccount(engine, call, id);
    return post(engine, call, {
      type: 'account.update',
      account: identity.id,
      change: {
        ...(debits_frozen === undefined ? {} : { debitsFrozen: debits_frozen }),
        ...(credits_frozen === undefined ? {} : { creditsFrozen: credits_frozen }),
        ...(closed === undefined ? {} : { closed }),
      },
    });
  },
});
