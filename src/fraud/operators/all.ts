/** `all`: conditions that all hold. */
import { err, ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { allOf, BOOLEAN } from '../shapes.ts';
import type { Value } from '../value.ts';

export const all: Operator = {
  name: 'all',
  summary: 'True where all conditions are, false where one is false.',
  group: 'logic',
  signature: '(boolean …) → boolean',
  missing:
    'False where one is false, whatever is missing; else missing where one is missing (Kleene’s strong logic).',
  arity: { min: 2, max: 32 },
  examples: [
    {
      node: { all: [{ fact: 'recurring' }, { fact: 'active_call' }] },
      facts: { recurring: true, active_call: true },
      gives: true,
    },
    {
      node: { all: [{ fact: 'recurring' }, { fact: 'active_call' }] },
      facts: { active_call: false },
      gives: false,
    },
    {
      node: { all: [{ fact: 'recurring' }, { fact: 'active_call' }] },
      facts: { active_call: true },
      gives: null,
    },
  ],
  check(args) {
    const wrong = allOf('boolean', args);
    return wrong ? err(wrong) : ok(BOOLEAN);
  },
  compile(args) {
    if (args.length === 2) return both(args[0] as Evaluate, args[1] as Evaluate);
    return (facts) => {
      let holds: Value = true;
      for (let i = 0; i < args.length; i++) {
        const one = (args[i] as Evaluate)(facts);
        if (one === false) return false;
        if (one === undefined) holds = undefined;
      }
      return holds;
    };
  },
  text: (args) => args.join(' and '),
};

/** Nearly all rules have two conditions. */
const both =
  (left: Evaluate, right: Evaluate): Evaluate =>
  (facts) => {
    const one = left(facts);
    if (one === false) return false;
    const other = right(facts);
    return other === false ? false : one === undefined ? undefined : other;
  };
