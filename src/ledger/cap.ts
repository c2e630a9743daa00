/** Caps of an account: what bounds how much may leave it. Where one is raised, its owner authorises nothing for a while. */
import { type AccountKind, type AccountSettings, letsOutMore } from './account.ts';
import type { LimitTerms } from './limit.ts';
import { asksForLess } from './step-up.ts';

/** True for a change after which more may leave than before: by floor or ceiling, beyond holds, without a second factor, in a window. */
export const raisesCap = (kind: AccountKind, before: AccountSettings, after: AccountSettings): boolean =>
  letsOutMore(kind, before, after) ||
  asksForLess(before, after) ||
  (after.overCaptureBps ?? 0) > (before.overCaptureBps ?? 0) ||
  raisesLimit(before.limits ?? [], after.limits ?? []);

/** True where a limit on what leaves is gone or allows more: another name, direction or window is another limit, which counts anew. */
const raisesLimit = (before: readonly LimitTerms[], after: readonly LimitTerms[]): boolean =>
  before.some((was) => {
    if (was.direction === 'incoming') return false;
    const is = after.find(
      ({ name, direction, window }) =>
        name === was.name && direction === was.direction && window === was.window,
    );
    return !is || isAbove(is.amount, was.amount) || isAbove(is.count, was.count);
  });

/** No bound is above every bound. */
const isAbove = <N extends bigint | number>(one: N | null, other: N | null): boolean =>
  other !== null && (one === null || one > other);
