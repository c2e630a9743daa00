/**
 * Scheduled transfers, case by case: a part of the table (table.ts). Most stand in a sandbox ledger, whose clock is moved
 * to their time; the first one waits for it.
 */
import type { AccountBody, Ask, Leg, Row, Who } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const LATER = 3600;

const account = (code: string, more: Partial<AccountBody> = {}): Ask => ({
  ask: 'account',
  body: { code, kind: 'liability', currency: 'INR', ...more },
});
const leg = (debit: string, credit: string, amount: string, currency = 'INR'): Leg => ({
  debit,
  credit,
  amount,
  currency,
});
const schedule = (scheduled_in: number, ...legs: Leg[]): Ask => ({
  ask: 'transfer',
  body: { legs, scheduled_in },
  named: 's',
});
const pay = (...legs: Leg[]): Ask => ({ ask: 'transfer', body: { legs } });
const cancel = (of = 's'): Ask => ({ ask: 'cancel', of });
const execute = { ask: 'execute', of: 's' } as const;
const wait: Ask = { ask: 'pass', seconds: 1 };
const advance: Ask = { ask: 'clock', body: { advance_seconds: LATER } };
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });
const closed = (code: string): Ask => ({ ask: 'update', account: code, body: { closed: true } });

const funded: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  account('a', { owner: OWNER }),
  account('b', { owner: OWNER }),
  account('usd', { currency: 'USD' }),
  pay(leg('bank', 'a', '10.00')),
];
const due = (...legs: Leg[]): readonly Ask[] => [...funded, schedule(LATER, ...legs), advance];
const UNMOVED = { a: '10.00', b: '0.00' };

const ROWS: readonly Row[] = [
  {
    name: 'a scheduled transfer moves and holds nothing',
    given: funded,
    when: schedule(LATER, leg('a', 'b', '4.00')),
    outcome: 'scheduled',
    balances: UNMOVED,
    available: UNMOVED,
  },
  {
    name: 'a scheduled transfer is not posted before its time',
    given: [...funded, schedule(LATER, leg('a', 'b', '4.00'))],
    when: execute,
    outcome: 'failed not_found',
    balances: UNMOVED,
  },
  {
    name: 'a scheduled transfer may be more than there is when it is asked for',
    given: [...funded, schedule(LATER, leg('a', 'b', '12.00')), pay(leg('bank', 'a', '2.00')), advance],
    when: execute,
    outcome: 'posted',
    balances: { a: '0.00', b: '12.00' },
  },
  {
    name: 'a scheduled transfer is refused where the money is gone at its time, and counted at its payer',
    given: [...funded, schedule(LATER, leg('a', 'b', '4.00')), pay(leg('a', 'bank', '7.00')), advance],
    when: execute,
    outcome: 'floor_breached@0',
    balances: { a: '3.00', b: '0.00' },
    refusals: { a: 1 },
  },
  {
    name: 'an account that is closed at the time refuses what was scheduled before',
    given: [...funded, schedule(LATER, leg('a', 'b', '4.00')), closed('b'), advance],
    when: execute,
    outcome: 'account_closed@0',
    balances: UNMOVED,
  },
  {
    name: 'a transfer is not scheduled for a time that is past',
    given: funded,
    when: schedule(-1, leg('a', 'b', '4.00')),
    outcome: 'schedule_out_of_bounds',
    balances: UNMOVED,
    refusals: { a: 1 },
  },
  {
    name: 'a transfer is not scheduled for more than 366 days ahead',
    given: funded,
    when: schedule(366 * 24 * 3600 + 60, leg('a', 'b', '4.00')),
    outcome: 'schedule_out_of_bounds',
  },
  ...(
    [
      ['an account that nobody has', 'account_unknown@0', leg('a', 'nobody', '1.00')],
      ['the same account twice', 'same_account@0', leg('a', 'a', '1.00')],
      ['an account in another currency', 'currency_mismatch@0', leg('a', 'usd', '1.00')],
    ] as const
  ).map(
    ([which, outcome, of]): Row => ({
      name: `a transfer with ${which} is not scheduled at all`,
      given: funded,
      when: schedule(LATER, of),
      outcome,
    }),
  ),
  {
    name: 'a key without transfers:unrestricted schedules no debit that it may not make',
    given: funded,
    when: as('app', schedule(LATER, leg('bank', 'a', '1.00'))),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'what a key without transfers:unrestricted scheduled has no more rights at its time',
    given: [
      ...funded,
      as('app', schedule(LATER, leg('a', 'b', '4.00'))),
      { ask: 'update', account: 'a', body: { floor: null } },
      advance,
    ],
    when: execute,
    outcome: 'debit_not_permitted@0',
    balances: UNMOVED,
  },
  {
    name: 'what a key scheduled is posted though the key is revoked since',
    given: [
      ...funded,
      as('other', schedule(LATER, leg('a', 'b', '4.00'))),
      { ask: 'revoke', whose: 'other' },
      advance,
    ],
    when: execute,
    outcome: 'posted',
    balances: { a: '6.00' },
  },
  {
    name: 'a scheduled transfer is canceled before its time',
    given: [...funded, schedule(LATER, leg('a', 'b', '4.00'))],
    when: cancel(),
    outcome: 'done',
    balances: UNMOVED,
  },
  {
    name: 'a scheduled transfer is canceled behind its time as long as it was not executed',
    given: due(leg('a', 'b', '4.00')),
    when: cancel(),
    outcome: 'done',
  },
  {
    name: 'a canceled transfer is not posted when its time comes',
    given: [...due(leg('a', 'b', '4.00')), cancel()],
    when: execute,
    outcome: 'failed not_found',
    balances: UNMOVED,
  },
  {
    name: 'a scheduled transfer is not canceled twice',
    given: [...funded, schedule(LATER, leg('a', 'b', '4.00')), cancel()],
    when: cancel(),
    outcome: 'schedule_canceled',
  },
  {
    name: 'a scheduled transfer is not canceled once it was executed',
    given: [...due(leg('a', 'b', '4.00')), execute],
    when: cancel(),
    outcome: 'schedule_executed',
    balances: { a: '6.00' },
  },
  {
    name: 'a scheduled transfer is not canceled once its execution was refused',
    given: [...due(leg('a', 'b', '40.00')), execute],
    when: cancel(),
    outcome: 'schedule_execution_refused',
  },
  {
    name: 'what was posted at once cannot be canceled',
    given: [...funded, { ...pay(leg('a', 'b', '1.00')), named: 'p' } as Ask],
    when: cancel('p'),
    outcome: 'not_scheduled',
  },
  {
    name: 'something in another ledger cannot be canceled',
    given: funded,
    when: cancel('@foreign'),
    outcome: 'failed not_found',
  },
  {
    name: 'a scheduled transfer holds nothing that could be captured',
    given: [...funded, schedule(LATER, leg('a', 'b', '4.00'))],
    when: { ask: 'capture', of: 's', body: {} },
    outcome: 'not_held',
  },
  {
    name: 'a scheduled transfer moved nothing that could be reversed',
    given: [...due(leg('a', 'b', '4.00')), execute],
    when: { ask: 'reverse', of: 's', body: {} },
    outcome: 'not_posted',
    balances: { a: '6.00' },
  },
  {
    name: 'the execution of a scheduled transfer can be reversed',
    given: [...due(leg('a', 'b', '4.00')), { ...execute, named: 'e' }],
    when: { ask: 'reverse', of: 'e', body: {} },
    outcome: 'posted',
    balances: UNMOVED,
  },
  {
    name: 'a scheduled transfer is executed once',
    given: [...due(leg('a', 'b', '4.00')), execute],
    when: execute,
    outcome: 'replay posted',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'an execution that was refused is refused for ever',
    given: [...due(leg('a', 'b', '40.00')), execute, pay(leg('bank', 'a', '90.00'))],
    when: execute,
    outcome: 'replay floor_breached@0',
    balances: { a: '100.00', b: '0.00' },
  },
  {
    name: 'a payer that is frozen at the time refuses what was scheduled before',
    given: [
      ...funded,
      schedule(LATER, leg('a', 'b', '4.00')),
      { ask: 'update', account: 'a', body: { debits_frozen: true } },
      advance,
    ],
    when: execute,
    outcome: 'debits_frozen@0',
    balances: UNMOVED,
    refusals: { a: 1 },
  },
];

const PROVOKING = '9900.08';

export const SCHEDULES: readonly Row[] = [
  {
    name: 'a scheduled transfer is posted once its time has come',
    given: [...funded, schedule(1, leg('a', 'b', '4.00')), wait],
    when: execute,
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
  },
  ...ROWS.map((row): Row => ({ ...row, sandbox: true })),
  {
    name: 'in a sandbox ledger an amount that provokes a refusal provokes it at its time',
    sandbox: true,
    given: [...funded, pay(leg('bank', 'a', '10000.00')), schedule(LATER, leg('a', 'b', PROVOKING)), advance],
    when: execute,
    outcome: 'floor_breached@0',
    balances: { a: '10010.00', b: '0.00' },
    refusals: { a: 1 },
  },
];
