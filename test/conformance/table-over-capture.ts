/**
 * Captures that take more than was held: only where the payer's account allows it, by so much and no more, and only from
 * what is available. In every row `a` has 10.00 and holds 4.00 for `b`, unless it says otherwise.
 */
import type { AccountBody, Ask, CaptureBody, Leg, Row, UpdateBody } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

const account = (code: string, more: Partial<AccountBody> = {}): Ask => ({
  ask: 'account',
  body: { code, kind: 'liability', currency: 'INR', owner: OWNER, ...more },
});
const update = (name: string, body: UpdateBody): Ask => ({ ask: 'update', account: name, body });
const leg = (debit: string, credit: string, amount: string): Leg => ({
  debit,
  credit,
  amount,
  currency: 'INR',
});
const transfer = (...legs: Leg[]): Ask => ({ ask: 'transfer', body: { legs } });
const hold = (...legs: Leg[]): Ask => ({
  ask: 'transfer',
  body: { legs, hold: { expires_in_seconds: 900 } },
  named: 'h',
});
const capture = (body: CaptureBody = {}, of = 'h'): Ask => ({ ask: 'capture', of, body });
const voided: Ask = { ask: 'void', of: 'h' };

const funded = (...more: Ask[]): Ask[] => [
  { ask: 'account', body: { code: 'bank', kind: 'asset', currency: 'INR' } },
  account('a', { over_capture_percent: '25' }),
  account('b'),
  transfer(leg('bank', 'a', '10.00')),
  ...more,
];
const held = (...more: Ask[]): Ask[] => funded(hold(leg('a', 'b', '4.00')), ...more);

export const OVER_CAPTURES: readonly Row[] = [
  {
    name: 'a capture takes more than is held, as far as the payer allows, and ends the hold',
    given: held(),
    when: capture({ amount: '5.00' }),
    outcome: 'posted',
    balances: { a: '5.00', b: '5.00' },
    available: { a: '5.00', b: '5.00' },
  },
  {
    name: 'a capture takes not a minor unit more than the payer allows',
    given: held(),
    when: capture({ amount: '5.01' }),
    outcome: 'capture_exceeds_hold@0',
    balances: { a: '10.00' },
    available: { a: '6.00' },
    refusals: { a: 0 },
  },
  {
    name: 'a percentage of an amount is rounded down',
    given: funded(update('a', { over_capture_percent: '33.33' }), hold(leg('a', 'b', '0.10'))),
    when: capture({ amount: '0.14' }),
    outcome: 'capture_exceeds_hold@0',
    balances: { a: '10.00' },
  },
  {
    name: 'the percentage is of the hold, not of what remains of it',
    given: held(capture({ amount: '3.00' })),
    when: capture({ amount: '2.00' }),
    outcome: 'posted',
    balances: { a: '5.00', b: '5.00' },
    available: { a: '5.00' },
  },
  {
    name: 'all captures together stay below the percentage',
    given: held(capture({ amount: '3.00' })),
    when: capture({ amount: '2.01' }),
    outcome: 'capture_exceeds_hold@0',
    balances: { a: '7.00' },
    available: { a: '6.00' },
  },
  {
    name: 'a hold that was captured to its amount has ended, and nothing is taken beyond it later',
    given: held(capture({ amount: '4.00' })),
    when: capture({ amount: '1.00' }),
    outcome: 'hold_captured',
    balances: { a: '6.00' },
  },
  {
    name: 'what is taken beyond a hold may not pass the floor',
    given: held(transfer(leg('a', 'b', '5.50'))),
    when: capture({ amount: '4.51' }),
    outcome: 'floor_breached@0',
    balances: { a: '4.50' },
    available: { a: '0.50' },
    refusals: { a: 0 },
  },
  {
    name: 'what is taken beyond a hold may reach the floor',
    given: held(transfer(leg('a', 'b', '5.50'))),
    when: capture({ amount: '4.50' }),
    outcome: 'posted',
    balances: { a: '0.00' },
    available: { a: '0.00' },
  },
  {
    name: 'what other holds reserve is not there to be taken',
    given: funded(hold(leg('a', 'b', '6.00')), hold(leg('a', 'b', '4.00'))),
    when: capture({ amount: '4.01' }),
    outcome: 'floor_breached@0',
    balances: { a: '10.00' },
    available: { a: '0.00' },
  },
  {
    name: 'what is taken beyond a hold may not pass the ceiling of the payee',
    given: funded(account('wallet', { ceiling: '4.50' }), hold(leg('a', 'wallet', '4.00'))),
    when: capture({ amount: '4.51' }),
    outcome: 'ceiling_breached@0',
    balances: { a: '10.00', wallet: '0.00' },
  },
  {
    name: 'below the floor nothing is taken beyond a hold, and the hold itself is captured all the same',
    given: held(update('a', { floor: '9.00' })),
    when: capture({ amount: '4.00' }),
    outcome: 'posted',
    balances: { a: '6.00' },
  },
  {
    name: 'a leg that is refused beyond its hold takes the legs before it back',
    given: funded(transfer(leg('a', 'b', '2.00')), hold(leg('a', 'b', '4.00'), leg('a', 'b', '4.00'))),
    when: capture({ amounts: ['4.00', '4.01'], final: true }),
    outcome: 'floor_breached@1',
    balances: { a: '8.00', b: '2.00' },
    available: { a: '0.00' },
  },
  {
    name: 'legs are captured in their order: what an earlier one gives back, a later one may take',
    given: funded(transfer(leg('a', 'b', '2.00')), hold(leg('a', 'b', '4.00'), leg('a', 'b', '4.00'))),
    when: capture({ amounts: ['3.00', '5.00'], final: true }),
    outcome: 'posted',
    balances: { a: '0.00', b: '10.00' },
    available: { a: '0.00' },
  },
  {
    name: 'a leg captured beyond its hold gives nothing back when the rest is voided',
    given: funded(hold(leg('a', 'b', '4.00'), leg('a', 'b', '4.00')), capture({ amounts: ['5.00', '1.00'] })),
    when: voided,
    outcome: 'done',
    balances: { a: '4.00', b: '6.00' },
    available: { a: '4.00' },
  },
  {
    name: 'a percentage that is taken away holds for open holds, too',
    given: held(update('a', { over_capture_percent: null })),
    when: capture({ amount: '4.01' }),
    outcome: 'capture_exceeds_hold@0',
    balances: { a: '10.00' },
  },
  {
    name: 'a percentage that is given holds for open holds, too',
    given: held(update('a', { over_capture_percent: '100' })),
    when: capture({ amount: '8.00' }),
    outcome: 'posted',
    balances: { a: '2.00', b: '8.00' },
    available: { a: '2.00' },
  },
  {
    name: 'the percentage that counts is that of the payer',
    given: funded(transfer(leg('bank', 'b', '10.00')), hold(leg('b', 'a', '1.00'))),
    when: capture({ amount: '1.01' }),
    outcome: 'capture_exceeds_hold@0',
    balances: { b: '10.00' },
  },
  {
    name: 'another change of the account leaves the percentage as it is',
    given: held(update('a', { floor: '1.00' })),
    when: capture({ amount: '5.00' }),
    outcome: 'posted',
    balances: { a: '5.00' },
  },
  {
    name: 'a capture beyond its hold is reversed with what it took beyond',
    given: held({ ask: 'capture', of: 'h', body: { amount: '5.00' }, named: 'c' }),
    when: { ask: 'reverse', of: 'c', body: {} },
    outcome: 'posted',
    balances: { a: '10.00', b: '0.00' },
    available: { a: '10.00', b: '0.00' },
  },
];
