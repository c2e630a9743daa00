/**
 * POST /v1/transfers/{id}/authorize: the second factor for one transfer that is held. It captures the whole hold: accounts, freezes
 * and the factor itself are decided by the fold at that moment, and the code is used up by the append that moves the money.
 *
 * Whose factor it must be follows from the payer; a factor of somebody else is none that is active.
 */
import { z } from 'zod';
import { isTransferType, parseEvent } from '../../audit/event.ts';
import { FailureError } from '../../kernel/failure.ts';
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
  const customer = (await payerOf(engine, ledgerId, hold)) ?? NOBODY;
  const factor = parseId('fac', ledgerId, named) ?? NO_FACTOR;
  const found = await engine.customers.store.find(ledgerId, customer, true);
  const timeStep = await matchedStep(engine, ledgerId, found, factor, code);
  const authorization = { customer, factor, timeStep, firstFactor };
  return post(engine, call, { type: 'transfer.capture', hold, final: true, authorization });
}

/** The owner of the first account that the transfer debits; neither ever changes. Fails with not_found. */
async function payerOf({ reads }: Engine, ledgerId: number, transferId: number): Promise<string | null> {
  const body = await reads.event(ledgerId, transferId);
  const event = body === null ? undefined : parseEvent(body);
  if (!event || !isTransferType(event.type)) throw new FailureError('not_found');
  const [leg] = (event.data['legs'] ?? []) as readonly { readonly debit?: string }[];
  const account = parseId('acc', ledgerId, leg?.debit ?? '');
  const state = account === undefined ? undefined : await reads.account(ledgerId, { id: account });
  return state?.identity.owner ?? null;
}
