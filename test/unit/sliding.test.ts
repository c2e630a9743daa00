/** Windows of the last so many seconds: against a list of everything, whatever of it memory keeps. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import { limitsAfterChange, limitsSince } from '../../src/ledger/limit.ts';
import { POINTS_MAX, type Point, SlidingWindow, slidingSeconds } from '../../src/ledger/sliding.ts';
import { postLegs } from '../../src/ledger/transfer.ts';

const NOTHING = { sum: 0n, count: 0, moved: 0n };
const SECOND = 1_000_000;

test.each([
  ['1s', 1],
  ['3600s', 3600],
  ['2678400s', 2_678_400],
  ['2678401s', undefined],
  ['0s', undefined],
  ['01s', undefined],
  ['1.5s', undefined],
  ['-1s', undefined],
  ['s', undefined],
  ['day', undefined],
])('a window of %s has a length of %s seconds', (text, seconds) => {
  expect(slidingSeconds(text)).toBe(seconds);
});

describe('a window that slides', () => {
  const growing = (...steps: readonly (readonly [at: number, amount: bigint])[]) => {
    const time = { at: 0, pointsMax: POINTS_MAX };
    const window = new SlidingWindow(10, time, NOTHING);
    let sum = 0n;
    for (const [at, amount] of steps) {
      time.at = at;
      sum += amount;
      window.note({ sum, count: 0, moved: sum });
    }
    const used = (at: number): bigint => {
      time.at = at;
      return sum - window.base.sum;
    };
    return { window, time, used };
  };

  test('counts until its length later, to the microsecond', () => {
    const { used } = growing([5, 3n], [6, 4n]);
    expect([used(6), used(10 * SECOND + 4)]).toEqual([7n, 7n]);
    expect(used(10 * SECOND + 5)).toBe(4n);
    expect(used(10 * SECOND + 6)).toBe(0n);
  });

  test('tells when the oldest of what counts falls out, and nothing where nothing counts', () => {
    const { window, time } = growing([5, 3n], [6, 4n]);
    expect(window.freesAt).toBe(10 * SECOND + 5);
    time.at = 10 * SECOND + 5;
    expect(window.freesAt).toBe(10 * SECOND + 6);
    time.at = 10 * SECOND + 6;
    expect(window.freesAt).toBeNull();
  });

  test('forgets what was taken back at the moment at which it was counted', () => {
    const { window } = growing([5, 3n], [6, 4n], [6, -4n]);
    expect(window.freesAt).toBe(10 * SECOND + 5);
    expect(growing([5, 3n], [5, -3n]).window.freesAt).toBeNull();
  });
});

test('what a refused leg had counted at its payee falls out of no window later', () => {
  const time = { at: 1, pointsMax: POINTS_MAX };
  const open = (id: number, floor: bigint | null) =>
    accountState(
      { id, code: `${id}`, kind: 'liability', currency: 'INR', owner: null },
      { floor, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
      NO_TOTALS,
      0,
    );
  const [bank, poor, payee] = [open(1, null), open(2, 0n), open(3, null)];
  const terms = { name: 'burst', direction: 'incoming', window: '10s', amount: 10n, count: null } as const;
  payee.limits = limitsAfterChange(payee, limitsSince(payee, [terms], time.at), time);
  const leg = (debit: typeof bank, amount: bigint) => ({ debit, credit: payee, amount, currency: 'INR' });
  const post = (number: number, ...legs: ReturnType<typeof leg>[]) =>
    postLegs(legs, number, true, false, [], undefined)?.code;
  expect(post(1, leg(bank, 6n))).toBeUndefined();
  time.at = 5 * SECOND;
  expect(post(2, leg(bank, 4n), leg(poor, 1n))).toBe('floor_breached');
  // The refused 4 would otherwise be taken away here, though they never came.
  time.at = 20 * SECOND;
  expect(post(3, leg(bank, 10n))).toBeUndefined();
  expect(post(4, leg(bank, 1n))).toBe('limit_exceeded');
});

test('a window is the same from all points and from a few that are read again when they are used up', () => {
  const step = fc.record({ later: fc.integer({ min: 1, max: 4 * SECOND }), amount: fc.bigInt(0n, 9n) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (steps, pointsMax) => {
      const time = { at: 0, pointsMax };
      const all: Point[] = [];
      let window = new SlidingWindow(10, time, NOTHING);
      let sum = 0n;
      for (const { later, amount } of steps) {
        const at = time.at + later;
        const start = at - 10 * SECOND;
        if (window.lacks(at)) {
          const inside = all.filter((point) => point.at > start);
          const base = all.findLast((point) => point.at <= start) ?? NOTHING;
          const points = inside.slice(0, pointsMax);
          window = new SlidingWindow(10, time, base, points, points.length === inside.length);
        }
        time.at = at;
        const expected = all.findLast((point) => point.at <= start)?.sum ?? 0n;
        const oldest = all.find((point) => point.at > start);
        expect(window.base.sum).toBe(expected);
        expect(window.freesAt).toBe(oldest ? oldest.at + 10 * SECOND : null);
        sum += amount;
        if (amount > 0n) all.push({ at, sum, count: 0, moved: sum });
        window.note({ sum, count: 0, moved: sum });
      }
    }),
  );
});
