/** An exchange on the wire: what was agreed, and what came of it, exact and rounded, so that it can be computed again. */
import { z } from 'zod';
import { ROUNDINGS } from '../../ledger/exchange.ts';

export const exchangeView = z
  .strictObject({
    currency: z.string(),
    to_currency: z.string(),
    rate: z.string().meta({ description: 'Units of to_currency for one unit of currency.' }),
    rounding: z.enum(ROUNDINGS),
    amount: z.string().meta({ description: 'All that was exchanged, in currency: the first leg.' }),
    exact: z
      .string()
      .meta({ description: 'amount times rate, in to_currency, with as many decimals as it takes.' }),
    given: z.string().meta({ description: 'exact rounded up: what liquidity_out gives.' }),
    received: z
      .string()
      .meta({ description: 'exact rounded as asked: what the recipients receive together.' }),
    difference: z
      .string()
      .meta({ description: 'given less received, none or one minor unit: to the rounding account.' }),
    parts: z
      .array(z.strictObject({ amount: z.string(), exact: z.string(), received: z.string() }))
      .meta({ description: 'One for each recipient, in the order of their legs behind the first.' }),
    rounding_account: z.string().optional(),
    rounding_account_code: z.string().optional(),
  })
  .meta({
    id: 'Exchange',
    description:
      'The terms of an exchange and what came of it. Its legs come first: payer to liquidity_in, then liquidity_out to ' +
      'each recipient and, where there is a difference, to the rounding account; legs sent beside it follow.',
  });
