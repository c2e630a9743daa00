/** `times`: a product with an integer. */

import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { isNumeric, leastOf, misfit, mostOf, type NumericShape, named, ranged } from '../shapes.ts';

export const times: Operator = {
  name: 'times',
  summary:
    'The first so many times. There are no fractions: `divide` by 100 what you took 80 times for 80 %.',
  group: 'arithmetic',
  signature: '(T, integer) → T, T one of integer, money, duration',
  missing: 'Missing where one of the two is.',
  arity: { min: 2, max: 2 },
  examples: [
    { node: { times: [{ fact: 'amount' }, 3] }, facts: { amount: '0.35' }, gives: '1.05' },
    { node: { times: [{ fact: 'amount' }, 3] }, gives: null },
  ],
  check(args) {
    const [one, factor] = args as [Shape, Shape];
    if (!isNumeric(one)) return misfit(`takes an integer, money or a duration, not ${named(one)}`, 0);
    if (factor.type !== 'integer') return misfit(`takes an integer as its second, not ${named(factor)}`, 1);
    const { min, max } = factor as NumericShape;
    const corners = [one.min * min, one.min * max, one.max * min, one.max * max];
    return ranged(one.type, leastOf(corners), mostOf(corners));
  },
  compile(args, shapes) {
    const [of, by] = args as [Evaluate, Evaluate];
    if (shapes[0]?.type !== 'money')
      return (facts) => {
        const one = of(facts) as number | undefined;
        const factor = by(facts) as number | undefined;
        // No product is −0: JSON has none.
        return one === undefined || factor === undefined ? undefined : one * factor + 0;
      };
    return (facts) => {
      const one = of(facts) as bigint | undefined;
      const factor = by(facts) as number | undefined;
      return one === undefined || factor === undefined ? undefined : one * BigInt(factor);
    };
  },
  text: ([one, factor]) => `${one} × ${factor}`,
};
