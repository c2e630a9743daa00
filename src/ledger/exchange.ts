/**
 * Currency exchange: what an amount of one currency is in another at a stated rate, in whole minor units, pure and exact.
 *
 * The rate is how much of the target currency one unit (major) of the source currency buys. Every product is computed
 * without loss: 16 digits of amount and 30 of rate are far below the precision of `Exact`. Whole units are made of it so:
 *
 *   exact     sum of the parts times the rate, with all its decimals
 *   given     exact rounded up to a minor unit: what the liquidity account of the target currency gives
 *   received  exact rounded by the stated mode: what the recipients receive together
 *   difference = given - received, which is 0 or 1 minor unit and goes to the rounding account
 *
 * Several recipients: each receives its own exact part rounded down, and the units that are then missing from `received`
 * go one each to the parts with the largest remainders, of equal ones to those named first (largest remainder). So the
 * parts add up to `received`, every part is less than one minor unit away from its exact value, and one that is exact
 * stays exact.
 *
 * Nothing is created or lost: each currency is moved by legs, and each leg balances by itself.
 */
import { Decimal } from 'decimal.js';
import { assert } from '../kernel/assert.ts';
import { exponentOf } from '../kernel/currency.ts';
import { AMOUNT_MINOR_MAX } from '../kernel/money.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** An amount lies between two minor units: which one it becomes. Amounts are above zero, so up is away from zero. */
const MODES = {
  half_even: Decimal.ROUND_HALF_EVEN,
  half_up: Decimal.ROUND_HALF_UP,
  half_down: Decimal.ROUND_HALF_DOWN,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
} as const;

export type Rounding = keyof typeof MODES;
export const ROUNDINGS = Object.keys(MODES) as Rounding[];

/** Digits before the point, and behind it. */
const RATE = /^(0|[1-9]\d{0,11})(\.\d{1,18})?$/;
export const RATE_PATTERN = RATE.source;

/** A decimal string above zero with at most 12 digits before the point and 18 behind it, no sign, no exponent. */
export const isRate = (text: string): boolean => RATE.test(text) && /[1-9]/.test(text);

/** Own constructor: the settings of the library's shared one are anybody's to change. */
const Exact = Decimal.clone({
  defaults: true,
  precision: 80,
  rounding: Decimal.ROUND_DOWN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});

export interface ExchangeTerms {
  readonly currency: string;
  readonly toCurrency: string;
  readonly rate: string;
  readonly rounding: Rounding;
  /** What is exchanged for each recipient, minor units of `currency`, above zero. */
  readonly parts: readonly bigint[];
}

export interface ExchangedPart {
  /** Major units of the target currency, with as many decimals as it takes. */
  readonly exact: string;
  /** Minor units. */
  readonly received: bigint;
}

export interface Exchanged extends ExchangedPart {
  readonly given: bigint;
  /** 0 or 1. */
  readonly difference: bigint;
  readonly parts: readonly ExchangedPart[];
}

/**
 * Requires two different currencies, a rate that `isRate`, and parts of AMOUNT_MINOR_MAX or less together.
 * Fails where a recipient would receive nothing, or more would be given than one leg may move.
 */
export function exchange(terms: ExchangeTerms): Result<Exchanged, 'too_small' | 'too_large'> {
  const { currency, toCurrency, rate, rounding, parts } = terms;
  const total = parts.reduce((sum, part) => sum + part, 0n);
  assert(currency !== toCurrency && isRate(rate), 'an exchange has two currencies and a rate');
  assert(total <= AMOUNT_MINOR_MAX, 'what is exchanged is an amount');
  const toExponent = exponentOf(toCurrency);
  const perMinor = new Exact(rate).times(new Exact(`1e${toExponent - exponentOf(currency)}`));
  const exactMinor = (minor: bigint): Decimal => perMinor.times(new Exact(minor.toString()));
  const major = (minor: Decimal): string => minor.times(new Exact(`1e-${toExponent}`)).toFixed();

  const exact = exactMinor(total);
  const given = whole(exact, Decimal.ROUND_UP);
  const received = whole(exact, MODES[rounding]);
  const exacts = parts.map(exactMinor);
  const shares = apportion(exacts, received);
  if (given > AMOUNT_MINOR_MAX) return err('too_large');
  if (shares.some((share) => share === 0n)) return err('too_small');
  const difference = given - received;
  assert(difference === 0n || difference === 1n, 'rounding up is at most one unit above any other rounding');
  return ok({
    exact: major(exact),
    given,
    received,
    difference,
    parts: shares.map((share, i) => ({ exact: major(exacts[i] as Decimal), received: share })),
  });
}

const whole = (exact: Decimal, mode: Decimal.Rounding): bigint =>
  BigInt(exact.toDecimalPlaces(0, mode).toFixed(0));

/** Whole numbers that add up to `total`: largest remainder. Requires floor of the sum <= total <= ceiling of the sum. */
function apportion(exacts: readonly Decimal[], total: bigint): bigint[] {
  const shares = exacts.map((exact) => whole(exact, Decimal.ROUND_DOWN));
  const missing = Number(total - shares.reduce((sum, share) => sum + share, 0n));
  const byRemainder = exacts
    .map((exact, i) => ({ i, remainder: exact.minus(exact.trunc()) }))
    .sort((a, b) => b.remainder.comparedTo(a.remainder) || a.i - b.i);
  assert(missing >= 0 && missing <= exacts.length, 'fewer units are missing than there are parts');
  for (const { i, remainder } of byRemainder.slice(0, missing)) {
    assert(!remainder.isZero(), 'an exact part stays exact');
    shares[i] = (shares[i] as bigint) + 1n;
  }
  return shares;
}
