/** `minus`: a difference. */
import type { Evaluate, Operator } from '../operator.ts';
import { type NumericShape, ranged, sameNumeric } from '../shapes.ts';

export const minus: Operator = {
  name: 'minus',
  summary: 'The first less the second; below zero where the second is greater.',
  group: 'arithmetic',
  signature: '(T, T) → T, T one of integer, money, duration',
  missing: 'Missing where one of the two is.',
  arity: { min: 2, max: 2 },
  examples: [
    { node: { minus: [{ money: '10.00' }, { fact: 'amount' }] }, facts: { amount: '12.50' }, gives: '-2.50' },
    { node: { minus: [{ money: '10.00' }, { fact: 'amount' }] }, gives: null },
  ],
  check(args) {
    const numeric = sameNumeric(args);
    if (!numeric.ok) return numeric;
    const [one, other] = numeric.value as [NumericShape, NumericShape];
    return ranged(one.type, one.min - other.max, one.max - other.min);
  },
  compile(args) {
    const [left, right] = args as [Evaluate, Evaluate];
    return (facts) => {
      const one = left(facts) as number | undefined;
      const other = right(facts) as number | undefined;
      return one === undefined || other === undefined ? undefined : one - other;
    };
  },
  text: ([one, other]) => `${one} − ${other}`,
};
