/** The exchange that an event records: its terms from the record, its accounts from the legs; the results are computed again. */
import { AMOUNT_MINOR_MAX } from '../../kernel/money.ts';
import { isRate, ROUNDINGS } from '../../ledger/exchange.ts';
import type { LegRequest } from '../command.ts';
import { type Exchange, type ExchangeRequest, ownLegs, resultOf, totalOf } from '../exchange.ts';
import {
  amountOf,
  currencyOf,
  list,
  type Members,
  object,
  optionalText,
  text,
  unreadable,
} from './event-members.ts';

/**
 * `legs` are all that the event names. Where the stored results are other than those of the terms, the legs that come
 * out are other than the stored ones, and so is the event. Fails with UnreadableEvent.
 */
export function exchangeOf(record: Members, legs: readonly LegRequest[]): Exchange {
  const parts = list(record['parts'], 'parts').map((part) => object(part, 'parts'));
  const currency = currencyOf(record, 'currency');
  const leg = (i: number): LegRequest => legs[i] ?? unreadable('legs');
  const rate = text(record, 'rate');
  const request: ExchangeRequest = {
    debit: leg(0).debit,
    currency,
    liquidityIn: leg(0).credit,
    liquidityOut: leg(1).debit,
    toCurrency: currencyOf(record, 'to_currency'),
    credits: parts.map((part, i) => ({ credit: leg(1 + i).credit, amount: amountOf(part, currency) })),
    rate: isRate(rate) ? rate : unreadable('rate'),
    rounding: ROUNDINGS.find((rounding) => rounding === record['rounding']) ?? unreadable('rounding'),
    roundingAccount: optionalText(record, 'rounding_account_code') ?? text(record, 'rounding_account'),
  };
  if (request.toCurrency === currency) unreadable('to_currency');
  if (parts.length === 0 || totalOf(request) > AMOUNT_MINOR_MAX) unreadable('parts');
  const result = resultOf(request);
  if (!result.ok) return unreadable('rate');
  const beside = legs.slice(ownLegs(parts.length, result.value.difference));
  return { ...request, result: result.value, beside };
}
