/** Limits on the wire: what a client sets, what it is shown, and what a refusal says. */
import { z } from 'zod';
import { exponentOf } from '../kernel/currency.ts';
import { FailureError, type FieldError } from '../kernel/failure.ts';
import { explainMoney, parseAmount } from '../kernel/money.ts';
import {
  isLimitWindow,
  LIMIT_COUNT_MAX,
  LIMIT_DIRECTIONS,
  LIMITS_MAX,
  type LimitTerms,
  type LimitWindow,
} from '../ledger/limit.ts';
import { SLIDING_SECONDS_MAX } from '../ledger/sliding.ts';
import { decimal, token } from './wire.ts';

const WINDOW_HELP = `use day, month, or a number of seconds from 1s to ${SLIDING_SECONDS_MAX}s`;
const COUNT_HELP = `use a whole number from 1 to ${LIMIT_COUNT_MAX}`;

export const limitTerms = z.strictObject({
  name: token.meta({ description: 'Your own name for it, one of its account or pool.', example: 'daily' }),
  direction: z.enum(LIMIT_DIRECTIONS).meta({
    description:
      'outgoing and incoming are gross and count a hold from its placement, once; net is outgoing less what came in.',
  }),
  window: z.string().refine(isLimitWindow, WINDOW_HELP).meta({
    pattern: '^(day|month|[1-9][0-9]{0,6}s)$',
    description:
      'A day or a month of Indian Standard Time, or the last so many seconds, such as 3600s: at most 2678400s, which are 31 days.',
    example: 'day',
  }),
  amount: decimal.optional().meta({ description: 'Most that may go this way inside the window.' }),
  count: z
    .int(COUNT_HELP)
    .min(1, COUNT_HELP)
    .max(LIMIT_COUNT_MAX, COUNT_HELP)
    .optional()
    .meta({ description: 'Most transfers that may go this way inside the window; not with net.' }),
});

const limit = limitTerms
  .refine(({ amount, count }) => amount !== undefined || count !== undefined, 'name amount, count or both')
  .refine(({ direction, count }) => direction !== 'net' || count === undefined, {
    path: ['count'],
    message: 'a net limit has an amount and no count: transfers do not cancel each other out',
  })
  .meta({ id: 'Limit' });

/** `of`: what has them. */
export const limitListOf = (of: 'an account' | 'a pool') =>
  z
    .array(limit)
    .max(LIMITS_MAX, `${of} has at most ${LIMITS_MAX} limits`)
    .superRefine((limits, context) => {
      for (const [i, { name }] of limits.entries())
        if (limits.findIndex((other) => other.name === name) < i)
          context.addIssue({ code: 'custom', path: [i, 'name'], message: 'name each limit differently' });
    })
    .meta({
      description: `All limits that ${of.replace(/^an? /, 'the ')} has from now on, in the order of their checks; [] for none.`,
    });

export const limitList = limitListOf('an account');

export const limitViews = z
  .array(limitTerms)
  .optional()
  .meta({ description: 'Limits in force, in the order of their checks; absent where there are none.' });

export const limitLeft = limitTerms
  .safeExtend({
    account: z.string().optional().meta({ description: 'Whose limit it is.' }),
    pool: z
      .strictObject({ id: z.string(), name: z.string() })
      .optional()
      .meta({ description: 'In place of the account: the pool whose limit it is.' }),
    left: z.string().optional().meta({ description: 'Amount that would still have passed.' }),
    left_count: z.int().optional().meta({ description: 'Transfers that would still have passed.' }),
    frees_at: z.string().nullable().meta({
      description:
        'When the window ends and the next one begins empty, or, for the last so many seconds, when the oldest of what counts falls out; null: nothing is used, so waiting does not help.',
    }),
  })
  .meta({
    id: 'LimitLeft',
    description:
      'With limit_exceeded: the limit and what it left; in an atomic batch, what the transfers before this one would have taken counts as used.',
  });

/** Limits in minor units. Fails with invalid_request where the currency has no such amount. */
export function termsOf(limits: z.output<typeof limitList>, currency: string): LimitTerms[] {
  const errors: FieldError[] = [];
  const exponent = exponentOf(currency);
  const all = limits.map(({ name, direction, amount: text, count = null, ...of }, i): LimitTerms => {
    const window = of.window as LimitWindow;
    if (text === undefined) return { name, direction, window, amount: null, count };
    const amount = parseAmount(text, exponent);
    if (!amount.ok)
      errors.push({
        pointer: `/limits/${i}/amount`,
        message: explainMoney(amount.error, currency, exponent),
      });
    return { name, direction, window, amount: amount.ok ? amount.value : null, count };
  });
  if (errors.length > 0) throw new FailureError('invalid_request', undefined, errors);
  return all;
}
