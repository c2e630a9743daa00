/** `smallest_of`: the smallest of some numbers. */
import { ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { leastOf, type NumericShape, sameNumeric } from '../shapes.ts';

export const smallestOf: Operator = {
  name: 'smallest_of',
  summary: 'The smallest of all.',
  group: 'arithmetic',
  signature: '(T, T …) → T, T one of integer, money, duration',
  missing: 'Missing where one is.',
  arity: { min: 2, max: 16 },
  examples: [
    {
      node: { smallest_of: [{ fact: 'amount' }, { money: '100' }] },
      facts: { amount: '99.99' },
      gives: '99.99',
    },
    { node: { smallest_of: [{ fact: 'amount' }, { money: '100' }] }, gives: null },
  ],
  check(args) {
    const numeric = sameNumeric(args);
    if (!numeric.ok) return numeric;
    const shapes = numeric.value;
    const { type } = shapes[0] as NumericShape;
    return ok({
      type,
      min: leastOf(shapes.map(({ min }) => min)),
      max: leastOf(shapes.map(({ max }) => max)),
    });
  },
  compile: (args) => (facts) => {
    let smallest = (args[0] as Evaluate)(facts);
    if (smallest === undefined) return undefined;
    for (let i = 1; i < args.length; i++) {
      const one = (args[i] as Evaluate)(facts);
      if (one === undefined) return undefined;
      if (one < smallest) smallest = one;
    }
    return smallest;
  },
  text: (args) => `smallest of (${args.join(', ')})`,
};
