/** ISO 4217: the decimals of a currency are law for its amounts. */
import { expect, test } from 'vitest';
import { CURRENCIES, exponentOf, isCurrency } from '../../src/kernel/currency.ts';

test.each([
  ['INR', 2],
  ['USD', 2],
  ['EUR', 2],
  ['JPY', 0],
  ['KRW', 0],
  ['VND', 0],
  ['XOF', 0],
  ['KWD', 3],
  ['BHD', 3],
  ['TND', 3],
])('%s has %i decimals', (code, decimals) => {
  expect(exponentOf(code)).toBe(decimals);
});

test.each(['', 'inr', 'IN', 'INRR', 'XAU', 'XXX', 'XTS', 'DEM', 'BTC', 'INR ', 'constructor'])(
  '%j is no currency',
  (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(() => exponentOf(code)).toThrow(RangeError);
  },
);

test('the list is sorted, without repeats, of three capital letters each', () => {
  expect(CURRENCIES).toEqual([...new Set(CURRENCIES)].sort());
  for (const code of CURRENCIES) expect(code).toMatch(/^[A-Z]{3}$/);
  expect(CURRENCIES.length).toBeGreaterThan(150);
});
