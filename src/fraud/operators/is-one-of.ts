/** `is_one_of`: whether a text is among some. */
import { err, ok } from '../../kernel/result.ts';
import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { allOf, areDisjoint, BOOLEAN, misfit } from '../shapes.ts';

const TEXTS_MAX = 200;

export const isOneOf: Operator = {
  name: 'is_one_of',
  summary: `True where the first is one of the others: 1 to ${TEXTS_MAX} constants, each once. Longer ones are lists (\`on_list\`).`,
  group: 'comparison',
  signature: '(text, text constants …) → boolean',
  missing: 'Missing where the first is.',
  arity: { min: 2, max: TEXTS_MAX + 1 },
  examples: [
    { node: { is_one_of: [{ fact: 'channel' }, 'upi', 'imps'] }, facts: { channel: 'imps' }, gives: true },
    { node: { is_one_of: [{ fact: 'channel' }, 'upi', 'imps'] }, facts: { channel: 'card' }, gives: false },
    { node: { is_one_of: [{ fact: 'channel' }, 'upi', 'imps'] }, gives: null },
  ],
  check(args) {
    const wrong = allOf('text', args);
    if (wrong) return err(wrong);
    const [one, ...others] = args as [Shape, ...Shape[]];
    const seen = new Set();
    for (const [i, other] of others.entries()) {
      if (other.constant === undefined) return misfit('takes constants after the first', i + 1);
      if (seen.has(other.constant)) return misfit(`${String(other.constant)} stands here twice`, i + 1);
      if (areDisjoint(one, other))
        return misfit(`${String(other.constant)} is none of ${one.values?.join(', ')}`, i + 1);
      seen.add(other.constant);
    }
    return ok(BOOLEAN);
  },
  compile(args, shapes) {
    const of = args[0] as Evaluate;
    const texts = new Set(shapes.slice(1).map(({ constant }) => constant));
    return (facts) => {
      const one = of(facts);
      return one === undefined ? undefined : texts.has(one);
    };
  },
  text: ([one, ...others]) => `${one} in {${others.join(', ')}}`,
};
