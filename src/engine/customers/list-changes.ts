/**
 * GET /v1/customers/changes: what became of customers and their factors, in the order of the log, so that the bank can tell the people
 * whom it concerns (OWASP ASVS 5.0.0 V6.3.7). Each event that changed one: enrolments, confirmations, removals, codes that were taken
 * or wrong, stops, and caps that were raised. An app keeps the newest event_number and asks for what came after it.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { formatId } from '../../kernel/id.ts';
import { listPage, pageInput, pageOf } from '../page.ts';
import { useCase } from '../use-case.ts';
import { customerPath, factorPath } from './factor-view.ts';

const change = z
  .strictObject({
    event_number: z.string(),
    at: z.string(),
    customer: z.string(),
    type: z.string().meta({
      description:
        'factor.enrol, factor.confirm, factor.remove, customer.stop, customer.resume; transfer.capture: a code for a transfer; account.update: a raised cap.',
      example: 'factor.confirm',
    }),
    outcome: z.enum(['done', 'posted', 'refused']),
    code: z.string().optional().meta({ description: 'Why it was refused; a wrong code is counted.' }),
    factor: factorPath.optional(),
    transfer: z.string().optional().meta({ description: 'What a code was for.' }),
    account: z.string().optional().meta({ description: 'Whose cap was raised.' }),
  })
  .meta({ id: 'CustomerChange' });

export const listCustomerChanges = useCase({
  name: 'customer.changes',
  summary: 'List what became of customers and their factors',
  permission: 'factors:manage',
  kind: 'query',
  input: z.strictObject({
    ...pageInput,
    customer: customerPath.optional(),
    after: z
      .string()
      .regex(/^(0|[1-9]\d{0,14})$/, 'send the event_number of an earlier change')
      .optional()
      .meta({ description: 'Changes after this event alone, oldest first.' }),
  }),
  output: pageOf(change),
  run(engine, call) {
    const { ledgerId } = call;
    const { customer, after } = call.input;
    return listPage(engine, call, call.input, {
      useCase: 'customer.changes',
      filters: { customer, after },
      descending: after === undefined,
      fetch: (range) => engine.customers.store.changes(ledgerId, { customer, after }, range),
      numberOf: ({ number }) => number,
      view: (one) => changeView(ledgerId, one),
    });
  },
});

/** An event that changed a customer. */
export interface CustomerChange {
  readonly number: number;
  readonly customer: string;
  readonly body: string;
}

function changeView(ledgerId: number, { body, customer, number }: CustomerChange): Record<string, unknown> {
  const { at, code, data, outcome, type } = parseEvent(body);
  const by = data['authorization'] as { readonly factor: string } | undefined;
  const vouched = data['vouched_by'] as { readonly factor: string } | undefined;
  const enrolled =
    type === 'factor.enrol' && outcome === 'done' ? formatId('fac', ledgerId, number) : undefined;
  const factor = by?.factor ?? data['factor'] ?? enrolled ?? vouched?.factor;
  return {
    event_number: String(number),
    at,
    customer,
    type,
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(factor === undefined ? {} : { factor }),
    ...(data['captures'] === undefined ? {} : { transfer: data['captures'] }),
    ...(data['account'] === undefined ? {} : { account: data['account'] }),
  };
}
