/**
 * POST /v1/transfers/{id}/reversals: moves what a transfer moved back, all that is left of it or a part, as a transfer of
 * its own that names it.
 *
 * An amount for all legs together is spread over them in proportion to what is left of each. What amounts are in minor
 * units depends on the currencies of the transfer, which only the ledger knows: amounts that do not fit are refused.
 */
import { z } from 'zod';
import { trimDecimal } from '../../kernel/money.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import { post, useCase } from '../use-case.ts';
import { captureAmount, metadata, reference } from '../wire.ts';
import { transferNumber, transferPath } from './transfer-path.ts';
import { transfer } from './transfer-view.ts';

const input = z
  .strictObject({
    id: transferPath,
    amount: captureAmount.optional().meta({
      description:
        'How much in all, of a transfer in one currency: spread over its legs in proportion to what is left of each, to the last minor unit. Without amount and amounts all that is left.',
    }),
    amounts: z
      .array(captureAmount)
      .min(1, 'send one amount for each leg')
      .max(LEGS_MAX, `a transfer has at most ${LEGS_MAX} legs`)
      .optional()
      .meta({
        description: 'How much of each leg, in the order of the transfer; "0" leaves a leg as it is.',
      }),
    reference: reference.optional(),
    metadata: metadata.optional(),
  })
  .superRefine(({ amount, amounts }, context) => {
    const all = amounts ?? (amount === undefined ? undefined : [amount]);
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (amount !== undefined && amounts) refuse('amounts', 'send amount or amounts, not both');
    else if (all?.length && all.every((text) => trimDecimal(text) === '0'))
      refuse(amounts ? 'amounts' : 'amount', 'reverse something: an amount above zero');
  })
  .meta({ id: 'ReversalRequest' });

export const reverseTransfer = useCase({
  name: 'transfer.reverse',
  summary: 'Reverse a transfer',
  permission: 'transfers:reverse',
  kind: 'command',
  input,
  output: transfer,
  run(engine, call) {
    const { id, amount, amounts, reference, metadata } = call.input;
    const asked = amounts?.map(trimDecimal) ?? (amount === undefined ? undefined : trimDecimal(amount));
    return post(engine, call, {
      type: 'transfer.reverse',
      transfer: transferNumber(call.ledgerId, id),
      ...(asked === undefined ? {} : { amount: asked }),
      ...(reference === undefined ? {} : { reference }),
      ...(metadata === undefined ? {} : { metadata }),
    });
  },
});
