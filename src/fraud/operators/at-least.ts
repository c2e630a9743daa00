/** `at_least`: whether the first is the second or above it. */
import { comparison } from './comparison.ts';

export const atLeast = comparison(
  {
    name: 'at_least',
    sign: '≥',
    summary: 'True where the first is the second or above it.',
    holds: (one, other) => one >= other,
    examples: [
      {
        node: { at_least: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '4999.99' },
        gives: false,
      },
      {
        node: { at_least: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.00' },
        gives: true,
      },
      {
        node: { at_least: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.01' },
        gives: true,
      },
      { node: { at_least: [{ fact: 'amount' }, { money: '5000' }] }, gives: null },
    ],
  },
  (left, right) => (facts) => {
    const one = left(facts);
    const other = right(facts);
    return one === undefined || other === undefined ? undefined : one >= other;
  },
  (left, bound) => (facts) => {
    const one = left(facts);
    return one === undefined ? undefined : one >= bound;
  },
);
