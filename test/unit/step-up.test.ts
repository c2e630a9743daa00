/** What asks for a second factor, and whose: legs, captures and changes of a setting. */
import { describe, expect, test } from 'vitest';
import { type AccountState, accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import type { HoldState } from '../../src/ledger/hold.ts';
import { asksForLess, stepUpOf, stepUpOfCapture } from '../../src/ledger/step-up.ts';

const ASHA = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const RAVI = '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f';
const OPEN = { floor: 0n, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };

let id = 0;
const account = (owner: string | null, stepUpAbove?: bigint): AccountState => {
  id++;
  const settings = { ...OPEN, ...(stepUpAbove === undefined ? {} : { stepUpAbove }) };
  return accountState(
    { id, code: `c${id}`, kind: 'liability', currency: 'INR', owner },
    settings,
    NO_TOTALS,
    id,
  );
};
const leg = (debit: AccountState | undefined, amount: bigint) => ({ debit, amount });

describe('a transfer', () => {
  test.each([
    [10n, undefined],
    [11n, { leg: 0, owner: ASHA }],
  ])('of %d from an account that gives 10', (amount, found) => {
    expect(stepUpOf([leg(account(ASHA, 10n), amount)])).toEqual(found);
  });

  test('asks for nothing where no account does', () => {
    expect(stepUpOf([leg(account(ASHA), 10n ** 15n), leg(undefined, 1n)])).toBeUndefined();
  });

  test('asks at the leg at which all that an account gives is too much', () => {
    const asha = account(ASHA, 10n);
    expect(stepUpOf([leg(asha, 5n), leg(account(RAVI), 50n), leg(asha, 5n), leg(asha, 1n)])).toEqual({
      leg: 3,
      owner: ASHA,
    });
  });

  test('counts each account for itself', () => {
    expect(stepUpOf([leg(account(ASHA, 10n), 10n), leg(account(ASHA, 10n), 10n)])).toBeUndefined();
  });

  test('takes the owner of all accounts that ask, and nobody where they are two', () => {
    const legs = [leg(account(ASHA, 0n), 1n), leg(account(ASHA, 1n), 2n), leg(account(RAVI, 9n), 9n)];
    expect(stepUpOf(legs)).toEqual({ leg: 0, owner: ASHA });
    expect(stepUpOf([...legs, leg(account(RAVI, 9n), 10n)])).toEqual({ leg: 0, owner: null });
  });

  test.each([
    ['first', [null, ASHA]],
    ['last', [ASHA, null]],
  ])('takes nobody where an account without an owner asks, the %s', (_, owners) => {
    expect(stepUpOf(owners.map((owner) => leg(account(owner, 0n), 1n)))).toEqual({ leg: 0, owner: null });
  });
});

describe('a capture', () => {
  const [asha, ravi, shop] = [account(ASHA, 10n), account(RAVI, 10n), account(null)];
  const hold = (...captured: bigint[]): HoldState => ({
    id: 1,
    expiresAt: 0,
    legs: captured.map((each) => ({ debit: 0, credit: 0, currency: 'INR', amount: 100n, captured: each })),
    status: 'held',
    changed: 1,
    passedBy: 1,
  });
  const sides = (...payers: AccountState[]) => payers.map((debit) => ({ debit, credit: shop }));

  test.each([
    [4n, 6n, undefined],
    [4n, 7n, { leg: 0, owner: ASHA }],
    [10n, 1n, { leg: 0, owner: ASHA }],
  ])('behind one of %d of %d more', (before, now, found) => {
    expect(stepUpOfCapture(hold(before), sides(asha), [now])).toEqual(found);
  });

  test('does not ask an account that gives nothing in it, whatever it gave', () => {
    expect(stepUpOfCapture(hold(50n, 0n), sides(asha, ravi), [0n, 10n])).toBeUndefined();
    expect(stepUpOfCapture(hold(50n, 0n), sides(asha, ravi), [0n, 11n])).toEqual({ leg: 1, owner: RAVI });
  });

  test('counts what other legs took of an account that gives', () => {
    expect(stepUpOfCapture(hold(10n, 0n), sides(asha, asha), [0n, 1n])).toEqual({ leg: 1, owner: ASHA });
  });
});

test.each<[bigint | undefined, bigint | undefined, boolean]>([
  [10n, 11n, true],
  [10n, undefined, true],
  [10n, 10n, false],
  [10n, 0n, false],
  [undefined, 0n, false],
  [undefined, undefined, false],
])('a change from %s to %s asks for less: %s', (before, after, less) => {
  const of = (stepUpAbove: bigint | undefined) => account(ASHA, stepUpAbove).settings;
  expect(asksForLess(of(before), of(after))).toBe(less);
});
