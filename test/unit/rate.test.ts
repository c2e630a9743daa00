/** Rates of API keys: one way of writing them. */
import { expect, test } from 'vitest';
import { parseRate } from '../../src/identity/rate.ts';

test.each([
  ['1/s', 1, 1],
  ['100/s', 100, 1],
  ['6000/m', 6000, 60],
  ['50000/h', 50_000, 3600],
  ['1000000/d', 1_000_000, 86_400],
])('%s is %i requests in %i seconds', (text, requests, seconds) => {
  expect(parseRate(text)).toEqual({ text, requests, seconds });
});

test.each([
  '',
  '0/s',
  '-1/s',
  '01/s',
  '1.5/s',
  '1e3/s',
  '1000001/s',
  '1/w',
  '1/ s',
  '100',
  '100/second',
  '1/s\n',
])('%j is no rate', (text) => {
  expect(parseRate(text)).toBeUndefined();
});
