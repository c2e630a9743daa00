/**
 * The words of the wire: zod schemas that validate requests and from which OpenAPI is generated.
 *
 * Requests are strict (unknown fields refused); money is a decimal string. A problem that has a code of its own
 * (`personal_data`) carries it in the issue's params.
 */
import { z } from 'zod';
import { defined } from '../kernel/assert.ts';
import { parseMoment } from '../kernel/clock.ts';
import { CURRENCIES, exponentOf, isCurrency } from '../kernel/currency.ts';
import { isAccountId } from '../kernel/id.ts';
import { explainMoney, parseAmount, parseBound } from '../kernel/money.ts';
import { isToken, METADATA_BYTES_MAX, personalShape, TOKEN_PATTERN } from '../kernel/text.ts';
import { ACCOUNT_KINDS } from '../ledger/account.ts';
import { EFFECTIVE_AGE_DAYS_MAX } from '../ledger/effective.ts';
import { HOLD_SECONDS_MAX } from '../ledger/hold.ts';
import { parsePercent } from '../ledger/over-capture.ts';
import { LEGS_MAX } from '../ledger/transfer.ts';

/** Refuses what has the shape of an identity number or a mobile number. */
const impersonal = (text: string, context: z.RefinementCtx<string>): void => {
  const shape = personalShape(text);
  if (shape === undefined) return;
  const message = `this has the shape of a ${shape}: use a random token in its place`;
  context.addIssue({ code: 'custom', message, params: { failure: 'personal_data' } });
};

const TOKEN_HELP = 'use 1 to 64 characters of A-Z a-z 0-9 . _ : - that begin with a letter or digit';

export const token = z.string().regex(new RegExp(TOKEN_PATTERN), TOKEN_HELP).superRefine(impersonal);

/** Adds the issues of a text that is no token, at a path. */
export function checkToken(text: string, path: PropertyKey[], context: z.RefinementCtx): void {
  if (isToken(text) && personalShape(text) === undefined) return;
  for (const issue of token.safeParse(text).error?.issues ?? []) {
    const { message } = issue;
    const params = issue.code === 'custom' ? issue.params : undefined;
    context.addIssue({ code: 'custom', path, message, ...(params === undefined ? {} : { params }) });
  }
}

export const code = token
  .refine((text) => !isAccountId(text), 'a code may not have the shape of an account id')
  .meta({
    description: "The client's own name for an account, unique in its ledger.",
    example: 'savings-7f3a',
  });

export const accountRef = z
  .string()
  .regex(new RegExp(TOKEN_PATTERN), 'name an account by its id (acc_…) or by its code')
  .meta({ description: 'An account, by id or by code.', example: 'savings-7f3a' });

export const currency = z
  .string()
  .refine(isCurrency, 'use an active currency code of ISO 4217, such as INR')
  .meta({ description: 'ISO 4217 alphabetic code.', enum: CURRENCIES, example: 'INR' });

export const decimal = z
  .string({ error: 'send money as a JSON string such as "1250.50", never as a number' })
  .max(32, 'this is longer than any amount')
  .meta({
    description: 'Decimal string in major units.',
    pattern: '^(0|[1-9][0-9]*)(\\.[0-9]+)?$',
    example: '1250.50',
  });

export const bound = z
  .string({ error: 'send money as a JSON string such as "0.00", or null for none' })
  .max(32, 'this is longer than any amount')
  .meta({
    description: 'Decimal string in major units, may be negative.',
    pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$',
    example: '0.00',
  });

/** How much more than a hold its captures may take from an account. */
export const overCapturePercent = z
  .string({ error: 'send a percentage as a JSON string such as "15", or null for none' })
  .refine(
    (text) => parsePercent(text) !== undefined,
    'send a percentage above 0 and at most 100 with at most two decimals, such as "15" or "12.5"; null for none',
  )
  .meta({ pattern: '^(0|[1-9][0-9]{0,2})(\\.[0-9]{1,2})?$', example: '15.00' });

/** Adds an issue when the text is no amount of that currency; of an unknown currency, its own issue says enough. */
export function checkAmount(text: string, code: string, path: PropertyKey[], context: z.RefinementCtx): void {
  if (!isCurrency(code)) return;
  const amount = parseAmount(text, exponentOf(code));
  if (!amount.ok)
    context.addIssue({ code: 'custom', path, message: explainMoney(amount.error, code, exponentOf(code)) });
}

export function checkBound(text: string, code: string, path: PropertyKey[], context: z.RefinementCtx): void {
  if (!isCurrency(code)) return;
  const minor = parseBound(text, exponentOf(code));
  if (!minor.ok)
    context.addIssue({ code: 'custom', path, message: explainMoney(minor.error, code, exponentOf(code)) });
}

export const leg = z
  .strictObject({ debit: accountRef, credit: accountRef, amount: decimal, currency })
  .superRefine((value, context) => checkAmount(value.amount, value.currency, ['amount'], context))
  .meta({ id: 'Leg', description: 'Moves an amount from the debit account to the credit account.' });

export const metadata = z
  .record(z.string(), token)
  // Names are checked here: an issue of zod's own about a key hides its reason and its failure code.
  .superRefine((value, context) => {
    for (const name of Object.keys(value)) checkToken(name, [name], context);
  })
  .refine(
    (value) => JSON.stringify(value).length <= METADATA_BYTES_MAX,
    `metadata may take ${METADATA_BYTES_MAX} bytes`,
  )
  .meta({ id: 'Metadata', description: 'Random tokens by name, for your own search. No personal data.' });

export const reference = token.meta({
  description: "The client's reference, searchable.",
  example: 'invoice-2026-1042',
});

export const hold = z
  .strictObject({
    expires_in_seconds: z
      .int()
      .min(1, 'a hold lasts at least a second')
      .max(HOLD_SECONDS_MAX, `a hold lasts at most ${HOLD_SECONDS_MAX} seconds`)
      .meta({ description: 'From the moment at which the transfer is held.', example: 604_800 }),
  })
  .meta({
    id: 'HoldRequest',
    description:
      'Reserves the amounts at both sides in place of moving them, until captured, voided or expired.',
  });

const MOMENT_HELP =
  'use a time of RFC 3339 with at most six decimals, such as 2026-04-01T00:00:00Z or 2026-04-01T05:30:00+05:30 ' +
  '(in an address, + is written %2B)';

/** A time, at any offset, read as microseconds since 1970. */
export const moment = z
  .string()
  .refine((text) => parseMoment(text) !== undefined, MOMENT_HELP)
  .transform((text) => defined(parseMoment(text), 'a text that was checked'));

/** Where microseconds are exact in a JavaScript number. */
const MOMENT_MAX = 9_000_000_000_000_000;

/** A time that is recorded. */
export const effectiveMoment = moment.refine(
  (at) => at >= 0 && at <= MOMENT_MAX,
  'send a time between 1970 and 2255',
);

export const effectiveAt = effectiveMoment.meta({
  description: `When the transfer counts in balances by effective time: at most ${EFFECTIVE_AGE_DAYS_MAX} days back, never in the future. Left out, it is when the transfer is posted. Not for a hold.`,
  example: '2026-03-31T23:59:59+05:30',
});

/** A transfer that moves its amounts now. */
export const postingRequest = z
  .strictObject({
    legs: z
      .array(leg)
      .min(1, 'a transfer has at least one leg')
      .max(LEGS_MAX, `a transfer has at most ${LEGS_MAX} legs`),
    reference: reference.optional(),
    metadata: metadata.optional(),
    effective_at: effectiveAt.optional(),
  })
  .meta({ id: 'PostingRequest' });

export const owner = z.uuid('use the random UUID of the customer: never a number or name of a person').meta({
  description: 'Random id of the customer who owns the account.',
  example: 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b',
});

export const kind = z
  .enum(ACCOUNT_KINDS)
  .meta({ description: 'Decides the normal side: asset and expense grow by debits.' });

interface Period {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Adds an issue when the period is none. */
export function checkPeriod({ from, to }: Period, context: z.RefinementCtx): void {
  if (from === undefined || to === undefined || from < to) return;
  const message = 'send a time after from: the period begins at from and ends before to';
  context.addIssue({ code: 'custom', path: ['to'], message });
}
