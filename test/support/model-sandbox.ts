/** What the model ledger knows of sandbox ledgers: the refusals that amounts provoke, and when a clock may move. */
import type { LegRequest, MoveClock } from '../../src/engine/command.ts';

/** As the documents list them. */
const OUTCOMES_OF_AMOUNTS: ReadonlyMap<bigint, string> = new Map([
  [990_021n, 'effective_in_future'],
  [990_022n, 'effective_too_early'],
  [990_023n, 'period_closed'],
  ...[
    'account_unknown',
    'same_account',
    'debit_not_permitted',
    'account_closed',
    'debits_frozen',
    'credits_frozen',
    'currency_mismatch',
    'floor_breached',
    'ceiling_breached',
    'totals_exceeded',
    'limit_exceeded',
  ].map((code, i) => [990_001n + BigInt(i), code] as const),
]);

/** Carried out, whatever the amounts behind it. */
const LOSES_ITS_ANSWER = 990_054n;

/** The first leg with such an amount. */
export function provokedIn(legs: readonly LegRequest[]): { code: string; leg: number } | undefined {
  for (const [leg, { amount }] of legs.entries()) {
    if (amount === LOSES_ITS_ANSWER) return undefined;
    const code = OUTCOMES_OF_AMOUNTS.get(amount);
    if (code !== undefined) return { code, leg };
  }
  return undefined;
}

/** Whoever performs steps has the time in hand, and moves it. */
export const clockMoved = (command: MoveClock, now: number): { code: string } => ({
  code: 'to' in command && command.to <= now ? 'clock_out_of_range' : '',
});
