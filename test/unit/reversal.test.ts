/** What may become of a transfer that is to be reversed: the diagram in its module against the code; and the spread. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import {
  ORIGINAL_STATUSES,
  type OriginalState,
  type OriginalStatus,
  refusalOf,
  reverse,
  spread,
  statusOf,
} from '../../src/ledger/reversal.ts';
import type { Entry } from '../../src/ledger/transfer.ts';
import { diagramOf } from '../support/diagram.ts';

const NUMBER = 9;

const account = (id: number) =>
  accountState(
    { id, code: `a${id}`, kind: 'liability', currency: 'INR', owner: null },
    { floor: 0n, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
    { ...NO_TOTALS, credits: 100n },
    1,
  );

/** Ten minor units from 1 to 2 and ten from 2 to 3, of which four and none are reversed. */
function originalIn(status: OriginalStatus) {
  const all = status === 'reversed';
  const leg = (debit: number, reversed: bigint) => ({
    debit,
    credit: debit + 1,
    currency: 'INR',
    amount: 10n,
    reversed: all ? 10n : reversed,
  });
  const kind = status === 'unposted' || status === 'reversal' ? status : 'posted';
  const original: OriginalState = {
    id: 4,
    kind,
    legs: kind === 'posted' ? [leg(1, 4n), leg(2, 0n)] : [],
    changed: 5,
    passedBy: 5,
  };
  const [one, two, three] = [account(1), account(2), account(3)];
  const sides = [
    { debit: one, credit: two },
    { debit: two, credit: three },
  ];
  return { original, sides, entries: [] as Entry[] };
}

/** The states that reversing a part and all of it lead to, or the code that refuses it. */
const reached = (from: OriginalStatus): string[] =>
  [
    [1n, 0n],
    [6n, 10n],
  ].map((amounts) => {
    const { original, sides, entries } = originalIn(from);
    const code = refusalOf(original);
    if (code !== undefined) return code;
    expect(reverse(original, sides, amounts, true, NUMBER, entries)).toBeUndefined();
    return statusOf(original);
  });

const DIAGRAM = diagramOf('reversal');
const REFUSED = {
  posted: 'nothing',
  reversed: 'already_reversed',
  unposted: 'not_posted',
  reversal: 'reversal_of_reversal',
} as const;

describe('the diagram', () => {
  test('has the one transition that there is', () => {
    expect([...DIAGRAM.keys()]).toEqual(['posted reverse']);
  });

  test.each(ORIGINAL_STATUSES)('from %s leads where the code leads, and nowhere else', (from) => {
    expect(statusOf(originalIn(from).original)).toBe(from);
    expect([...new Set(reached(from))]).toEqual(DIAGRAM.get(`${from} reverse`) ?? [REFUSED[from]]);
  });
});

describe('entries', () => {
  test('go the other way round, the last leg first, with a count and the bounds of every transfer', () => {
    const { original, sides, entries } = originalIn('posted');
    reverse(original, sides, [6n, 10n], true, NUMBER, entries);
    expect(entries).toMatchObject([
      { account: 3, amount: -10n, position: NUMBER * 256, debitCount: 1, netMin: 0n },
      { account: 2, amount: 10n, creditCount: 1 },
      { account: 2, amount: -6n, position: NUMBER * 256 + 1, debitCount: 1, netMin: 0n },
      { account: 1, amount: 6n, creditCount: 1 },
    ]);
    expect(original.changed).toBe(NUMBER);
  });

  test('are none for a leg of which nothing goes back', () => {
    const { original, sides, entries } = originalIn('posted');
    reverse(original, sides, [0n, 1n], true, NUMBER, entries);
    expect(entries.map((entry) => entry.account)).toEqual([3, 2]);
    expect(original.legs.map(({ reversed }) => reversed)).toEqual([4n, 1n]);
  });

  test.each([
    ['more than is left of a leg', [7n, 0n], true, { code: 'reversal_exceeds_original', leg: 0 }],
    ['what may not be debited', [0n, 1n], false, { code: 'debit_not_permitted', leg: 1 }],
  ] as const)('are none for %s, and nothing has changed', (_, amounts, unrestricted, refusal) => {
    const { original, sides, entries } = originalIn('posted');
    const before = structuredClone({ original, sides, entries });
    expect(reverse(original, sides, amounts, unrestricted, NUMBER, entries)).toEqual(refusal);
    expect({ original, sides, entries }).toEqual(before);
  });
});

describe('an amount that is spread', () => {
  const rests = fc
    .array(
      fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: 10n ** 15n })),
      {
        minLength: 1,
        maxLength: 100,
      },
    )
    .filter((all) => all.some((rest) => rest > 0n));
  const sum = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n);
  const asked = rests.chain((all) => fc.tuple(fc.constant(all), fc.bigInt({ min: 1n, max: sum(all) })));

  test('comes to itself exactly, within each rest and less than a minor unit from each exact share', () => {
    fc.assert(
      fc.property(asked, ([all, amount]) => {
        const shares = spread(amount, all);
        expect(sum(shares)).toBe(amount);
        for (const [i, rest] of all.entries()) {
          const share = shares[i] as bigint;
          expect(share >= 0n && share <= rest).toBe(true);
          const off = share * sum(all) - amount * rest;
          expect(off < sum(all) && off > -sum(all)).toBe(true);
        }
      }),
    );
  });

  test('gives what is left over to the largest remainders', () => {
    fc.assert(
      fc.property(asked, ([all, amount]) => {
        const shares = spread(amount, all);
        const remainders = all.map((rest) => (amount * rest) % sum(all));
        const served = remainders.filter((_, i) => shares[i] !== (amount * (all[i] as bigint)) / sum(all));
        const others = remainders.filter((_, i) => shares[i] === (amount * (all[i] as bigint)) / sum(all));
        for (const one of served) for (const other of others) expect(one >= other).toBe(true);
      }),
    );
  });
});
