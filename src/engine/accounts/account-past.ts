/**
 * An account at other times than now, by posted time; and at the end by effective time, as known at a posted one. A moment is included: the state as of it is the one after the last
 * event that was posted at it or before (as in SQL:2011, FOR SYSTEM_TIME AS OF). A period is half open: [from, to).
 *
 * What is shown must stay true. Posted time never goes back, so what has passed does not change, but for what is being
 * posted at this very moment: an event's time may be up to ten seconds older than its commit (ledger_append).
 */
import { formatMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { type AccountState, NO_TOTALS } from '../../ledger/account.ts';
import type { AccountPeriod, Period } from '../reads.ts';
import type { Caller, Engine } from '../use-case.ts';

/** An account at both ends of a period at whose end it was there. */
export interface KnownPeriod extends AccountPeriod {
  readonly after: AccountState;
}

/** The account after the last event at this moment or before. Fails with invalid_request, not_found. */
export async function accountAsOf(
  { reads }: Engine,
  { ledgerId }: Caller,
  account: number,
  at: number,
): Promise<AccountState> {
  const period = await reads.accountPeriod(ledgerId, account, { from: null, to: at + 1 });
  refuseFuture('at', at, period.now);
  return openedIn(period).after;
}

/**
 * The account as effective at a moment, as known at another (undefined: now). Its settings are those that were known;
 * the balance counts every entry from its effective time on, or from its posting where it has none. What is held has no
 * effective time: it is what was held at the earlier of the two moments, and bounds stand on what is posted alone.
 * Fails with invalid_request, not_found.
 */
export async function accountEffective(
  { reads }: Engine,
  { ledgerId }: Caller,
  account: number,
  effectiveAt: number,
  knownAt: number | undefined,
): Promise<AccountState> {
  const found = await reads.accountEffective(ledgerId, account, effectiveAt, knownAt ?? null);
  refuseFuture('effective_at', effectiveAt, found.now);
  if (knownAt !== undefined) refuseFuture('known_at', knownAt, found.now);
  const { known = openedLater(found.openedAt), posted = NO_TOTALS } = found;
  return {
    ...known,
    heldDebits: posted.heldDebits,
    heldCredits: posted.heldCredits,
    debits: found.debits,
    credits: found.credits,
  };
}

/** Fails with invalid_request where the end is still to come, with not_found where the account was opened later. */
export async function accountPeriod(
  { reads }: Engine,
  { ledgerId }: Caller,
  account: number,
  asked: Period,
): Promise<KnownPeriod> {
  const period = await reads.accountPeriod(ledgerId, account, asked);
  if (asked.from !== null) refuseFuture('from', asked.from, period.now);
  if (asked.to !== null) refuseFuture('to', asked.to - 1, period.now);
  return openedIn(period);
}

/** What it shows could be another thing later: whoever asked would have been told something untrue. */
function refuseFuture(field: string, at: number, now: number): void {
  if (at <= now) return;
  const message =
    field === 'from'
      ? `this is still to come: send a time up to now, ${formatMicros(now)}`
      : `this is still to come, and what it shows could change: send a time up to now, ${formatMicros(now)}, or leave ${field} out`;
  throw new FailureError('invalid_request', undefined, [{ pointer: `/${field}`, message }]);
}

function openedIn(period: AccountPeriod): KnownPeriod {
  const { after, openedAt } = period;
  return { ...period, after: after ?? openedLater(openedAt) };
}

function openedLater(openedAt: number): never {
  const opened = formatMicros(openedAt);
  throw new FailureError(
    'not_found',
    `The account was opened later, at ${opened}: ask for that time or a later one.`,
  );
}
