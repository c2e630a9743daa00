/** GET /v1/pools/{id}: a pool, the accounts that it lists, and what is used of its limits now. */
import { z } from 'zod';
import { formatId } from '../../kernel/id.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { identityView, limitUse, poolPath, poolShape, requirePool, usesView } from './pool-view.ts';

export const getPool = useCase({
  name: 'pool.get',
  summary: 'Read a pool and what is used of its limits',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({ id: poolPath }),
  output: z
    .strictObject({
      ...poolShape,
      limits: z.array(limitUse),
      accounts: z.array(z.string()).optional().meta({
        description: 'Ids, where it lists its accounts; those of an owner: GET /v1/accounts?owner=.',
      }),
      event_number: z.string(),
    })
    .meta({ id: 'PoolUse' }),
  async run(engine, call) {
    const { ledgerId, input } = call;
    const pool = await requirePool(engine, call, input.id);
    const { id, currency, owner } = pool.identity;
    const accounts = owner === null ? await engine.reads.pools.members(ledgerId, id) : undefined;
    return found({
      ...identityView(ledgerId, pool),
      limits: usesView(pool, currency),
      ...(accounts ? { accounts: accounts.map((account) => formatId('acc', ledgerId, account)) } : {}),
      event_number: String(id),
    });
  },
});
