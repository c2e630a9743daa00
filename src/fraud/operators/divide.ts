/** `divide`: an integer part. */
import { ok } from '../../kernel/result.ts';
import type { Shape } from '../node.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { isNumeric, misfit, mostOf, type NumericShape, named } from '../shapes.ts';

export const divide: Operator = {
  name: 'divide',
  summary:
    'The first divided by the second, rounded towards zero to whole minor units, seconds or integers. A constant zero is refused.',
  group: 'arithmetic',
  signature: '(T, integer) → T, T one of integer, money, duration',
  missing: 'Missing where one of the two is, and where the second is zero.',
  arity: { min: 2, max: 2 },
  examples: [
    { node: { divide: [{ fact: 'amount' }, 3] }, facts: { amount: '10.00' }, gives: '3.33' },
    {
      node: {
        divide: [{ fact: 'amount' }, { fact: 'count', of: 'payer', direction: 'outgoing', within: '24h' }],
      },
      facts: { amount: '10.00', 'count(payer, outgoing, 24h)': 0 },
      gives: null,
    },
  ],
  check(args) {
    const [one, divisor] = args as [Shape, Shape];
    if (!isNumeric(one)) return misfit(`takes an integer, money or a duration, not ${named(one)}`, 0);
    if (divisor.type !== 'integer') return misfit(`takes an integer as its second, not ${named(divisor)}`, 1);
    const { min, max } = divisor as NumericShape;
    if (min === 0n && max === 0n) return misfit('divides by zero', 1);
    const { type } = one;
    // The quotient is no further from zero than what is divided; its sign may change where the divisor is below zero.
    const most = mostOf([one.max, one.min < 0n ? -one.min : one.min, 0n]);
    if (min >= 0n) return ok({ type, min: one.min < 0n ? one.min : 0n, max: one.max > 0n ? one.max : 0n });
    return ok({ type, min: -most, max: most });
  },
  compile(args, shapes) {
    const [of, by] = args as [Evaluate, Evaluate];
    if (shapes[0]?.type !== 'money')
      return (facts) => {
        const one = of(facts) as number | undefined;
        const divisor = by(facts) as number | undefined;
        if (one === undefined || divisor === undefined || divisor === 0) return undefined;
        return Number(BigInt(one) / BigInt(divisor));
      };
    return (facts) => {
      const one = of(facts) as bigint | undefined;
      const divisor = by(facts) as number | undefined;
      if (one === undefined || divisor === undefined || divisor === 0) return undefined;
      return one / BigInt(divisor);
    };
  },
  text: ([one, divisor]) => `${one} ÷ ${divisor}`,
};
