/**
 * POST /v1/customers/{customer}/resume: payments of a customer who stopped them go on, with a code of a factor of the customer that has
 * waited; without one where the customer has no active factor. Nothing is authorised for a while from then on.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { parseId } from '../../kernel/id.ts';
import { oneTimeCode } from '../one-time-code.ts';
import { renderAnswer } from '../render.ts';
import { submitOnce } from '../submit-once.ts';
import { useCase } from '../use-case.ts';
import { customerPath, factorPath } from './factor-view.ts';
import { matchedStep } from './matched-step.ts';

/** Of no factor: the fold says so. */
const NO_FACTOR = 0;

export const resumePayments = useCase({
  name: 'customer.resume',
  summary: 'Let payments of a customer go on',
  permission: 'payments:resume',
  kind: 'once',
  input: z
    .strictObject({
      customer: customerPath,
      factor: factorPath.optional(),
      code: oneTimeCode.optional(),
    })
    .refine(({ factor, code }) => (factor === undefined) === (code === undefined), {
      error: 'send factor and code together',
      path: ['code'],
    })
    .meta({ id: 'ResumptionRequest' }),
  output: z
    .strictObject({
      customer: z.string(),
      payments: z.literal('running'),
      authorizes_from: z.string().meta({ description: 'Before it nothing of the customer is authorised.' }),
      event_number: z.string(),
    })
    .meta({ id: 'ResumedPayments' }),
  async run(engine, call) {
    const { ledgerId } = call;
    const { store, waitSeconds } = engine.customers;
    const { customer, factor: named, code } = call.input;
    let proof: { readonly factor: number; readonly timeStep: number | null } | undefined;
    if (named !== undefined && code !== undefined) {
      const factor = parseId('fac', ledgerId, named) ?? NO_FACTOR;
      const found = await store.find(ledgerId, customer, true);
      proof = { factor, timeStep: await matchedStep(engine, ledgerId, found, factor, code) };
    }
    const resumption = { proof, waitSeconds };
    const body = await submitOnce(engine, call, { type: 'customer.resume', customer, resumption });
    const { data, number, outcome } = parseEvent(body);
    if (outcome === 'refused') return renderAnswer(body, false);
    const from = data['authorizes_from'];
    return {
      status: 200,
      body: { customer, payments: 'running', authorizes_from: from, event_number: number },
      replayed: false,
    };
  },
});
