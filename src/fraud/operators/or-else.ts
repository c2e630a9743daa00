/** `or_else`: what counts in the place of a missing value. */
import { ok } from '../../kernel/result.ts';
import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { either, misfit, named } from '../shapes.ts';

export const orElse: Operator = {
  name: 'or_else',
  summary:
    'The first, and where that is missing the second. So a rule says what it takes a missing fact for; nothing else does.',
  group: 'missing values',
  signature: '(T, T) → T',
  missing: 'Missing where both are.',
  arity: { min: 2, max: 2 },
  examples: [
    { node: { or_else: [{ fact: 'telecom_risk' }, 'high'] }, facts: { telecom_risk: 'low' }, gives: 'low' },
    { node: { or_else: [{ fact: 'telecom_risk' }, 'high'] }, gives: 'high' },
  ],
  check(args) {
    const [one, other] = args as [Shape, Shape];
    if (one.constant !== undefined) return misfit('a constant is never missing: the second never counts', 0);
    if (one.type !== other.type)
      return misfit(`takes two of one type, not ${named(one)} and ${named(other)}`, 1);
    return ok(either(one, other));
  },
  compile(args) {
    const [of, instead] = args as [Evaluate, Evaluate];
    return (facts) => of(facts) ?? instead(facts);
  },
  text: ([one, other]) => `${one} or else ${other}`,
};
