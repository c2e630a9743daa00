/** What a transfer is asked for with: legs, an exchange, or both; posted now, held, or scheduled. */
import { z } from 'zod';
import { isRate, RATE_PATTERN, ROUNDINGS } from '../../ledger/exchange.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import { accountRef, checkAmount, currency, decimal, hold, leg, moment, postingRequest } from '../wire.ts';
import { checkExchange } from './exchange-request.ts';

/** Whatever is no rate has a code of its own, a JSON number included: so there is no type to fail first. */
const rate = z
  .unknown()
  .superRefine((value, context) => {
    if (typeof value === 'string' && isRate(value)) return;
    const message =
      'send the rate as a JSON string such as "83.4525": above zero, at most 12 digits before the point and 18 behind it, ' +
      'no sign or exponent';
    context.addIssue({ code: 'custom', message, params: { failure: 'rate_invalid' } });
  })
  .transform((value) => value as string)
  .meta({
    type: 'string',
    description: 'Units of to_currency for one unit of currency, as a decimal string.',
    pattern: RATE_PATTERN,
    example: '0.011983',
  });

const exchange = z
  .strictObject({
    debit: accountRef.meta({ description: 'Who gives.' }),
    currency,
    liquidity_in: accountRef.meta({ description: 'Takes what is exchanged.' }),
    liquidity_out: accountRef.meta({ description: 'Gives what it is exchanged for.' }),
    to_currency: currency,
    credits: z
      .array(
        z
          .strictObject({ credit: accountRef, amount: decimal })
          .meta({ id: 'ExchangeCredit', description: 'Who receives what this amount of currency becomes.' }),
      )
      .min(1, 'name who receives')
      .max(LEGS_MAX, `a transfer has at most ${LEGS_MAX} legs`),
    rate,
    rounding: z
      .enum(ROUNDINGS)
      .meta({ description: 'How the exact amount becomes whole minor units of to_currency.' }),
    rounding_account: accountRef.meta({
      description:
        'Takes the difference: liquidity_out gives the exact amount rounded up to a minor unit, the recipients receive ' +
        'it rounded as asked, and what is between, none or one minor unit, goes here.',
    }),
  })
  .superRefine(({ currency: of, credits }, context) => {
    for (const [i, { amount }] of credits.entries())
      checkAmount(amount, of, ['credits', i, 'amount'], context);
  })
  .meta({
    id: 'ExchangeRequest',
    description:
      'Exchanges an amount through two liquidity accounts at a stated rate. Several recipients get their exact shares ' +
      'rounded by largest remainder, so that they add up to the rounded whole. Debiting liquidity_out usually takes the ' +
      'scope transfers:unrestricted.',
  });

export const transferRequest = z
  .strictObject({
    ...postingRequest.shape,
    legs: z
      .array(leg)
      .min(1, 'a transfer has at least one leg')
      .max(LEGS_MAX, `a transfer has at most ${LEGS_MAX} legs`)
      .optional()
      .meta({ description: 'They apply in their order, behind those of an exchange: splits, fees.' }),
    exchange: exchange.optional(),
    hold: hold.optional(),
    scheduled_for: moment.optional().meta({
      description:
        'Decides and posts the transfer from this time on, in place of now: a time of RFC 3339 after now and within 366 ' +
        'days. Nothing is held meanwhile.',
      format: 'date-time',
      example: '2026-12-01T09:00:00+05:30',
    }),
  })
  .superRefine(({ legs, exchange: asked, effective_at, hold: held, scheduled_for: time }, context) => {
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (effective_at !== undefined && held)
      refuse(
        'effective_at',
        'leave this out: a hold moves nothing yet, and its captures are effective when they are posted',
      );
    if (effective_at !== undefined && time !== undefined)
      refuse('effective_at', 'leave this out: a scheduled transfer is effective when it is posted');
    if (time !== undefined && (asked || held))
      refuse('scheduled_for', 'only legs can be scheduled: an exchange is posted, and a hold placed, now');
    else if (asked && held) refuse('hold', 'an exchange is posted at once: remove hold');
    else if (asked) checkExchange(asked, legs?.length ?? 0, context);
    else if (legs === undefined) refuse('legs', 'this field is required: send a JSON array');
  })
  .meta({
    id: 'TransferRequest',
    description: 'Legs, an exchange, or both (one of them has to be there): posted whole or not at all.',
  });
