/**
 * An exchange as part of a transfer: its legs, its name in the fingerprint, and its record in the event.
 *
 * The legs follow from the request alone, so they are made before the fold, which decides on them as on any others:
 *   1. payer -> liquidity account of the source currency, all that is exchanged
 *   2. liquidity account of the target currency -> each recipient, in their order
 *   3. the same -> rounding account, where there is a difference (ledger/exchange.ts says when)
 *   4. the legs that were sent beside it: fees, splits in either currency
 * The event repeats terms and results, exact and rounded, so that anybody can compute them again; the verifier does.
 */
import { defined } from '../kernel/assert.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { exponentOf } from '../kernel/currency.ts';
import type { RefusalCode } from '../kernel/failure.ts';
import { formatId, isAccountId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import type { Result } from '../kernel/result.ts';
import { type Exchanged, exchange, type Rounding } from '../ledger/exchange.ts';
import type { LegRequest } from './command.ts';
import type { LedgerState } from './state.ts';

/** Accounts as the client named them, by id or by code. */
export interface ExchangeRequest {
  readonly debit: string;
  readonly currency: string;
  /** Takes what is exchanged. */
  readonly liquidityIn: string;
  /** Gives what it is exchanged for. */
  readonly liquidityOut: string;
  readonly toCurrency: string;
  /** `amount` is what is exchanged for this recipient, minor units of `currency`. */
  readonly credits: readonly { readonly credit: string; readonly amount: bigint }[];
  /** Without trailing zeros. */
  readonly rate: string;
  readonly rounding: Rounding;
  readonly roundingAccount: string;
}

/** A request with its legs: those that it makes, and those that were sent beside it. */
export interface Exchange extends ExchangeRequest {
  readonly result: Exchanged;
  readonly beside: readonly LegRequest[];
}

export const resultOf = (request: ExchangeRequest): Result<Exchanged, 'too_small' | 'too_large'> =>
  exchange({ ...request, parts: request.credits.map(({ amount }) => amount) });

export const totalOf = ({ credits }: ExchangeRequest): bigint =>
  credits.reduce((sum, { amount }) => sum + amount, 0n);

/** How many legs an exchange makes of its own. */
export const ownLegs = (recipients: number, difference: bigint): number =>
  1 + recipients + (difference > 0n ? 1 : 0);

/** All legs in the order in which they apply. */
export function legsOf({ result, beside, ...request }: Exchange): LegRequest[] {
  const { currency, liquidityIn, liquidityOut, toCurrency } = request;
  const gives = (credit: string, amount: bigint): LegRequest => ({
    debit: liquidityOut,
    credit,
    amount,
    currency: toCurrency,
  });
  return [
    { debit: request.debit, credit: liquidityIn, amount: totalOf(request), currency },
    ...request.credits.map(({ credit }, i) =>
      gives(credit, defined(result.parts[i], 'each recipient has a part').received),
    ),
    ...(result.difference > 0n ? [gives(request.roundingAccount, result.difference)] : []),
    ...beside,
  ];
}

/** Canonical JSON of what was asked: no result stands in it. */
export const exchangePayload = (request: ExchangeRequest): string =>
  canonicalJson({
    ...termsJson(request),
    credits: request.credits.map(({ credit, amount }) => ({ credit, amount: source(request, amount) })),
    debit: request.debit,
    liquidity_in: request.liquidityIn,
    liquidity_out: request.liquidityOut,
    rounding_account: request.roundingAccount,
  });

/** Canonical JSON of the record; its other accounts stand in the legs. */
export function exchangeData(state: LedgerState, request: Exchange): string {
  const { result, credits, roundingAccount: ref } = request;
  const target = (minor: bigint): string => formatMinor(minor, exponentOf(request.toCurrency));
  const id = isAccountId(ref) ? ref : state.account(ref)?.identity.id;
  return canonicalJson({
    ...termsJson(request),
    amount: source(request, totalOf(request)),
    exact: result.exact,
    given: target(result.given),
    received: target(result.received),
    difference: target(result.difference),
    parts: credits.map(({ amount }, i) => {
      const { exact, received } = defined(result.parts[i], 'each recipient has a part');
      return { amount: source(request, amount), exact, received: target(received) };
    }),
    rounding_account: typeof id === 'number' ? formatId('acc', state.ledgerId, id) : id,
    rounding_account_code: isAccountId(ref) ? undefined : ref,
  });
}

const source = ({ currency }: ExchangeRequest, minor: bigint): string =>
  formatMinor(minor, exponentOf(currency));

const termsJson = ({ currency, toCurrency, rate, rounding }: ExchangeRequest): Record<string, Json> => ({
  currency,
  to_currency: toCurrency,
  rate,
  rounding,
});

/**
 * What stands against the rounding account, in the order of the checks of a leg. It is looked at whether or not there is
 * a difference: a transfer is not to fail one day in a hundred because of an account that was never right.
 */
export function roundingRefusal(state: LedgerState, request: ExchangeRequest): RefusalCode | undefined {
  const account = state.account(request.roundingAccount);
  if (!account) return 'account_unknown';
  if (account === state.account(request.liquidityOut)) return 'same_account';
  if (account.settings.closed) return 'account_closed';
  if (account.settings.creditsFrozen) return 'credits_frozen';
  return account.identity.currency === request.toCurrency ? undefined : 'currency_mismatch';
}
