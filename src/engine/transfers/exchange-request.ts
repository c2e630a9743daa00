/** The exchange that a valid request asks for, and what is wrong with one that is not. */
import type { z } from 'zod';
import { exponentOf, isCurrency } from '../../kernel/currency.ts';
import type { FailureCode } from '../../kernel/failure.ts';
import { AMOUNT_MINOR_MAX, formatMinor, parseAmount, trimDecimal } from '../../kernel/money.ts';
import { isRate, type Rounding } from '../../ledger/exchange.ts';
import { LEGS_MAX } from '../../ledger/transfer.ts';
import { type ExchangeRequest, ownLegs, resultOf, totalOf } from '../exchange.ts';

/** As it was sent. */
export interface SentExchange {
  readonly debit: string;
  readonly currency: string;
  readonly liquidity_in: string;
  readonly liquidity_out: string;
  readonly to_currency: string;
  readonly credits: readonly { readonly credit: string; readonly amount: string }[];
  readonly rate: string;
  readonly rounding: Rounding;
  readonly rounding_account: string;
}

/** Undefined where an amount is none of its currency. */
export function exchangeOf(sent: SentExchange): ExchangeRequest | undefined {
  const { debit, currency, rounding } = sent;
  if (!isCurrency(currency) || !isCurrency(sent.to_currency)) return undefined;
  const credits = sent.credits.flatMap(({ credit, amount }) => {
    const minor = parseAmount(amount, exponentOf(currency));
    return minor.ok ? [{ credit, amount: minor.value }] : [];
  });
  if (credits.length < sent.credits.length) return undefined;
  return {
    debit,
    currency,
    liquidityIn: sent.liquidity_in,
    liquidityOut: sent.liquidity_out,
    toCurrency: sent.to_currency,
    credits,
    rate: trimDecimal(sent.rate),
    rounding,
    roundingAccount: sent.rounding_account,
  };
}

interface Problem {
  readonly path: PropertyKey[];
  readonly message: string;
  readonly failure?: FailureCode;
}

/** What stands against an exchange with so many legs beside it; of amounts and of the rate, their own issues say enough. */
function problemOf(sent: SentExchange, beside: number): Problem | undefined {
  if (typeof sent.rate !== 'string' || !isRate(sent.rate)) return undefined;
  if (sent.currency === sent.to_currency)
    return {
      path: ['to_currency'],
      message: 'name another currency than in currency',
      failure: 'same_currency',
    };
  const request = exchangeOf(sent);
  if (!request) return undefined;
  const outOfRange = (path: string, message: string): Problem => ({
    path: [path],
    message,
    failure: 'exchange_out_of_range',
  });
  const most = (currency: string): string => formatMinor(AMOUNT_MINOR_MAX, exponentOf(currency));
  if (totalOf(request) > AMOUNT_MINOR_MAX)
    return outOfRange('credits', `exchange at most ${most(sent.currency)} in one transfer`);
  const result = resultOf(request);
  if (!result.ok)
    return outOfRange(
      'rate',
      result.error === 'too_small'
        ? `at this rate a recipient gets nothing: the rate is units of ${sent.to_currency} for one ${sent.currency}`
        : `at this rate more than ${most(sent.to_currency)} would be given`,
    );
  const legs = ownLegs(request.credits.length, result.value.difference) + beside;
  if (legs <= LEGS_MAX) return undefined;
  return {
    path: ['credits'],
    message: `a transfer has at most ${LEGS_MAX} legs, and this would have ${legs}`,
  };
}

/** Adds what stands against the exchange of a transfer. */
export function checkExchange(sent: SentExchange, beside: number, context: z.RefinementCtx): void {
  const problem = problemOf(sent, beside);
  if (!problem) return;
  const { path, message, failure } = problem;
  const params = failure === undefined ? {} : { params: { failure } };
  context.addIssue({ code: 'custom', path: ['exchange', ...path], message, ...params });
}
