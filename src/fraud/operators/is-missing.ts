/** `is_missing`: whether a value is there at all. */
import { ok } from '../../kernel/result.ts';
import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { BOOLEAN, misfit } from '../shapes.ts';

export const isMissing: Operator = {
  name: 'is_missing',
  summary:
    'True where the value is missing: nobody claimed it, the party is no account here, or it cannot be reckoned.',
  group: 'missing values',
  signature: '(T) → boolean',
  missing: 'Never missing.',
  arity: { min: 1, max: 1 },
  examples: [
    { node: { is_missing: [{ fact: 'device_binding' }] }, gives: true },
    { node: { is_missing: [{ fact: 'device_binding' }] }, facts: { device_binding: 'bound' }, gives: false },
  ],
  check(args) {
    const [one] = args as [Shape];
    return one.constant === undefined ? ok(BOOLEAN) : misfit('is never true: a constant is never missing', 0);
  },
  compile(args) {
    const of = args[0] as Evaluate;
    return (facts) => of(facts) === undefined;
  },
  text: ([one]) => `${one} is missing`,
};
