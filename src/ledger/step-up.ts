/**
 * Where a payer asks for a second factor: `stepUpAbove` of its account is how much may leave it in one transfer without one.
 *
 * A transfer that takes more is held until it is authorised, for a few minutes; a hold is captured beyond that much only with
 * an authorisation, whoever placed it. What several legs take of one account counts together. It takes one customer: where
 * accounts of several ask, or one that is nobody's, no factor is enough.
 */

import type { AccountSettings, AccountState } from './account.ts';
import type { HoldState, Sides } from './hold.ts';
import type { Leg } from './transfer.ts';

/** How long a transfer waits to be authorised. */
export const STEP_UP_SECONDS = 300;

/** What asks for a second factor. */
export interface StepUp {
  /** The first leg at which an account gives more than it may without one. */
  readonly leg: number;
  /** The random UUID that owns all accounts that ask; null: they have no owner, or not the same one. */
  readonly owner: string | null;
}

/** Undefined: no account gives more than it may without a second factor. */
export function stepUpOf(legs: readonly Pick<Leg, 'debit' | 'amount'>[]): StepUp | undefined {
  // Nearly no account asks: a look at each leg, and nothing else.
  if (!legs.some(({ debit }) => debit?.settings.stepUpAbove !== undefined)) return undefined;
  const given = new Map<AccountState, bigint>();
  let found: StepUp | undefined;
  for (const [i, { debit, amount }] of legs.entries()) {
    const above = debit?.settings.stepUpAbove;
    if (!debit || above === undefined) continue;
    const sum = (given.get(debit) ?? 0n) + amount;
    given.set(debit, sum);
    if (sum <= above) continue;
    const { owner } = debit.identity;
    found = { leg: found?.leg ?? i, owner: !found || found.owner === owner ? owner : null };
  }
  return found;
}

/** The same of a capture, with what was captured before. An account that gives nothing in this capture does not ask. */
export function stepUpOfCapture(
  hold: HoldState,
  sides: readonly Sides[],
  amounts: readonly bigint[],
): StepUp | undefined {
  if (!sides.some(({ debit }) => debit.settings.stepUpAbove !== undefined)) return undefined;
  const givers = new Set(sides.flatMap(({ debit }, i) => ((amounts[i] as bigint) > 0n ? [debit] : [])));
  return stepUpOf(
    hold.legs.map(({ captured }, i) => {
      const { debit } = sides[i] as Sides;
      return { debit: givers.has(debit) ? debit : undefined, amount: captured + (amounts[i] as bigint) };
    }),
  );
}

/** True for a change after which more may leave the account without a second factor. */
export const asksForLess = (before: AccountSettings, after: AccountSettings): boolean =>
  before.stepUpAbove !== undefined &&
  (after.stepUpAbove === undefined || after.stepUpAbove > before.stepUpAbove);
