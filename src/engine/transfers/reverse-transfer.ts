/**
 * POST /v1/transfers/{id}/reversals: moves what a transfer moved back, all that is left of it or a part, as a transfer of
 * its own that names it.
 *
 * An amount for all legs together is spread over them in proportion to what is left of each. What amounts are in minor
 * units depends on the currencies of the transfer, which only the ledger knows: amounts that do not fit are refused.
 */
import { z } from 'zod';
import { trimDecimal } from '../../kernel/money.ts';
import { post, useCase } from '../use-case.ts';
import { effectiveAt, metadata, reference } from '../wire.ts';
import { partAmount, partAmounts, refuseNothing } from './parts-request.ts';
import { transferNumber, transferPath } from './transfer-path.ts';
import { transfer } from './transfer-view.ts';

const input = z
  .strictObject({
    id: transferPath,
    amount: partAmount.optional().meta({
      description:
        'How much in all, of a transfer in one currency: spread over its legs in proportion to what is left of each, to the last minor unit. Without amount and amounts all that is left.',
    }),
    amounts: partAmounts.optional().meta({
      description: 'How much of each leg, in the order of the transfer; "0" leaves a leg as it is.',
    }),
    effective_at: effectiveAt.optional(),
    reference: reference.optional(),
    metadata: metadata.optional(),
  })
  .superRefine(refuseNothing('reverse something: an amount above zero'))
  .meta({ id: 'ReversalRequest' });

export const reverseTransfer = useCase({
  name: 'transfer.reverse',
  summary: 'Reverse a transfer',
  permission: 'transfers:reverse',
  kind: 'command',
  input,
  output: transfer,
  run(engine, call) {
    const { id, amount, amounts, effective_at, reference, metadata } = call.input;
    const asked = amounts?.map(trimDecimal) ?? (amount === undefined ? undefined : trimDecimal(amount));
    return post(engine, call, {
      type: 'transfer.reverse',
      transfer: transferNumber(call.ledgerId, id),
      ...(asked === undefined ? {} : { amount: asked }),
      ...(effective_at === undefined ? {} : { effectiveAt: effective_at }),
      ...(reference === undefined ? {} : { reference }),
      ...(metadata === undefined ? {} : { metadata }),
    });
  },
});
