/** GET /v1/accounts/{id}: an account with its balances, as it stands or as it stood at a moment (account-past.ts). */
import { z } from 'zod';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { moment } from '../wire.ts';
import { accountAsOf } from './account-past.ts';
import { account, accountPath, accountView, requireAccount } from './account-view.ts';

export const getAccount = useCase({
  name: 'account.get',
  summary: 'Read an account and its balances',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({
    id: accountPath,
    at: moment.optional().meta({
      description:
        'As it stood after what was posted at this time or before: balances and settings. Without it, as it stands.',
    }),
  }),
  output: account,
  async run(engine, call) {
    const { id, at } = call.input;
    const state = await requireAccount(engine, call, id);
    if (at === undefined) return found(accountView(call.ledgerId, state));
    return found(accountView(call.ledgerId, await accountAsOf(engine, call, state.identity.id, at)));
  },
});
