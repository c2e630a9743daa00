/** GET /v1/accounts/{id}: an account with its balances, as it stands, as it stood at a moment, or by effective time (account-past.ts). */
import { z } from 'zod';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { moment } from '../wire.ts';
import { accountAsOf, accountEffective } from './account-past.ts';
import { account, accountPath, accountView, requireAccount } from './account-view.ts';

export const getAccount = useCase({
  name: 'account.get',
  summary: 'Read an account and its balances',
  permission: 'accounts:read',
  kind: 'query',
  input: z
    .strictObject({
      id: accountPath,
      at: moment.optional().meta({
        description:
          'As it stood after what was posted at this time or before: balances and settings. Without it, as it stands.',
      }),
      effective_at: moment.optional().meta({
        description:
          'The balance of what is effective at this time or before, whenever it was posted: a transfer counts from its effective_at on, or from its posting. What is held is told by posted time.',
      }),
      known_at: moment.optional().meta({
        description:
          'With effective_at: as it was known after what was posted at this time or before. Without it, as known now.',
      }),
    })
    .superRefine(({ at, effective_at, known_at }, context) => {
      if (at !== undefined && effective_at !== undefined)
        context.addIssue({
          code: 'custom',
          path: ['at'],
          message: 'send at for posted time, or effective_at (and known_at, if you like): not both',
        });
      if (known_at !== undefined && effective_at === undefined)
        context.addIssue({
          code: 'custom',
          path: ['known_at'],
          message: 'send effective_at as well, or at in place of this',
        });
    }),
  output: account,
  async run(engine, call) {
    const { id, at, effective_at, known_at } = call.input;
    const state = await requireAccount(engine, call, id);
    if (effective_at !== undefined) {
      const effective = await accountEffective(engine, call, state.identity.id, effective_at, known_at);
      return found(accountView(call.ledgerId, effective));
    }
    if (at === undefined) return found(accountView(call.ledgerId, state));
    return found(accountView(call.ledgerId, await accountAsOf(engine, call, state.identity.id, at)));
  },
});
