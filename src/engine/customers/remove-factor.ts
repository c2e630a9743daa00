/** POST /v1/customers/{customer}/factors/{id}/remove: takes a code of that very factor. The last one takes the recovery codes with it. */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { oneTimeCode } from '../one-time-code.ts';
import { renderAnswer } from '../render.ts';
import { submitOnce } from '../submit-once.ts';
import { useCase } from '../use-case.ts';
import { customerPath, factorNumber, factorPath } from './factor-view.ts';
import { matchedStep } from './matched-step.ts';

export const removeFactor = useCase({
  name: 'factor.remove',
  summary: 'Remove a factor with a code of it',
  permission: 'factors:manage',
  kind: 'once',
  input: z
    .strictObject({ customer: customerPath, id: factorPath, code: oneTimeCode })
    .meta({ id: 'FactorRemoval' }),
  output: z
    .strictObject({ id: factorPath, status: z.literal('removed'), removed_at: z.string() })
    .meta({ id: 'RemovedFactor' }),
  async run(engine, call) {
    const { ledgerId } = call;
    const { customer, id, code } = call.input;
    const factor = factorNumber(ledgerId, id);
    const found = await engine.customers.store.find(ledgerId, customer, true);
    const timeStep = await matchedStep(engine, ledgerId, found, factor, code);
    const body = await submitOnce(engine, call, { type: 'factor.remove', customer, factor, timeStep });
    const { at, outcome } = parseEvent(body);
    if (outcome === 'refused') return renderAnswer(body, false);
    return { status: 200, body: { id, status: 'removed', removed_at: at }, replayed: false };
  },
});
