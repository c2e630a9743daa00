/** An account on the wire, as it stands now; the same shape as the answer that created it (render.ts). */
import { z } from 'zod';
import { exponentOf } from '../../kernel/currency.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId, isAccountId, parseId } from '../../kernel/id.ts';
import { formatMinor } from '../../kernel/money.ts';
import { type AccountKind, type AccountState, type AccountTotals, balancesOf } from '../../ledger/account.ts';
import { limitViews } from '../limit-wire.ts';
import { settingsJson } from '../settings-json.ts';
import type { Caller, Engine } from '../use-case.ts';
import { accountRef, kind } from '../wire.ts';

export const balances = z.strictObject({ posted: z.string(), held: z.string(), available: z.string() }).meta({
  id: 'Balances',
  description: 'On the normal side of the account; available is posted less what is held against it.',
});

/** In an answer: not there where an account allows none. */
export const overCapture = z.string().optional().meta({
  description: 'How much more than a hold its captures may take from this account, percent of the hold.',
  example: '15.00',
});

/** In an answer: not there where an account asks for no second factor. */
export const stepUpAbove = z.string().optional().meta({
  description: 'How much a transfer may take from this account without a second factor of its owner.',
  example: '5000.00',
});

export const account = z
  .strictObject({
    id: z.string().meta({ example: 'acc_0k3m9c200000001h' }),
    code: z.string(),
    kind,
    currency: z.string(),
    owner: z.string().nullable(),
    floor: z.string().nullable(),
    ceiling: z.string().nullable(),
    debits_frozen: z.boolean(),
    credits_frozen: z.boolean(),
    closed: z.boolean(),
    over_capture_percent: overCapture,
    step_up_above: stepUpAbove,
    limits: limitViews,
    balances,
    event_number: z.string().meta({ description: 'The event that created it, in the log of the ledger.' }),
  })
  .meta({ id: 'Account' });

/** An account in a path: by id or by code. */
export const accountPath = accountRef;

export function balancesView(
  accountKind: AccountKind,
  currency: string,
  totals: AccountTotals,
): Record<keyof z.output<typeof balances>, string> {
  const { posted, held, available } = balancesOf(accountKind, totals);
  const text = (minor: bigint): string => formatMinor(minor, exponentOf(currency));
  return { posted: text(posted), held: text(held), available: text(available) };
}

export function accountView(ledgerId: number, state: AccountState): Record<string, unknown> {
  const { id, code, kind: accountKind, currency, owner } = state.identity;
  return {
    id: formatId('acc', ledgerId, id),
    code,
    kind: accountKind,
    currency,
    owner,
    ...settingsJson(state.settings, currency),
    balances: balancesView(accountKind, currency, state),
    event_number: String(id),
  };
}

/** The account of this ledger that the text names; undefined where there is none, an id of another ledger included. */
export async function findAccount(
  { reads }: Engine,
  { ledgerId }: Caller,
  ref: string,
): Promise<AccountState | undefined> {
  if (!isAccountId(ref)) return reads.account(ledgerId, { code: ref });
  const id = parseId('acc', ledgerId, ref);
  return id === undefined ? undefined : reads.account(ledgerId, { id });
}

/** As findAccount. Fails with `not_found`. */
export async function requireAccount(engine: Engine, caller: Caller, ref: string): Promise<AccountState> {
  const state = await findAccount(engine, caller, ref);
  if (!state) throw new FailureError('not_found');
  return state;
}
