/**
 * Second factors for transfers, second part (table-step-up.ts): who has to authorise what several accounts pay, what cannot wait, and
 * what is decided again at the authorisation.
 */
import { type Ask, account, type Leg, leg, type Row, transfer, update } from './table.ts';
import { authorize, funded, later, row, waited } from './table-step-up.ts';

const RAVI = '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f';
const pay = (...legs: Leg[]): Ask => ({ ask: 'transfer', body: { legs }, named: 'paid' });
const held = (...legs: Leg[]): Ask => ({
  ask: 'transfer',
  body: { legs, hold: { expires_in_seconds: 900 } },
  named: 'paid',
});
const capture = (...amounts: string[]): Ask => ({ ask: 'capture', of: 'paid', body: { amounts } });
const fifty = leg('asha', 'shop', '50.00');
const shop = account('shop', { owner: RAVI });
const daily = (amount: string): Ask =>
  update('asha', { limits: [{ name: 'daily', direction: 'outgoing', window: 'day', amount }] });

/** On what comes in: behind a higher one nobody waits. */
const taken = (amount: string): Ask =>
  update('ravi', { limits: [{ name: 'taken', direction: 'incoming', window: 'day', amount }] });

/** Beside asha, who has a factor that has waited, ravi has 100.00 and asks for a second factor above 1.00. */
const two: readonly Ask[] = [
  ...waited,
  shop,
  transfer(leg('bank', 'ravi', '100.00')),
  update('ravi', { step_up_above: '1.00' }),
];
const ravi = (amount: string): Leg => leg('ravi', 'shop', amount);

export const STEP_UP_PAYERS: readonly Row[] = [
  row(
    'what the bank pays beside a customer is authorised by the customer, whichever leg comes first',
    [...two, pay(leg('bank', 'shop', '5.00'), fifty)],
    authorize(),
    'posted',
    '100.00',
  ),
  row(
    'what another customer pays beside, who is not asked for so little, is authorised with it',
    [...two, pay(ravi('1.00'), fifty)],
    authorize(),
    'posted',
    '99.00',
  ),
  row(
    'what two customers would have to authorise is refused',
    two,
    pay(fifty, ravi('1.01')),
    'step_up_impossible@0',
    '100.00',
  ),
  row(
    'what two accounts of one customer pay is authorised once',
    [
      ...two,
      account('asha-2', { owner: 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b' }),
      transfer(leg('bank', 'asha-2', '20.00')),
      update('asha-2', { step_up_above: '0' }),
      pay(fifty, leg('asha-2', 'ravi', '20.00')),
    ],
    authorize(),
    'posted',
    '120.00',
  ),
  row(
    'an account of nobody that asks for a second factor gives no more than that',
    [
      ...two,
      account('float'),
      transfer(leg('bank', 'float', '50.00')),
      update('float', { step_up_above: '10.00' }),
    ],
    pay(leg('float', 'ravi', '10.01')),
    'step_up_impossible@0',
    '100.00',
  ),
  row(
    'a hold on two customers cannot be authorised',
    [...two, held(fifty, ravi('2.00'))],
    authorize(),
    'step_up_impossible@0',
    '100.00',
  ),
  row(
    'a hold on two customers is captured up to what each gives',
    [...two, held(fifty, ravi('2.00'))],
    capture('10.00', '1.00'),
    'posted',
    '99.00',
  ),
  row(
    'who asks is decided again: another customer who asks meanwhile stands against it',
    [...two, pay(fifty, ravi('1.00')), update('ravi', { step_up_above: '0.50' })],
    authorize(),
    'step_up_impossible@0',
    '100.00',
  ),
  row(
    'a factor of somebody whose account asks for none does not authorise for one that does',
    [
      ...two,
      { ask: 'enrol', named: 'theirs', customer: 'ravi' },
      { ask: 'confirm', of: 'theirs', code: 'right', customer: 'ravi' },
      later(43_200),
      pay(fifty, ravi('1.00')),
    ],
    { ...authorize('right', 'theirs'), customer: 'ravi' } as Ask,
    'factor_not_active',
    '100.00',
  ),
  row(
    'a capture that takes nothing of an account that asks is not asked',
    [
      ...two,
      update('asha', { step_up_above: null }),
      held(fifty, ravi('2.00')),
      capture('20.00', '0'),
      update('asha', { step_up_above: '10.00' }),
    ],
    capture('0', '0.50'),
    'posted',
    '99.50',
  ),
  row(
    'limits are decided again: one that was lowered below what is used stands against it',
    [...two, daily('60.00'), pay(fifty), daily('40.00')],
    authorize(),
    'limit_exceeded@0',
    '100.00',
  ),
  row(
    'a code that a limit stood against is not used up',
    [...two, taken('60.00'), pay(leg('asha', 'ravi', '50.00')), taken('40.00'), authorize(), taken('50.00')],
    authorize('again'),
    'posted',
    '150.00',
  ),
  row(
    'a limit that is used to its end by a transfer does not stand against it',
    [...waited, daily('50.00'), pay(leg('asha', 'ravi', '50.00'))],
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'a factor that was removed meanwhile authorises nothing',
    [...waited, pay(leg('asha', 'ravi', '50.00')), { ask: 'remove', of: 'one', code: 'right' }],
    authorize(),
    'factor_not_active',
    '0.00',
  ),
  row(
    'a scheduled transfer of more is refused at its time',
    [
      ...funded,
      { ask: 'transfer', body: { legs: [leg('asha', 'ravi', '10.01')], scheduled_in: 60 }, named: 's' },
      later(60),
    ],
    { ask: 'execute', of: 's' },
    'step_up_required@0',
    '0.00',
  ),
  row(
    'a scheduled transfer of no more is posted at its time',
    [
      ...funded,
      { ask: 'transfer', body: { legs: [leg('asha', 'ravi', '10.00')], scheduled_in: 60 }, named: 's' },
      later(60),
    ],
    { ask: 'execute', of: 's' },
    'posted',
    '10.00',
  ),
  row(
    'a transfer of more with an effective time is refused',
    funded,
    {
      ask: 'transfer',
      body: { legs: [leg('asha', 'ravi', '10.01')], effective_at: '2026-03-31T18:29:59.999999Z' },
    },
    'step_up_required@0',
    '0.00',
  ),
  row(
    'an exchange of more is refused',
    [
      ...funded,
      ...['in-inr', 'out-usd', 'rest-usd', 'usd'].map((code) =>
        account(code, { currency: code === 'in-inr' ? 'INR' : 'USD' }),
      ),
    ],
    {
      ask: 'transfer',
      body: {
        exchange: {
          debit: 'asha',
          currency: 'INR',
          liquidity_in: 'in-inr',
          liquidity_out: 'out-usd',
          to_currency: 'USD',
          credits: [{ credit: 'usd', amount: '10.01' }],
          rate: '0.012345',
          rounding: 'half_even',
          rounding_account: 'rest-usd',
        },
      },
    },
    'step_up_required@0',
    '0.00',
  ),
  row(
    'a correction by hand is not asked for a second factor',
    funded,
    { ask: 'adjust', body: { legs: [leg('asha', 'ravi', '99.00')], reason: 'wrong-booking' } },
    'posted',
    '99.00',
  ),
  row(
    'a reversal is not asked for a second factor',
    [
      ...waited,
      { ask: 'transfer', body: { legs: [leg('bank', 'asha', '80.00')] }, named: 'p' },
      transfer(leg('bank', 'ravi', '1.00')),
    ],
    { ask: 'reverse', of: 'p', body: {} },
    'posted',
    '1.00',
  ),
];
