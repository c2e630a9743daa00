/** GET /v1/accounts/{id}/limits: what is used now of the limits of an account, and of the pools that it is in. */
import { z } from 'zod';
import { defined } from '../../kernel/assert.ts';
import { formatId } from '../../kernel/id.ts';
import { accountPath, requireAccount } from '../accounts/account-view.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { identityView, limitUse, poolShape, usesView } from './pool-view.ts';

export const accountLimits = useCase({
  name: 'account.limits',
  summary: 'Read what is used of the limits of an account and of its pools',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({ id: accountPath }),
  output: z
    .strictObject({
      account: z.string(),
      currency: z.string(),
      limits: z.array(limitUse).meta({ description: 'In the order of their checks: before those of pools.' }),
      pools: z
        .array(z.strictObject({ ...poolShape, limits: z.array(limitUse) }))
        .meta({ description: 'In the order of their checks.' }),
    })
    .meta({ id: 'AccountLimits' }),
  async run(engine, call) {
    const { ledgerId, input } = call;
    const { identity } = await requireAccount(engine, call, input.id);
    const state = await engine.reads.pools.state(ledgerId, { accounts: [identity.id] });
    const account = defined(state.accounts.get(identity.id), 'an account that is there');
    const pools = (account.settings.pools ?? []).map((id) => defined(state.pools.get(id), 'its pool'));
    return found({
      account: formatId('acc', ledgerId, identity.id),
      currency: identity.currency,
      limits: usesView(account, identity.currency),
      pools: pools.map((pool) => ({
        ...identityView(ledgerId, pool),
        limits: usesView(pool, identity.currency),
      })),
    });
  },
});
