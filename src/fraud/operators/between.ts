/** `between`: whether a number stands between two others, both included. */
import { ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { BOOLEAN, misfit, type NumericShape, sameNumeric } from '../shapes.ts';
import type { Value } from '../value.ts';

export const between: Operator = {
  name: 'between',
  summary: 'True where the first is the second or above it, and the third or below it.',
  group: 'comparison',
  signature: '(T, T, T) → boolean, T one of integer, money, duration',
  missing: 'Missing where one of the three is.',
  arity: { min: 3, max: 3 },
  examples: [
    { node: { between: [{ fact: 'local_hour' }, 0, 5] }, facts: { local_hour: 5 }, gives: true },
    { node: { between: [{ fact: 'local_hour' }, 0, 5] }, facts: { local_hour: 6 }, gives: false },
    { node: { between: [{ fact: 'local_hour' }, 0, 5] }, gives: null },
  ],
  check(args) {
    const numeric = sameNumeric(args);
    if (!numeric.ok) return numeric;
    const [one, low, high] = numeric.value as [NumericShape, NumericShape, NumericShape];
    const isEmpty = low.min > high.max || one.max < low.min || one.min > high.max;
    return isEmpty ? misfit('is never true: nothing of the first lies between the other two') : ok(BOOLEAN);
  },
  compile(args) {
    const [of, from, to] = args as [Evaluate, Evaluate, Evaluate];
    return (facts) => {
      const one: Value = of(facts);
      const low = from(facts);
      const high = to(facts);
      if (one === undefined || low === undefined || high === undefined) return undefined;
      return one >= low && one <= high;
    };
  },
  text: ([one, low, high]) => `${one} from ${low} to ${high}`,
};
