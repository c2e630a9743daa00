/**
 * POST /v1/accounts: opens an account. An account with an owner gets the floor 0 unless the request says otherwise,
 * so that a customer's money cannot be overdrawn by a field that somebody forgot.
 */
import { z } from 'zod';
import { assert } from '../../kernel/assert.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { parseBound } from '../../kernel/money.ts';
import { parsePercent } from '../../ledger/over-capture.ts';
import type { CreateAccount } from '../command.ts';
import { post, useCase } from '../use-case.ts';
import { bound, checkBound, code, currency, kind, overCapturePercent, owner } from '../wire.ts';
import { account } from './account-view.ts';

const input = z
  .strictObject({
    code: code.optional(),
    kind,
    currency,
    owner: owner.optional(),
    floor: bound
      .nullable()
      .optional()
      .meta({ description: 'Least that the balance may reach; default "0" with an owner, none without.' }),
    ceiling: bound.nullable().optional().meta({ description: 'Most that the balance may reach.' }),
    debits_frozen: z.boolean().default(false),
    credits_frozen: z.boolean().default(false),
    over_capture_percent: overCapturePercent.nullable().optional().meta({
      description:
        'How much more than a hold its captures may take from this account, percent of the hold; default none.',
    }),
  })
  .superRefine((value, context) => {
    const { floor, ceiling } = value;
    if (typeof floor === 'string') checkBound(floor, value.currency, ['floor'], context);
    if (typeof ceiling === 'string') checkBound(ceiling, value.currency, ['ceiling'], context);
    if (context.issues.length > 0) return;
    const { settings } = accountCommand(value);
    if (settings.floor !== null && settings.ceiling !== null && settings.floor > settings.ceiling) {
      const message = 'the ceiling may not be below the floor (an owned account has the floor 0 unless told)';
      context.addIssue({ code: 'custom', path: ['ceiling'], message });
    }
  })
  .meta({ id: 'AccountRequest' });

export const createAccount = useCase({
  name: 'account.create',
  summary: 'Open an account',
  permission: 'accounts:write',
  kind: 'command',
  input,
  output: account,
  run: (engine, call) => post(engine, call, accountCommand(call.input)),
});

interface AccountRequest {
  readonly code?: string | undefined;
  readonly kind: CreateAccount['kind'];
  readonly currency: string;
  readonly owner?: string | undefined;
  readonly floor?: string | null | undefined;
  readonly ceiling?: string | null | undefined;
  readonly debits_frozen: boolean;
  readonly credits_frozen: boolean;
  readonly over_capture_percent?: string | null | undefined;
}

/** The command that a valid request asks for. */
function accountCommand(request: AccountRequest): CreateAccount {
  const overCaptureBps = parsePercent(request.over_capture_percent ?? '');
  const floor = request.floor === undefined && request.owner !== undefined ? '0' : request.floor;
  return {
    type: 'account.create',
    code: request.code,
    kind: request.kind,
    currency: request.currency,
    owner: request.owner?.toLowerCase() ?? null,
    settings: {
      floor: minorOf(floor, request.currency),
      ceiling: minorOf(request.ceiling, request.currency),
      debitsFrozen: request.debits_frozen,
      creditsFrozen: request.credits_frozen,
      closed: false,
      ...(overCaptureBps === undefined ? {} : { overCaptureBps }),
    },
  };
}

function minorOf(text: string | null | undefined, currencyCode: string): bigint | null {
  if (text === undefined || text === null) return null;
  const minor = parseBound(text, exponentOf(currencyCode));
  assert(minor.ok, 'the schema accepts only bounds');
  return minor.value;
}
