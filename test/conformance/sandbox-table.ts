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
  {
    name: 'in a sandbox ledger no amount provokes anything of an adjustment or of its reversal',
    sandbox: true,
    given: [
      ...funded,
      {
        ask: 'adjust',
        body: { legs: [leg('asha', 'ravi', '9900.08')], reason: 'typo' },
        named: 'adjustment',
      },
    ],
    when: { ask: 'reverse', of: 'adjustment', body: {} },
    outcome: 'posted',
    balances: { asha: '20000.00', ravi: '0.00' },
  },
];
