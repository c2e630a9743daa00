/**
 * What the ledger answers, case by case: one table for every implementation. The model ledger, the fold and the server
 * over HTTP are run through all of it (conformance.test.ts).
 *
 * Requests are in the words of the wire. An outcome is `posted`, `held`, `done`, a refusal with its leg (`floor_breached@0`),
 * or `failed` with a code where nothing is stored; `replay` stands before what had been answered already. The file is
 * long because it is one table: a reader who looks for a case finds it here or nowhere.
 */

import type { FactorAsk } from './factor-asks.ts';
import type { PoolAsk } from './pool-asks.ts';
import type { ProposalAsk } from './proposal-asks.ts';
import { SANDBOX_TABLE } from './sandbox-table.ts';
import { BATCH_ROWS } from './table-batches.ts';
import { EFFECTIVE_ROWS } from './table-effective.ts';
import { EXCHANGES } from './table-exchange.ts';
import { PERIOD_ROWS } from './table-periods.ts';
import { SCHEDULES } from './table-schedule.ts';

/** Who asks: clients `bank` (with and without transfers:unrestricted) and `other`. */
export type Who = 'clerk' | 'app' | 'other';

interface Sent {
  readonly as?: Who;
  /** Idempotency key; a new one where it is left out. */
  readonly key?: string;
}
export interface TransferBody {
  readonly legs?: readonly Leg[];
  readonly exchange?: ExchangeBody;
  readonly reference?: string;
  readonly hold?: { readonly expires_in_seconds: number };
  readonly effective_at?: string;
  /** Seconds from the asking to the time that is sent as scheduled_for. */
  readonly scheduled_in?: number;
}
export interface BatchItemBody extends TransferBody {
  readonly key: string;
  readonly named?: string;
}
export interface ExchangeBody {
  readonly debit: string;
  readonly currency: string;
  readonly liquidity_in: string;
  readonly liquidity_out: string;
  readonly to_currency: string;
  readonly credits: readonly { readonly credit: string; readonly amount: string }[];
  readonly rate: string;
  readonly rounding: 'half_even' | 'half_up' | 'half_down' | 'up' | 'down';
  readonly rounding_account: string;
}
/** `@foreign` is the id of an account of another ledger. */
export interface Leg {
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
  readonly currency: string;
}
export interface AccountBody {
  readonly code: string;
  readonly kind: 'asset' | 'liability' | 'equity' | 'income' | 'expense';
  readonly currency: string;
  readonly owner?: string;
  readonly floor?: string | null;
  readonly ceiling?: string;
  readonly debits_frozen?: boolean;
  readonly credits_frozen?: boolean;
  readonly over_capture_percent?: string;
}
export interface UpdateBody {
  readonly floor?: string | null;
  readonly ceiling?: string | null;
  readonly debits_frozen?: boolean;
  readonly credits_frozen?: boolean;
  readonly closed?: boolean;
  readonly over_capture_percent?: string | null;
  readonly step_up_above?: string | null;
  readonly limits?: readonly LimitBody[];
}
export interface LimitBody {
  readonly name: string;
  readonly direction: 'outgoing' | 'incoming' | 'net';
  readonly window: 'day' | 'month' | `${number}s`;
  readonly amount?: string;
  readonly count?: number;
}
export interface CaptureBody {
  readonly amount?: string;
  readonly amounts?: readonly string[];
  readonly final?: boolean;
}
export interface ClockBody {
  readonly advance_seconds?: number;
  readonly to?: string;
}
export interface ReversalBody {
  readonly amount?: string;
  readonly amounts?: readonly string[];
  readonly effective_at?: string;
}
export interface AdjustmentBody {
  readonly legs: readonly Leg[];
  readonly effective_at?: string;
  readonly reason: string;
}
export type Ask = Sent &
  (
    | FactorAsk
    | PoolAsk
    | ProposalAsk
    | { readonly ask: 'account'; readonly body: AccountBody }
    | {
        readonly ask: 'update';
        readonly account: string;
        readonly body: UpdateBody;
        readonly named?: string;
      }
    | {
        readonly ask: 'transfer';
        readonly body: TransferBody;
        /** What captures and voids call it by. */
        readonly named?: string;
      }
    /** `of` is a transfer's name, or `@foreign`: the id of something in another ledger. */
    | { readonly ask: 'capture'; readonly of: string; readonly body: CaptureBody; readonly named?: string }
    | { readonly ask: 'void'; readonly of: string }
    | { readonly ask: 'reverse'; readonly of: string; readonly body: ReversalBody; readonly named?: string }
    | { readonly ask: 'adjust'; readonly body: AdjustmentBody; readonly named?: string }
    | { readonly ask: 'cancel'; readonly of: string }
    /** What is due is executed, as the sweeper does. */
    | { readonly ask: 'execute'; readonly of: string; readonly named?: string }
    /** Closes the books up to a time. */
    | { readonly ask: 'close'; readonly until: string }
    /** What the engine does behind a close. */
    | { readonly ask: 'carry' }
    | { readonly ask: 'pass'; readonly seconds: number }
    | { readonly ask: 'clock'; readonly body: ClockBody }
    | {
        readonly ask: 'batch';
        readonly atomic: boolean;
        readonly items: readonly BatchItemBody[];
      }
    | { readonly ask: 'revoke'; readonly whose: Who }
    | { readonly ask: 'rotate'; readonly whose: Who; readonly overlap_seconds: number }
    | { readonly ask: 'ledger'; readonly name: string }
  );

export interface Row {
  readonly name: string;
  /** In a sandbox ledger. */
  readonly sandbox?: true;
  readonly given: readonly Ask[];
  readonly when: Ask;
  readonly outcome: string | readonly string[];
  /** Balances on the normal side, by code. */
  readonly balances?: Readonly<Record<string, string>>;
  /** Available balances, by code. */
  readonly available?: Readonly<Record<string, string>>;
  /** Counted refusals, by code. */
  readonly refusals?: Readonly<Record<string, number>>;
}

const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';

export const account = (code: string, more: Partial<AccountBody> = {}): Ask => ({
  ask: 'account',
  body: { code, kind: 'liability', currency: 'INR', ...more },
});
export const update = (name: string, body: UpdateBody): Ask => ({
  ask: 'update',
  account: name,
  body,
});
export const leg = (debit: string, credit: string, amount = '1.00', currency = 'INR'): Leg => ({
  debit,
  credit,
  amount,
  currency,
});
export const transfer = (...legs: Leg[]): Ask => ({ ask: 'transfer', body: { legs } });
const keyed = (key: string, ...legs: Leg[]): Ask => ({ ...transfer(...legs), key });
export const group = (...items: [key: string, ...legs: Leg[]][]): Ask => ({
  ask: 'batch',
  atomic: true,
  items: items.map(([key, ...legs]) => ({ key, legs })),
});
const as = (who: Who, ask: Ask): Ask => ({ ...ask, as: who });
export const hold = (...legs: Leg[]): Ask => ({
  ask: 'transfer',
  body: { legs, hold: { expires_in_seconds: 900 } },
  named: 'h',
});
export const capture = (body: CaptureBody = {}, of = 'h'): Ask => ({ ask: 'capture', of, body });
export const voided = (of = 'h'): Ask => ({ ask: 'void', of });
/** A hold that ends after a second, which has passed. */
const expired = (...legs: Leg[]): readonly Ask[] => [
  { ask: 'transfer', body: { legs, hold: { expires_in_seconds: 1 } }, named: 'h' },
  { ask: 'pass', seconds: 1 },
];

/** `bank` may fall without end; `a` and `b` are customers' accounts that start empty. */
const opened: readonly Ask[] = [
  account('bank', { kind: 'asset' }),
  account('a', { owner: OWNER }),
  account('b', { owner: OWNER }),
];
export const funded: readonly Ask[] = [...opened, transfer(leg('bank', 'a', '10.00'))];
const MAX_AMOUNT = '10000000000000.00';

export const TABLE: readonly Row[] = [
  ...EXCHANGES,
  ...SANDBOX_TABLE,
  ...SCHEDULES,
  ...BATCH_ROWS,
  {
    name: 'a transfer moves its amount from the debit account to the credit account',
    given: funded,
    when: transfer(leg('a', 'b', '4.00')),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00', bank: '10.00' },
    refusals: { a: 0, b: 0 },
  },
  {
    name: 'assets and expenses grow by debits, the others by credits',
    given: [
      account('asset', { kind: 'asset' }),
      account('expense', { kind: 'expense' }),
      account('liability'),
      account('equity', { kind: 'equity' }),
      account('income', { kind: 'income' }),
    ],
    when: transfer(
      leg('asset', 'liability', '1.00'),
      leg('expense', 'equity', '2.00'),
      leg('asset', 'income', '4.00'),
      leg('liability', 'expense', '8.00'),
    ),
    outcome: 'posted',
    balances: { asset: '5.00', expense: '-6.00', liability: '-7.00', equity: '2.00', income: '4.00' },
  },
  {
    name: 'legs apply in their order: what one brings, the next may spend',
    given: opened,
    when: transfer(leg('bank', 'a', '5.00'), leg('a', 'b', '5.00'), leg('b', 'bank', '2.00')),
    outcome: 'posted',
    balances: { bank: '3.00', a: '0.00', b: '3.00' },
  },
  {
    name: 'a leg may not spend what a later leg brings',
    given: opened,
    when: transfer(leg('a', 'b', '5.00'), leg('bank', 'a', '5.00')),
    outcome: 'floor_breached@0',
    balances: { bank: '0.00', a: '0.00', b: '0.00' },
    refusals: { bank: 1, a: 1, b: 0 },
  },
  {
    name: 'a transfer with a refused leg moves nothing in any leg',
    given: funded,
    when: transfer(leg('a', 'b', '4.00'), leg('a', 'b', '7.00')),
    outcome: 'floor_breached@1',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1, b: 0 },
  },
  {
    name: 'one transfer may move several currencies, each between accounts of its own',
    given: [
      ...opened,
      account('usd1', { currency: 'USD' }),
      account('usd2', { currency: 'USD' }),
      account('yen1', { currency: 'JPY' }),
      account('yen2', { currency: 'JPY' }),
      account('fils1', { currency: 'KWD' }),
      account('fils2', { currency: 'KWD' }),
    ],
    when: transfer(
      leg('bank', 'a', '1.5'),
      leg('usd1', 'usd2', '2', 'USD'),
      leg('yen1', 'yen2', '3', 'JPY'),
      leg('fils1', 'fils2', '0.001', 'KWD'),
    ),
    outcome: 'posted',
    balances: { a: '1.50', usd1: '-2.00', usd2: '2.00', yen2: '3', fils2: '0.001' },
  },

  {
    name: 'an unknown payer is refused, and counted at nobody',
    given: opened,
    when: transfer(leg('nobody', 'a')),
    outcome: 'account_unknown@0',
    refusals: { a: 0 },
  },
  {
    name: 'an unknown payee is refused, and counted at the payer',
    given: funded,
    when: transfer(leg('a', 'nobody')),
    outcome: 'account_unknown@0',
    refusals: { a: 1 },
  },
  {
    name: 'an account of another ledger is as unknown as one that nobody has',
    given: funded,
    when: transfer(leg('a', '@foreign')),
    outcome: 'account_unknown@0',
  },
  {
    name: 'both sides may not be the same account',
    given: funded,
    when: transfer(leg('a', 'a')),
    outcome: 'same_account@0',
    balances: { a: '10.00' },
    refusals: { a: 1 },
  },
  {
    name: 'a key without transfers:unrestricted may not debit an account without an owner',
    given: opened,
    when: as('app', transfer(leg('bank', 'a'))),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'a key without transfers:unrestricted may not debit an owned account without a floor',
    given: [...opened, account('free', { owner: OWNER, floor: null })],
    when: as('app', transfer(leg('free', 'a'))),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'a key without transfers:unrestricted may not debit an account that grows by it, whoever owns it',
    given: [...opened, account('loan', { kind: 'asset', owner: OWNER })],
    when: as('app', transfer(leg('loan', 'a', '9000.00'))),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'a key without accounts:unrestricted opens an account that cannot fall below zero',
    given: opened,
    when: as('app', account('wallet', { owner: OWNER })),
    outcome: 'done',
  },
  ...(
    [
      ['without a floor', { floor: null }],
      ['with a floor below zero', { owner: OWNER, floor: '-0.01' }],
      ['that grows by debits', { kind: 'expense', owner: OWNER, floor: '0.00' }],
    ] as const
  ).map(
    ([which, more]): Row => ({
      name: `a key without accounts:unrestricted opens no account ${which}`,
      given: opened,
      when: as('app', account('mint', more)),
      outcome: 'failed account_not_permitted',
    }),
  ),
  {
    name: 'a key without transfers:unrestricted debits an owned account down to its floor',
    given: [...opened, account('credit-line', { owner: OWNER, floor: '-5.00' })],
    when: as('app', transfer(leg('credit-line', 'a', '5.00'))),
    outcome: 'posted',
    balances: { 'credit-line': '-5.00', a: '5.00' },
  },
  {
    name: 'a closed payer is refused',
    given: [...opened, update('a', { closed: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'account_closed@0',
  },
  {
    name: 'a closed payee is refused',
    given: [...funded, update('b', { closed: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'account_closed@0',
  },
  {
    name: 'an account that is opened again takes transfers again',
    given: [...funded, update('b', { closed: true }), update('b', { closed: false })],
    when: transfer(leg('a', 'b')),
    outcome: 'posted',
  },
  {
    name: 'an account frozen for debits pays nothing',
    given: [...funded, update('a', { debits_frozen: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'debits_frozen@0',
  },
  {
    name: 'an account frozen for debits still receives',
    given: [...funded, update('b', { debits_frozen: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'posted',
  },
  {
    name: 'an account frozen for credits receives nothing',
    given: [...funded, update('b', { credits_frozen: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'credits_frozen@0',
  },
  {
    name: 'an account frozen for credits still pays',
    given: [...funded, update('a', { credits_frozen: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'posted',
  },
  {
    name: 'a payer in another currency is refused',
    given: [...opened, account('usd', { currency: 'USD' })],
    when: transfer(leg('usd', 'a')),
    outcome: 'currency_mismatch@0',
  },
  {
    name: 'a payee in another currency is refused',
    given: [...funded, account('usd', { currency: 'USD' })],
    when: transfer(leg('a', 'usd')),
    outcome: 'currency_mismatch@0',
  },
  {
    name: 'an account may fall to its floor',
    given: funded,
    when: transfer(leg('a', 'b', '10.00')),
    outcome: 'posted',
    balances: { a: '0.00' },
  },
  {
    name: 'an account may not fall below its floor by one minor unit',
    given: funded,
    when: transfer(leg('a', 'b', '10.01')),
    outcome: 'floor_breached@0',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1 },
  },
  {
    name: 'the floor of an account that grows by debits holds against credits',
    given: [...opened, account('cash', { kind: 'asset', floor: '0' })],
    when: transfer(leg('bank', 'cash', '0.01')),
    outcome: 'floor_breached@0',
  },
  {
    name: 'an account may rise to its ceiling',
    given: [...opened, account('wallet', { ceiling: '5.00' })],
    when: transfer(leg('bank', 'wallet', '5.00')),
    outcome: 'posted',
    balances: { wallet: '5.00' },
  },
  {
    name: 'an account may not rise above its ceiling by one minor unit',
    given: [...opened, account('wallet', { ceiling: '5.00' })],
    when: transfer(leg('bank', 'wallet', '5.01')),
    outcome: 'ceiling_breached@0',
    balances: { wallet: '0.00' },
  },
  {
    name: 'the ceiling of an account that grows by debits holds against debits',
    given: [...opened, account('loan', { kind: 'asset', ceiling: '5.00' })],
    when: transfer(leg('loan', 'a', '5.01')),
    outcome: 'ceiling_breached@0',
  },
  {
    name: 'cumulative totals end where the ledger can no longer count',
    given: [
      account('x'),
      account('y', { kind: 'asset' }),
      {
        ask: 'batch',
        atomic: false,
        items: Array.from({ length: 90 }, (_, i) => ({
          key: `fill-${i}`,
          legs: Array.from({ length: 100 }, () => leg('x', 'y', MAX_AMOUNT)),
        })),
      },
    ],
    when: transfer(leg('x', 'y', '0.01')),
    outcome: 'totals_exceeded@0',
    balances: { x: '-90000000000000000.00', y: '-90000000000000000.00' },
  },

  {
    name: 'unknown comes before same: an unknown account on both sides is unknown',
    given: opened,
    when: transfer(leg('nobody', 'nobody')),
    outcome: 'account_unknown@0',
  },
  {
    name: 'same comes before permission, state and funds',
    given: [...opened, update('bank', { closed: true, debits_frozen: true })],
    when: as('app', transfer(leg('bank', 'bank', '99.00', 'USD'))),
    outcome: 'same_account@0',
  },
  {
    name: 'permission comes before closed',
    given: [...opened, update('bank', { closed: true })],
    when: as('app', transfer(leg('bank', 'a'))),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'closed comes before frozen',
    given: [...opened, update('a', { debits_frozen: true, closed: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'account_closed@0',
  },
  {
    name: 'debits frozen comes before credits frozen',
    given: [...opened, update('a', { debits_frozen: true }), update('b', { credits_frozen: true })],
    when: transfer(leg('a', 'b')),
    outcome: 'debits_frozen@0',
  },
  {
    name: 'frozen comes before currency',
    given: [...opened, update('b', { credits_frozen: true })],
    when: transfer(leg('a', 'b', '1.00', 'USD')),
    outcome: 'credits_frozen@0',
  },
  {
    name: 'frozen comes before funds',
    given: [...opened, update('a', { debits_frozen: true })],
    when: transfer(leg('a', 'b', '99.00')),
    outcome: 'debits_frozen@0',
  },
  {
    name: 'currency comes before funds',
    given: opened,
    when: transfer(leg('a', 'b', '99.00', 'USD')),
    outcome: 'currency_mismatch@0',
  },
  {
    name: 'the floor comes before the ceiling',
    given: [...opened, account('full', { ceiling: '0.00' })],
    when: transfer(leg('a', 'full')),
    outcome: 'floor_breached@0',
  },
  {
    name: 'the first leg that fails is named, whatever fails behind it',
    given: funded,
    when: transfer(leg('a', 'b'), leg('a', 'b', '99.00'), leg('nobody', 'a')),
    outcome: 'floor_breached@1',
  },

  {
    name: 'a group posts all its members',
    given: funded,
    when: group(['g1', leg('a', 'b', '4.00')], ['g2', leg('b', 'a', '1.00')]),
    outcome: ['posted', 'posted'],
    balances: { a: '7.00', b: '3.00' },
  },
  {
    name: 'a group with a refused member posts none, and names the member that was refused',
    given: funded,
    when: group(['g1', leg('a', 'b', '4.00')], ['g2', leg('a', 'b', '7.00')], ['g3', leg('bank', 'a')]),
    outcome: ['linked_item_refused', 'floor_breached@0', 'linked_item_refused'],
    balances: { a: '10.00', b: '0.00', bank: '10.00' },
    refusals: { a: 2, bank: 1 },
  },
  {
    name: 'a group again is a replay of each member',
    given: [...funded, group(['g1', leg('a', 'b')], ['g2', leg('a', 'b', '99.00')])],
    when: group(['g1', leg('a', 'b')], ['g2', leg('a', 'b', '99.00')]),
    outcome: ['replay linked_item_refused', 'replay floor_breached@0'],
    balances: { a: '10.00' },
    refusals: { a: 2 },
  },
  {
    name: 'a group that leaves a member out is another group',
    given: [...funded, group(['g1', leg('a', 'b')], ['g2', leg('a', 'b')])],
    when: group(['g1', leg('a', 'b')]),
    outcome: ['failed group_changed'],
    balances: { a: '8.00' },
  },
  {
    name: 'a group with a changed member is another group',
    given: [...funded, group(['g1', leg('a', 'b')], ['g2', leg('a', 'b')])],
    when: group(['g1', leg('a', 'b')], ['g2', leg('a', 'b', '2.00')]),
    outcome: ['failed group_changed', 'failed group_changed'],
  },
  {
    name: 'a group may not take in what was posted alone',
    given: [...funded, keyed('g1', leg('a', 'b'))],
    when: group(['g1', leg('a', 'b')], ['g2', leg('a', 'b')]),
    outcome: ['failed group_changed', 'failed group_changed'],
    balances: { a: '9.00' },
  },
  {
    name: 'items of a batch that is no group stand alone',
    given: funded,
    when: {
      ask: 'batch',
      atomic: false,
      items: [
        { key: 'i1', legs: [leg('a', 'b', '99.00')] },
        { key: 'i2', legs: [leg('a', 'b')] },
        { key: 'i2', legs: [leg('a', 'b')] },
        { key: 'i2', legs: [leg('a', 'b', '2.00')] },
      ],
    },
    outcome: ['floor_breached@0', 'posted', 'replay posted', 'failed idempotency_key_reused'],
    balances: { a: '9.00' },
    refusals: { a: 1 },
  },

  {
    name: 'the same request again is a replay and moves nothing',
    given: [...funded, keyed('k', leg('a', 'b'))],
    when: keyed('k', leg('a', 'b')),
    outcome: 'replay posted',
    balances: { a: '9.00' },
  },
  {
    name: 'an amount with fewer decimals is the same request',
    given: [...funded, keyed('k', leg('a', 'b', '1.00'))],
    when: keyed('k', leg('a', 'b', '1')),
    outcome: 'replay posted',
  },
  {
    name: 'another request under a used key is refused and not stored',
    given: [...funded, keyed('k', leg('a', 'b'))],
    when: keyed('k', leg('a', 'b', '1.01')),
    outcome: 'failed idempotency_key_reused',
    balances: { a: '9.00' },
    refusals: { a: 0 },
  },
  {
    name: 'a refusal is final for its key, whatever comes later',
    given: [...opened, keyed('k', leg('a', 'b')), transfer(leg('bank', 'a', '10.00'))],
    when: keyed('k', leg('a', 'b')),
    outcome: 'replay floor_breached@0',
    balances: { a: '10.00', b: '0.00' },
    refusals: { a: 1 },
  },
  {
    name: 'the key of another client is another intent',
    given: [...funded, keyed('k', leg('a', 'b'))],
    when: as('other', keyed('k', leg('a', 'b'))),
    outcome: 'posted',
    balances: { a: '8.00' },
  },
  {
    name: 'another API key of the same client finds the same intent',
    given: [...funded, keyed('k', leg('a', 'b'))],
    when: as('app', keyed('k', leg('a', 'b'))),
    outcome: 'replay posted',
    balances: { a: '9.00' },
  },
  {
    name: 'a rotated API key moves money while its overlap lasts',
    given: [...funded, { ask: 'rotate', whose: 'other', overlap_seconds: 600 }],
    when: as('other', transfer(leg('a', 'b'))),
    outcome: 'posted',
  },
  {
    name: 'a rotated API key moves nothing once its overlap is over',
    given: [...funded, { ask: 'rotate', whose: 'other', overlap_seconds: 1 }, { ask: 'pass', seconds: 1 }],
    when: as('other', transfer(leg('a', 'b'))),
    outcome: 'failed unauthenticated',
    balances: { a: '10.00' },
    refusals: { a: 0 },
  },
  {
    name: 'without an overlap a rotated API key ends with the rotation',
    given: [...funded, { ask: 'rotate', whose: 'other', overlap_seconds: 0 }],
    when: as('other', transfer(leg('a', 'b'))),
    outcome: 'failed unauthenticated',
    balances: { a: '10.00' },
  },
  {
    name: 'an API key has one successor',
    given: [{ ask: 'rotate', whose: 'other', overlap_seconds: 600 }],
    when: { ask: 'rotate', whose: 'other', overlap_seconds: 600 },
    outcome: 'key_not_current',
  },
  {
    name: 'a revoked API key gets no successor',
    given: [{ ask: 'revoke', whose: 'other' }],
    when: { ask: 'rotate', whose: 'other', overlap_seconds: 600 },
    outcome: 'key_not_current',
  },
  {
    name: 'a rotated API key can be revoked before its overlap is over',
    given: [
      ...funded,
      { ask: 'rotate', whose: 'other', overlap_seconds: 600 },
      { ask: 'revoke', whose: 'other' },
    ],
    when: as('other', transfer(leg('a', 'b'))),
    outcome: 'failed unauthenticated',
    balances: { a: '10.00' },
  },
  {
    name: 'a revoked API key moves nothing, and uses up no key',
    given: [...funded, { ask: 'revoke', whose: 'other' }],
    when: as('other', transfer(leg('a', 'b'))),
    outcome: 'failed unauthenticated',
    balances: { a: '10.00' },
    refusals: { a: 0 },
  },

  {
    name: 'a new account starts at zero',
    given: [],
    when: account('a', { floor: '5.00' }),
    outcome: 'done',
    balances: { a: '0.00' },
  },
  {
    name: 'a code belongs to one account',
    given: opened,
    when: account('a', { kind: 'asset' }),
    outcome: 'code_taken',
  },
  {
    name: 'an account with a balance is not closed',
    given: funded,
    when: update('a', { closed: true }),
    outcome: 'account_not_empty',
    balances: { a: '10.00' },
  },
  {
    name: 'an account that is empty again is closed',
    given: [...funded, transfer(leg('a', 'b', '10.00'))],
    when: update('a', { closed: true }),
    outcome: 'done',
  },
  {
    name: 'an account with a balance is frozen all the same',
    given: funded,
    when: update('a', { debits_frozen: true, credits_frozen: true }),
    outcome: 'done',
  },
  {
    name: 'an account frozen for both sides neither pays nor receives, until both freezes are lifted',
    given: [
      ...funded,
      update('a', { debits_frozen: true, credits_frozen: true }),
      update('a', { debits_frozen: false, credits_frozen: false }),
    ],
    when: transfer(leg('a', 'b'), leg('b', 'a')),
    outcome: 'posted',
  },
  {
    name: 'an account that was opened again keeps its bounds and freezes',
    given: [
      ...opened,
      update('a', { ceiling: '5.00', closed: true }),
      update('a', { closed: false }),
      transfer(leg('bank', 'a', '5.00')),
    ],
    when: transfer(leg('bank', 'a', '0.01')),
    outcome: 'ceiling_breached@0',
    balances: { a: '5.00' },
  },
  {
    name: 'a closed account is closed again, and an open one opened: nothing changes',
    given: [...opened, update('a', { closed: true }), update('b', { closed: false })],
    when: update('a', { closed: true }),
    outcome: 'done',
  },

  {
    name: 'a raised floor holds from the next transfer on',
    given: [...funded, update('a', { floor: '8.00' })],
    when: transfer(leg('a', 'b', '2.01')),
    outcome: 'floor_breached@0',
    balances: { a: '10.00' },
  },
  {
    name: 'a lowered floor lets an account fall further',
    given: [...funded, update('a', { floor: '-5.00' })],
    when: transfer(leg('a', 'b', '15.00')),
    outcome: 'posted',
    balances: { a: '-5.00' },
  },
  {
    name: 'an account without a floor falls without end',
    given: [...funded, update('a', { floor: null })],
    when: transfer(leg('a', 'b', '99.00')),
    outcome: 'posted',
    balances: { a: '-89.00' },
  },
  {
    name: 'a floor above the balance is set all the same',
    given: funded,
    when: update('a', { floor: '20.00' }),
    outcome: 'done',
    balances: { a: '10.00' },
  },
  {
    name: 'below its floor an account pays nothing',
    given: [...funded, update('a', { floor: '20.00' })],
    when: transfer(leg('a', 'b', '0.01')),
    outcome: 'floor_breached@0',
    balances: { a: '10.00' },
  },
  {
    name: 'below its floor an account receives, even where it stays below',
    given: [...funded, update('a', { floor: '20.00' })],
    when: transfer(leg('bank', 'a', '3.00')),
    outcome: 'posted',
    balances: { a: '13.00' },
  },
  {
    name: 'below its floor an account pays in no leg, whatever another leg of the transfer brings',
    given: [...funded, update('a', { floor: '20.00' })],
    when: transfer(leg('bank', 'a', '9.00'), leg('a', 'b', '1.00')),
    outcome: 'floor_breached@1',
    balances: { a: '10.00', b: '0.00' },
  },
  {
    name: 'an account that is back above its floor pays down to it',
    given: [...funded, update('a', { floor: '20.00' })],
    when: transfer(leg('bank', 'a', '15.00'), leg('a', 'b', '5.00')),
    outcome: 'posted',
    balances: { a: '20.00' },
  },
  {
    name: 'a ceiling below the balance is set all the same',
    given: funded,
    when: update('a', { ceiling: '5.00' }),
    outcome: 'done',
  },
  {
    name: 'above its ceiling an account receives nothing',
    given: [...funded, update('a', { ceiling: '5.00' })],
    when: transfer(leg('bank', 'a', '0.01')),
    outcome: 'ceiling_breached@0',
    balances: { a: '10.00' },
  },
  {
    name: 'above its ceiling an account pays, even where it stays above',
    given: [...funded, update('a', { ceiling: '5.00' })],
    when: transfer(leg('a', 'b', '1.00')),
    outcome: 'posted',
    balances: { a: '9.00' },
  },
  {
    name: 'below its floor, an account that grows by debits is debited and not credited',
    given: [...funded, update('bank', { floor: '50.00' }), transfer(leg('bank', 'a', '5.00'))],
    when: transfer(leg('a', 'bank', '1.00')),
    outcome: 'floor_breached@0',
    balances: { bank: '15.00' },
  },
  {
    name: 'above its ceiling, an account that grows by debits is credited and not debited',
    given: [...funded, update('bank', { ceiling: '5.00' }), transfer(leg('a', 'bank', '1.00'))],
    when: transfer(leg('bank', 'a', '0.01')),
    outcome: 'ceiling_breached@0',
    balances: { bank: '9.00' },
  },
  {
    name: 'the floor may not be raised above the ceiling that stands',
    given: [...funded, update('a', { ceiling: '50.00' })],
    when: update('a', { floor: '50.01' }),
    outcome: 'floor_above_ceiling',
  },
  {
    name: 'the ceiling may not be lowered below the floor that stands',
    given: opened,
    when: update('a', { ceiling: '-0.01' }),
    outcome: 'floor_above_ceiling',
  },
  {
    name: 'both bounds may pass each other in one change',
    given: [...opened, update('a', { floor: '0.00', ceiling: '5.00' })],
    when: update('a', { floor: '10.00', ceiling: '10.00' }),
    outcome: 'done',
  },
  {
    name: 'a change of bounds that was refused changes nothing',
    given: [...opened, update('a', { ceiling: '-1.00', debits_frozen: true })],
    when: transfer(leg('bank', 'a', '1.00'), leg('a', 'b', '1.00')),
    outcome: 'posted',
  },
  {
    name: 'a change of bounds has its answer for ever, whatever was changed since',
    given: [
      ...funded,
      { ...update('a', { floor: '20.00' }), key: 'k' },
      update('a', { floor: '0.00', ceiling: '15.00' }),
    ],
    when: { ...update('a', { floor: '20.00' }), key: 'k' },
    outcome: 'replay done',
  },
  {
    name: 'a key without accounts:unrestricted may raise a floor, and lower it again to zero',
    given: [...funded, as('app', update('a', { floor: '5.00' }))],
    when: as('app', update('a', { floor: '0.00', ceiling: '500.00' })),
    outcome: 'done',
  },
  {
    name: 'a key without accounts:unrestricted may raise a floor that stays below zero',
    given: [account('line', { owner: OWNER, floor: '-5.00' })],
    when: as('app', update('line', { floor: '-4.00', ceiling: null })),
    outcome: 'done',
  },
  {
    name: 'what a key may not change is a replay where a stronger key of its client has changed it',
    given: [...opened, { ...update('a', { floor: null }), key: 'k' }],
    when: { ...as('app', update('a', { floor: null })), key: 'k' },
    outcome: 'replay done',
  },
  ...(
    [
      ['lowers no floor below zero', 'a', { floor: '-0.01' }],
      ['takes no floor away', 'a', { floor: null }],
      ['lowers no floor that is below zero', 'line', { floor: '-5.01' }],
      ['raises no ceiling of what grows by debits', 'loan', { ceiling: '5.01' }],
      ['takes no ceiling away from what grows by debits', 'loan', { ceiling: null }],
    ] as const
  ).map(
    ([what, name, change]): Row => ({
      name: `a key without accounts:unrestricted ${what}`,
      given: [
        ...opened,
        account('line', { owner: OWNER, floor: '-5.00' }),
        account('loan', { kind: 'asset', ceiling: '5.00' }),
      ],
      when: as('app', update(name, change)),
      outcome: 'failed bounds_not_permitted',
    }),
  ),
  {
    name: 'the name of a ledger belongs to one ledger',
    given: [{ ask: 'ledger', name: 'pune' }],
    when: { ask: 'ledger', name: 'pune' },
    outcome: 'name_taken',
  },

  {
    name: 'a hold moves nothing and makes its amount unavailable',
    given: funded,
    when: hold(leg('a', 'b', '4.00')),
    outcome: 'held',
    balances: { a: '10.00', b: '0.00' },
    available: { a: '6.00', b: '0.00' },
  },
  {
    name: 'a hold is checked as a transfer is',
    given: [...funded, update('b', { credits_frozen: true })],
    when: hold(leg('a', 'b', '99.00')),
    outcome: 'credits_frozen@0',
    refusals: { a: 1 },
  },
  {
    name: 'a transfer may not spend what is held',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: transfer(leg('a', 'b', '6.01')),
    outcome: 'floor_breached@0',
    available: { a: '6.00' },
  },
  {
    name: 'a hold may not reserve what is held already',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: hold(leg('a', 'b', '6.01')),
    outcome: 'floor_breached@0',
  },
  {
    name: 'a hold reserves room at the payee as well',
    given: [...funded, account('wallet', { ceiling: '5.00' }), hold(leg('a', 'wallet', '3.00'))],
    when: transfer(leg('a', 'wallet', '2.01')),
    outcome: 'ceiling_breached@0',
  },
  {
    name: 'what a leg of a hold brings, its next leg may not reserve: nothing has moved',
    given: opened,
    when: hold(leg('bank', 'a', '5.00'), leg('a', 'b', '5.00')),
    outcome: 'floor_breached@1',
    available: { bank: '0.00', a: '0.00' },
    refusals: { bank: 1, a: 1 },
  },
  {
    name: 'an account with a hold is not closed',
    given: [...opened, hold(leg('bank', 'b', '4.00'))],
    when: update('b', { closed: true }),
    outcome: 'account_not_empty',
  },
  {
    name: 'a capture moves all that is held',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: capture(),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
    available: { a: '6.00', b: '4.00' },
  },
  {
    name: 'a capture of a part leaves the rest held',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: capture({ amount: '1.5' }),
    outcome: 'posted',
    balances: { a: '8.50', b: '1.50' },
    available: { a: '6.00', b: '1.50' },
  },
  {
    name: 'captures go on until nothing remains',
    given: [...funded, hold(leg('a', 'b', '4.00')), capture({ amount: '1' }), capture({ amount: '3' })],
    when: capture({ amount: '0.01' }),
    outcome: 'hold_captured',
    balances: { a: '6.00', b: '4.00' },
    refusals: { a: 0 },
  },
  {
    name: 'a capture without an amount takes what is left',
    given: [...funded, hold(leg('a', 'b', '4.00')), capture({ amount: '1' })],
    when: capture(),
    outcome: 'posted',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'a final capture gives the rest back',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: capture({ amount: '1.00', final: true }),
    outcome: 'posted',
    balances: { a: '9.00', b: '1.00' },
    available: { a: '9.00', b: '1.00' },
  },
  {
    name: 'a final capture ends the hold',
    given: [...funded, hold(leg('a', 'b', '4.00')), capture({ amount: '1.00', final: true })],
    when: capture(),
    outcome: 'hold_captured',
    balances: { a: '9.00' },
  },
  {
    name: 'legs are captured each by its own amount, and nothing of one is left as it is',
    given: [...funded, hold(leg('a', 'b', '4.00'), leg('a', 'bank', '2.00'))],
    when: capture({ amounts: ['0', '1.00'] }),
    outcome: 'posted',
    balances: { a: '9.00', b: '0.00', bank: '9.00' },
    available: { a: '4.00' },
  },
  {
    name: 'no capture exceeds what remains, and one that would moves nothing in any leg',
    given: [
      ...funded,
      hold(leg('a', 'b', '4.00'), leg('a', 'b', '2.00')),
      capture({ amounts: ['1.00', '1.00'] }),
    ],
    when: capture({ amounts: ['1.00', '1.01'] }),
    outcome: 'capture_exceeds_hold@1',
    balances: { a: '8.00', b: '2.00' },
    refusals: { a: 0 },
  },
  {
    name: 'a capture of several legs names an amount for each',
    given: [...funded, hold(leg('a', 'b', '4.00'), leg('a', 'b', '2.00'))],
    when: capture({ amount: '1.00' }),
    outcome: 'capture_amounts_mismatch',
    balances: { a: '10.00' },
  },
  {
    name: 'a capture has no more decimals than the currency',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: capture({ amount: '1.001' }),
    outcome: 'capture_amounts_mismatch',
  },
  {
    name: 'a payer frozen for debits is not captured from',
    given: [...funded, hold(leg('a', 'b', '4.00')), update('a', { debits_frozen: true })],
    when: capture(),
    outcome: 'debits_frozen@0',
    balances: { a: '10.00' },
    available: { a: '6.00' },
  },
  {
    name: 'a payee frozen for credits is not captured to',
    given: [...funded, hold(leg('a', 'b', '4.00')), update('b', { credits_frozen: true })],
    when: capture(),
    outcome: 'credits_frozen@0',
    available: { a: '6.00' },
  },
  {
    name: 'a hold on a frozen account is voided all the same',
    given: [...funded, hold(leg('a', 'b', '4.00')), update('a', { debits_frozen: true })],
    when: voided(),
    outcome: 'done',
    available: { a: '10.00' },
  },
  {
    name: 'a key without transfers:unrestricted captures no hold that it could not place',
    given: [...opened, hold(leg('bank', 'a', '4.00'))],
    when: as('app', capture()),
    outcome: 'debit_not_permitted@0',
  },
  {
    name: 'a void gives back all that is held',
    given: [...funded, hold(leg('a', 'b', '4.00'))],
    when: voided(),
    outcome: 'done',
    balances: { a: '10.00', b: '0.00' },
    available: { a: '10.00' },
  },
  {
    name: 'a void after a capture gives back the rest',
    given: [...funded, hold(leg('a', 'b', '4.00')), capture({ amount: '1.00' })],
    when: voided(),
    outcome: 'done',
    balances: { a: '9.00', b: '1.00' },
    available: { a: '9.00' },
  },
  {
    name: 'a void after the last capture is refused and changes nothing',
    given: [...funded, hold(leg('a', 'b', '4.00')), capture()],
    when: voided(),
    outcome: 'hold_captured',
    balances: { a: '6.00', b: '4.00' },
  },
  {
    name: 'a voided hold is not captured',
    given: [...funded, hold(leg('a', 'b', '4.00')), voided()],
    when: capture(),
    outcome: 'hold_voided',
    balances: { a: '10.00' },
    refusals: { a: 0 },
  },
  {
    name: 'a hold is voided once',
    given: [...funded, hold(leg('a', 'b', '4.00')), voided()],
    when: voided(),
    outcome: 'hold_voided',
    available: { a: '10.00' },
  },
  {
    name: 'an expired hold is not captured, though nobody recorded its expiry',
    given: [...funded, ...expired(leg('a', 'b', '4.00'))],
    when: capture(),
    outcome: 'hold_expired',
    balances: { a: '10.00' },
  },
  {
    name: 'an expired hold is not voided: that is for the expiry to do',
    given: [...funded, ...expired(leg('a', 'b', '4.00'))],
    when: voided(),
    outcome: 'hold_expired',
  },
  {
    name: 'a posted transfer holds nothing to capture',
    given: [...funded, { ...transfer(leg('a', 'b')), named: 'h' } as Ask],
    when: capture(),
    outcome: 'not_held',
    balances: { a: '9.00' },
  },
  {
    name: 'a refused hold holds nothing to void',
    given: [...opened, hold(leg('a', 'b', '4.00'))],
    when: voided(),
    outcome: 'not_held',
  },
  {
    name: 'a capture is no hold itself',
    given: [...funded, hold(leg('a', 'b', '4.00')), { ...capture({ amount: '1.00' }), named: 'c' } as Ask],
    when: capture({}, 'c'),
    outcome: 'not_held',
    balances: { a: '9.00' },
  },
  {
    name: 'an unknown transfer has nothing to capture, and the key is not used up',
    given: funded,
    when: capture({}, '@foreign'),
    outcome: 'failed not_found',
  },
  {
    name: 'an unknown transfer has nothing to void',
    given: funded,
    when: voided('@foreign'),
    outcome: 'failed not_found',
  },
  {
    name: 'the same capture again is a replay and moves nothing',
    given: [...funded, hold(leg('a', 'b', '4.00')), { ...capture({ amount: '1.00' }), key: 'k' }],
    when: { ...capture({ amounts: ['1'] }), key: 'k' },
    outcome: 'replay posted',
    balances: { a: '9.00' },
  },
  {
    name: 'another capture under a used key is refused and not stored',
    given: [...funded, hold(leg('a', 'b', '4.00')), { ...capture({ amount: '1.00' }), key: 'k' }],
    when: { ...capture({ amount: '1.00', final: true }), key: 'k' },
    outcome: 'failed idempotency_key_reused',
    available: { a: '6.00' },
  },
  {
    name: 'a hold again is the same hold',
    given: [...funded, { ...hold(leg('a', 'b', '4.00')), key: 'k' }, capture()],
    when: { ...hold(leg('a', 'b', '4.00')), key: 'k' },
    outcome: 'replay held',
    available: { a: '6.00' },
  },
  {
    name: 'a transfer under the key of a hold is another request',
    given: [...funded, { ...hold(leg('a', 'b', '4.00')), key: 'k' }],
    when: keyed('k', leg('a', 'b', '4.00')),
    outcome: 'failed idempotency_key_reused',
  },
  ...EFFECTIVE_ROWS,
  ...PERIOD_ROWS,
];
