/**
 * POST /v1/customers/{customer}/stop: nothing leaves any account of the customer from this event on: transfers, captures and scheduled
 * transfers that would are refused, whoever sends them. It takes no code, and asking twice does no harm. Corrections by hand and
 * reversals have scopes of their own and are not stopped.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { submitOnce } from '../submit-once.ts';
import { useCase } from '../use-case.ts';
import { customerPath } from './factor-view.ts';

export const stopPayments = useCase({
  name: 'customer.stop',
  summary: 'Stop all payments of a customer',
  permission: 'payments:stop',
  kind: 'once',
  input: z.strictObject({ customer: customerPath }),
  output: z
    .strictObject({
      customer: z.string(),
      payments: z.literal('stopped'),
      event_number: z.string(),
    })
    .meta({ id: 'StoppedPayments' }),
  async run(engine, call) {
    const { customer } = call.input;
    const { number } = parseEvent(await submitOnce(engine, call, { type: 'customer.stop', customer }));
    return {
      status: 200,
      body: { customer, payments: 'stopped', event_number: number },
      replayed: false,
    };
  },
});
