/** Exchanges against whole-number arithmetic written apart: no unit is made or lost, whatever the rate and the mode. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentOf } from '../../src/kernel/currency.ts';
import { AMOUNT_MINOR_MAX } from '../../src/kernel/money.ts';
import { type Exchanged, type ExchangeTerms, exchange } from '../../src/ledger/exchange.ts';
import { terms } from '../support/arbitrary-exchanges.ts';
import { modelRate, modelRound } from '../support/model-exchange.ts';

const RUNS = { numRuns: 5000 };

/** Those that come to something. */
const forAll = (holds: (terms: ExchangeTerms, result: Exchanged) => void): void =>
  fc.assert(
    fc.property(terms, (asked) => {
      const result = exchange(asked);
      fc.pre(result.ok);
      holds(asked, result.value);
    }),
    RUNS,
  );

const sum = (of: readonly bigint[]): bigint => of.reduce((total, one) => total + one, 0n);

/** The text of a decimal as a fraction over a power of ten. */
function fractionOf(text: string) {
  const [whole = '', decimals = ''] = text.split('.');
  return { numerator: BigInt(whole + decimals), denominator: 10n ** BigInt(decimals.length) };
}

describe('an exchange', () => {
  test('gives the exact amount rounded up, and what it gives is received or left over', () => {
    forAll((asked, { given, received, difference, parts }) => {
      const { numerator, denominator } = modelRate(asked);
      const exact = sum(asked.parts) * numerator;
      expect(given).toBe(modelRound(exact, denominator, 'up'));
      expect(received).toBe(modelRound(exact, denominator, asked.rounding));
      expect(given).toBe(received + difference);
      expect([0n, 1n]).toContain(difference);
      expect(sum(parts.map((part) => part.received))).toBe(received);
    });
  });

  test('gives every recipient less than a unit more or less than is exactly theirs, and what is whole as it is', () => {
    forAll((asked, { parts }) => {
      const { numerator, denominator } = modelRate(asked);
      for (const [i, { received }] of parts.entries()) {
        const exact = (asked.parts[i] as bigint) * numerator;
        const off = received * denominator - exact;
        expect(off < denominator && off > -denominator).toBe(true);
        if (exact % denominator === 0n) expect(off).toBe(0n);
      }
    });
  });

  test('states what is exact without loss', () => {
    forAll((asked, result) => {
      const { numerator, denominator } = modelRate(asked);
      const unit = 10n ** BigInt(exponentOf(asked.toCurrency));
      const all = [{ ...result, minor: sum(asked.parts) }].concat(
        result.parts.map((part, i) => ({ ...result, ...part, minor: asked.parts[i] as bigint })),
      );
      for (const { exact, minor } of all) {
        const stated = fractionOf(exact);
        expect(stated.numerator * unit * denominator).toBe(minor * numerator * stated.denominator);
      }
    });
  });

  test('there and back at no better than the inverse rate never brings more than was given', () => {
    const scale = 10n ** 18n;
    forAll(({ parts, ...asked }, { received }) => {
      const { numerator, denominator } = fractionOf(asked.rate);
      // 1 / rate, cut off at 18 decimals: at most the inverse.
      const inverse = (denominator * scale) / numerator;
      fc.pre(inverse > 0n && inverse < 10n ** 30n && received <= AMOUNT_MINOR_MAX);
      const back = exchange({
        currency: asked.toCurrency,
        toCurrency: asked.currency,
        rate: `${inverse / scale}.${String(inverse % scale).padStart(18, '0')}`,
        rounding: 'down',
        parts: [received],
      });
      fc.pre(back.ok);
      const total = sum(parts);
      // Received may be up to a unit too much, where it was not rounded down: then so much is what one unit is worth.
      const { numerator: n, denominator: d } = modelRate({ ...asked });
      const unit = asked.rounding === 'down' ? 0n : modelRound(d, n, 'up');
      expect(back.value.received <= total + unit).toBe(true);
    });
  });
});
