/**
 * PATCH /v1/accounts/{id}: freezes, unfreezes, closes, reopens, or changes the bounds or what captures may take beyond a
 * hold. Only an empty account closes; the answer has the settings after it.
 *
 * Bounds hold for what is decided after the change, in the order of the log. A balance that stands outside of a new bound
 * is no obstacle: the answer names the bound in `breached_bounds`, what would move the balance further away is refused
 * (`floor_breached`, `ceiling_breached`), and what moves it back is posted, even where it does not get there.
 */
import { z } from 'zod';
import { exponentOf } from '../../kernel/currency.ts';
import { FailureError, type FieldError } from '../../kernel/failure.ts';
import { explainMoney, parseBound } from '../../kernel/money.ts';
import type { AccountSettings } from '../../ledger/account.ts';
import { parsePercent } from '../../ledger/over-capture.ts';
import { limitList, limitViews, termsOf } from '../limit-wire.ts';
import { post, useCase } from '../use-case.ts';
import { bound, kind, overCapturePercent } from '../wire.ts';
import { accountPath, overCapture, requireAccount, stepUpAbove } from './account-view.ts';

const input = z
  .strictObject({
    id: accountPath,
    floor: bound
      .nullable()
      .optional()
      .meta({ description: 'Least that the balance may reach from now on; null: none.' }),
    ceiling: bound
      .nullable()
      .optional()
      .meta({ description: 'Most that the balance may reach from now on; null: none.' }),
    debits_frozen: z.boolean().optional(),
    credits_frozen: z.boolean().optional(),
    closed: z.boolean().optional(),
    over_capture_percent: overCapturePercent.nullable().optional().meta({
      description:
        'How much more than a hold its captures may take from now on, open holds included, percent of the hold; null: nothing.',
    }),
    step_up_above: bound.nullable().optional().meta({
      description:
        'More than this leaves the account in one transfer only with a second factor of its owner, "0": nothing without; null: any amount.',
    }),
    limits: limitList.optional(),
  })
  .refine(
    ({ id: _, ...changes }) => Object.values(changes).some((change) => change !== undefined),
    'name at least one of floor, ceiling, debits_frozen, credits_frozen, closed, over_capture_percent, step_up_above and limits',
  )
  .meta({ id: 'AccountUpdate' });

const output = z
  .strictObject({
    id: z.string(),
    kind,
    currency: z.string(),
    floor: z.string().nullable(),
    ceiling: z.string().nullable(),
    debits_frozen: z.boolean(),
    credits_frozen: z.boolean(),
    closed: z.boolean(),
    over_capture_percent: overCapture,
    step_up_above: stepUpAbove,
    limits: limitViews,
    breached_bounds: z
      .array(z.enum(['floor', 'ceiling']))
      .optional()
      .meta({
        description:
          'After a change of bounds: those that the balance stood outside of at that moment, holds counted.',
      }),
    updated_at: z.string(),
    event_number: z.string(),
  })
  .meta({ id: 'AccountSettings' });

export const updateAccount = useCase({
  name: 'account.update',
  summary: 'Freeze, unfreeze, close or reopen an account, or change its bounds',
  permission: 'accounts:write',
  kind: 'command',
  input,
  output,
  async run(engine, call) {
    const { id, floor, ceiling, debits_frozen, credits_frozen, closed, over_capture_percent, limits } =
      call.input;
    const { step_up_above } = call.input;
    // Neither a code nor a currency ever changes, so this reading adds nothing to what was asked.
    const { identity } = await requireAccount(engine, call, id);
    return post(engine, call, {
      type: 'account.update',
      account: identity.id,
      currency: identity.currency,
      waitSeconds: engine.customers.waitSeconds,
      change: {
        ...boundsOf({ floor, ceiling }, identity.currency),
        ...(debits_frozen === undefined ? {} : { debitsFrozen: debits_frozen }),
        ...(credits_frozen === undefined ? {} : { creditsFrozen: credits_frozen }),
        ...(closed === undefined ? {} : { closed }),
        ...(over_capture_percent === undefined
          ? {}
          : { overCaptureBps: parsePercent(over_capture_percent ?? '') ?? null }),
        ...stepUpOf(step_up_above, identity.currency),
        ...(limits === undefined ? {} : { limits: termsOf(limits, identity.currency) }),
      },
    });
  },
});

/** Fails with invalid_request. */
function stepUpOf(
  text: string | null | undefined,
  currency: string,
): { readonly stepUpAbove?: bigint | null } {
  if (text === undefined || text === null) return text === null ? { stepUpAbove: null } : {};
  const minor = parseBound(text, exponentOf(currency));
  const message = minor.ok
    ? 'send an amount of zero or more, or null'
    : explainMoney(minor.error, currency, exponentOf(currency));
  if (!minor.ok || minor.value < 0n)
    throw new FailureError('invalid_request', undefined, [{ pointer: '/step_up_above', message }]);
  return { stepUpAbove: minor.value };
}

type Bounds = Pick<AccountSettings, 'floor' | 'ceiling'>;

/** The bounds that were sent, in minor units. Fails with invalid_request where no account of the currency could have them. */
function boundsOf(
  sent: Readonly<Record<keyof Bounds, string | null | undefined>>,
  currency: string,
): Partial<Bounds> {
  const errors: FieldError[] = [];
  const bounds: { -readonly [B in keyof Bounds]?: Bounds[B] } = {};
  for (const name of ['floor', 'ceiling'] as const) {
    const text = sent[name];
    if (text === undefined) continue;
    const minor =
      text === null ? ({ ok: true, value: null } as const) : parseBound(text, exponentOf(currency));
    if (minor.ok) bounds[name] = minor.value;
    else
      errors.push({
        pointer: `/${name}`,
        message: explainMoney(minor.error, currency, exponentOf(currency)),
      });
  }
  const { floor = null, ceiling = null } = bounds;
  if (floor !== null && ceiling !== null && floor > ceiling)
    errors.push({ pointer: '/ceiling', message: 'the ceiling may not be below the floor' });
  if (errors.length > 0) throw new FailureError('invalid_request', undefined, errors);
  return bounds;
}
