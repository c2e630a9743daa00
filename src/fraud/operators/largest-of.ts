/** `largest_of`: the largest of some numbers. */
import { ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { mostOf, type NumericShape, sameNumeric } from '../shapes.ts';

export const largestOf: Operator = {
  name: 'largest_of',
  summary: 'The largest of all.',
  group: 'arithmetic',
  signature: '(T, T …) → T, T one of integer, money, duration',
  missing: 'Missing where one is.',
  arity: { min: 2, max: 16 },
  examples: [
    {
      node: { largest_of: [{ fact: 'amount' }, { money: '100' }] },
      facts: { amount: '99.99' },
      gives: '100.00',
    },
    { node: { largest_of: [{ fact: 'amount' }, { money: '100' }] }, gives: null },
  ],
  check(args) {
    const numeric = sameNumeric(args);
    if (!numeric.ok) return numeric;
    const shapes = numeric.value;
    const { type } = shapes[0] as NumericShape;
    return ok({ type, min: mostOf(shapes.map(({ min }) => min)), max: mostOf(shapes.map(({ max }) => max)) });
  },
  compile: (args) => (facts) => {
    let largest = (args[0] as Evaluate)(facts);
    if (largest === undefined) return undefined;
    for (let i = 1; i < args.length; i++) {
      const one = (args[i] as Evaluate)(facts);
      if (one === undefined) return undefined;
      if (one > largest) largest = one;
    }
    return largest;
  },
  text: (args) => `largest of (${args.join(', ')})`,
};
