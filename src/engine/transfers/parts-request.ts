/** How much of each leg of an earlier transfer a request takes: of which currencies, and so with how many decimals, it does not say. */
import { z } from 'zod';
import { trimDecimal } from '../../kernel/money.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import { decimal } from '../wire.ts';

export const partAmount = decimal.regex(
  /^(0|[1-9]\d{0,18})(\.\d{1,4})?$/,
  'send a decimal string such as "1250.50": digits with an optional point, no sign, exponent or grouping',
);

export const partAmounts = z
  .array(partAmount)
  .min(1, 'send one amount for each leg')
  .max(LEGS_MAX, `a transfer has at most ${LEGS_MAX} legs`);

interface Parts {
  readonly amount?: string | undefined;
  readonly amounts?: readonly string[] | undefined;
}

/** A refinement: one of the two at most, and not all of it zero, for which `nothing` is said. */
export const refuseNothing =
  (nothing: string) =>
  ({ amount, amounts }: Parts, context: z.RefinementCtx): void => {
    const all = amounts ?? (amount === undefined ? undefined : [amount]);
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (amount !== undefined && amounts) refuse('amounts', 'send amount or amounts, not both');
    else if (all?.length && all.every((text) => trimDecimal(text) === '0'))
      refuse(amounts ? 'amounts' : 'amount', nothing);
  };
