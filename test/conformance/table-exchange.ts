/** Exchanges of currency, case by case: a part of the table (table.ts). */
import type { AccountBody, Ask, ExchangeBody, Leg, Row, Who } from './table.ts';

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

const account = (code: string, currency: string, more: Partial<AccountBody> = {}): Ask => ({
  ask: 'account',
  body: { code, kind: 'liability', currency, ...more },
});
const change = (code: string, body: Extract<Ask, { ask: 'update' }>['body']): Ask => ({
  ask: 'update',
  account: code,
  body,
});
const leg = (debit: string, credit: string, amount: string, currency = 'INR'): Leg => ({
  debit,
  credit,
  amount,
  currency,
});

/** `a` has 1000.00 INR; the liquidity accounts have no floor; `x` and `y` are customers' accounts in USD. */
const opened: readonly Ask[] = [
  account('bank', 'INR', { kind: 'asset' }),
  account('a', 'INR', { owner: OWNER }),
  account('fees', 'INR', { kind: 'income' }),
  account('in-inr', 'INR'),
  account('out-usd', 'USD'),
  account('rest-usd', 'USD'),
  account('x', 'USD', { owner: OWNER }),
  account('y', 'USD', { owner: OWNER }),
  { ask: 'transfer', body: { legs: [leg('bank', 'a', '1000.00')] } },
];

const terms: ExchangeBody = {
  debit: 'a',
  currency: 'INR',
  liquidity_in: 'in-inr',
  liquidity_out: 'out-usd',
  to_currency: 'USD',
  credits: [{ credit: 'x', amount: '100.00' }],
  rate: '0.012345',
  rounding: 'half_even',
  rounding_account: 'rest-usd',
};
const exchange = (more: Partial<ExchangeBody> = {}, ...legs: Leg[]): Ask => ({
  ask: 'transfer',
  body: { exchange: { ...terms, ...more }, ...(legs.length === 0 ? {} : { legs }) },
});
const to = (...amounts: [credit: string, amount: string][]): Pick<ExchangeBody, 'credits'> => ({
  credits: amounts.map(([credit, amount]) => ({ credit, amount })),
});
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });

/** What is exactly so many minor units, by mode: what the customer receives and what is left over. */
const rounded = (
  exact: string,
  amount: string,
  rate: string,
  by: Partial<Record<ExchangeBody['rounding'], readonly [received: string, rest: string]>>,
): Row[] =>
  Object.entries(by).map(([rounding, [received, rest]]) => ({
    name: `${exact} USD rounded ${rounding} give ${received} to the customer and ${rest} to the rounding account`,
    given: opened,
    when: exchange({ ...to(['x', amount]), rate, rounding: rounding as ExchangeBody['rounding'] }),
    outcome: 'posted',
    balances: {
      x: received,
      'rest-usd': rest,
      'out-usd': `-${(Number(received) + Number(rest)).toFixed(2)}`,
      'in-inr': amount,
    },
  }));

/** Nothing has moved. */
const UNMOVED = { a: '1000.00', 'in-inr': '0.00', 'out-usd': '0.00', x: '0.00', 'rest-usd': '0.00' };
const refused = (name: string, when: Ask, outcome: string, given: readonly Ask[] = []): Row => ({
  name,
  given: [...opened, ...given],
  when,
  outcome,
  balances: UNMOVED,
});

export const EXCHANGES: readonly Row[] = [
  ...rounded('1.2345', '100.00', '0.012345', {
    half_even: ['1.23', '0.01'],
    half_up: ['1.23', '0.01'],
    half_down: ['1.23', '0.01'],
    up: ['1.24', '0.00'],
    down: ['1.23', '0.01'],
  }),
  ...rounded('1.225', '100.00', '0.01225', {
    half_even: ['1.22', '0.01'],
    half_up: ['1.23', '0.00'],
    half_down: ['1.22', '0.01'],
  }),
  ...rounded('1.235', '100.00', '0.01235', { half_even: ['1.24', '0.00'], half_down: ['1.23', '0.01'] }),
  ...rounded('1.22', '100.00', '0.0122', {
    half_even: ['1.22', '0.00'],
    up: ['1.22', '0.00'],
    down: ['1.22', '0.00'],
  }),
  {
    name: 'an exchange, a fee in each currency and a split of what came stand in one transfer',
    given: [...opened, account('fees-usd', 'USD', { kind: 'income' })],
    when: exchange(
      {},
      leg('a', 'fees', '2.50'),
      leg('x', 'fees-usd', '0.03', 'USD'),
      leg('x', 'y', '0.20', 'USD'),
    ),
    outcome: 'posted',
    balances: { a: '897.50', fees: '2.50', 'fees-usd': '0.03', x: '1.00', y: '0.20', 'rest-usd': '0.01' },
  },
  {
    name: 'several recipients get their shares by largest remainder, and together what is received',
    given: [...opened, account('z', 'USD', { owner: OWNER })],
    // Exactly 0.0333… + 0.0333… + 0.0366… = 0.1033…: 0.10 is received, and one cent goes to the largest remainder.
    when: exchange({
      ...to(['x', '2.70'], ['y', '2.70'], ['z', '2.97']),
      rate: '0.012345',
      rounding: 'half_even',
    }),
    outcome: 'posted',
    balances: { x: '0.03', y: '0.03', z: '0.04', 'out-usd': '-0.11', 'rest-usd': '0.01' },
  },
  {
    name: 'of equal remainders the first recipient gets the unit',
    given: opened,
    when: exchange({ ...to(['x', '1.50'], ['y', '1.50']), rate: '0.01' }),
    outcome: 'posted',
    balances: { x: '0.02', y: '0.01', 'out-usd': '-0.03', 'rest-usd': '0.00' },
  },
  {
    name: 'a currency without decimals is exchanged into one with three',
    given: [
      account('yen', 'JPY', { floor: null }),
      account('in', 'JPY'),
      account('out', 'KWD'),
      account('rest', 'KWD'),
      account('fils', 'KWD'),
    ],
    when: exchange({
      debit: 'yen',
      currency: 'JPY',
      liquidity_in: 'in',
      liquidity_out: 'out',
      to_currency: 'KWD',
      credits: [{ credit: 'fils', amount: '1001' }],
      rate: '0.0020005',
      rounding: 'down',
      rounding_account: 'rest',
    }),
    outcome: 'posted',
    balances: { yen: '-1001', in: '1001', fils: '2.002', rest: '0.001', out: '-2.003' },
  },
  refused(
    'an exchange that the payer cannot pay moves nothing in either currency',
    exchange(to(['x', '1000.01'])),
    'floor_breached@0',
  ),
  refused(
    'a fee that nothing is left for takes the exchange back',
    exchange({}, leg('a', 'fees', '900.01')),
    'floor_breached@3',
  ),
  refused('an exchange stops at the floor of the liquidity account', exchange(), 'floor_breached@1', [
    change('out-usd', { floor: '-1.22' }),
  ]),
  refused(
    'the difference counts against the floor of the liquidity account',
    exchange(),
    'floor_breached@2',
    [change('out-usd', { floor: '-1.23' })],
  ),
  refused(
    'a key without transfers:unrestricted exchanges nothing out of the liquidity of a bank',
    as('app', exchange()),
    'debit_not_permitted@1',
  ),
  refused(
    'a payer in another currency than the exchange is refused',
    exchange({ debit: 'y' }),
    'currency_mismatch@0',
  ),
  refused(
    'a recipient in another currency than the exchange is refused',
    exchange(to(['fees', '100.00'])),
    'currency_mismatch@1',
  ),
  refused(
    'a liquidity account in the wrong currency is refused: it takes',
    exchange({ liquidity_in: 'y' }),
    'currency_mismatch@0',
  ),
  refused(
    'a liquidity account in the wrong currency is refused: it gives',
    exchange({ liquidity_out: 'fees' }),
    'currency_mismatch@1',
  ),
  ...(
    [
      ['in another currency', 'currency_mismatch', { rounding_account: 'fees' }, []],
      ['that nobody has', 'account_unknown', { rounding_account: 'nobody' }, []],
      ['that is the liquidity account itself', 'same_account', { rounding_account: 'out-usd' }, []],
      ['that is closed', 'account_closed', {}, [change('rest-usd', { closed: true })]],
      ['that is frozen for credits', 'credits_frozen', {}, [change('rest-usd', { credits_frozen: true })]],
    ] as const
  ).flatMap(([which, outcome, more, given]) => [
    refused(`a rounding account ${which} is refused`, exchange(more), outcome, given),
    refused(
      `a rounding account ${which} is refused where nothing is left over, too`,
      exchange({ ...more, rounding: 'up' }),
      outcome,
      given,
    ),
  ]),
  {
    name: 'an exchange that is sent again is answered again and moves nothing',
    given: [...opened, { ...exchange(), key: 'fx' }],
    when: { ...exchange({ rate: '0.0123450', ...to(['x', '100.0']) }), key: 'fx' },
    outcome: 'replay posted',
    balances: { a: '900.00', x: '1.23' },
  },
  {
    name: 'another rate under the same key is another request',
    given: [...opened, { ...exchange(), key: 'fx' }],
    when: { ...exchange({ rate: '0.012344' }), key: 'fx' },
    outcome: 'failed idempotency_key_reused',
    balances: { x: '1.23' },
  },
  ...(
    [
      ['a rate of zero', 'rate_invalid', { rate: '0.000' }],
      ['a rate below zero', 'rate_invalid', { rate: '-0.012' }],
      ['a rate with an exponent', 'rate_invalid', { rate: '1e-2' }],
      ['a rate with more than 18 decimals', 'rate_invalid', { rate: '0.0123450000000000001' }],
      ['a rate with more than 12 digits before the point', 'rate_invalid', { rate: '1234567890123' }],
      ['a rate that is a JSON number', 'rate_invalid', { rate: 0.012345 as unknown as string }],
      ['the same currency on both sides', 'same_currency', { to_currency: 'INR' }],
      ['a recipient who would get nothing', 'exchange_out_of_range', { rate: '0.00000001' }],
      ['more than a leg may move', 'exchange_out_of_range', { rate: '900000000000' }],
    ] as const
  ).map(([which, code, more]) => refused(`${which} is malformed`, exchange(more), `failed ${code}`)),
  {
    name: 'an exchange is reversed leg by leg, its rounding difference too',
    given: [...opened, { ...exchange({ rounding: 'down' }), named: 't' } as Ask],
    when: { ask: 'reverse', of: 't', body: {} },
    outcome: 'posted',
    balances: { a: '1000.00', x: '0.00', 'in-inr': '0.00', 'out-usd': '0.00', 'rest-usd': '0.00' },
  },
  {
    name: 'an exchange has no one currency that a part of it could be in',
    given: [...opened, { ...exchange(), named: 't' } as Ask],
    when: { ask: 'reverse', of: 't', body: { amount: '1.00' } },
    outcome: 'reversal_amounts_mismatch',
    balances: { a: '900.00' },
  },
];
