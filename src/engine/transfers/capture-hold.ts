/**
 * POST /v1/transfers/{id}/captures: moves what a transfer holds, all or part of it, as a transfer of its own.
 *
 * Several captures may follow each other until nothing remains; a final one gives back the rest. What the amounts are in
 * minor units depends on the currencies of the hold, which only the ledger knows: amounts that do not fit are refused.
 */
import { z } from 'zod';
import { trimDecimal } from '../../kernel/money.ts';
import { post, useCase } from '../use-case.ts';
import { partAmount, partAmounts, refuseNothing } from './parts-request.ts';
import { transferNumber, transferPath } from './transfer-path.ts';
import { transfer } from './transfer-view.ts';

const input = z
  .strictObject({
    id: transferPath,
    amount: partAmount.optional().meta({
      description: 'How much of a hold with one leg; without amount and amounts all that remains.',
    }),
    amounts: partAmounts
      .optional()
      .meta({ description: 'How much of each leg, in their order; "0" leaves a leg as it is.' }),
    final: z
      .boolean()
      .default(false)
      .meta({ description: 'Gives back what remains after this capture, and so ends the hold.' }),
  })
  .superRefine(refuseNothing('capture something: to give all of it back, void the hold'))
  .meta({ id: 'CaptureRequest' });

export const captureTransfer = useCase({
  name: 'transfer.capture',
  summary: 'Capture a hold',
  permission: 'transfers:write',
  kind: 'command',
  input,
  output: transfer,
  run(engine, call) {
    const { id, amount, amounts, final } = call.input;
    const all = amounts ?? (amount === undefined ? undefined : [amount]);
    return post(engine, call, {
      type: 'transfer.capture',
      hold: transferNumber(call.ledgerId, id),
      ...(all === undefined ? {} : { amounts: all.map(trimDecimal) }),
      final,
    });
  },
});
