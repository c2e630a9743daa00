/** Second factors for transfers: part of the one table (conformance.test.ts). Factors have waited by the clock of a sandbox ledger. */
import type { Code } from './factor-asks.ts';
import { type Ask, account, group, type Leg, leg, type Row, transfer, update, type Who } from './table.ts';

const ASHA = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const RAVI = '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f';
export const later = (seconds: number): Ask => ({ ask: 'clock', body: { advance_seconds: seconds } });
const pay = (...amounts: string[]): Ask => ({
  ask: 'transfer',
  body: { legs: amounts.map((amount) => leg('asha', 'ravi', amount)) },
  named: 'paid',
});
export const authorize = (code: Code = 'right', factor = 'one'): Ask => ({
  ask: 'authorize',
  of: 'paid',
  factor,
  code,
});
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });

/** Asha has 100.00 and gives 10.00 without a second factor. */
export const funded: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  account('asha', { owner: ASHA }),
  account('ravi', { owner: RAVI }),
  transfer(leg('bank', 'asha', '100.00')),
  update('asha', { step_up_above: '10.00' }),
];
export const enrolled: readonly Ask[] = [
  ...funded,
  { ask: 'enrol', named: 'one' },
  { ask: 'confirm', of: 'one', code: 'right' },
];
export const waited: readonly Ask[] = [...enrolled, later(43_200)];

export const row = (
  name: string,
  given: readonly Ask[],
  when: Ask,
  outcome: Row['outcome'],
  ravi: string,
): Row => ({
  name,
  sandbox: true,
  given,
  when,
  outcome,
  balances: { ravi },
});

const held = (amount: string): Ask => ({
  ask: 'transfer',
  body: { legs: [leg('asha', 'ravi', amount)], hold: { expires_in_seconds: 900 } },
  named: 'paid',
});
const capture = (amount?: string): Ask => ({
  ask: 'capture',
  of: 'paid',
  body: amount === undefined ? {} : { amount },
});
const items = (...legs: Leg[]): Ask => group(...legs.map((one, i) => [`key-${i}`, one] as [string, Leg]));

export const STEP_UP_ROWS: readonly Row[] = [
  row('what an account gives without a second factor is posted', funded, pay('10.00'), 'posted', '10.00'),
  row('more than an account gives without a second factor is held', funded, pay('10.01'), 'held', '0.00'),
  row('what several legs take of an account counts together', funded, pay('5.00', '5.01'), 'held', '0.00'),
  row(
    'an account may ask for a second factor always',
    [...funded, update('asha', { step_up_above: '0' })],
    pay('0.01'),
    'held',
    '0.00',
  ),
  row(
    'an account that asks for none any more gives what it has',
    [...funded, update('asha', { step_up_above: null })],
    pay('99.00'),
    'posted',
    '99.00',
  ),
  row(
    'a transfer is authorised with a code of the payer',
    [...waited, pay('50.00')],
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'a transfer is authorised once',
    [...waited, pay('50.00'), authorize()],
    authorize(),
    'hold_captured',
    '50.00',
  ),
  row(
    'a transfer is not authorised with a wrong code',
    [...waited, pay('50.00')],
    authorize('wrong'),
    'code_mismatch',
    '0.00',
  ),
  row(
    'a transfer is not authorised with a code that was used',
    [...waited, pay('50.00')],
    authorize('again'),
    'code_used',
    '0.00',
  ),
  row(
    'a transfer that was refused a wrong code is authorised with a right one',
    [...waited, pay('50.00'), authorize('wrong')],
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'after five wrong codes nothing is authorised',
    [...waited, pay('50.00'), ...Array.from({ length: 5 }, () => authorize('wrong'))],
    authorize(),
    'factor_locked',
    '0.00',
  ),
  row('a new factor authorises nothing', [...enrolled, pay('50.00')], authorize(), 'factor_waiting', '0.00'),
  row(
    'a factor authorises from the moment that it has waited',
    [...enrolled, later(43_200), pay('50.00')],
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'a factor of another customer authorises nothing',
    [
      ...waited,
      { ask: 'enrol', named: 'theirs', customer: 'ravi' },
      { ask: 'confirm', of: 'theirs', code: 'right', customer: 'ravi' },
      later(43_200),
      pay('50.00'),
    ],
    authorize('right', 'theirs'),
    'factor_not_active',
    '0.00',
  ),
  row(
    'a client without the scope authorises nothing',
    [...waited, pay('50.00')],
    as('app', authorize()),
    'failed forbidden',
    '0.00',
  ),
  row(
    'what waits for a second factor cannot be captured without',
    [...waited, pay('50.00')],
    capture(),
    'step_up_required@0',
    '0.00',
  ),
  row(
    'what waits for a second factor can be voided',
    [...waited, pay('50.00')],
    { ask: 'void', of: 'paid' },
    'done',
    '0.00',
  ),
  row(
    'what was voided is not authorised',
    [...waited, pay('50.00'), { ask: 'void', of: 'paid' }],
    authorize(),
    'hold_voided',
    '0.00',
  ),
  row(
    'what waits for a second factor waits five minutes',
    [...waited, pay('50.00'), later(300)],
    authorize(),
    'hold_expired',
    '0.00',
  ),
  row('a hold is placed without a second factor', funded, held('50.00'), 'held', '0.00'),
  row(
    'a hold is captured without a second factor up to what the account gives',
    [...funded, held('50.00')],
    capture('10.00'),
    'posted',
    '10.00',
  ),
  row(
    'a hold is not captured beyond that',
    [...funded, held('50.00')],
    capture('10.01'),
    'step_up_required@0',
    '0.00',
  ),
  row(
    'captures of a hold count together',
    [...funded, held('50.00'), capture('6.00')],
    capture('4.01'),
    'step_up_required@0',
    '6.00',
  ),
  row('a hold is authorised as a transfer is', [...waited, held('50.00')], authorize(), 'posted', '50.00'),
  row(
    'an account that is frozen meanwhile pays nothing, and the code is not used up',
    [
      ...waited,
      pay('50.00'),
      update('asha', { debits_frozen: true }),
      authorize(),
      update('asha', { debits_frozen: false }),
    ],
    authorize('again'),
    'posted',
    '50.00',
  ),
  row(
    'in an atomic group nothing waits for a second factor',
    funded,
    items(leg('asha', 'ravi', '1.00'), leg('asha', 'ravi', '10.01')),
    ['linked_item_refused', 'step_up_required@0'],
    '0.00',
  ),
  row(
    'a client without more rights may lower what an account gives',
    [...funded, as('app', update('asha', { step_up_above: '1.00' }))],
    pay('1.01'),
    'held',
    '0.00',
  ),
  row(
    'a client without more rights may not raise what an account gives',
    funded,
    as('app', update('asha', { step_up_above: '10.01' })),
    'failed forbidden',
    '0.00',
  ),
  row(
    'a client without more rights may not end what an account asks for',
    funded,
    as('app', update('asha', { step_up_above: null })),
    'failed forbidden',
    '0.00',
  ),
];
