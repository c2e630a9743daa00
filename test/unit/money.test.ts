/** Money on the wire: strict decimal strings in, canonical decimal strings out, nothing in between. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AMOUNT_MINOR_MAX,
  explainMoney,
  formatMinor,
  parseAmount,
  parseBound,
  parseMinor,
  TOTAL_MINOR_MAX,
} from '../../src/kernel/money.ts';

const exponent = fc.constantFrom(0, 2, 3);
const value = (result: ReturnType<typeof parseMinor>): bigint | string =>
  result.ok ? result.value : result.error;

describe('an amount', () => {
  test('that was formatted reads as the same minor units, for every exponent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: AMOUNT_MINOR_MAX }), exponent, (minor, e) => {
        expect(value(parseAmount(formatMinor(minor, e), e))).toBe(minor);
      }),
    );
  });

  test('with fewer decimals than the currency has names the same minor units', () => {
    for (const text of ['5', '5.0', '5.00']) expect(value(parseAmount(text, 2))).toBe(500n);
    expect(value(parseAmount('0.01', 2))).toBe(1n);
    expect(value(parseAmount('0.001', 3))).toBe(1n);
    expect(value(parseAmount('7', 0))).toBe(7n);
  });

  test('is formatted with all decimals of its currency', () => {
    expect(formatMinor(5n, 2)).toBe('0.05');
    expect(formatMinor(125050n, 2)).toBe('1250.50');
    expect(formatMinor(1n, 3)).toBe('0.001');
    expect(formatMinor(1250n, 0)).toBe('1250');
  });

  test.each([
    '',
    ' ',
    '-1',
    '+1',
    '1e3',
    '1E3',
    '0x10',
    '1,000',
    '1_000',
    '1 000',
    '01',
    '00',
    '00.10',
    '.5',
    '5.',
    '5..0',
    '5.0.0',
    ' 5',
    '5 ',
    '5\n',
    '\n5',
    'NaN',
    'Infinity',
    '५',
    '\uff15',
    '1.٥',
    '₹5',
    '5n',
    '10000000000000000000',
  ])('written %j is not a decimal', (text) => {
    expect(value(parseMinor(text, 2))).toBe('not_a_decimal');
  });

  test('with more decimals than the currency has is refused, zeros included', () => {
    expect(value(parseAmount('5.000', 2))).toBe('too_many_decimals');
    expect(value(parseAmount('5.0', 0))).toBe('too_many_decimals');
    expect(value(parseAmount('5.0001', 3))).toBe('too_many_decimals');
  });

  test('of zero moves nothing and is refused', () => {
    expect(value(parseAmount('0', 2))).toBe('zero');
    expect(value(parseAmount('0.00', 2))).toBe('zero');
  });

  test('may be the maximum and not one minor unit more', () => {
    expect(value(parseAmount('10000000000000.00', 2))).toBe(AMOUNT_MINOR_MAX);
    expect(value(parseAmount('10000000000000.01', 2))).toBe('too_large');
  });

  test('never becomes another number of minor units by way of a text that parses', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.-+e ') }), exponent, (text, e) => {
        const parsed = parseMinor(text, e);
        if (!parsed.ok) return;
        const [whole = '', decimals = ''] = formatMinor(parsed.value, e).split('.');
        const [sentWhole = '', sentDecimals = ''] = text.split('.');
        expect([whole, decimals]).toEqual([sentWhole, sentDecimals.padEnd(e, '0')]);
      }),
    );
  });
});

describe('a bound', () => {
  test('that was formatted reads as the same minor units, negative ones included', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -TOTAL_MINOR_MAX, max: TOTAL_MINOR_MAX }), exponent, (minor, e) => {
        expect(value(parseBound(formatMinor(minor, e), e))).toBe(minor);
      }),
    );
  });

  test('may be zero but has one spelling of it', () => {
    expect(value(parseBound('0', 2))).toBe(0n);
    expect(value(parseBound('-0', 2))).toBe('not_a_decimal');
    expect(value(parseBound('-0.00', 2))).toBe('not_a_decimal');
    expect(value(parseBound('--1', 2))).toBe('not_a_decimal');
  });

  test('lies within what an account can count', () => {
    expect(value(parseBound('-90000000000000000.00', 2))).toBe(-TOTAL_MINOR_MAX);
    expect(value(parseBound('90000000000000000.01', 2))).toBe('too_large');
  });
});

test('every problem has an explanation that tells what to send', () => {
  for (const problem of ['not_a_decimal', 'too_many_decimals', 'zero', 'too_large'] as const)
    expect(explainMoney(problem, 'INR', 2)).toMatch(/send/);
  expect(explainMoney('too_large', 'KWD', 3)).toContain('1000000000000.000');
});

test('totals have room for one more amount below the limit of a 64-bit integer', () => {
  expect(TOTAL_MINOR_MAX + AMOUNT_MINOR_MAX < 2n ** 63n).toBe(true);
});
