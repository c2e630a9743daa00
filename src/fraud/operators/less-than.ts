/** `less_than`: whether the first is below the second. */
import { comparison } from './comparison.ts';

export const lessThan = comparison(
  {
    name: 'less_than',
    sign: '<',
    summary: 'True where the first is below the second.',
    holds: (one, other) => one < other,
    examples: [
      {
        node: { less_than: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '4999.99' },
        gives: true,
      },
      {
        node: { less_than: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.00' },
        gives: false,
      },
      {
        node: { less_than: [{ fact: 'amount' }, { money: '5000' }] },
        facts: { amount: '5000.01' },
        gives: false,
      },
      { node: { less_than: [{ fact: 'amount' }, { money: '5000' }] }, gives: null },
    ],
  },
  (left, right) => (facts) => {
    const one = left(facts);
    const other = right(facts);
    return one === undefined || other === undefined ? undefined : one < other;
  },
  (left, bound) => (facts) => {
    const one = left(facts);
    return one === undefined ? undefined : one < bound;
  },
);
