/** Exchanges, holds and scheduled transfers as items of batches and members of groups: a part of the table (table.ts). */
import type { AccountBody, Ask, BatchItemBody, ExchangeBody, Leg, LimitBody, Row } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const LATER = 100;

const account = (code: string, more: Partial<AccountBody> = {}): Ask => ({
  ask: 'account',
  body: { code, kind: 'liability', currency: 'INR', ...more },
});
const leg = (debit: string, credit: string, amount = '1.00', currency = 'INR'): Leg => ({
  debit,
  credit,
  amount,
  currency,
});

/** `a` has 10.00 INR; `x` is a customer's account in USD, of which `out-usd` gives without end. */
const opened: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  account('a', { owner: OWNER }),
  account('b', { owner: OWNER }),
  account('in-inr'),
  account('out-usd', { currency: 'USD' }),
  account('rest-usd', { currency: 'USD' }),
  account('x', { currency: 'USD', owner: OWNER }),
  { ask: 'transfer', body: { legs: [leg('bank', 'a', '10.00')] } },
];
const UNMOVED = { a: '10.00', b: '0.00', 'in-inr': '0.00', x: '0.00' };

const pay = (key: string, ...legs: Leg[]): BatchItemBody => ({ key, legs });
const hold = (key: string, ...legs: Leg[]): BatchItemBody => ({
  key,
  legs,
  hold: { expires_in_seconds: 900 },
  named: key,
});
const schedule = (key: string, ...legs: Leg[]): BatchItemBody => ({
  key,
  legs,
  scheduled_in: LATER,
  named: key,
});
const terms: ExchangeBody = {
  debit: 'a',
  currency: 'INR',
  liquidity_in: 'in-inr',
  liquidity_out: 'out-usd',
  to_currency: 'USD',
  credits: [{ credit: 'x', amount: '4.00' }],
  rate: '0.25',
  rounding: 'half_even',
  rounding_account: 'rest-usd',
};
const exchange = (key: string, more: Partial<ExchangeBody> = {}): BatchItemBody => ({
  key,
  exchange: { ...terms, ...more },
  named: key,
});
const batch = (...items: BatchItemBody[]): Ask => ({ ask: 'batch', atomic: false, items });
const group = (...items: BatchItemBody[]): Ask => ({ ask: 'batch', atomic: true, items });
const limited = (...limits: LimitBody[]): Ask => ({ ask: 'update', account: 'a', body: { limits } });
const advance: Ask = { ask: 'clock', body: { advance_seconds: LATER } };
const execute = (of: string): Ask => ({ ask: 'execute', of });
const UNPAYABLE = pay('p', leg('a', 'b', '99.00'));

const LIVE: readonly Row[] = [
  {
    name: 'items of a batch are posted, held, scheduled and exchanged side by side',
    given: opened,
    when: batch(
      pay('p', leg('a', 'b')),
      hold('h', leg('a', 'b', '2.00')),
      schedule('s', leg('a', 'b', '3.00')),
      exchange('e'),
    ),
    outcome: ['posted', 'held', 'scheduled', 'posted'],
    balances: { a: '5.00', b: '1.00', 'in-inr': '4.00', x: '1.00' },
    available: { a: '3.00' },
  },
  {
    name: 'each item of a batch is refused alone, with its own code',
    given: [...opened, account('closed'), { ask: 'update', account: 'closed', body: { closed: true } }],
    when: batch(
      hold('h', leg('a', 'b', '9.00')),
      hold('h2', leg('a', 'b', '1.01')),
      exchange('e', { rounding_account: 'closed' }),
      schedule('s', leg('a', 'nobody')),
      pay('p', leg('a', 'b', '1.00')),
    ),
    outcome: ['held', 'floor_breached@0', 'account_closed', 'account_unknown@0', 'posted'],
    balances: { a: '9.00', b: '1.00', x: '0.00' },
    available: { a: '0.00' },
    refusals: { a: 3 },
  },
  {
    name: 'what an item of a batch holds can be captured',
    given: [...opened, batch(hold('h', leg('a', 'b', '4.00')))],
    when: { ask: 'capture', of: 'h', body: { amount: '3.00', final: true } },
    outcome: 'posted',
    balances: { a: '7.00', b: '3.00' },
    available: { a: '7.00' },
  },
  {
    name: 'a hold of a batch that is sent again is answered again and holds nothing more',
    given: [...opened, batch(hold('h', leg('a', 'b', '4.00')))],
    when: batch(hold('h', leg('a', 'b', '4.00'))),
    outcome: ['replay held'],
    available: { a: '6.00' },
  },
  {
    name: 'a hold of a batch sent again alone is the same hold',
    given: [...opened, batch(hold('h', leg('a', 'b', '4.00')))],
    when: {
      ask: 'transfer',
      key: 'h',
      body: { legs: [leg('a', 'b', '4.00')], hold: { expires_in_seconds: 900 } },
    },
    outcome: 'replay held',
    available: { a: '6.00' },
  },
  {
    name: 'a key of a hold is not the key of a transfer of the same legs',
    given: [...opened, batch(hold('h', leg('a', 'b', '4.00')))],
    when: batch(pay('h', leg('a', 'b', '4.00'))),
    outcome: ['failed idempotency_key_reused'],
    balances: { a: '10.00' },
  },
  {
    name: 'a group posts, holds, schedules and exchanges all its members',
    given: opened,
    when: group(
      pay('p', leg('a', 'b')),
      hold('h', leg('a', 'b', '2.00')),
      schedule('s', leg('a', 'b', '3.00')),
      exchange('e'),
    ),
    outcome: ['posted', 'held', 'scheduled', 'posted'],
    balances: { a: '5.00', b: '1.00', 'in-inr': '4.00', x: '1.00' },
    available: { a: '3.00' },
  },
  {
    name: 'a group that does not post its last member holds, schedules and exchanges nothing either',
    given: opened,
    when: group(
      hold('h', leg('a', 'b', '2.00')),
      schedule('s', leg('a', 'b', '3.00')),
      exchange('e'),
      UNPAYABLE,
    ),
    outcome: ['linked_item_refused', 'linked_item_refused', 'linked_item_refused', 'floor_breached@0'],
    balances: UNMOVED,
    available: { a: '10.00' },
    refusals: { a: 4 },
  },
  {
    name: 'a hold that finds nothing left takes back what its group posted before it',
    given: opened,
    when: group(pay('p', leg('a', 'b', '4.00')), hold('h', leg('a', 'b', '6.01'))),
    outcome: ['linked_item_refused', 'floor_breached@0'],
    balances: UNMOVED,
    available: { a: '10.00' },
  },
  {
    name: 'a transfer may not spend what a hold of its group reserved',
    given: opened,
    when: group(hold('h', leg('a', 'b', '6.00')), pay('p', leg('a', 'b', '4.01'))),
    outcome: ['linked_item_refused', 'floor_breached@0'],
    balances: UNMOVED,
    available: { a: '10.00' },
  },
  {
    name: 'an exchange without an account for its difference takes its group back',
    given: opened,
    when: group(hold('h', leg('a', 'b')), exchange('e', { rounding_account: 'nobody' })),
    outcome: ['linked_item_refused', 'account_unknown'],
    balances: UNMOVED,
    available: { a: '10.00' },
  },
  {
    name: 'what can never be posted when its time comes takes its group back',
    given: opened,
    when: group(hold('h', leg('a', 'b')), schedule('s', leg('b', 'b'))),
    outcome: ['linked_item_refused', 'same_account@0'],
    available: { a: '10.00' },
  },
  {
    name: 'what a group scheduled in vain is decided when it is posted, and refuses nobody',
    given: opened,
    when: group(schedule('s', leg('a', 'b', '99.00')), pay('p', leg('a', 'b'))),
    outcome: ['scheduled', 'posted'],
    balances: { a: '9.00' },
  },
  {
    name: 'a hold of a refused group holds nothing that could be captured',
    given: [...opened, group(hold('h', leg('a', 'b', '2.00')), UNPAYABLE)],
    when: { ask: 'capture', of: 'h', body: {} },
    outcome: 'not_held',
    balances: UNMOVED,
  },
  {
    name: 'a hold of a refused group cannot be voided',
    given: [...opened, group(hold('h', leg('a', 'b', '2.00')), UNPAYABLE)],
    when: { ask: 'void', of: 'h' },
    outcome: 'not_held',
  },
  {
    name: 'an exchange of a refused group moved nothing that could be reversed',
    given: [...opened, group(exchange('e'), UNPAYABLE)],
    when: { ask: 'reverse', of: 'e', body: {} },
    outcome: 'not_posted',
    balances: UNMOVED,
  },
  {
    name: 'what a refused group would have scheduled cannot be canceled',
    given: [...opened, group(schedule('s', leg('a', 'b')), UNPAYABLE)],
    when: { ask: 'cancel', of: 's' },
    outcome: 'not_scheduled',
  },
  {
    name: 'a hold of a group can be captured',
    given: [...opened, group(hold('h', leg('a', 'b', '2.00')), pay('p', leg('a', 'b')))],
    when: { ask: 'capture', of: 'h', body: {} },
    outcome: 'posted',
    balances: { a: '7.00', b: '3.00' },
  },
  {
    name: 'an exchange of a group can be reversed',
    given: [...opened, group(exchange('e'), pay('p', leg('a', 'b')))],
    when: { ask: 'reverse', of: 'e', body: {} },
    outcome: 'posted',
    balances: { a: '9.00', x: '0.00', 'in-inr': '0.00', 'out-usd': '0.00' },
  },
  {
    name: 'a group with a hold is replayed whole',
    given: [...opened, group(hold('h', leg('a', 'b', '2.00')), exchange('e'))],
    when: group(hold('h', leg('a', 'b', '2.00')), exchange('e')),
    outcome: ['replay held', 'replay posted'],
    balances: { a: '6.00', x: '1.00' },
    available: { a: '4.00' },
  },
  {
    name: 'a group that asks for another time to hold is another group',
    given: [...opened, group(hold('h', leg('a', 'b', '2.00')), pay('p', leg('a', 'b')))],
    when: group(
      { ...hold('h', leg('a', 'b', '2.00')), hold: { expires_in_seconds: 901 } },
      pay('p', leg('a', 'b')),
    ),
    outcome: ['failed group_changed', 'failed group_changed'],
    available: { a: '7.00' },
  },
  {
    name: 'what a refused group would have held leaves room in a limit',
    given: [
      ...opened,
      limited({ name: 'day', direction: 'outgoing', window: 'day', amount: '5.00' }),
      group(hold('h', leg('a', 'b', '5.00')), UNPAYABLE),
    ],
    when: { ask: 'transfer', body: { legs: [leg('a', 'b', '5.00')] } },
    outcome: 'posted',
    balances: { a: '5.00' },
  },
  {
    name: 'a limit counts the holds of a group together',
    given: [...opened, limited({ name: 'day', direction: 'outgoing', window: 'day', amount: '5.00' })],
    when: group(hold('h', leg('a', 'b', '3.00')), hold('h2', leg('a', 'b', '2.01'))),
    outcome: ['linked_item_refused', 'limit_exceeded@0'],
    balances: UNMOVED,
    available: { a: '10.00' },
  },
];

const TIMED: readonly Row[] = [
  {
    name: 'what an item of a batch scheduled is posted at its time',
    given: [...opened, batch(schedule('s', leg('a', 'b', '3.00'))), advance],
    when: execute('s'),
    outcome: 'posted',
    balances: { a: '7.00', b: '3.00' },
  },
  {
    name: 'what a group scheduled is posted at its time',
    given: [...opened, group(schedule('s', leg('a', 'b', '3.00')), pay('p', leg('a', 'b'))), advance],
    when: execute('s'),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'what a refused group would have scheduled is never posted',
    given: [...opened, group(schedule('s', leg('a', 'b', '3.00')), UNPAYABLE), advance],
    when: execute('s'),
    outcome: 'failed not_found',
    balances: UNMOVED,
  },
];

export const BATCH_ROWS: readonly Row[] = [...LIVE, ...TIMED.map((row): Row => ({ ...row, sandbox: true }))];
