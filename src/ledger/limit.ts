/**
 * Limits: how much an account may send or take, and how often, inside a window of time.
 *
 * A window is a day or a month of Indian Standard Time, or the last so many seconds (sliding.ts). What counts is read off
 * the cumulative totals that every entry carries, so a limit writes nothing of its own while money moves: used = total
 * now − total when the window began.
 *
 *   outgoing  debits, and amounts held to be debited, from their placement on
 *   incoming  credits, and amounts held to be credited, from their placement on
 *   net       outgoing less what was credited and can be spent
 *
 * A hold counts once, when it is placed, by all of its amount: a capture counts nothing of that again, and what a hold
 * gives back (final capture, void, expiry) gives no room back. The totals of an entry forget what was given back, so a
 * limited account keeps that sum beside (`released`). What a capture takes beyond its hold counts at the capture, by amount.
 * A reversal is a transfer of its own: it counts for whoever pays it and whoever receives it, is refused where a limit
 * stands against it, and gives a gross limit no room back (net counts what came in, whatever for). So is an adjustment.
 * Counts go by transfer. Refused transfers do not count. The time is that of the ledger, in a sandbox its own clock's.
 *
 * A limit counts from the event that set it. Another amount or count for the same name, direction and window goes on
 * counting; any other change is a new limit. A limit may be set below what is used: nothing is left then.
 */
import { type CalendarWindow, windowAt } from './calendar-window.ts';
import { type LedgerTime, SlidingWindow, slidingSeconds, type Total } from './sliding.ts';

export const LIMITS_MAX = 8;
export const LIMIT_COUNT_MAX = 1_000_000_000;
export const LIMIT_DIRECTIONS = ['outgoing', 'incoming', 'net'] as const;
export type LimitDirection = (typeof LIMIT_DIRECTIONS)[number];
/** A day or a month of India, or so many seconds up to now, such as 3600s. */
export type LimitWindow = CalendarWindow | `${number}s`;

/** What a client asks for; one of amount and count is there, and net has no count. */
export interface LimitTerms {
  readonly name: string;
  readonly direction: LimitDirection;
  readonly window: LimitWindow;
  /** Minor units. */
  readonly amount: bigint | null;
  readonly count: number | null;
}

/** Terms in force since an event, at which the total stood so. */
export interface Limit extends LimitTerms {
  /** Microseconds since 1970. */
  readonly since: number;
  readonly base: Total;
}

/** What holds gave back, minor units: cumulative since the account was first limited. */
export interface Released {
  readonly debits: bigint;
  readonly credits: bigint;
}

export const NOTHING_RELEASED: Released = { debits: 0n, credits: 0n };

/** The totals of an account that limits look at. */
export interface LimitTotals {
  readonly debits: bigint;
  readonly credits: bigint;
  readonly heldDebits: bigint;
  readonly heldCredits: bigint;
  readonly debitCount: number;
  readonly creditCount: number;
}

/** Totals when the windows of a moment began. */
export type WindowBases = Readonly<Record<CalendarWindow, { totals: LimitTotals; released: Released }>>;

/** A window of the calendar in memory, mutated in place when the next one begins. */
interface CalendarTotals {
  /** Microseconds since 1970, half open. */
  end: number;
  base: Total;
}

interface Window {
  readonly limit: Limit;
  readonly of: CalendarTotals | SlidingWindow;
}

/** The limits of one account in memory. */
export interface AccountLimits {
  readonly windows: readonly Window[];
  released: Released;
  /** Event at which a hold last gave something back. */
  releasedAt: number;
  /** True where one of the windows slides. */
  readonly slides: boolean;
}

/** An account or a pool. */
export type Limited = LimitTotals & { readonly limits?: AccountLimits | undefined };

/** What stands against a transfer, for whoever is refused; in a group, after the members before it. */
export interface LimitLeft {
  /** Number of the account, or of the pool where it has a name. */
  readonly of: { readonly id: number; readonly currency: string; readonly name?: string };
  readonly limit: LimitTerms;
  /** Minor units and transfers that would still pass; null where the limit has no such bound. */
  readonly left: bigint | null;
  readonly leftCount: number | null;
  /**
   * When the window ends and gives all its room back, or, where it slides, when the oldest of what counts falls out of it;
   * null when nothing is used.
   */
  readonly freesAt: number | null;
}

function totalOf(direction: LimitDirection, of: LimitTotals, released: Released): Total {
  const outgoing = of.debits + of.heldDebits + released.debits;
  switch (direction) {
    case 'outgoing':
      return { sum: outgoing, count: of.debitCount, moved: outgoing };
    case 'incoming': {
      const incoming = of.credits + of.heldCredits + released.credits;
      return { sum: incoming, count: of.creditCount, moved: incoming };
    }
    case 'net':
      return { sum: outgoing - of.credits, count: 0, moved: outgoing + of.credits };
  }
}

export const isLimitWindow = (text: unknown): text is LimitWindow =>
  text === 'day' || text === 'month' || (typeof text === 'string' && slidingSeconds(text) !== undefined);

const isSame = (one: LimitTerms, other: LimitTerms): boolean =>
  one.name === other.name && one.direction === other.direction && one.window === other.window;

/** New terms in force from now on; those that were in force already go on counting. */
export function limitsSince(account: Limited, terms: readonly LimitTerms[], at: number): Limit[] {
  const released = account.limits?.released ?? NOTHING_RELEASED;
  return terms.map((term) => {
    const before = account.limits?.windows.find(({ limit }) => isSame(limit, term))?.limit;
    return {
      ...term,
      since: before?.since ?? at,
      base: before?.base ?? totalOf(term.direction, account, released),
    };
  });
}

/** Windows of limits that were just set: those of the same terms stay as they are. */
export function limitsAfterChange(
  account: Limited,
  limits: readonly Limit[],
  time: LedgerTime,
): AccountLimits | undefined {
  if (limits.length === 0) return undefined;
  const { limits: before } = account;
  return {
    windows: limits.map((limit) => {
      const window = before?.windows.find((other) => isSame(other.limit, limit));
      return { limit, of: window?.of ?? windowFrom(limit, time) };
    }),
    released: before?.released ?? NOTHING_RELEASED,
    releasedAt: before?.releasedAt ?? 0,
    slides: limits.some(isSliding),
  };
}

const isSliding = ({ window }: LimitTerms): boolean => slidingSeconds(window) !== undefined;

/** The window of a limit that is set at this moment. */
function windowFrom({ window, base }: Limit, time: LedgerTime): Window['of'] {
  const seconds = slidingSeconds(window);
  return seconds === undefined
    ? { end: windowAt(window as CalendarWindow, time.at).end, base }
    : new SlidingWindow(seconds, time, base);
}

/**
 * The limits of an account that memory lacks, with its totals when the windows of the moment `at` began, and for each
 * limit whose window slides that window.
 */
export function limitsFromBases(
  limits: readonly Limit[],
  bases: WindowBases,
  sliding: readonly (SlidingWindow | undefined)[],
  released: Released,
  at: number,
): AccountLimits {
  return {
    windows: limits.map((limit, i) => {
      const slides = sliding[i];
      if (slides) return { limit, of: slides };
      const window = limit.window as CalendarWindow;
      const { start, end } = windowAt(window, at);
      const { totals, released: before } = bases[window];
      const base = limit.since >= start ? limit.base : totalOf(limit.direction, totals, before);
      return { limit, of: { end, base } };
    }),
    released,
    releasedAt: 0,
    slides: limits.some(isSliding),
  };
}

/** The same limits with the windows that slide as they were read anew: what they lacked is there now. */
export const withSliding = (
  { windows, ...limits }: AccountLimits,
  sliding: readonly (SlidingWindow | undefined)[],
): AccountLimits => ({
  ...limits,
  windows: windows.map(({ limit, of }, i) => ({ limit, of: sliding[i] ?? of })),
});

/** True where memory cannot tell what counts at this moment in one of the windows. */
export const lacksPoints = ({ slides, windows }: AccountLimits, at: number): boolean =>
  slides && windows.some(({ of }) => of instanceof SlidingWindow && of.lacks(at));

/** Tells the windows that slide of the totals as they are now. */
export function notePoints(account: Limited): void {
  const { limits } = account;
  if (!limits?.slides) return;
  for (const { limit, of } of limits.windows)
    if (of instanceof SlidingWindow) of.note(totalOf(limit.direction, account, limits.released));
}

/** The first end of a window, microseconds since 1970. */
export const firstEnd = ({ windows }: AccountLimits): number =>
  Math.min(...windows.map(({ of }) => ('end' in of ? of.end : Number.POSITIVE_INFINITY)));

/** Begins the windows anew that have ended at this moment. Requires that nothing was counted at it or later. */
export function beginWindows(account: Limited, at: number): void {
  const { limits } = account;
  for (const { limit, of } of limits?.windows ?? []) {
    if (!('end' in of) || at < of.end) continue;
    of.end = windowAt(limit.window as CalendarWindow, at).end;
    of.base = totalOf(limit.direction, account, limits?.released ?? NOTHING_RELEASED);
  }
}

/** Used so far inside the window, and what it leaves. */
function usedOf(
  window: Window,
  account: Limited,
): { readonly used: Omit<Total, 'moved'> } & Omit<LimitLeft, 'of'> {
  const { limit, of } = window;
  const { base } = of;
  const now = totalOf(limit.direction, account, account.limits?.released ?? NOTHING_RELEASED);
  const used = { sum: now.sum - base.sum, count: now.count - base.count };
  const calendarEnd = 'end' in of && (used.sum > 0n || used.count > 0) ? of.end : null;
  const left = limit.amount === null ? null : limit.amount - used.sum;
  const leftCount = limit.count === null ? null : limit.count - used.count;
  return {
    used,
    limit,
    left: left !== null && left < 0n ? 0n : left,
    leftCount: leftCount === null ? null : Math.max(leftCount, 0),
    freesAt: of instanceof SlidingWindow ? of.freesAt : calendarEnd,
  };
}

/** A limit, what is used inside its window, and what that leaves. */
export type LimitUse = ReturnType<typeof usedOf>;

/** In the order of the limits. Requires that the windows are those of the moment. */
export const limitUses = (of: Limited): LimitUse[] =>
  (of.limits?.windows ?? []).map((window) => usedOf(window, of));

/**
 * The first limit of the account, in the order in which they were set, that an amount would exceed; undefined: none.
 * `counts` is false for a further leg of a transfer that counts already.
 */
export function exceededLimit(
  account: Standing['account'],
  side: 'debit' | 'credit',
  amount: bigint,
  counts: boolean,
): Standing | undefined {
  for (const window of account.limits?.windows ?? []) {
    const { limit } = window;
    if ((limit.direction === 'incoming') !== (side === 'credit')) continue;
    const { used } = usedOf(window, account);
    const tooMuch = limit.amount !== null && used.sum + amount > limit.amount;
    const tooMany = counts && limit.count !== null && used.count >= limit.count;
    if (tooMuch || tooMany) return { account, window };
  }
  return undefined;
}

/** A limit that stands against a leg, to be told of once the transfer is taken back. */
export interface Standing {
  /** The account, or the pool. */
  readonly account: Limited & { readonly identity: LimitLeft['of'] };
  readonly window: Window;
}

export function leftOf({ account, window }: Standing): LimitLeft {
  const { limit, left, leftCount, freesAt } = usedOf(window, account);
  return { of: account.identity, limit, left, leftCount, freesAt };
}

/** Remembers what a hold gave back, so that its end gives no room back. Minor units, above zero or nothing happens. */
export function noteRelease(
  account: Limited,
  side: 'debit' | 'credit',
  amount: bigint,
  number: number,
): void {
  const { limits } = account;
  if (!limits || amount === 0n) return;
  const { debits, credits } = limits.released;
  limits.released =
    side === 'debit' ? { debits: debits + amount, credits } : { debits, credits: credits + amount };
  limits.releasedAt = number;
}
