/** `not`: the opposite of a condition. */
import { err, ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { allOf, BOOLEAN } from '../shapes.ts';

export const not: Operator = {
  name: 'not',
  summary: 'True where the condition is false, and the other way round.',
  group: 'logic',
  signature: '(boolean) → boolean',
  missing: 'Missing where the condition is.',
  arity: { min: 1, max: 1 },
  examples: [
    { node: { not: [{ fact: 'recurring' }] }, facts: { recurring: false }, gives: true },
    { node: { not: [{ fact: 'recurring' }] }, gives: null },
  ],
  check(args) {
    const wrong = allOf('boolean', args);
    return wrong ? err(wrong) : ok(BOOLEAN);
  },
  compile(args) {
    const of = args[0] as Evaluate;
    return (facts) => {
      const one = of(facts);
      return one === undefined ? undefined : !one;
    };
  },
  text: ([one]) => `not ${one}`,
};
