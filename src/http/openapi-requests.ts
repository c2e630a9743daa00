/**
 * The requests of the OpenAPI document's examples: one that succeeds for every use case, and for every refusal the one
 * that meets it. The answers are computed (openapi-examples.ts).
 */
import type { FailureCode, RefusalCode } from '../kernel/failure.ts';
import { EXAMPLE_OWNER, type ExampleLedger } from './openapi-ledger.ts';
import { CROWDED_OWNER, CUSTOMER, FULL_ACCOUNT } from './openapi-pools.ts';

export interface ExampleInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What was sent before, where nothing meets a refusal without it. */
  readonly first?: ExampleInput;
}

export const EXAMPLE_KEY = '0193b7a2-5c1e-7d34-8f6a-2b9c4d5e6f70';
const SECOND_KEY = '0193b7a2-5c1e-7d34-8f6a-2b9c4d5e6f71';

const legOf = (debit: string, credit: string, amount: string, currency = 'INR') => ({
  debit,
  credit,
  amount,
  currency,
});
const transferOf = (...leg: Parameters<typeof legOf>): ExampleInput => ({ body: { legs: [legOf(...leg)] } });

const LATER = '2026-12-02T00:00:00+05:30';
const LONG_AGO = '1996-11-02T00:00:00+05:30';
const CLOSED = '2026-02-28T23:59:59+05:30';
const datedAt = (time: string): ExampleInput => ({
  body: { legs: [legOf('savings-7f3a', 'savings-9c21', '10.00')], effective_at: time },
});

const PAYMENT = {
  legs: [legOf('savings-7f3a', 'savings-9c21', '1250.50')],
  reference: 'invoice-2026-1042',
  metadata: { channel: 'mobile' },
};

const EXCHANGE = {
  debit: 'savings-7f3a',
  currency: 'INR',
  liquidity_in: 'liquidity-inr',
  liquidity_out: 'liquidity-usd',
  to_currency: 'USD',
  credits: [{ credit: 'savings-usd-7f3a', amount: '4000.00' }],
  rate: '0.011983',
  rounding: 'down',
  rounding_account: 'rounding-usd',
};
/** In the weeks behind the example ledger's last event. */
const EXAMPLE_SCHEDULED_FOR = '2026-12-01T09:00:00+05:30';
const exchangeOf = (change: Partial<typeof EXCHANGE>): ExampleInput => ({
  body: { exchange: { ...EXCHANGE, ...change } },
});

/** What else succeeds and is worth showing, by use case and name. */
export const FURTHER_REQUESTS: Readonly<Record<string, Readonly<Partial<Record<Shown, ExampleInput>>>>> = {
  'transfer.create': {
    split_and_fee: {
      body: {
        legs: [
          legOf('savings-7f3a', 'savings-9c21', '900.00'),
          legOf('savings-7f3a', 'savings-2b84', '350.50'),
          legOf('savings-7f3a', 'fees', '5.00'),
        ],
      },
    },
    scheduled: { body: { ...PAYMENT, scheduled_for: EXAMPLE_SCHEDULED_FOR } },
    exchange_and_fee: {
      body: { exchange: EXCHANGE, legs: [legOf('savings-7f3a', 'fees', '40.00')] },
    },
  },
};
export type Shown = 'split_and_fee' | 'scheduled' | 'exchange_and_fee';

/** What meets a malformed exchange, by its code. */
export const MALFORMED_EXCHANGES = {
  rate_invalid: exchangeOf({ rate: '-1' }),
  same_currency: exchangeOf({ to_currency: 'INR' }),
  exchange_out_of_range: exchangeOf({ rate: '0.0000001' }),
} as const satisfies Partial<Record<FailureCode, ExampleInput>>;

/** Ids of the example ledger; holds by what stands in the way of a capture. */
export interface ExampleIds {
  readonly account: string;
  readonly transfer: string;
  readonly holds: NonNullable<ExampleLedger['holds']>;
  readonly reversals: NonNullable<ExampleLedger['reversals']>;
  readonly schedules: NonNullable<ExampleLedger['schedules']>;
  readonly period: string;
  /** An account with limits, a pool that it is in, and a pool that takes in no more. */
  readonly limited: string;
  readonly pool: string;
  readonly crowdedPool: string;
}

/** All that a customer pays a day, over all accounts. */
const POOL_LIMITS = [{ name: 'daily', direction: 'outgoing', window: 'day', amount: '200000.00', count: 40 }];
const CUSTOMER_POOL = { name: 'customer-7f3a', currency: 'INR', owner: CUSTOMER, limits: POOL_LIMITS };

export const requestsOf = (ids: ExampleIds): Readonly<Record<string, ExampleInput>> => ({
  'account.create': {
    body: { code: 'savings-41d8', kind: 'liability', currency: 'INR', owner: EXAMPLE_OWNER, floor: '0.00' },
  },
  'account.list': { query: { owner: EXAMPLE_OWNER, limit: '2' } },
  'account.get': { params: { id: ids.account }, query: { at: '2026-11-02T15:00:22+05:30' } },
  'account.update': { params: { id: ids.account }, body: { floor: '10000.00', debits_frozen: true } },
  'account.tree': { query: { under: 'branches', depth: '1' } },
  'account.children': { query: { under: 'branches', limit: '100' } },
  'account.entries': {
    params: { id: ids.account },
    query: { order: 'desc', from: '2026-11-02T00:00:00+05:30', limit: '2' },
  },
  'account.statement': {
    params: { id: ids.account },
    query: { from: '2026-11-02T00:00:00+05:30', to: '2026-11-02T15:00:22+05:30' },
  },
  'account.limits': { params: { id: ids.limited } },
  'pool.create': { body: CUSTOMER_POOL },
  'pool.list': { query: { limit: '2' } },
  'pool.get': { params: { id: ids.pool } },
  'pool.update': { params: { id: ids.pool }, body: { add: ['savings-9c21'], limits: POOL_LIMITS } },
  'transfer.create': { body: PAYMENT },
  'transfer.list': { query: { reference: 'opening-funds', limit: '1' } },
  'transfer.get': { params: { id: ids.transfer } },
  'transfer.batch': {
    body: {
      transfers: [
        { idempotency_key: EXAMPLE_KEY, ...PAYMENT },
        { idempotency_key: SECOND_KEY, legs: [legOf('savings-9c21', 'savings-7f3a', '1000000.00')] },
      ],
      atomic: false,
    },
  },
  'transfer.capture': { params: { id: ids.holds.none }, body: { amount: '1000.00', final: true } },
  'transfer.void': { params: { id: ids.holds.none }, body: {} },
  'period.close': { body: { closed_until: '2026-04-01T00:00:00+05:30' } },
  'period.list': { query: { limit: '5' } },
  'period.balances': { params: { id: ids.period }, query: { limit: '2' } },
  'clock.get': {},
  'clock.move': { body: { advance_seconds: 86_400 } },
  'transfer.reverse': {
    params: { id: ids.transfer },
    body: { amount: '1250.50', reference: 'refund-2026-1042' },
  },
  'transfer.adjust': {
    body: { legs: [legOf('savings-9c21', 'savings-7f3a', '10.00')], reason: 'duplicate-posting' },
  },
  'transfer.cancel': { params: { id: ids.schedules.none }, body: {} },
  'ledger.list': {},
});

/** One that is posted, one that is refused, one that is no transfer. */
export const STREAM_LINES: readonly string[] = [
  { idempotency_key: EXAMPLE_KEY, ...PAYMENT },
  { idempotency_key: SECOND_KEY, legs: [legOf('savings-9c21', 'savings-7f3a', '1000000.00')] },
  { legs: [legOf('savings-7f3a', 'savings-9c21', '1.00')] },
].map((line) => JSON.stringify(line));

const onHolds = (
  { holds }: ExampleIds,
  codes: readonly (RefusalCode & keyof ExampleIds['holds'])[],
): Partial<Record<RefusalCode, ExampleInput>> =>
  Object.fromEntries(codes.map((code) => [code, { params: { id: holds[code] }, body: {} }]));

const onReversals = ({ reversals }: ExampleIds): Partial<Record<RefusalCode, ExampleInput>> =>
  Object.fromEntries(Object.entries(reversals).map(([code, id]) => [code, { params: { id }, body: {} }]));

const onSchedules = ({ schedules: { none: _none, ...ended } }: ExampleIds) =>
  Object.fromEntries(Object.entries(ended).map(([code, id]) => [code, { params: { id }, body: {} }]));

const REFUSED_TRANSFERS: Partial<Record<RefusalCode, ExampleInput>> = {
  effective_in_future: datedAt(LATER),
  effective_too_early: datedAt(LONG_AGO),
  period_closed: datedAt(CLOSED),
  account_unknown: transferOf('savings-7f3a', 'savings-none', '10.00'),
  same_account: transferOf('savings-7f3a', 'savings-7f3a', '10.00'),
  debit_not_permitted: transferOf('bank-settlement', 'savings-7f3a', '10.00'),
  account_closed: transferOf('savings-7f3a', 'savings-closed', '10.00'),
  debits_frozen: transferOf('savings-no-debits', 'savings-7f3a', '10.00'),
  credits_frozen: transferOf('savings-7f3a', 'savings-no-credits', '10.00'),
  currency_mismatch: transferOf('savings-7f3a', 'savings-9c21', '10.00', 'USD'),
  floor_breached: transferOf('savings-9c21', 'savings-7f3a', '1000000.00'),
  ceiling_breached: transferOf('savings-7f3a', 'wallet-capped', '100.01'),
  totals_exceeded: transferOf('savings-7f3a', 'savings-worn', '10.00'),
  limit_exceeded: transferOf('savings-4c05', 'savings-7f3a', '800.00'),
};

/** What meets each refusal, by use case. */
export const refusedRequests = (
  ids: ExampleIds,
): Readonly<Record<string, Partial<Record<RefusalCode, ExampleInput>>>> => ({
  'transfer.capture': {
    ...onHolds(ids, ['hold_captured', 'hold_voided', 'hold_expired']),
    ...onHolds(ids, ['debit_not_permitted', 'debits_frozen', 'credits_frozen']),
    ...Object.fromEntries(
      (['floor_breached', 'ceiling_breached', 'totals_exceeded', 'limit_exceeded'] as const).map((code) => [
        code,
        { params: { id: ids.holds[code] }, body: { amount: '1250.51' } },
      ]),
    ),
    not_held: { params: { id: ids.transfer }, body: {} },
    capture_amounts_mismatch: { params: { id: ids.holds.none }, body: { amounts: ['10.00', '10.00'] } },
    capture_exceeds_hold: { params: { id: ids.holds.none }, body: { amount: '1250.51' } },
  },
  'transfer.void': {
    ...onHolds(ids, ['hold_captured', 'hold_voided', 'hold_expired']),
    not_held: { params: { id: ids.transfer }, body: {} },
  },
  'transfer.reverse': {
    effective_in_future: { params: { id: ids.transfer }, body: { effective_at: LATER } },
    effective_too_early: { params: { id: ids.transfer }, body: { effective_at: LONG_AGO } },
    period_closed: { params: { id: ids.transfer }, body: { effective_at: CLOSED } },
    ...onReversals(ids),
    reversal_amounts_mismatch: { params: { id: ids.transfer }, body: { amounts: ['10.00', '10.00'] } },
    reversal_exceeds_original: { params: { id: ids.transfer }, body: { amount: '5000.01' } },
  },
  'transfer.adjust': Object.fromEntries(
    Object.entries(REFUSED_TRANSFERS).map(([code, { body }]) => [
      code,
      { body: { ...body, reason: 'duplicate-posting' } },
    ]),
  ),
  'transfer.cancel': {
    not_scheduled: { params: { id: ids.transfer }, body: {} },
    ...onSchedules(ids),
  },
  'account.create': {
    code_taken: { body: { code: 'savings-7f3a', kind: 'liability', currency: 'INR', owner: EXAMPLE_OWNER } },
  },
  'account.update': {
    account_not_empty: { params: { id: ids.account }, body: { closed: true } },
    floor_above_ceiling: { params: { id: ids.account }, body: { ceiling: '-0.01' } },
  },
  'pool.create': {
    pool_name_taken: { body: { ...CUSTOMER_POOL, name: 'household-4c05' } },
    pool_too_large: { body: { ...CUSTOMER_POOL, owner: CROWDED_OWNER } },
    too_many_pools: {
      body: { name: 'campaign-9', currency: 'INR', accounts: [FULL_ACCOUNT], limits: POOL_LIMITS },
    },
  },
  'pool.update': {
    pool_too_large: { params: { id: ids.crowdedPool }, body: { add: ['savings-9c21'] } },
    too_many_pools: { params: { id: ids.pool }, body: { add: [FULL_ACCOUNT] } },
  },
  'period.close': {
    period_in_future: { body: { closed_until: LATER } },
    period_not_later: { body: { closed_until: '2026-03-01T00:00:00+05:30' } },
    period_carrying: {
      body: { closed_until: '2026-05-01T00:00:00+05:30' },
      first: { body: { closed_until: '2026-04-01T00:00:00+05:30' } },
    },
  },
  'clock.move': { clock_out_of_range: { body: { to: '2026-04-01T00:00:00+05:30' } } },
  'transfer.create': {
    ...REFUSED_TRANSFERS,
    schedule_out_of_bounds: { body: { ...PAYMENT, scheduled_for: '2020-01-01T00:00:00Z' } },
  },
});
