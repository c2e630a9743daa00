/** Windows of the Indian calendar, and what an account's limits count through them. */
import { describe, expect, test } from 'vitest';
import { defined } from '../../src/kernel/assert.ts';
import { parseMicros } from '../../src/kernel/clock.ts';
import { windowAt } from '../../src/ledger/calendar-window.ts';
import {
  beginWindows,
  exceededLimit,
  type Limit,
  type LimitTerms,
  leftOf,
  limitsAfterChange,
  limitsFromBases,
  limitsSince,
  NOTHING_RELEASED,
  noteRelease,
} from '../../src/ledger/limit.ts';

const at = (text: string): number => defined(parseMicros(text), text);

describe('a window', () => {
  test.each([
    ['day', '2026-11-22T18:29:59.999999Z', '2026-11-21T18:30:00Z', '2026-11-22T18:30:00Z'],
    ['day', '2026-11-22T18:30:00Z', '2026-11-22T18:30:00Z', '2026-11-23T18:30:00Z'],
    ['month', '2026-11-30T18:29:59.999999Z', '2026-10-31T18:30:00Z', '2026-11-30T18:30:00Z'],
    ['month', '2026-11-30T18:30:00Z', '2026-11-30T18:30:00Z', '2026-12-31T18:30:00Z'],
    ['month', '2028-02-29T12:00:00Z', '2028-01-31T18:30:00Z', '2028-02-29T18:30:00Z'],
    ['month', '2026-12-31T18:30:00Z', '2026-12-31T18:30:00Z', '2027-01-31T18:30:00Z'],
  ] as const)('of a %s around %s begins at midnight in India', (window, moment, start, end) => {
    expect(windowAt(window, at(moment))).toEqual({ start: at(start), end: at(end) });
  });
});

const NOON = at('2026-11-22T06:30:00Z');
const NEXT_NOON = at('2026-11-23T06:30:00Z');
const MIDNIGHT = at('2026-11-22T18:30:00Z');
const daily = (more: Partial<LimitTerms> = {}): LimitTerms => ({
  name: 'daily',
  direction: 'outgoing',
  window: 'day',
  amount: 100n,
  count: null,
  ...more,
});

/** An account that has sent 40 before it is limited, at noon. */
function limited(...terms: LimitTerms[]) {
  const account = {
    identity: { id: 4, currency: 'INR' },
    debits: 40n,
    credits: 0n,
    heldDebits: 0n,
    heldCredits: 0n,
    debitCount: 1,
    creditCount: 0,
    limits: undefined as ReturnType<typeof limitsAfterChange>,
  };
  const set = (now: number, ...all: LimitTerms[]): Limit[] => {
    const limits = limitsSince(account, all, now);
    account.limits = limitsAfterChange(account, limits, { at: now, pointsMax: 64 });
    return limits;
  };
  const send = (amount: bigint): void => {
    account.debits += amount;
    account.debitCount++;
  };
  /** What more would pass. */
  const left = (): bigint => {
    const standing = exceededLimit(account, 'debit', 1_000_000n, true);
    return defined(leftOf(defined(standing, 'a limit')).left ?? undefined, 'an amount');
  };
  set(NOON, ...terms);
  return { account, set, send, left };
}

describe('a limit', () => {
  test('counts from the event that set it, and its windows begin empty', () => {
    const { account, send, left } = limited(daily());
    expect(left()).toBe(100n);
    send(60n);
    expect(left()).toBe(40n);
    beginWindows(account, MIDNIGHT - 1);
    expect(left()).toBe(40n);
    beginWindows(account, MIDNIGHT);
    expect(left()).toBe(100n);
  });

  test('tells when its window ends, and nothing where nothing is used', () => {
    const { account, send } = limited(daily());
    const told = () => leftOf(defined(exceededLimit(account, 'debit', 101n, true), 'a limit'));
    expect(told()).toMatchObject({ of: { id: 4 }, left: 100n, leftCount: null, freesAt: null });
    send(1n);
    expect(told()).toMatchObject({ left: 99n, freesAt: MIDNIGHT });
  });

  test('goes on counting with another amount or count, and begins anew with another window or direction', () => {
    const { set, send, left } = limited(daily());
    send(60n);
    set(NOON + 1, daily({ amount: 90n, count: 5 }));
    expect(left()).toBe(30n);
    set(NOON + 2, daily({ amount: 90n, window: 'month' }));
    expect(left()).toBe(90n);
  });

  test('has nothing left, never less, when it is set below what is used', () => {
    const { set, send, left } = limited(daily());
    send(60n);
    set(NOON + 1, daily({ amount: 10n }));
    expect(left()).toBe(0n);
  });

  test('forgets what holds gave back before an account lost its limits and got new ones', () => {
    const { account, set, left } = limited(daily());
    account.heldDebits = 30n;
    noteRelease(account, 'debit', 30n, 9);
    account.heldDebits = 0n;
    expect(left()).toBe(70n);
    set(NOON + 1);
    expect(account.limits).toBeUndefined();
    set(NOON + 2, daily());
    expect([left(), account.limits?.released]).toEqual([100n, NOTHING_RELEASED]);
  });

  test('is the same from what memory kept and from the totals when its window began', () => {
    const { account, set, send, left } = limited(daily());
    const limits = set(NOON + 1, daily());
    send(60n);
    const released = { debits: 5n, credits: 0n };
    const totals = { ...account, debits: 95n };
    const bases = {
      day: { totals, released: NOTHING_RELEASED },
      month: { totals, released: NOTHING_RELEASED },
    };
    // Still in the first window: what stood at midnight is before the limit.
    account.limits = limitsFromBases(limits, bases, [], NOTHING_RELEASED, NOON + 2);
    expect(left()).toBe(40n);
    // A day later: 100 − 95 went out since midnight, and 5 more that were held and given back.
    account.limits = limitsFromBases(limits, bases, [], released, NEXT_NOON);
    expect(left()).toBe(90n);
  });
});
