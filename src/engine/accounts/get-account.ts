/** GET /v1/accounts/{id}: an account with its balances as of the newest posting. */
import { z } from 'zod';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { account, accountPath, accountView, requireAccount } from './account-view.ts';

export const getAccount = useCase({
  name: 'account.get',
  summary: 'Read an account and its balances',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({ id: accountPath }),
  output: account,
  run: async (engine, call) =>
    found(accountView(call.ledgerId, await requireAccount(engine, call, call.input.id))),
});
