/** Bounds as the model ledger knows them: what stands against a movement that has just been made. */
import type { AccountSummary, ModelAccount } from './model-account.ts';

const COUNTABLE = 9_000_000_000_000_000_000n;
/** So many movements of the maximum amount are still countable: before that there is no need to add them up. */
const MOVEMENTS_COUNTABLE = 9000;

/** `movements` is how many there are in all. */
export function outsideOf(
  debit: ModelAccount,
  credit: ModelAccount,
  summary: (number: number) => AccountSummary,
  movements: number,
): string | undefined {
  // What the balance falls to, or rises to, when all that is held moves that way and nothing else happens.
  const least = ({ number, growsByDebits }: ModelAccount): bigint => {
    const { balance, heldDebits, heldCredits } = summary(number);
    return balance - (growsByDebits ? heldCredits : heldDebits);
  };
  const most = ({ number, growsByDebits }: ModelAccount): bigint => {
    const { balance, heldDebits, heldCredits } = summary(number);
    return balance + (growsByDebits ? heldDebits : heldCredits);
  };
  const shrunk = [debit, credit].filter((account) => account.growsByDebits === (account === credit));
  const grown = [debit, credit].filter((account) => !shrunk.includes(account));
  if (shrunk.some((account) => account.floor !== null && least(account) < account.floor))
    return 'floor_breached';
  if (grown.some((account) => account.ceiling !== null && most(account) > account.ceiling))
    return 'ceiling_breached';
  if (movements <= MOVEMENTS_COUNTABLE) return undefined;
  const { debits, heldDebits } = summary(debit.number);
  const { credits, heldCredits } = summary(credit.number);
  return debits + heldDebits > COUNTABLE || credits + heldCredits > COUNTABLE ? 'totals_exceeded' : undefined;
}

const BEYOND = 10n ** 30n;

/** No bound at all is as low a floor, or as high a ceiling, as can be. */
export const depth = ({ floor }: ModelAccount): bigint => (floor === null ? -BEYOND : floor);
export const height = ({ ceiling }: ModelAccount): bigint => (ceiling === null ? BEYOND : ceiling);

export function letsOut(before: ModelAccount, after: ModelAccount): boolean {
  const sinks = depth(after) < depth(before) && depth(after) < 0n;
  return sinks || (before.growsByDebits && height(after) > height(before));
}

/** Gives more without a second factor. */
export const asksLess = (before: ModelAccount, after: ModelAccount): boolean =>
  (after.stepUpAbove ?? BEYOND) > (before.stepUpAbove ?? BEYOND);
