/** GET /v1/customers/{customer}/factors: all factors of a customer, the newest first, removed ones included. */
import { z } from 'zod';
import { found, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { customerPath, factor, factorsView } from './factor-view.ts';

export const listFactors = useCase({
  name: 'factor.list',
  summary: 'List the factors of a customer',
  permission: 'factors:manage',
  kind: 'query',
  input: z.strictObject({ customer: customerPath }),
  output: z
    .strictObject({ ...pageOf(factor).shape, recovery_codes_left: z.int() })
    .meta({ id: 'FactorList' }),
  async run({ customers }, { ledgerId, input }) {
    const { now, state } = await customers.store.find(ledgerId, input.customer, false);
    return found({
      data: factorsView(ledgerId, state, now),
      has_more: false,
      next_cursor: null,
      previous_cursor: null,
      recovery_codes_left: state?.recoveryHashes.length ?? 0,
    });
  },
});
