/**
 * POST /v1/transfers/{id}/captures: moves what a transfer holds, all or part of it, as a transfer of its own.
 *
 * Several captures may follow each other until nothing remains; a final one gives back the rest. What the amounts are in
 * minor units depends on the currencies of the hold, which only the ledger knows: amounts that do not fit are refused.
 */
import { z } from 'zod';
import { trimDecimal } from '../../kernel/money.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import { post, useCase } from '../use-case.ts';
import { captureAmount } from '../wire.ts';
import { transferNumber, transferPath } from './transfer-path.ts';
import { transfer } from './transfer-view.ts';

const input = z
  .strictObject({
    id: transferPath,
    amount: captureAmount.optional().meta({
      description: 'How much of a hold with one leg; without amount and amounts all that remains.',
    }),
    amounts: z
      .array(captureAmount)
      .min(1, 'send one amount for each leg')
      .max(LEGS_MAX, `a transfer has at most ${LEGS_MAX} legs`)
      .optional()
      .meta({ description: 'How much of each leg, in their order; "0" leaves a leg as it is.' }),
    final: z
      .boolean()
      .default(false)
      .meta({ description: 'Gives back what remains after this capture, and so ends the hold.' }),
  })
  .superRefine(({ amount, amounts }, context) => {
    const all = amounts ?? (amount === undefined ? undefined : [amount]);
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (amount !== undefined && amounts) refuse('amounts', 'send amount or amounts, not both');
    else if (all?.length && all.every((text) => trimDecimal(text) === '0'))
      refuse(amounts ? 'amounts' : 'amount', 'capture something: to give all of it back, void the hold');
  })
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
