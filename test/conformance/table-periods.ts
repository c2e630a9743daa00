/** Rows of the table (table.ts) about closes of the books. */
import type { Ask, Leg, Row, Who } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const MARCH = '2026-03-01T00:00:00+05:30';
const LAST_OF_MARCH = '2026-03-31T23:59:59.999999+05:30';
const APRIL = '2026-04-01T00:00:00+05:30';
const MAY = '2026-05-01T00:00:00+05:30';
const FUTURE = '2096-04-01T00:00:00Z';

const leg = (debit: string, credit: string, amount: string): Leg => ({
  debit,
  credit,
  amount,
  currency: 'INR',
});
const pay = (effective_at?: string): Ask => ({
  ask: 'transfer',
  body: { legs: [leg('a', 'b', '4.00')], ...(effective_at === undefined ? {} : { effective_at }) },
  named: 't',
});
const close = (until: string): Ask => ({ ask: 'close', until });
const carry: Ask = { ask: 'carry' };
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });

const funded: readonly Ask[] = [
  { ask: 'account', body: { code: 'bank', kind: 'asset', currency: 'INR' } },
  ...['a', 'b'].map(
    (code): Ask => ({ ask: 'account', body: { code, kind: 'liability', currency: 'INR', owner: OWNER } }),
  ),
  { ask: 'transfer', body: { legs: [leg('bank', 'a', '10.00')] } },
];
/** April has begun, and March is carried forward. */
const closed: readonly Ask[] = [...funded, close(APRIL), carry];

export const PERIOD_ROWS: readonly Row[] = [
  {
    name: 'books are closed up to a moment that has passed',
    given: funded,
    when: close(APRIL),
    outcome: 'done',
  },
  {
    name: 'what counts before a close is refused behind it, and moves nothing',
    given: closed,
    when: pay(LAST_OF_MARCH),
    outcome: 'period_closed',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1, b: 0 },
  },
  {
    name: 'what counts before a close is refused behind it at once, carried forward or not',
    given: [...funded, close(APRIL)],
    when: pay(LAST_OF_MARCH),
    outcome: 'period_closed',
    balances: { a: '10.00' },
  },
  {
    name: 'what counts from the very moment of a close on is posted behind it',
    given: closed,
    when: pay(APRIL),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'what counts when it is posted is posted behind a close',
    given: closed,
    when: pay(),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'a reversal does not count before a close',
    given: [...funded, pay(LAST_OF_MARCH), close(APRIL)],
    when: { ask: 'reverse', of: 't', body: { effective_at: LAST_OF_MARCH } },
    outcome: 'period_closed',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'what counts before a close is reversed behind it',
    given: [...funded, pay(LAST_OF_MARCH), close(APRIL)],
    when: { ask: 'reverse', of: 't', body: {} },
    outcome: 'posted',
    balances: { a: '10.00', b: '0.00' },
  },
  {
    name: 'an adjustment does not count before a close',
    given: closed,
    when: {
      ask: 'adjust',
      body: { legs: [leg('a', 'b', '4.00')], effective_at: LAST_OF_MARCH, reason: 'typo' },
    },
    outcome: 'period_closed',
    balances: { a: '10.00' },
  },
  {
    name: 'a group is refused with the member that counts before a close',
    given: closed,
    when: {
      ask: 'batch',
      atomic: true,
      items: [
        { key: 'one', legs: [leg('a', 'b', '4.00')], effective_at: APRIL },
        { key: 'two', legs: [leg('a', 'b', '4.00')], effective_at: LAST_OF_MARCH },
      ],
    },
    outcome: ['linked_item_refused', 'period_closed'],
    balances: { a: '10.00', b: '0.00' },
  },
  {
    name: 'what was posted before a close is answered again behind it',
    given: [...funded, { ...pay(LAST_OF_MARCH), key: 'k' }, close(APRIL)],
    when: { ...pay(LAST_OF_MARCH), key: 'k' },
    outcome: 'replay posted',
    balances: { a: '6.00' },
  },
  {
    name: 'books are not closed up to a moment to come, and stay open',
    given: [...funded, close(FUTURE)],
    when: pay(LAST_OF_MARCH),
    outcome: 'posted',
  },
  {
    name: 'a close of a moment to come is refused',
    given: closed,
    when: close(FUTURE),
    outcome: 'period_in_future',
  },
  {
    name: 'a close of the same moment is refused',
    given: closed,
    when: close(APRIL),
    outcome: 'period_not_later',
  },
  {
    name: 'a close of an earlier moment is refused',
    given: closed,
    when: close(MARCH),
    outcome: 'period_not_later',
  },
  {
    name: 'a later close is refused while the one before is being carried forward',
    given: [...funded, close(APRIL)],
    when: close(MAY),
    outcome: 'period_carrying',
  },
  {
    name: 'a close that is not later is told so before the carrying',
    given: [...funded, close(APRIL)],
    when: close(MARCH),
    outcome: 'period_not_later',
  },
  {
    name: 'a later close follows one that is carried forward',
    given: closed,
    when: close(MAY),
    outcome: 'done',
  },
  {
    name: 'a refused close closes nothing',
    given: [...funded, close(APRIL), close(MAY)],
    when: pay(APRIL),
    outcome: 'posted',
  },
  {
    name: 'the same request to close is answered with the same close',
    given: [...funded, { ...close(APRIL), key: 'k' }, carry, close(MAY)],
    when: { ...close(APRIL), key: 'k' },
    outcome: 'replay done',
  },
  {
    name: 'another moment under a used key is another request',
    given: [...funded, { ...close(APRIL), key: 'k' }, carry],
    when: { ...close(MAY), key: 'k' },
    outcome: 'failed idempotency_key_reused',
  },
  {
    name: 'a key without periods:close closes nothing',
    given: funded,
    when: as('app', close(APRIL)),
    outcome: 'failed forbidden',
  },
];
