/** Bounds of accounts: which changes let out more than before, and what a balance stands outside of. */
import { describe, expect, test } from 'vitest';
import {
  type AccountKind,
  type AccountSettings,
  type AccountTotals,
  accountState,
  breachedBounds,
  letsOutMore,
  NO_TOTALS,
} from '../../src/ledger/account.ts';

const settings = (floor: bigint | null, ceiling: bigint | null = null): AccountSettings => ({
  floor,
  ceiling,
  debitsFrozen: false,
  creditsFrozen: false,
  closed: false,
});

describe('a change of bounds', () => {
  test.each<[AccountKind, bigint | null, bigint | null, boolean]>([
    ['liability', 0n, -1n, true],
    ['liability', 0n, null, true],
    ['liability', -5n, -6n, true],
    ['liability', -5n, null, true],
    ['asset', 0n, null, true],
    ['liability', 9n, 0n, false],
    ['liability', -5n, -5n, false],
    ['liability', -5n, -4n, false],
    ['liability', null, -4n, false],
    ['liability', null, null, false],
  ])('of the floor of a %s from %s to %s lets out more: %s', (kind, from, to, more) => {
    expect(letsOutMore(kind, settings(from), settings(to))).toBe(more);
  });

  test.each<[AccountKind, bigint | null, bigint | null, boolean]>([
    ['asset', 5n, 6n, true],
    ['expense', 5n, null, true],
    ['asset', -5n, -4n, true],
    ['asset', 5n, 5n, false],
    ['asset', 5n, 4n, false],
    ['asset', null, 5n, false],
    ['liability', 5n, null, false],
    ['income', 5n, 9n, false],
  ])('of the ceiling of a %s from %s to %s lets out more: %s', (kind, from, to, more) => {
    expect(letsOutMore(kind, settings(0n, from), settings(0n, to))).toBe(more);
  });
});

describe('the bounds that a balance stands outside of', () => {
  const breached = (kind: AccountKind, of: AccountSettings, totals: Partial<AccountTotals>) =>
    breachedBounds(
      accountState(
        { id: 1, code: 'a', kind, currency: 'INR', owner: null },
        of,
        { ...NO_TOTALS, ...totals },
        1,
      ),
    );

  test.each<[string, AccountKind, Partial<AccountTotals>, string[]]>([
    ['on its floor', 'liability', { credits: 10n }, []],
    ['below its floor', 'liability', { credits: 9n }, ['floor']],
    ['on its ceiling', 'liability', { credits: 20n }, []],
    ['above its ceiling', 'liability', { credits: 21n }, ['ceiling']],
    ['debited, on its floor', 'asset', { debits: 10n }, []],
    ['debited, below its floor', 'asset', { debits: 9n }, ['floor']],
    ['debited, above its ceiling', 'asset', { debits: 21n }, ['ceiling']],
    ['below with what is held to go out', 'liability', { credits: 10n, heldDebits: 1n }, ['floor']],
    ['above with what is held to come in', 'liability', { credits: 20n, heldCredits: 1n }, ['ceiling']],
    ['debited, below with what is held to go out', 'asset', { debits: 10n, heldCredits: 1n }, ['floor']],
    ['outside of both', 'liability', { credits: 15n, heldDebits: 6n, heldCredits: 6n }, ['floor', 'ceiling']],
  ])('%s', (_, kind, totals, expected) => {
    expect(breached(kind, settings(10n, 20n), totals)).toEqual(expected);
  });

  test('no bound is never breached', () => {
    expect(breached('liability', settings(null), { debits: 5n })).toEqual([]);
  });
});
