/** GET /v1/pools: the pools of the ledger with their limits, newest first. */
import { z } from 'zod';
import { termsJson } from '../limit-json.ts';
import { listPage, pageInput, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { identityView, pool } from './pool-view.ts';

export const listPools = useCase({
  name: 'pool.list',
  summary: 'List pools',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject(pageInput),
  output: pageOf(pool),
  run: (engine, call) =>
    listPage(engine, call, call.input, {
      useCase: 'pool.list',
      filters: {},
      descending: true,
      fetch: (range) => engine.reads.pools.list(call.ledgerId, range),
      numberOf: ({ identity }) => identity.id,
      view: (one) => ({
        ...identityView(call.ledgerId, one),
        limits: one.terms.map((limit) => termsJson(limit, one.identity.currency)),
        event_number: String(one.identity.id),
      }),
    }),
});
