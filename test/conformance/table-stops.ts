/** Payments that a customer stops, and what a customer waits for: part of the one table (conformance.test.ts). */
import type { Code } from './factor-asks.ts';
import { type Ask, account, group, leg, type Row, transfer, update, type Who } from './table.ts';
import { authorize, enrolled, funded, later, row, waited } from './table-step-up.ts';

const ASHA = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const stop: Ask = { ask: 'stop' };
const resume = (code?: Code, factor = 'one'): Ask => ({
  ask: 'resume',
  ...(code === undefined ? {} : { code, factor }),
});
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });
const pay = (amount: string): Ask => ({
  ask: 'transfer',
  body: { legs: [leg('asha', 'ravi', amount)] },
  named: 'paid',
});
const held: Ask = {
  ask: 'transfer',
  body: { legs: [leg('asha', 'ravi', '5.00')], hold: { expires_in_seconds: 900 } },
  named: 'paid',
};
const fund = (name: string): Ask => transfer(leg('bank', name, '20.00'));
const daily = (amount: string, direction: 'outgoing' | 'incoming' = 'outgoing'): Ask =>
  update('asha', { limits: [{ name: 'daily', direction, window: 'day', amount }] });
/** A change, and then a transfer that waits for a second factor. */
const behind = (...asks: Ask[]): readonly Ask[] => [...waited, ...asks, pay('50.00')];

const STOPS: readonly Row[] = [
  row('a customer stops all payments', funded, stop, 'done', '0.00'),
  row('a customer who has stopped may stop again', [...funded, stop], stop, 'done', '0.00'),
  row('a client without the scope stops nobody', funded, as('app', stop), 'failed forbidden', '0.00'),
  row(
    'nothing leaves an account of a customer who has stopped',
    [...funded, stop],
    pay('1.00'),
    'payments_stopped@0',
    '0.00',
  ),
  row('nothing of it is held', [...funded, stop], held, 'payments_stopped@0', '0.00'),
  row(
    'nothing leaves an account that the customer opens later',
    [...funded, stop, account('asha-2', { owner: ASHA }), fund('asha-2')],
    transfer(leg('asha-2', 'ravi', '1.00')),
    'payments_stopped@0',
    '0.00',
  ),
  row(
    'nothing leaves it beside what others pay',
    [...funded, stop],
    transfer(leg('bank', 'ravi', '1.00'), leg('asha', 'ravi', '1.00')),
    'payments_stopped@1',
    '0.00',
  ),
  row(
    'in an atomic group nothing leaves it',
    [...funded, stop],
    group(['k1', leg('bank', 'ravi', '1.00')], ['k2', leg('asha', 'ravi', '1.00')]),
    ['linked_item_refused', 'payments_stopped@0'],
    '0.00',
  ),
  row(
    'what comes in is posted',
    [...funded, stop, fund('asha')],
    transfer(leg('bank', 'ravi', '1.00')),
    'posted',
    '1.00',
  ),
  row('a payment to a customer who has stopped is posted', [...funded, stop], fund('asha'), 'posted', '0.00'),
  row(
    'what another customer pays is posted',
    [...funded, { ask: 'stop', customer: 'ravi' }],
    pay('1.00'),
    'posted',
    '1.00',
  ),
  row(
    'what was held before is not captured',
    [...funded, held, stop],
    { ask: 'capture', of: 'paid', body: {} },
    'payments_stopped@0',
    '0.00',
  ),
  row(
    'what was held before can be voided',
    [...funded, held, stop],
    { ask: 'void', of: 'paid' },
    'done',
    '0.00',
  ),
  row(
    'what waits for a second factor is not authorised',
    [...waited, pay('50.00'), stop],
    authorize(),
    'payments_stopped@0',
    '0.00',
  ),
  row(
    'what was scheduled before is refused at its time',
    [
      ...funded,
      { ask: 'transfer', body: { legs: [leg('asha', 'ravi', '1.00')], scheduled_in: 60 }, named: 's' },
      stop,
      later(60),
    ],
    { ask: 'execute', of: 's' },
    'payments_stopped@0',
    '0.00',
  ),
  row(
    'a correction by hand is not stopped',
    [...funded, stop],
    { ask: 'adjust', body: { legs: [leg('asha', 'ravi', '1.00')], reason: 'wrong-booking' } },
    'posted',
    '1.00',
  ),
  row(
    'a reversal is not stopped',
    [
      ...funded,
      { ask: 'transfer', body: { legs: [leg('asha', 'ravi', '1.00')] }, named: 'p' },
      { ask: 'stop', customer: 'ravi' },
    ],
    { ask: 'reverse', of: 'p', body: {} },
    'posted',
    '0.00',
  ),
];

const RESUMPTIONS: readonly Row[] = [
  row('payments that were not stopped do not go on', waited, resume('right'), 'payments_not_stopped', '0.00'),
  row('payments of nobody known do not go on', funded, resume(), 'payments_not_stopped', '0.00'),
  row('payments of a customer without a factor go on', [...funded, stop], resume(), 'done', '0.00'),
  row('what goes on is posted', [...funded, stop, resume()], pay('1.00'), 'posted', '1.00'),
  row(
    'what goes on may stop again',
    [...funded, stop, resume(), stop],
    pay('1.00'),
    'payments_stopped@0',
    '0.00',
  ),
  row('payments go on once', [...funded, stop, resume()], resume(), 'payments_not_stopped', '0.00'),
  row(
    'a client without the scope lets nothing go on',
    [...funded, stop],
    as('app', resume()),
    'failed forbidden',
    '0.00',
  ),
  row(
    'where there is a factor it takes a code of it',
    [...waited, stop],
    resume(),
    'factor_code_required',
    '0.00',
  ),
  row('payments go on with a code of a factor', [...waited, stop], resume('right'), 'done', '0.00'),
  row('payments do not go on with a wrong code', [...waited, stop], resume('wrong'), 'code_mismatch', '0.00'),
  row(
    'payments do not go on with a code that was used',
    [...waited, stop],
    resume('again'),
    'code_used',
    '0.00',
  ),
  row(
    'payments do not go on with a factor that has not waited',
    [...enrolled, stop],
    resume('right'),
    'factor_waiting',
    '0.00',
  ),
  row(
    'payments do not go on with a factor of somebody else',
    [
      ...waited,
      { ask: 'enrol', named: 'theirs', customer: 'ravi' },
      { ask: 'confirm', of: 'theirs', code: 'right', customer: 'ravi' },
      later(43_200),
      stop,
    ],
    resume('right', 'theirs'),
    'factor_not_active',
    '0.00',
  ),
  row(
    'five wrong codes lock the factor there as well',
    [...waited, stop, ...Array.from({ length: 5 }, () => resume('wrong'))],
    resume('right'),
    'factor_locked',
    '0.00',
  ),
];

const WAITS: readonly Row[] = [
  row(
    'when payments go on nothing is authorised',
    behind(stop, resume('right')),
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'when payments have gone on for twelve hours it is authorised',
    [...waited, stop, resume('right'), later(43_200), pay('50.00')],
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'a moment before it is not',
    [...waited, stop, resume('right'), later(43_100), pay('50.00')],
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'a code that came too early is not used up',
    [...waited, stop, resume('right'), later(43_100), pay('50.00'), authorize(), later(200)],
    authorize('again'),
    'posted',
    '50.00',
  ),
  row(
    'behind a raised step-up nothing is authorised',
    behind(update('asha', { step_up_above: '10.01' })),
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'behind a lowered step-up it is',
    behind(update('asha', { step_up_above: '9.00' })),
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'behind a raised limit nothing is authorised',
    behind(daily('60.00'), daily('60.01')),
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'behind a limit that ended nothing is authorised',
    behind(daily('60.00'), update('asha', { limits: [] })),
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'behind a new limit, and a lower one, it is',
    behind(daily('60.00'), daily('50.00')),
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'behind a raised limit on what comes in it is',
    behind(daily('60.00', 'incoming'), daily('60.01', 'incoming')),
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'behind raised over-captures nothing is authorised',
    behind(update('asha', { over_capture_percent: '5' })),
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'behind a lower floor nothing is authorised',
    behind(update('asha', { floor: '-1.00' })),
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'behind a freeze and its end it is',
    behind(update('asha', { debits_frozen: true }), update('asha', { debits_frozen: false })),
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'behind a raised cap of one account nothing is authorised of another',
    [
      ...waited,
      account('asha-2', { owner: ASHA }),
      update('asha-2', { over_capture_percent: '5' }),
      pay('50.00'),
    ],
    authorize(),
    'authorization_waiting',
    '0.00',
  ),
  row(
    'behind a raised cap of another customer it is',
    behind(update('ravi', { over_capture_percent: '5' })),
    authorize(),
    'posted',
    '50.00',
  ),
  row(
    'a transfer of no more is posted behind a raised cap',
    [...waited, update('asha', { over_capture_percent: '5' })],
    pay('10.00'),
    'posted',
    '10.00',
  ),
];

export const STOP_ROWS: readonly Row[] = [...STOPS, ...RESUMPTIONS, ...WAITS];
