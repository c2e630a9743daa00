/** Rows of the table about reversals and about adjustments by hand (table.ts says how to read them). */
import type { AccountBody, AdjustmentBody, Ask, Leg, ReversalBody, Row, UpdateBody, Who } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const account = (code: string, more: Partial<AccountBody> = {}): Ask => ({
  ask: 'account',
  body: { code, kind: 'liability', currency: 'INR', ...more },
});
const update = (name: string, body: UpdateBody): Ask => ({ ask: 'update', account: name, body });
const leg = (debit: string, credit: string, amount: string, currency = 'INR'): Leg => ({
  debit,
  credit,
  amount,
  currency,
});
/** The transfer that is reversed. */
const paid = (...legs: Leg[]): Ask => ({ ask: 'transfer', body: { legs }, named: 't' });
const reverse = (body: ReversalBody = {}, of = 't'): Ask => ({ ask: 'reverse', of, body, named: 'r' });
const adjust = (body: Partial<AdjustmentBody>, ...legs: Leg[]): Ask => ({
  ask: 'adjust',
  body: { legs, reason: 'duplicate-posting', ...body },
  named: 't',
});
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });

/** `bank` may fall without end; `a` has ten rupees and `b`, `c` nothing: customers' accounts. */
const funded: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  ...['a', 'b', 'c'].map((code) => account(code, { owner: OWNER })),
  { ask: 'transfer', body: { legs: [leg('bank', 'a', '10.00')] } },
];
const settled: readonly Ask[] = [...funded, paid(leg('a', 'b', '4.00'))];
/** Shares of a sale: 1.00, 1.00 and 1.01. */
const split: readonly Ask[] = [
  ...funded,
  paid(leg('a', 'b', '1.00'), leg('a', 'c', '1.00'), leg('a', 'bank', '1.01')),
];

export const REVERSAL_ROWS: readonly Row[] = [
  {
    name: 'a reversal moves all of a transfer back',
    given: settled,
    when: reverse(),
    outcome: 'posted',
    balances: { a: '10.00', b: '0.00' },
  },
  {
    name: 'a reversal of a part leaves the rest where it is',
    given: settled,
    when: reverse({ amount: '1.5' }),
    outcome: 'posted',
    balances: { a: '7.50', b: '2.50' },
  },
  {
    name: 'reversals go on until nothing is left',
    given: [...settled, reverse({ amount: '1' }), reverse({ amount: '3.00' })],
    when: reverse({ amount: '0.01' }),
    outcome: 'already_reversed',
    balances: { a: '10.00', b: '0.00' },
    refusals: { b: 0 },
  },
  {
    name: 'a reversal without an amount takes what is left',
    given: [...settled, reverse({ amount: '1' })],
    when: reverse(),
    outcome: 'posted',
    balances: { a: '10.00', b: '0.00' },
  },
  {
    name: 'no reversal exceeds what is left',
    given: [...settled, reverse({ amount: '1' })],
    when: reverse({ amount: '3.01' }),
    outcome: 'reversal_exceeds_original',
    balances: { a: '7.00', b: '3.00' },
    refusals: { b: 0 },
  },
  {
    name: 'an amount is spread over the legs in proportion, the last paisa by the largest remainder',
    given: split,
    when: reverse({ amount: '1.00' }),
    outcome: 'posted',
    // Shares 33.22, 33.22 and 33.55 paise.
    balances: { b: '0.67', c: '0.67', a: '7.99' },
  },
  {
    name: 'of equal remainders the first leg is served first',
    given: [...funded, paid(leg('a', 'b', '1.00'), leg('a', 'c', '1.00'))],
    when: reverse({ amount: '0.01' }),
    outcome: 'posted',
    balances: { b: '0.99', c: '1.00' },
  },
  {
    name: 'parts are spread over what is left, and come to the whole exactly',
    given: [...split, reverse({ amount: '1.00' }), reverse({ amount: '1.00' })],
    when: reverse({ amount: '1.01' }),
    outcome: 'posted',
    balances: { a: '10.00', b: '0.00', c: '0.00', bank: '10.00' },
  },
  {
    name: 'legs are reversed each by its own amount, and nothing of one leaves it as it is',
    given: split,
    when: reverse({ amounts: ['0', '0.40', '1.01'] }),
    outcome: 'posted',
    balances: { a: '8.40', b: '1.00', c: '0.60' },
  },
  {
    name: 'no leg goes back beyond its amount, and then none goes back',
    given: [...split, reverse({ amounts: ['0', '0.40', '0'] })],
    when: reverse({ amounts: ['1.00', '0.61', '0'] }),
    outcome: 'reversal_exceeds_original@1',
    balances: { b: '1.00', c: '0.60' },
  },
  {
    name: 'amounts for the legs are one for each',
    given: split,
    when: reverse({ amounts: ['1.00', '1.00'] }),
    outcome: 'reversal_amounts_mismatch',
    balances: { b: '1.00' },
  },
  {
    name: 'a reversal has no more decimals than the currency',
    given: settled,
    when: reverse({ amount: '1.001' }),
    outcome: 'reversal_amounts_mismatch',
  },
  {
    name: 'one amount says nothing about a transfer in several currencies',
    given: [
      ...funded,
      account('usd1', { currency: 'USD' }),
      account('usd2', { currency: 'USD' }),
      paid(leg('a', 'b', '1.00'), leg('usd1', 'usd2', '2.00', 'USD')),
    ],
    when: reverse({ amount: '1.00' }),
    outcome: 'reversal_amounts_mismatch',
  },
  {
    name: 'a transfer in several currencies is reversed leg by leg',
    given: [
      ...funded,
      account('yen1', { currency: 'JPY' }),
      account('yen2', { currency: 'JPY' }),
      paid(leg('a', 'b', '1.00'), leg('yen1', 'yen2', '200', 'JPY')),
    ],
    when: reverse({ amounts: ['0.5', '100'] }),
    outcome: 'posted',
    balances: { b: '0.50', yen2: '100' },
  },
  {
    name: 'the last leg goes back first, so that what was passed on comes back before it is given back',
    given: [...funded, paid(leg('bank', 'b', '5.00'), leg('b', 'c', '5.00'))],
    when: reverse(),
    outcome: 'posted',
    balances: { b: '0.00', c: '0.00' },
  },
  {
    name: 'a reversal is not reversed',
    given: [...settled, reverse({ amount: '1.00' })],
    when: reverse({}, 'r'),
    outcome: 'reversal_of_reversal',
    balances: { a: '7.00' },
  },
  {
    name: 'a refused transfer moved nothing that could be reversed',
    given: [...funded, paid(leg('b', 'a', '4.00'))],
    when: reverse(),
    outcome: 'not_posted',
  },
  {
    name: 'a refused reversal neither',
    given: [...settled, reverse({ amount: '9.00' })],
    when: reverse({}, 'r'),
    outcome: 'not_posted',
  },
  {
    name: 'a transfer that is held moved nothing that could be reversed',
    given: [
      ...funded,
      {
        ask: 'transfer',
        body: { legs: [leg('a', 'b', '4.00')], hold: { expires_in_seconds: 900 } },
        named: 't',
      },
    ],
    when: reverse(),
    outcome: 'not_posted',
    available: { a: '6.00' },
  },
  {
    name: 'a hold that is captured is reversed by its captures',
    given: [
      ...funded,
      {
        ask: 'transfer',
        body: { legs: [leg('a', 'b', '4.00')], hold: { expires_in_seconds: 900 } },
        named: 't',
      },
      { ask: 'capture', of: 't', body: {} },
    ],
    when: reverse(),
    outcome: 'not_posted',
    balances: { b: '4.00' },
  },
  {
    name: 'a capture is reversed as any other transfer, and the hold it came from stays as it is',
    given: [
      ...funded,
      {
        ask: 'transfer',
        body: { legs: [leg('a', 'b', '4.00'), leg('a', 'c', '1.00')], hold: { expires_in_seconds: 900 } },
        named: 'h',
      },
      { ask: 'capture', of: 'h', body: { amounts: ['2.50', '0'] }, named: 't' },
    ],
    when: reverse({ amount: '1.00' }),
    outcome: 'posted',
    balances: { a: '8.50', b: '1.50' },
    available: { a: '6.00' },
  },
  {
    name: 'an unknown transfer has nothing to reverse, and the key is not used up',
    given: funded,
    when: reverse({}, '@foreign'),
    outcome: 'failed not_found',
  },
  {
    name: 'whoever has spent it cannot give it back',
    given: [...settled, { ask: 'transfer', body: { legs: [leg('b', 'c', '3.00')] } }],
    when: reverse(),
    outcome: 'floor_breached@0',
    balances: { a: '6.00', b: '1.00' },
    refusals: { b: 0 },
  },
  {
    name: 'what is held cannot be given back',
    given: [
      ...settled,
      { ask: 'transfer', body: { legs: [leg('b', 'c', '3.00')], hold: { expires_in_seconds: 900 } } },
    ],
    when: reverse({ amount: '1.01' }),
    outcome: 'floor_breached@0',
  },
  {
    name: 'a refusal names the leg of the transfer that is reversed',
    given: [...split, { ask: 'transfer', body: { legs: [leg('b', 'a', '1.00')] } }],
    when: reverse(),
    outcome: 'floor_breached@0',
    balances: { c: '1.00' },
  },
  {
    name: 'a payer at the ceiling takes nothing back',
    given: [...settled, update('a', { ceiling: '9.00' })],
    when: reverse(),
    outcome: 'ceiling_breached@0',
  },
  {
    name: 'a payee frozen for debits gives nothing back',
    given: [...settled, update('b', { debits_frozen: true })],
    when: reverse(),
    outcome: 'debits_frozen@0',
  },
  {
    name: 'a payer frozen for credits takes nothing back',
    given: [...settled, update('a', { credits_frozen: true })],
    when: reverse(),
    outcome: 'credits_frozen@0',
  },
  {
    name: 'a payee frozen for credits gives back all the same',
    given: [...settled, update('b', { credits_frozen: true })],
    when: reverse(),
    outcome: 'posted',
    balances: { b: '0.00' },
  },
  {
    name: 'a closed account gives nothing back',
    given: [
      ...settled,
      { ask: 'transfer', body: { legs: [leg('b', 'c', '4.00')] } },
      update('b', { closed: true }),
    ],
    when: reverse(),
    outcome: 'account_closed@0',
  },
  {
    name: 'a key without transfers:unrestricted takes nothing back from an account that it could not debit',
    given: [...funded, paid(leg('a', 'bank', '1.00'))],
    when: as('app', reverse()),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'a key without transfers:unrestricted reverses what the bank paid to a customer',
    given: [...funded, paid(leg('bank', 'b', '1.00'))],
    when: as('app', reverse()),
    outcome: 'posted',
    balances: { b: '0.00' },
  },
  {
    name: 'a refused reversal leaves all there is to reverse',
    given: [
      ...settled,
      update('b', { debits_frozen: true }),
      reverse(),
      update('b', { debits_frozen: false }),
    ],
    when: reverse({ amount: '4.00' }),
    outcome: 'posted',
    balances: { a: '10.00' },
  },
  {
    name: 'the same reversal again is a replay and moves nothing',
    given: [...settled, { ...reverse({ amount: '1.00' }), key: 'k' } as Ask],
    when: { ...reverse({ amount: '1' }), key: 'k' } as Ask,
    outcome: 'replay posted',
    balances: { a: '7.00' },
  },
  {
    name: 'another reversal under a used key is refused and not stored',
    given: [...settled, { ...reverse({ amount: '1.00' }), key: 'k' } as Ask],
    when: { ...reverse(), key: 'k' } as Ask,
    outcome: 'failed idempotency_key_reused',
    balances: { a: '7.00' },
  },
  {
    name: 'a reversal under the key of the transfer itself is an intent of its own',
    given: [...funded, { ...paid(leg('a', 'b', '4.00')), key: 'k' } as Ask],
    when: { ...reverse(), key: 'k' } as Ask,
    outcome: 'posted',
    balances: { a: '10.00' },
  },

  {
    name: 'an adjustment moves its amount, from the accounts of the bank as well',
    given: funded,
    when: adjust({}, leg('bank', 'b', '2.00')),
    outcome: 'posted',
    balances: { b: '2.00' },
  },
  {
    name: 'an adjustment is checked as every other transfer, and counted where it is refused',
    given: funded,
    when: adjust({}, leg('a', 'b', '10.01')),
    outcome: 'floor_breached@0',
    balances: { a: '10.00' },
    refusals: { a: 1 },
  },
  {
    name: 'an adjustment does not pass a freeze',
    given: [...funded, update('a', { debits_frozen: true })],
    when: adjust({}, leg('a', 'b', '1.00')),
    outcome: 'debits_frozen@0',
  },
  {
    name: 'only a key with its scope adjusts',
    given: funded,
    when: as('other', adjust({}, leg('a', 'b', '1.00'))),
    outcome: 'failed forbidden',
    balances: { a: '10.00' },
  },
  {
    name: 'an adjustment is reversed as every other transfer',
    given: [...funded, adjust({}, leg('a', 'b', '2.00'))],
    when: reverse(),
    outcome: 'posted',
    balances: { a: '10.00' },
  },
  {
    name: 'the same adjustment again is a replay',
    given: [...funded, { ...adjust({}, leg('a', 'b', '2.00')), key: 'k' } as Ask],
    when: { ...adjust({}, leg('a', 'b', '2')), key: 'k' } as Ask,
    outcome: 'replay posted',
    balances: { a: '8.00' },
  },
  {
    name: 'another reason is another adjustment',
    given: [...funded, { ...adjust({}, leg('a', 'b', '2.00')), key: 'k' } as Ask],
    when: { ...adjust({ reason: 'typo' }, leg('a', 'b', '2.00')), key: 'k' } as Ask,
    outcome: 'failed idempotency_key_reused',
    balances: { a: '8.00' },
  },
];
