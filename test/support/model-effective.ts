/** Effective times as the model ledger knows them. */
import type { Movement } from './model-account.ts';

const TEN_YEARS = 3653 * 24 * 3600 * 1_000_000;

export function effectiveRefusal(
  effectiveAt: number | undefined,
  now: number,
  closedUntil: number | undefined,
): { code: string } | undefined {
  if (effectiveAt === undefined) return undefined;
  if (effectiveAt > now) return { code: 'effective_in_future' };
  if (effectiveAt < now - TEN_YEARS) return { code: 'effective_too_early' };
  return closedUntil !== undefined && effectiveAt < closedUntil ? { code: 'period_closed' } : undefined;
}

/** Credits less debits of what had been posted by `known` and counts from `effective` or before. */
export function effectiveNet(
  movements: readonly Movement[],
  account: number,
  effective: number,
  known: number,
): bigint {
  let net = 0n;
  for (const movement of movements) {
    if (movement.posted > known || movement.effective > effective) continue;
    if (movement.credit === account) net += movement.amount;
    if (movement.debit === account) net -= movement.amount;
  }
  return net;
}
