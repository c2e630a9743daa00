/** `equals`: whether two values of one type are the same. */
import { ok } from '../../kernel/result.ts';
import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { areDisjoint, BOOLEAN, isNumeric, misfit, named } from '../shapes.ts';

export const equals: Operator = {
  name: 'equals',
  summary:
    'True where both are the same. A text that the other side can never be is refused: it is a slip of the pen.',
  group: 'comparison',
  signature: '(T, T) → boolean',
  missing: 'Missing where one of the two is: nothing equals what is missing.',
  arity: { min: 2, max: 2 },
  examples: [
    { node: { equals: [{ fact: 'channel' }, 'upi'] }, facts: { channel: 'upi' }, gives: true },
    { node: { equals: [{ fact: 'channel' }, 'upi'] }, facts: { channel: 'card' }, gives: false },
    { node: { equals: [{ fact: 'channel' }, 'upi'] }, gives: null },
  ],
  check(args) {
    const [one, other] = args as [Shape, Shape];
    if (one.type !== other.type) return misfit(`${named(one)} never equals ${named(other)}`);
    if (areDisjoint(one, other))
      return misfit(
        `is never true: one is of ${one.values?.join(', ')}; the other of ${other.values?.join(', ')}`,
      );
    if (isNumeric(one) && isNumeric(other) && (one.max < other.min || other.max < one.min))
      return misfit('is never true: the ranges of the two have nothing in common');
    return ok(BOOLEAN);
  },
  compile([left, right]) {
    const [a, b] = [left as Evaluate, right as Evaluate];
    return (facts) => {
      const one = a(facts);
      const other = b(facts);
      return one === undefined || other === undefined ? undefined : one === other;
    };
  },
  text: ([one, other]) => `${one} = ${other}`,
};
