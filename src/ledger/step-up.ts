/**
 * Where a payer asks for a second factor: `stepUpAbove` of its account is how much may leave it in one transfer without one.
 *
 * A transfer that takes more is held until it is authorised, for a few minutes; a hold is captured beyond that much only with
 * an authorisation, whoever placed it. What several legs take of one account counts together.
 */

import type { AccountSettings, AccountState } from './account.ts';
import type { HoldState, Sides } from './hold.ts';
import type { Leg } from './transfer.ts';

/** How long a transfer waits to be authorised. */
export const STEP_UP_SECONDS = 300;

/** The first leg at which an account gives more than it may without a second factor; undefined: none does. */
export function stepUpLeg(legs: readonly Pick<Leg, 'debit' | 'amount'>[]): number | undefined {
  // Nearly no account asks: a look at each leg, and nothing else.
  if (!legs.some(({ debit }) => debit?.settings.stepUpAbove !== undefined)) return undefined;
  const given = new Map<AccountState, bigint>();
  for (const [i, { debit, amount }] of legs.entries()) {
    const above = debit?.settings.stepUpAbove;
    if (!debit || above === undefined) continue;
    const sum = (given.get(debit) ?? 0n) + amount;
    if (sum > above) return i;
    given.set(debit, sum);
  }
  return undefined;
}

/** The same of a capture, with what was captured before. */
export const stepUpLegOfCapture = (
  hold: HoldState,
  sides: readonly Sides[],
  amounts: readonly bigint[],
): number | undefined =>
  stepUpLeg(
    hold.legs.map(({ captured }, i) => ({
      debit: sides[i]?.debit,
      amount: captured + (amounts[i] as bigint),
    })),
  );

/** True for a change after which more may leave the account without a second factor. */
export const asksForLess = (before: AccountSettings, after: AccountSettings): boolean =>
  before.stepUpAbove !== undefined &&
  (after.stepUpAbove === undefined || after.stepUpAbove > before.stepUpAbove);
