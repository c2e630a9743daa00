/** What the model ledger knows of sandbox ledgers: the refusals that amounts provoke, and when a clock may move. */
import type { LegRequest, MoveClock } from '../../src/engine/command.ts';

const numbered = (first: bigint, codes: string): (readonly [bigint, string])[] =>
  codes.split(' ').map((code, i) => [first + BigInt(i), code] as const);

const EFFECTIVE = numbered(990_021n, 'effective_in_future effective_too_early period_closed');
const OF_LEGS = numbered(
  990_001n,
  'account_unknown same_account debit_not_permitted account_closed debits_frozen credits_frozen currency_mismatch floor_breached ceiling_breached totals_exceeded limit_exceeded',
);
const OF_CAPTURES = numbered(
  990_031n,
  'not_held hold_captured hold_voided hold_expired capture_amounts_mismatch capture_exceeds_hold',
);
const OF_REVERSALS = numbered(
  990_041n,
  'not_posted reversal_of_reversal already_reversed reversal_amounts_mismatch reversal_exceeds_original',
);
const but = (rows: readonly (readonly [bigint, string])[], codes: string) =>
  rows.filter(([, code]) => !codes.split(' ').includes(code));

/** As the documents list them. */
const OUTCOMES_OF_AMOUNTS = {
  transfer: new Map([...OF_LEGS, ...EFFECTIVE]),
  adjustment: new Map([...but(OF_LEGS, 'debit_not_permitted'), ...EFFECTIVE]),
  capture: new Map([
    ...OF_CAPTURES,
    ...but(OF_LEGS, 'account_unknown same_account account_closed currency_mismatch'),
  ]),
  reversal: new Map([
    ...OF_REVERSALS,
    ...EFFECTIVE,
    ...but(OF_LEGS, 'account_unknown same_account currency_mismatch'),
  ]),
};
/** What is said of the whole transfer that a request is about. */
const OF_THE_WHOLE = /^(not_|hold_|already_|reversal_of)|_mismatch$/;

/** Carried out, whatever the amounts behind it. */
const LOSES_ITS_ANSWER = 990_054n;

interface Provoked {
  readonly code: string;
  readonly leg?: number;
}

/** The first of the amounts that provokes something. */
export function provokedByAmounts(
  by: keyof typeof OUTCOMES_OF_AMOUNTS,
  amounts: readonly bigint[],
): Provoked | undefined {
  for (const [leg, amount] of amounts.entries()) {
    if (amount === LOSES_ITS_ANSWER) return undefined;
    const code = OUTCOMES_OF_AMOUNTS[by].get(amount);
    if (code === undefined) continue;
    return code !== 'currency_mismatch' && OF_THE_WHOLE.test(code) ? { code } : { code, leg };
  }
  return undefined;
}

/** The first leg with such an amount. */
export const provokedIn = (
  by: 'transfer' | 'adjustment',
  legs: readonly LegRequest[],
): Provoked | undefined =>
  provokedByAmounts(
    by,
    legs.map(({ amount }) => amount),
  );

/** Whoever performs steps has the time in hand, and moves it. */
export const clockMoved = (command: MoveClock, now: number): { code: string } => ({
  code: 'to' in command && command.to <= now ? 'clock_out_of_range' : '',
});
