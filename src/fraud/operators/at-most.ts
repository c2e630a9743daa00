/** `at_most`: whether the first is the second or below it. */
import { comparison } from './comparison.ts';

export const atMost = comparison(
  {
    name: 'at_most',
    sign: '≤',
    summary: 'True where the first is the second or below it.',
    holds: (one, other) => one <= other,
    examples: [
      {
        node: { at_most: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '4999.99' },
        gives: true,
      },
      {
        node: { at_most: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.00' },
        gives: true,
      },
      {
        node: { at_most: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.01' },
        gives: false,
      },
      { node: { at_most: [{ fact: 'amount' }, { money: '5000' }] }, gives: null },
    ],
  },
  (left, right) => (facts) => {
    const one = left(facts);
    const other = right(facts);
    return one === undefined || other === undefined ? undefined : one <= other;
  },
  (left, bound) => (facts) => {
    const one = left(facts);
    return one === undefined ? undefined : one <= bound;
  },
);
