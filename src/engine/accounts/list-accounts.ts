/** GET /v1/accounts: the accounts of the ledger with their balances, newest first. */
import { z } from 'zod';
import { listPage, pageInput, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { owner, token } from '../wire.ts';
import { account, accountView } from './account-view.ts';

export const listAccounts = useCase({
  name: 'account.list',
  summary: 'List accounts',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({
    code: token
      .optional()
      .meta({ description: "Only the account with this code, the client's own name for it." }),
    owner: owner.optional(),
    ...pageInput,
  }),
  output: pageOf(account),
  run: (engine, call) => {
    const { ledgerId, input } = call;
    const filters = { code: input.code, owner: input.owner };
    return listPage(engine, call, input, {
      useCase: 'account.list',
      filters,
      descending: true,
      fetch: (range) => engine.reads.accounts(ledgerId, filters, range),
      numberOf: (state) => state.identity.id,
      view: (state) => accountView(ledgerId, state),
    });
  },
});
