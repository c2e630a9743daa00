/** `plus`: a sum of numbers of one type. */
import type { Evaluate, Operator } from '../operator.ts';
import { ranged, sameNumeric } from '../shapes.ts';

export const plus: Operator = {
  name: 'plus',
  summary: 'The sum of all. Windows do not hold the transfer at hand: `plus` adds it.',
  group: 'arithmetic',
  signature: '(T, T …) → T, T one of integer, money, duration',
  missing: 'Missing where one is.',
  arity: { min: 2, max: 16 },
  examples: [
    {
      node: {
        plus: [{ fact: 'sum', of: 'payer', direction: 'outgoing', within: 'day' }, { fact: 'amount' }],
      },
      facts: { 'sum(payer, outgoing, day)': '99000', amount: '1000.50' },
      gives: '100000.50',
    },
    {
      node: {
        plus: [{ fact: 'sum', of: 'payer', direction: 'outgoing', within: 'day' }, { fact: 'amount' }],
      },
      facts: { amount: '1000.50' },
      gives: null,
    },
  ],
  check(args) {
    const numeric = sameNumeric(args);
    if (!numeric.ok) return numeric;
    const shapes = numeric.value;
    const sum = (pick: 'min' | 'max'): bigint => shapes.reduce((total, shape) => total + shape[pick], 0n);
    return ranged((shapes[0] as (typeof shapes)[0]).type, sum('min'), sum('max'));
  },
  compile: (args) => (args.length === 2 ? two(args[0] as Evaluate, args[1] as Evaluate) : several(args)),
  text: (args) => args.join(' + '),
};

/** Nearly all sums are of a window and the amount. */
const two =
  (left: Evaluate, right: Evaluate): Evaluate =>
  (facts) => {
    const one = left(facts) as number | undefined;
    const other = right(facts) as number | undefined;
    return one === undefined || other === undefined ? undefined : one + other;
  };

const several =
  (args: readonly Evaluate[]): Evaluate =>
  (facts) => {
    let sum = (args[0] as Evaluate)(facts) as number | undefined;
    if (sum === undefined) return undefined;
    for (let i = 1; i < args.length; i++) {
      const one = (args[i] as Evaluate)(facts) as number | undefined;
      if (one === undefined) return undefined;
      sum += one;
    }
    return sum;
  };
