/** `choose`: one value or another, as a condition says. */
import { ok } from '../../kernel/result.ts';
import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { either, misfit, named } from '../shapes.ts';

export const choose: Operator = {
  name: 'choose',
  summary: 'The second where the condition is true, the third where it is false.',
  group: 'logic',
  signature: '(boolean, T, T) → T',
  missing: 'Missing where the condition is, or the value that it chooses.',
  arity: { min: 3, max: 3 },
  examples: [
    {
      node: { choose: [{ fact: 'recurring' }, { money: '15000' }, { money: '5000' }] },
      facts: { recurring: true },
      gives: '15000.00',
    },
    {
      node: { choose: [{ fact: 'recurring' }, { money: '15000' }, { money: '5000' }] },
      facts: { recurring: false },
      gives: '5000.00',
    },
    { node: { choose: [{ fact: 'recurring' }, { money: '15000' }, { money: '5000' }] }, gives: null },
  ],
  check(args) {
    const [condition, one, other] = args as [Shape, Shape, Shape];
    if (condition.type !== 'boolean') return misfit(`chooses by a condition, not by ${named(condition)}`, 0);
    if (one.type !== other.type)
      return misfit(`chooses between values of one type, not ${named(one)} and ${named(other)}`, 2);
    return ok(either(one, other));
  },
  compile(args) {
    const [condition, one, other] = args as [Evaluate, Evaluate, Evaluate];
    return (facts) => {
      const holds = condition(facts);
      return holds === undefined ? undefined : holds ? one(facts) : other(facts);
    };
  },
  text: ([condition, one, other]) => `if ${condition} then ${one} else ${other}`,
};
