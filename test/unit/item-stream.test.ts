/** What a line of a stream weighs in the window. */
import { expect, test } from 'vitest';
import { weightOf } from '../../src/engine/item-stream.ts';
import { FailureError } from '../../src/kernel/failure.ts';

const weigh = (bytes: number, sent: unknown) => weightOf({ line: 1, bytes, sent });
const legs = (count: number) => ({ legs: Array.from({ length: count }, () => ({})) });

test('a line weighs its legs, as in the line of the ledger, or its bytes where these are more', () => {
  expect(weigh(100, legs(1))).toBe(1);
  expect(weigh(100, legs(100))).toBe(100);
  expect(weigh(65_536, legs(100))).toBe(128);
  expect(weigh(513, legs(1))).toBe(2);
});

test('a line that is no transfer weighs its bytes, and never nothing', () => {
  for (const sent of [null, 1, 'text', {}, { legs: 5 }, legs(0), new FailureError('invalid_json')])
    expect([weigh(1, sent), weigh(1024, sent)]).toEqual([1, 2]);
});
