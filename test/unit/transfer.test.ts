/** The decision about legs: the order of checks, the bounds on either side, and that a refusal leaves no trace. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TOTAL_MINOR_MAX } from '../../src/kernel/money.ts';
import {
  ACCOUNT_KINDS,
  type AccountKind,
  type AccountSettings,
  type AccountState,
  accountState,
  balancesOf,
  NO_TOTALS,
} from '../../src/ledger/account.ts';
import {
  countRefusal,
  type Entry,
  type Leg,
  legOfPosition,
  numberOfPosition,
  positionOf,
  postLegs,
  UndoLog,
} from '../../src/ledger/transfer.ts';

const FREE: AccountSettings = {
  floor: null,
  ceiling: null,
  debitsFrozen: false,
  creditsFrozen: false,
  closed: false,
};

interface Given extends Partial<AccountSettings> {
  readonly kind?: AccountKind;
  readonly currency?: string;
  readonly owner?: string | null;
  readonly debits?: bigint;
  readonly credits?: bigint;
}

let created = 0;
function account({
  kind = 'liability',
  currency = 'INR',
  owner = null,
  debits = 0n,
  credits = 0n,
  ...settings
}: Given = {}): AccountState {
  created++;
  return accountState(
    { id: created, code: `a${created}`, kind, currency, owner },
    { ...FREE, ...settings },
    { ...NO_TOTALS, debits, credits },
    0,
  );
}
const leg = (
  debit: AccountState | undefined,
  credit: AccountState | undefined,
  amount = 1n,
  currency = 'INR',
): Leg => ({
  debit,
  credit,
  amount,
  currency,
});
const post = (legs: readonly Leg[], unrestricted = true): string => {
  const refusal = postLegs(legs, 1, unrestricted, false, [], undefined);
  return refusal === undefined ? 'posted' : `${refusal.code}@${refusal.leg}`;
};

describe('the order of checks', () => {
  // Each account has every fault that comes later in the order, too.
  const late = { floor: 0n, ceiling: 0n, currency: 'USD' };
  const frozen = { ...late, debitsFrozen: true, creditsFrozen: true };
  const closed = { ...frozen, closed: true };
  const same = account(closed);
  test.each<[string, Leg, boolean]>([
    ['account_unknown@0', leg(undefined, account(closed)), false],
    ['account_unknown@0', leg(account(closed), undefined), false],
    ['account_unknown@0', leg(undefined, undefined), false],
    ['same_account@0', leg(same, same), false],
    ['debit_not_permitted@0', leg(account(closed), account(closed)), false],
    ['account_closed@0', leg(account(closed), account(frozen)), true],
    ['account_closed@0', leg(account(frozen), account(closed)), true],
    ['debits_frozen@0', leg(account(frozen), account(frozen)), true],
    ['credits_frozen@0', leg(account({ ...frozen, debitsFrozen: false }), account(frozen)), true],
    ['currency_mismatch@0', leg(account(late), account({ ...late, currency: 'INR' })), true],
    ['currency_mismatch@0', leg(account({ ...late, currency: 'INR' }), account(late)), true],
    ['floor_breached@0', leg(account({ floor: 0n }), account({ ceiling: 0n })), true],
    ['ceiling_breached@0', leg(account({ debits: TOTAL_MINOR_MAX }), account({ ceiling: 0n })), true],
    ['totals_exceeded@0', leg(account({ debits: TOTAL_MINOR_MAX }), account()), true],
    ['totals_exceeded@0', leg(account(), account({ credits: TOTAL_MINOR_MAX })), true],
  ])('%s comes before all that would follow', (expected, one, unrestricted) => {
    expect(post([one], unrestricted)).toBe(expected);
  });

  test('goes leg by leg: the first leg that fails is named', () => {
    const ok = leg(account(), account());
    expect(post([ok, leg(account({ floor: 0n }), account()), leg(undefined, account())])).toBe(
      'floor_breached@1',
    );
  });
});

describe('a client without further scope', () => {
  test('debits owned accounts with a floor, and credits whatever it likes', () => {
    const owned = (): AccountState => account({ owner: 'o', floor: -5n });
    expect(post([leg(owned(), account())], false)).toBe('posted');
    expect(post([leg(account({ owner: 'o' }), account())], false)).toBe('debit_not_permitted@0');
    expect(post([leg(account({ floor: -5n }), account())], false)).toBe('debit_not_permitted@0');
    expect(post([leg(owned(), account()), leg(account(), owned())], false)).toBe('debit_not_permitted@1');
  });
});

describe('bounds', () => {
  test.each(ACCOUNT_KINDS)(
    'of an account of kind %s hold exactly, on the side that moves towards them',
    (kind) => {
      const bounded = account({ kind, floor: -3n, ceiling: 3n });
      const other = account();
      const grows = ['asset', 'expense'].includes(kind);
      const raise = (amount: bigint): string =>
        post([grows ? leg(bounded, other, amount) : leg(other, bounded, amount)]);
      const lower = (amount: bigint): string =>
        post([grows ? leg(other, bounded, amount) : leg(bounded, other, amount)]);
      expect(raise(4n)).toBe('ceiling_breached@0');
      expect(raise(3n)).toBe('posted');
      expect(raise(1n)).toBe('ceiling_breached@0');
      expect(lower(7n)).toBe('floor_breached@0');
      expect(lower(6n)).toBe('posted');
      expect(lower(1n)).toBe('floor_breached@0');
      expect(balancesOf(kind, bounded).posted).toBe(-3n);
    },
  );

  test('do not stand in the way of a way back', () => {
    const below = account({ floor: 10n });
    expect(post([leg(account(), below, 5n)])).toBe('posted');
    const above = account({ ceiling: -10n });
    expect(post([leg(above, account(), 5n)])).toBe('posted');
  });

  test('count what is held', () => {
    const payer = account({ floor: 0n, credits: 10n });
    payer.heldDebits = 4n;
    expect(post([leg(payer, account(), 7n)])).toBe('floor_breached@0');
    expect(post([leg(payer, account(), 6n)])).toBe('posted');
    const payee = account({ ceiling: 10n });
    payee.heldCredits = 4n;
    expect(post([leg(account(), payee, 7n)])).toBe('ceiling_breached@0');
    expect(post([leg(account(), payee, 6n)])).toBe('posted');
  });

  test('are kept by every leg, not only by the sum of all', () => {
    const [a, b] = [account({ floor: 0n }), account()];
    expect(post([leg(a, b, 5n), leg(b, a, 5n)])).toBe('floor_breached@0');
    expect(post([leg(b, a, 5n), leg(a, b, 5n)])).toBe('posted');
  });

  test('of totals may be reached', () => {
    const [a, b] = [account({ debits: TOTAL_MINOR_MAX - 1n }), account()];
    expect(post([leg(a, b, 1n), leg(b, a, 1n)])).toBe('posted');
    expect(post([leg(a, b, 1n)])).toBe('totals_exceeded@0');
    expect(post([leg(b, a, 1n)])).toBe('posted');
  });
});

describe('entries', () => {
  test('count an account once a transfer, however many legs it is in', () => {
    const [a, b] = [account(), account()];
    const entries: Entry[] = [];
    postLegs([leg(a, b), leg(a, b), leg(b, a)], 9, true, false, entries, undefined);
    expect([a.debitCount, a.creditCount, b.debitCount, b.creditCount]).toEqual([1, 1, 1, 1]);
    expect(
      entries.map(({ account: id, position, amount, version }) => [id, position, amount, version]),
    ).toEqual([
      [a.identity.id, 9 * 256, -1n, 1],
      [b.identity.id, 9 * 256, 1n, 1],
      [a.identity.id, 9 * 256 + 1, -1n, 2],
      [b.identity.id, 9 * 256 + 1, 1n, 2],
      [b.identity.id, 9 * 256 + 2, -1n, 3],
      [a.identity.id, 9 * 256 + 2, 1n, 3],
    ]);
  });

  test('carry the bound that they moved towards, and only that', () => {
    const [a, b] = [
      account({ floor: -9n, ceiling: 9n }),
      account({ kind: 'asset', floor: -8n, ceiling: 8n }),
    ];
    const entries: Entry[] = [];
    postLegs([leg(a, b), leg(b, a)], 1, true, false, entries, undefined);
    expect(entries.map(({ netMin, netMax }) => [netMin, netMax])).toEqual([
      [-9n, null],
      [null, 8n],
      [-8n, null],
      [null, 9n],
    ]);
  });

  test('of a refusal count every payer once and move nothing', () => {
    const [a, b] = [account(), account()];
    const entries: Entry[] = [];
    countRefusal([leg(a, b), leg(a, undefined), leg(b, a), leg(undefined, a)], 3, entries);
    expect(entries.map(({ account: id, amount, refusedCount }) => [id, amount, refusedCount])).toEqual([
      [a.identity.id, 0n, 1],
      [b.identity.id, 0n, 1],
    ]);
    expect(entries.map(({ position }) => [numberOfPosition(position), legOfPosition(position)])).toEqual([
      [3, 0],
      [3, 2],
    ]);
  });

  test('stand at positions that sort by number, then by leg', () => {
    expect(positionOf(2, 0)).toBeGreaterThan(positionOf(1, 255));
    expect(Number.isSafeInteger(positionOf(2 ** 45 - 1, 255))).toBe(true);
  });
});

describe('what is taken back', () => {
  const bound = fc.option(fc.bigInt({ min: -20n, max: 20n }), { nil: null });
  const given = fc.record({
    kind: fc.constantFrom(...ACCOUNT_KINDS),
    floor: bound,
    ceiling: bound,
    currency: fc.constantFrom('INR', 'INR', 'INR', 'USD'),
  });
  const legs = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.bigInt({ min: 1n, max: 12n })), {
    minLength: 1,
    maxLength: 6,
  });
  const fours = fc.array(given, { minLength: 4, maxLength: 4 });

  test('by a refusal in any leg leaves accounts and entries as they were', () => {
    fc.assert(
      fc.property(fours, fc.array(legs, { minLength: 1, maxLength: 5 }), (settings, transfers) => {
        const accounts = settings.map((one) => account(one));
        const entries: Entry[] = [];
        for (const [number, named] of transfers.entries()) {
          const before = structuredClone({ accounts, entries });
          const all = named.map(([debit, credit, amount]) => leg(accounts[debit], accounts[credit], amount));
          if (postLegs(all, number + 1, true, false, entries, undefined))
            expect({ accounts, entries }).toEqual(before);
          else expect(entries.length).toBe(before.entries.length + 2 * all.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('for a whole group leaves accounts as they were before its first member', () => {
    fc.assert(
      fc.property(fours, fc.array(legs, { minLength: 1, maxLength: 5 }), (settings, transfers) => {
        const accounts = settings.map((one) => account(one));
        const before = structuredClone(accounts);
        const undo = new UndoLog();
        for (const [number, named] of transfers.entries()) {
          const all = named.map(([debit, credit, amount]) => leg(accounts[debit], accounts[credit], amount));
          postLegs(all, number + 1, true, false, [], undo);
        }
        undo.restore();
        expect(accounts).toEqual(before);
        undo.restore();
        expect(accounts).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});

test('balances stand on the normal side, and what is held against an account is not available', () => {
  const totals = { ...NO_TOTALS, debits: 30n, credits: 100n, heldDebits: 7n, heldCredits: 5n };
  expect(balancesOf('liability', totals)).toEqual({ posted: 70n, held: 7n, available: 63n });
  expect(balancesOf('asset', totals)).toEqual({ posted: -70n, held: 5n, available: -75n });
});
