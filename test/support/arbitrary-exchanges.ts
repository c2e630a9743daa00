/** Arbitraries of exchanges as the wire would accept them, with their legs made by the engine. */
import fc from 'fast-check';
import type { CreateTransfer, LegRequest } from '../../src/engine/command.ts';
import { type ExchangeRequest, legsOf, resultOf } from '../../src/engine/exchange.ts';
import { CURRENCIES, exponentOf } from '../../src/kernel/currency.ts';
import { AMOUNT_MINOR_MAX, trimDecimal } from '../../src/kernel/money.ts';
import { type ExchangeTerms, isRate, ROUNDINGS } from '../../src/ledger/exchange.ts';

const rate = fc
  .tuple(
    fc.bigInt({ min: 0n, max: 999_999_999_999n }),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\d{1,18}$/), fc.stringMatching(/^0{1,8}[1-9]{1,3}$/)),
  )
  .map(([whole, decimals]) => (decimals === '' ? `${whole}` : trimDecimal(`${whole}.${decimals}`)))
  .filter(isRate);
/** Near one, so that most exchanges come to something. */
const usualRate = fc
  .stringMatching(/^[0-3]\.\d{1,7}$/)
  .map(trimDecimal)
  .filter(isRate);

const parts = fc.array(fc.bigInt({ min: 1n, max: AMOUNT_MINOR_MAX / 8n }), { minLength: 1, maxLength: 6 });
const smallParts = fc.array(fc.bigInt({ min: 1n, max: 500n }), { minLength: 1, maxLength: 6 });

export const terms: fc.Arbitrary<ExchangeTerms> = fc
  .record({
    currencies: fc.shuffledSubarray([...CURRENCIES], { minLength: 2, maxLength: 2 }),
    rate: fc.oneof(rate, usualRate),
    rounding: fc.constantFrom(...ROUNDINGS),
    parts: fc.oneof(parts, smallParts),
  })
  .map(({ currencies: [currency = '', toCurrency = ''], ...rest }) => ({ currency, toCurrency, ...rest }));

/** A transfer that exchanges, with whatever stands beside it. */
export function exchanging(
  request: fc.Arbitrary<ExchangeRequest>,
  beside: fc.Arbitrary<LegRequest[]>,
): fc.Arbitrary<CreateTransfer> {
  return fc
    .tuple(request, beside)
    .map(([asked, others]) => {
      const result = resultOf(asked);
      if (!result.ok) return undefined;
      const exchange = { ...asked, result: result.value, beside: others };
      return { type: 'transfer.create' as const, legs: legsOf(exchange), exchange };
    })
    .filter((transfer) => transfer !== undefined);
}

/** Between accounts of any name. */
export const anyRequest = (ref: fc.Arbitrary<string>): fc.Arbitrary<ExchangeRequest> =>
  fc
    .tuple(terms, fc.tuple(ref, ref, ref, ref), fc.array(ref, { minLength: 6, maxLength: 6 }))
    .map(([{ parts: amounts, ...rest }, [debit, liquidityIn, liquidityOut, roundingAccount], credits]) => ({
      ...rest,
      debit,
      liquidityIn,
      liquidityOut,
      roundingAccount,
      credits: amounts.map((amount, i) => ({ credit: credits[i] as string, amount })),
    }));

/** Between the accounts of a script, by currency: so few that they meet again and again. */
export const scriptRequest = (
  codes: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<ExchangeRequest> =>
  fc
    .shuffledSubarray(Object.keys(codes), { minLength: 2, maxLength: 2 })
    .chain(([currency = '', toCurrency = '']) => {
      const of = (name: string): fc.Arbitrary<string> =>
        fc.oneof(
          { weight: 40, arbitrary: fc.constantFrom(...(codes[name] as string[])) },
          fc.constantFrom('nobody', ...Object.values(codes).flat()),
        );
      const unit = 10n ** BigInt(exponentOf(currency));
      return fc.record({
        currency: fc.constant(currency),
        toCurrency: fc.constant(toCurrency),
        debit: of(currency),
        liquidityIn: of(currency),
        liquidityOut: of(toCurrency),
        credits: fc.array(
          fc.record({
            credit: of(toCurrency),
            amount: fc.oneof(fc.bigInt({ min: 1n, max: 40n }), fc.constant(unit)),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        rate: usualRate,
        rounding: fc.constantFrom(...ROUNDINGS),
        roundingAccount: of(toCurrency),
      });
    });
