/** Rows of the table (table.ts) about effective times. The past and the future of every implementation's own clock. */
import type { Ask, Leg, Row } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const PAST = '2026-03-31T23:59:59.999999+05:30';
const SAME_PAST = '2026-03-31T18:29:59.999999Z';
const LONG_PAST = '2011-04-01T00:00:00Z';
const FUTURE = '2096-04-01T00:00:00Z';

const leg = (debit: string, credit: string, amount: string): Leg => ({
  debit,
  credit,
  amount,
  currency: 'INR',
});
const dated = (effective_at: string, ...legs: Leg[]): Ask => ({
  ask: 'transfer',
  body: { legs, effective_at },
});
const funded: readonly Ask[] = [
  { ask: 'account', body: { code: 'bank', kind: 'asset', currency: 'INR' } },
  ...['a', 'b'].map(
    (code): Ask => ({ ask: 'account', body: { code, kind: 'liability', currency: 'INR', owner: OWNER } }),
  ),
  { ask: 'transfer', body: { legs: [leg('bank', 'a', '10.00')] } },
];

/** `a` has paid `b` 4.00, posted and effective now. */
const paid: readonly Ask[] = [
  ...funded,
  { ask: 'transfer', body: { legs: [leg('a', 'b', '4.00')] }, named: 't' },
];

export const EFFECTIVE_ROWS: readonly Row[] = [
  {
    name: 'a transfer that is dated back moves its amount now',
    given: funded,
    when: dated(PAST, leg('a', 'b', '4.00')),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00', bank: '10.00' },
    available: { a: '6.00' },
  },
  {
    name: 'bounds stand on what is posted: what came later may be dated back before it',
    given: funded,
    when: dated(PAST, leg('a', 'b', '10.00')),
    outcome: 'posted',
    balances: { a: '0.00', b: '10.00' },
  },
  {
    name: 'dating back opens no bound',
    given: funded,
    when: dated(PAST, leg('a', 'b', '10.01')),
    outcome: 'floor_breached@0',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1, b: 0 },
  },
  {
    name: 'an effective time that is still to come is refused and moves nothing',
    given: funded,
    when: dated(FUTURE, leg('a', 'b', '4.00')),
    outcome: 'effective_in_future',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1, b: 0 },
  },
  {
    name: 'an effective time that lies too far back is refused and moves nothing',
    given: funded,
    when: dated(LONG_PAST, leg('a', 'b', '4.00')),
    outcome: 'effective_too_early',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1, b: 0 },
  },
  {
    name: 'the effective time is checked before the accounts',
    given: funded,
    when: dated(FUTURE, leg('nobody', 'b', '4.00')),
    outcome: 'effective_in_future',
  },
  {
    name: 'the same moment at another offset is the same request',
    given: [...funded, { ...dated(PAST, leg('a', 'b', '4.00')), key: 'k' }],
    when: { ...dated(SAME_PAST, leg('a', 'b', '4.00')), key: 'k' },
    outcome: 'replay posted',
    balances: { a: '6.00' },
  },
  {
    name: 'another effective time under a used key is another request',
    given: [...funded, { ...dated(PAST, leg('a', 'b', '4.00')), key: 'k' }],
    when: { ask: 'transfer', key: 'k', body: { legs: [leg('a', 'b', '4.00')] } },
    outcome: 'failed idempotency_key_reused',
    balances: { a: '6.00' },
  },
  {
    name: 'a group takes back what it dated when a later member is refused',
    given: funded,
    when: {
      ask: 'batch',
      atomic: true,
      items: [
        { key: 'one', legs: [leg('a', 'b', '4.00')], effective_at: PAST },
        { key: 'two', legs: [leg('a', 'b', '4.00')], effective_at: FUTURE },
      ],
    },
    outcome: ['linked_item_refused', 'effective_in_future'],
    balances: { a: '10.00', b: '0.00' },
  },
  {
    name: 'a reversal states its own effective time, whenever its transfer counts',
    given: paid,
    when: { ask: 'reverse', of: 't', body: { amount: '1.00', effective_at: PAST } },
    outcome: 'posted',
    balances: { a: '7.00', b: '3.00' },
  },
  {
    name: 'a reversal may not be effective in the future',
    given: paid,
    when: { ask: 'reverse', of: 't', body: { effective_at: FUTURE } },
    outcome: 'effective_in_future',
    balances: { a: '6.00', b: '4.00' },
    refusals: { b: 0 },
  },
  {
    name: 'a reversal may not be effective too far back',
    given: paid,
    when: { ask: 'reverse', of: 't', body: { effective_at: LONG_PAST } },
    outcome: 'effective_too_early',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'the effective time of a reversal is checked before what became of its transfer',
    given: [...paid, { ask: 'reverse', of: 't', body: {} }],
    when: { ask: 'reverse', of: 't', body: { effective_at: FUTURE } },
    outcome: 'effective_in_future',
  },
  {
    name: 'another effective time of a reversal under a used key is another request',
    given: [...paid, { ask: 'reverse', of: 't', body: { amount: '1.00', effective_at: PAST }, key: 'k' }],
    when: { ask: 'reverse', of: 't', body: { amount: '1.00' }, key: 'k' },
    outcome: 'failed idempotency_key_reused',
    balances: { a: '7.00', b: '3.00' },
  },
  {
    name: 'an adjustment may be dated back',
    given: funded,
    when: {
      ask: 'adjust',
      body: { legs: [leg('a', 'b', '4.00')], effective_at: PAST, reason: 'typo' },
    },
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'an adjustment may not be effective in the future',
    given: funded,
    when: {
      ask: 'adjust',
      body: { legs: [leg('a', 'b', '4.00')], effective_at: FUTURE, reason: 'typo' },
    },
    outcome: 'effective_in_future',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1 },
  },
];
