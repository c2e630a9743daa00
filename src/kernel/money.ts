/**
 * Money: integer minor units as bigint inside, decimal strings in major units on the wire.
 *
 * Parsing is strict: digits, an optional point and at most as many decimals as the currency has (ISO 4217);
 * no sign, no exponent, no grouping, no leading zeros, never a JSON number. `"5"`, `"5.0"` and `"5.00"` name
 * the same amount of a currency with two decimals; the canonical form carries all decimals.
 */
import { err, ok, type Result } from './result.ts';

/** The most that one leg may move: 10^15 minor units (ten lakh crore rupees). */
export const AMOUNT_MINOR_MAX = 10n ** 15n;
/** The most that an account's cumulative debits or credits may reach: below 2^63 with room for one amount. */
export const TOTAL_MINOR_MAX = 9n * 10n ** 18n;

export type MoneyProblem = 'not_a_decimal' | 'too_many_decimals' | 'zero' | 'too_large';

const DECIMAL = /^(0|[1-9]\d{0,18})(?:\.(\d+))?$/;

/** Minor units of a non-negative decimal string. Fails with the reason; zero passes. */
export function parseMinor(text: string, exponent: number): Result<bigint, MoneyProblem> {
  const match = DECIMAL.exec(text);
  if (!match) return err('not_a_decimal');
  const decimals = match[2] ?? '';
  if (decimals.length > exponent) return err('too_many_decimals');
  return ok(BigInt(`${match[1]}${decimals.padEnd(exponent, '0')}`));
}

/** Minor units of an amount to move: above zero and at most AMOUNT_MINOR_MAX. */
export function parseAmount(text: string, exponent: number): Result<bigint, MoneyProblem> {
  const minor = parseMinor(text, exponent);
  if (!minor.ok) return minor;
  if (minor.value === 0n) return err('zero');
  return minor.value > AMOUNT_MINOR_MAX ? err('too_large') : minor;
}

/** Minor units of a bound (floor, ceiling): may be negative, at most TOTAL_MINOR_MAX either way. */
export function parseBound(text: string, exponent: number): Result<bigint, MoneyProblem> {
  const negative = text.startsWith('-');
  const minor = parseMinor(negative ? text.slice(1) : text, exponent);
  if (!minor.ok) return minor;
  if (negative && minor.value === 0n) return err('not_a_decimal');
  if (minor.value > TOTAL_MINOR_MAX) return err('too_large');
  return ok(negative ? -minor.value : minor.value);
}

/** Canonical decimal string with all decimals of the currency. */
export function formatMinor(minor: bigint, exponent: number): string {
  if (exponent === 0) return minor.toString();
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  return `${minor < 0n ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

/** A non-negative decimal string without trailing zeros: one text for `"5"`, `"5.0"` and `"5.00"`, whatever the currency. */
export const trimDecimal = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

/** What a person should do about it, in words that name the currency's own rule. */
export function explainMoney(problem: MoneyProblem, currency: string, exponent: number): string {
  switch (problem) {
    case 'not_a_decimal':
      return 'send a decimal string such as "1250.50": digits with an optional point, no sign, exponent or grouping';
    case 'too_many_decimals':
      return `${currency} has ${exponent} decimals; send at most that many`;
    case 'zero':
      return 'send an amount above zero';
    case 'too_large':
      return `send at most ${formatMinor(AMOUNT_MINOR_MAX, exponent)} in one leg`;
  }
}
