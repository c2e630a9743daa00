/** `more_than`: whether the first is above the second. */
import { comparison } from './comparison.ts';

export const moreThan = comparison(
  {
    name: 'more_than',
    sign: '>',
    summary: 'True where the first is above the second.',
    holds: (one, other) => one > other,
    examples: [
      {
        node: { more_than: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '4999.99' },
        gives: false,
      },
      {
        node: { more_than: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.00' },
        gives: false,
      },
      {
        node: { more_than: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.01' },
        gives: true,
      },
      { node: { more_than: [{ fact: 'amount' }, { money: '5000' }] }, gives: null },
    ],
  },
  (left, right) => (facts) => {
    const one = left(facts);
    const other = right(facts);
    return one === undefined || other === undefined ? undefined : one > other;
  },
  (left, bound) => (facts) => {
    const one = left(facts);
    return one === undefined ? undefined : one > bound;
  },
);
