/** Which changes of an account let more leave than before. */
import { expect, test } from 'vitest';
import type { AccountSettings } from '../../src/ledger/account.ts';
import { raisesCap } from '../../src/ledger/cap.ts';
import type { Limit, LimitTerms } from '../../src/ledger/limit.ts';

const OPEN: AccountSettings = {
  floor: 0n,
  ceiling: null,
  debitsFrozen: false,
  creditsFrozen: false,
  closed: false,
};
const limit = (more: Partial<LimitTerms> = {}): Limit => ({
  name: 'daily',
  direction: 'outgoing',
  window: 'day',
  amount: 100n,
  count: null,
  since: 0,
  base: { sum: 0n, count: 0, moved: 0n },
  ...more,
});
const limits = (...all: Limit[]): Partial<AccountSettings> => ({ limits: all });

test.each<[string, Partial<AccountSettings>, Partial<AccountSettings>, boolean]>([
  ['nothing', {}, {}, false],
  ['a floor below zero', {}, { floor: -1n }, true],
  ['no floor', {}, { floor: null }, true],
  ['a floor that rises', { floor: -5n }, { floor: -4n }, false],
  ['a floor that falls to zero', { floor: 5n }, { floor: 0n }, false],
  ['a higher ceiling of what credits raise', { ceiling: 1n }, { ceiling: 2n }, false],
  ['a freeze that ends', { debitsFrozen: true }, {}, false],
  ['a higher step-up', { stepUpAbove: 1n }, { stepUpAbove: 2n }, true],
  ['no step-up', { stepUpAbove: 1n }, {}, true],
  ['a new step-up', {}, { stepUpAbove: 1n }, false],
  ['captures beyond holds', {}, { overCaptureBps: 1 }, true],
  ['more of them', { overCaptureBps: 1 }, { overCaptureBps: 2 }, true],
  ['fewer of them', { overCaptureBps: 2 }, { overCaptureBps: 1 }, false],
  ['none of them', { overCaptureBps: 2 }, {}, false],
  ['a new limit', {}, limits(limit()), false],
  ['the same limit', limits(limit()), limits(limit()), false],
  ['a higher limit', limits(limit()), limits(limit({ amount: 101n })), true],
  ['a lower limit', limits(limit()), limits(limit({ amount: 99n })), false],
  ['no limit', limits(limit()), {}, true],
  ['a count in place of an amount', limits(limit()), limits(limit({ amount: null, count: 1 })), true],
  [
    'a higher count',
    limits(limit({ amount: null, count: 1 })),
    limits(limit({ amount: null, count: 2 })),
    true,
  ],
  [
    'a lower count',
    limits(limit({ amount: null, count: 2 })),
    limits(limit({ amount: null, count: 1 })),
    false,
  ],
  ['a limit under another name', limits(limit()), limits(limit({ name: 'other' })), true],
  ['a limit of another window', limits(limit()), limits(limit({ window: 'month' })), true],
  ['a limit of another direction', limits(limit()), limits(limit({ direction: 'net' })), true],
  [
    'a higher limit of net',
    limits(limit({ direction: 'net' })),
    limits(limit({ direction: 'net', amount: 101n })),
    true,
  ],
  [
    'a higher limit on what comes in',
    limits(limit({ direction: 'incoming' })),
    limits(limit({ direction: 'incoming', amount: 101n })),
    false,
  ],
  ['no limit on what comes in', limits(limit({ direction: 'incoming' })), {}, false],
  [
    'a higher one among others',
    limits(limit(), limit({ name: 'b' })),
    limits(limit(), limit({ name: 'b', amount: 101n })),
    true,
  ],
])('%s', (_, before, after, raises) => {
  expect(raisesCap('liability', { ...OPEN, ...before }, { ...OPEN, ...after })).toBe(raises);
});

test('a higher ceiling of what debits raise', () => {
  const of = (ceiling: bigint | null) => ({ ...OPEN, ceiling });
  expect([
    raisesCap('asset', of(1n), of(2n)),
    raisesCap('asset', of(1n), of(null)),
    raisesCap('asset', of(2n), of(1n)),
  ]).toEqual([true, true, false]);
});
