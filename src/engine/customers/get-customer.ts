/** GET /v1/customers/{customer}: whether payments are stopped, and from when the customer may authorise. */
import { z } from 'zod';
import { isStopped } from '../../identity/stop.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { found } from '../page.ts';
import { useCase } from '../use-case.ts';
import { customerPath } from './factor-view.ts';

export const getCustomer = useCase({
  name: 'customer.get',
  summary: 'Read whether a customer has stopped payments, or waits',
  permission: 'accounts:read',
  kind: 'query',
  input: z.strictObject({ customer: customerPath }),
  output: z
    .strictObject({
      customer: z.string(),
      payments: z.enum(['running', 'stopped']),
      since: z
        .string()
        .nullable()
        .meta({ description: 'When payments were stopped or went on; null: they never were stopped.' }),
      authorizes_from: z.string().nullable().meta({
        description:
          'Before it nothing is authorised: payments went on again or a cap was raised a short while ago; null: nothing is waited for. Each factor has its own usable_from beside.',
      }),
    })
    .meta({ id: 'Customer' }),
  async run({ customers }, { ledgerId, input }) {
    const { customer } = input;
    const { now, state } = await customers.store.find(ledgerId, customer, false);
    const waitsUntil = state?.waitsUntil ?? 0;
    return found({
      customer,
      payments: state && isStopped(state) ? 'stopped' : 'running',
      since: state?.stop ? formatMicros(state.stop.at) : null,
      authorizes_from: waitsUntil > now ? formatMicros(waitsUntil) : null,
    });
  },
});
