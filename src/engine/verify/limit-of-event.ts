/** Terms of limits as an event has them. */
import { isLimitWindow, LIMIT_DIRECTIONS, type LimitTerms } from '../../ledger/limit.ts';
import { boundOf, list, type Members, object, text, unreadable } from './event-members.ts';

export const limitsOf = (of: Members, currency: string): LimitTerms[] =>
  list(of['limits'], 'limits').map((limit) => termsOf(object(limit, 'limits'), currency));

function termsOf(limit: Members, currency: string): LimitTerms {
  const amount = limit['amount'] === undefined ? null : boundOf(limit, 'amount', currency);
  const { count = null } = limit;
  return {
    name: text(limit, 'name'),
    direction: LIMIT_DIRECTIONS.find((one) => one === limit['direction']) ?? unreadable('direction'),
    window: isLimitWindow(limit['window']) ? limit['window'] : unreadable('window'),
    amount,
    count: count === null || Number.isInteger(count) ? (count as number | null) : unreadable('count'),
  };
}
