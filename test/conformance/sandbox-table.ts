/** What is different in a sandbox ledger: part of the one table (table.ts). */
import type { Ask, Leg, LimitBody, Row } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const DAY = 86_400;

const leg = (debit: string, credit: string, amount: string, currency = 'INR'): Leg => ({
  debit,
  credit,
  amount,
  currency,
});
const pay = (...legs: Leg[]): Ask => ({ ask: 'transfer', body: { legs } });
const advance = (seconds: number): Ask => ({ ask: 'clock', body: { advance_seconds: seconds } });

/** Two customers, one of them with 20,000.00. */
const funded: readonly Ask[] = [
  { ask: 'account', body: { code: 'bank', kind: 'asset', currency: 'INR' } },
  { ask: 'account', body: { code: 'asha', kind: 'liability', currency: 'INR', owner: OWNER } },
  { ask: 'account', body: { code: 'ravi', kind: 'liability', currency: 'INR', owner: OWNER } },
  pay(leg('bank', 'asha', '20000.00')),
];

const limitedTo = (amount: string, window: LimitBody['window'] = '3600s'): Ask => ({
  ask: 'update',
  account: 'asha',
  body: { limits: [{ name: 'most', direction: 'outgoing', window, amount }] },
});

const hold = (seconds: number): Ask => ({
  ask: 'transfer',
  body: { legs: [leg('asha', 'ravi', '5.00')], hold: { expires_in_seconds: seconds } },
  named: 'hold',
});

const REFUSED = [
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
];
const EFFECTIVE = [
  ['effective_in_future', 9900.21],
  ['effective_too_early', 9900.22],
  ['period_closed', 9900.23],
] as const;

const asked = (amounts: readonly string[]) => amounts.map((amount) => leg('asha', 'ravi', amount));
const paid = (...amounts: string[]): Ask => ({
  ask: 'transfer',
  body: { legs: asked(amounts) },
  named: 'payment',
});
const held = (...amounts: string[]): Ask => ({
  ask: 'transfer',
  body: { legs: asked(amounts), hold: { expires_in_seconds: DAY } },
  named: 'hold',
});
const adjusted = (...amounts: string[]): Ask => ({
  ask: 'adjust',
  body: { legs: asked(amounts), reason: 'typo' },
});

const amountsOf = (codes: readonly string[]) =>
  codes.map((code) => [code, 9900.01 + REFUSED.indexOf(code) / 100] as const);
const OF_ADJUSTMENTS = amountsOf(REFUSED.filter((code) => code !== 'debit_not_permitted'));
const OF_MOVED_LEGS = amountsOf([
  'debit_not_permitted',
  'debits_frozen',
  'credits_frozen',
  'floor_breached',
  'ceiling_breached',
  'totals_exceeded',
  'limit_exceeded',
]).map(([code, amount]) => [code, amount, true] as const);
/** With what is said of a leg, and not of the whole. */
const OF_CAPTURES = [
  ['not_held', 9900.31, false],
  ['hold_captured', 9900.32, false],
  ['hold_voided', 9900.33, false],
  ['hold_expired', 9900.34, false],
  ['capture_amounts_mismatch', 9900.35, false],
  ['capture_exceeds_hold', 9900.36, true],
  ...OF_MOVED_LEGS,
] as const;
const OF_REVERSALS = [
  ['not_posted', 9900.41, false],
  ['reversal_of_reversal', 9900.42, false],
  ['already_reversed', 9900.43, false],
  ['reversal_amounts_mismatch', 9900.44, false],
  ['reversal_exceeds_original', 9900.45, true],
  ['account_closed', 9900.04, true],
  ...OF_MOVED_LEGS,
] as const;

export const SANDBOX_TABLE: readonly Row[] = [
  ...[...REFUSED.map((code, i) => [code, 9900.01 + i / 100] as const), ...EFFECTIVE].map(
    ([code, amount]): Row => ({
      name: `in a sandbox ledger an amount provokes ${code}, counted as any refusal`,
      sandbox: true,
      given: funded,
      when: pay(leg('asha', 'ravi', '1.00'), leg('asha', 'ravi', amount.toFixed(2))),
      outcome: `${code}@1`,
      balances: { asha: '20000.00', ravi: '0.00' },
      refusals: { asha: 1 },
    }),
  ),
  {
    name: 'in a live ledger the same amount is an amount',
    given: funded,
    when: pay(leg('asha', 'ravi', '9900.08')),
    outcome: 'posted',
    balances: { ravi: '9900.08' },
  },
  {
    name: 'in a sandbox ledger the amounts beside those that provoke are amounts',
    sandbox: true,
    given: funded,
    when: pay(leg('asha', 'ravi', '9900.00'), leg('asha', 'ravi', '9900.12')),
    outcome: 'posted',
    balances: { ravi: '19800.12' },
  },
  {
    name: 'in a sandbox ledger a hold that a moved clock has passed cannot be captured',
    sandbox: true,
    given: [...funded, hold(DAY), advance(DAY)],
    when: { ask: 'capture', of: 'hold', body: {} },
    outcome: 'hold_expired',
    balances: { ravi: '0.00' },
  },
  {
    name: 'in a sandbox ledger a hold that a moved clock has not passed is captured',
    sandbox: true,
    given: [...funded, hold(2 * DAY), advance(DAY)],
    when: { ask: 'capture', of: 'hold', body: {} },
    outcome: 'posted',
    balances: { ravi: '5.00' },
  },
  {
    name: 'in a sandbox ledger what was counted a whole window ago counts no more',
    sandbox: true,
    given: [...funded, limitedTo('5.00'), pay(leg('asha', 'ravi', '5.00')), advance(3600)],
    when: pay(leg('asha', 'ravi', '5.00')),
    outcome: 'posted',
    balances: { ravi: '10.00' },
  },
  {
    name: 'in a sandbox ledger what was counted later than a whole window ago counts',
    sandbox: true,
    given: [...funded, limitedTo('5.00'), pay(leg('asha', 'ravi', '5.00')), advance(3540)],
    when: pay(leg('asha', 'ravi', '0.01')),
    outcome: 'limit_exceeded@0',
  },
  {
    name: 'in a sandbox ledger a window gives back what is old, and keeps what is young',
    sandbox: true,
    given: [
      ...funded,
      limitedTo('5.00'),
      pay(leg('asha', 'ravi', '3.00')),
      advance(1800),
      pay(leg('asha', 'ravi', '2.00')),
      advance(1800),
    ],
    when: pay(leg('asha', 'ravi', '3.01')),
    outcome: 'limit_exceeded@0',
    balances: { ravi: '5.00' },
  },
  {
    name: 'in a sandbox ledger a day of a limit ends with the day of its clock',
    sandbox: true,
    given: [...funded, limitedTo('5.00', 'day'), pay(leg('asha', 'ravi', '5.00')), advance(DAY)],
    when: pay(leg('asha', 'ravi', '5.00')),
    outcome: 'posted',
  },
  {
    name: 'the clock of a sandbox ledger moves to a time that is still to come',
    sandbox: true,
    given: [...funded, hold(DAY), { ask: 'clock', body: { to: '2090-01-01T00:00:00+05:30' } }],
    when: { ask: 'void', of: 'hold' },
    outcome: 'hold_expired',
  },
  {
    name: 'the clock of a sandbox ledger does not go back',
    sandbox: true,
    given: [...funded, { ask: 'clock', body: { to: '2090-01-01T00:00:00Z' } }],
    when: { ask: 'clock', body: { to: '2089-12-31T23:59:59Z' } },
    outcome: 'clock_out_of_range',
  },
  {
    name: 'the same request to move the clock moves it once',
    sandbox: true,
    given: [
      ...funded,
      hold(2 * DAY),
      { ...advance(DAY), key: 'tomorrow' },
      { ...advance(DAY), key: 'tomorrow' },
    ],
    when: { ask: 'capture', of: 'hold', body: {} },
    outcome: 'posted',
  },
  ...[...OF_ADJUSTMENTS, ...EFFECTIVE].map(
    ([code, amount]): Row => ({
      name: `in a sandbox ledger the amount of a leg of an adjustment provokes ${code}, counted as any refusal`,
      sandbox: true,
      given: funded,
      when: adjusted('1.00', amount.toFixed(2)),
      outcome: `${code}@1`,
      balances: { asha: '20000.00', ravi: '0.00' },
      refusals: { asha: 1 },
    }),
  ),
  ...OF_CAPTURES.map(
    ([code, amount, leg]): Row => ({
      name: `in a sandbox ledger the amount of a capture provokes ${code}, and the hold stays as it is`,
      sandbox: true,
      given: [...funded, held('1.00', '9999.00')],
      when: { ask: 'capture', of: 'hold', body: { amounts: ['1.00', amount.toFixed(2)] } },
      outcome: leg ? `${code}@1` : code,
      balances: { asha: '20000.00', ravi: '0.00' },
      available: { asha: '10000.00' },
      refusals: { asha: 0 },
    }),
  ),
  ...[...OF_REVERSALS, ...EFFECTIVE.map(([code, amount]) => [code, amount, true] as const)].map(
    ([code, amount, leg]): Row => ({
      name: `in a sandbox ledger the amount of a reversal provokes ${code}, and nothing goes back`,
      sandbox: true,
      given: [...funded, paid('1.00', '9999.00')],
      when: { ask: 'reverse', of: 'payment', body: { amounts: ['1.00', amount.toFixed(2)] } },
      outcome: leg ? `${code}@1` : code,
      balances: { asha: '10000.00', ravi: '10000.00' },
      refusals: { ravi: 0 },
    }),
  ),
  {
    name: 'in a sandbox ledger one amount of a reversal in proportion provokes as well',
    sandbox: true,
    given: [...funded, paid('1.00', '9999.00')],
    when: { ask: 'reverse', of: 'payment', body: { amount: '9900.08' } },
    outcome: 'floor_breached@0',
    balances: { ravi: '10000.00' },
  },
  {
    name: 'in a sandbox ledger the first amount that provokes decides',
    sandbox: true,
    given: [...funded, held('9950.00', '9950.00')],
    when: { ask: 'capture', of: 'hold', body: { amounts: ['9900.36', '9900.31'] } },
    outcome: 'capture_exceeds_hold@0',
  },
  {
    name: 'in a sandbox ledger a hold of which a provoked capture was refused is captured by another amount',
    sandbox: true,
    given: [...funded, held('9999.00'), { ask: 'capture', of: 'hold', body: { amount: '9900.34' } }],
    when: { ask: 'capture', of: 'hold', body: { amount: '9900.35', final: true } },
    outcome: 'capture_amounts_mismatch',
    available: { asha: '10001.00' },
  },
  {
    name: 'in a sandbox ledger a capture of the rest names no amount, and provokes nothing',
    sandbox: true,
    given: [...funded, held('9999.00'), { ask: 'capture', of: 'hold', body: { amount: '98.69' } }],
    when: { ask: 'capture', of: 'hold', body: {} },
    outcome: 'posted',
    balances: { ravi: '9999.00' },
  },
  {
    name: 'in a sandbox ledger amounts of captures and reversals are amounts to a transfer, which is reversed whole',
    sandbox: true,
    given: [...funded, paid('9900.31', '9900.45')],
    when: { ask: 'reverse', of: 'payment', body: {} },
    outcome: 'posted',
    balances: { asha: '20000.00', ravi: '0.00' },
  },
  {
    name: 'in a sandbox ledger amounts of unknown accounts and of reversals are amounts to a capture',
    sandbox: true,
    given: [...funded, held('9950.00', '9950.00')],
    when: { ask: 'capture', of: 'hold', body: { amounts: ['9900.01', '9900.41'] } },
    outcome: 'posted',
    balances: { ravi: '19800.42' },
  },
  {
    name: 'in a live ledger the amount of a capture is an amount',
    given: [...funded, held('9950.00')],
    when: { ask: 'capture', of: 'hold', body: { amount: '9900.36' } },
    outcome: 'posted',
  },
  {
    name: 'in a live ledger the amount of a reversal is an amount',
    given: [...funded, paid('9950.00')],
    when: { ask: 'reverse', of: 'payment', body: { amount: '9900.45' } },
    outcome: 'posted',
  },
  {
    name: 'in a live ledger the amount of an adjustment is an amount',
    given: funded,
    when: adjusted('9900.08'),
    outcome: 'posted',
  },
];
