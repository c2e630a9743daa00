/**
 * POST /v1/transfers/{id}/authorize: the second factor for one transfer that is held. It captures the whole hold: accounts, freezes,
 * limits and the factor itself are decided by the fold at that moment, and the code is used up by the append that moves the money.
 *
 * Whose factor it is its enrolment says; whether that customer pays, the fold decides: a factor of somebody else is none that
 * is active.
 */
import { z } from 'zod';
import { parseEvent } from '../../audit/event.ts';
import { parseId } from '../../kernel/id.ts';
import { FIRST_FACTORS } from '../authorization.ts';
import { factorPath } from '../customers/factor-view.ts';
import { matchedStep } from '../customers/matched-step.ts';
import { oneTimeCode } from '../one-time-code.ts';
import { type Call, type Engine, post, useCase } from '../use-case.ts';
import { effectiveMoment } from '../wire.ts';
import { transferNumber, transferPath } from './transfer-path.ts';
import { transfer } from './transfer-view.ts';

const input = z
  .strictObject({
    id: transferPath,
    factor: factorPath,
    code: oneTimeCode,
    first_factor: z
      .strictObject({
        method: z.enum(FIRST_FACTORS),
        at: effectiveMoment.meta({ example: '2026-11-02T09:30:00Z' }),
      })
      .meta({
        description: 'How and when the app made sure of its customer; recorded as asserted by the client.',
      }),
  })
  .meta({ id: 'AuthorizationRequest' });

export const authorizeTransfer = useCase({
  name: 'transfer.authorize',
  summary: 'Authorise a transfer with a second factor of the payer',
  permission: 'transfers:authorize',
  kind: 'command',
  input,
  output: transfer,
  run: authorize,
});

/** Of no factor and of nobody: the fold says so. */
const NO_FACTOR = 0;
const NOBODY = '00000000-0000-0000-0000-000000000000';

async function authorize(engine: Engine, call: Call<z.output<typeof input>>) {
  const { ledgerId } = call;
  const { id, factor: named, code, first_factor: firstFactor } = call.input;
  const hold = transferNumber(ledgerId, id);
  const factor = parseId('fac', ledgerId, named) ?? NO_FACTOR;
  const customer = (await holderOf(engine, ledgerId, factor)) ?? NOBODY;
  const found = await engine.customers.store.find(ledgerId, customer, true);
  const timeStep = await matchedStep(engine, ledgerId, found, factor, code);
  const authorization = { customer, factor, timeStep, firstFactor };
  return post(engine, call, { type: 'transfer.capture', hold, final: true, authorization });
}

/** The customer whom the event that made a factor is about, which never changes; undefined: it made none. */
async function holderOf({ reads }: Engine, ledgerId: number, factor: number): Promise<string | undefined> {
  const body = await reads.event(ledgerId, factor);
  const customer = body === null ? undefined : parseEvent(body).data['customer'];
  return typeof customer === 'string' ? customer : undefined;
}
