/** `any`: conditions of which one holds. */
import { err, ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { allOf, BOOLEAN } from '../shapes.ts';
import type { Value } from '../value.ts';

export const any: Operator = {
  name: 'any',
  summary: 'True where one condition is, false where all are false.',
  group: 'logic',
  signature: '(boolean …) → boolean',
  missing:
    'True where one is true, whatever is missing; else missing where one is missing (Kleene’s strong logic).',
  arity: { min: 2, max: 32 },
  examples: [
    {
      node: { any: [{ fact: 'recurring' }, { fact: 'active_call' }] },
      facts: { recurring: false, active_call: false },
      gives: false,
    },
    {
      node: { any: [{ fact: 'recurring' }, { fact: 'active_call' }] },
      facts: { active_call: true },
      gives: true,
    },
    {
      node: { any: [{ fact: 'recurring' }, { fact: 'active_call' }] },
      facts: { active_call: false },
      gives: null,
    },
  ],
  check(args) {
    const wrong = allOf('boolean', args);
    return wrong ? err(wrong) : ok(BOOLEAN);
  },
  compile: (args) => (facts) => {
    let holds: Value = false;
    for (let i = 0; i < args.length; i++) {
      const one = (args[i] as Evaluate)(facts);
      if (one === true) return true;
      if (one === undefined) holds = undefined;
    }
    return holds;
  },
  text: (args) => args.join(' or '),
};
