/** `share`: how much of a whole a part is, in hundredths of a per cent. */
import { ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import { sameNumeric } from '../shapes.ts';

const ONE = 10_000n;
const MOST = 1_000_000_000;
const MOST_EXACT = BigInt(MOST);

/** Basis points, rounded towards zero. */
function shareOf(part: bigint, whole: bigint): number {
  const share = (part * ONE) / whole;
  return share > MOST_EXACT ? MOST : share < -MOST_EXACT ? -MOST : Number(share);
}

export const share: Operator = {
  name: 'share',
  summary: `How much of the second the first is, in basis points: 8000 are 80 %. Rounded towards zero, at most ${MOST} either way.`,
  group: 'arithmetic',
  signature: '(T, T) → integer, T one of integer, money, duration',
  missing:
    'Missing where one of the two is, and where the second is zero or below: there is no share of nothing.',
  arity: { min: 2, max: 2 },
  examples: [
    {
      node: {
        share: [
          { fact: 'sum', of: 'payer', direction: 'outgoing', within: '60m' },
          { fact: 'sum', of: 'payer', direction: 'incoming', within: '60m' },
        ],
      },
      facts: { 'sum(payer, outgoing, 1h)': '800', 'sum(payer, incoming, 1h)': '1000' },
      gives: 8000,
    },
    {
      node: { share: [{ fact: 'amount' }, { fact: 'available', of: 'payer' }] },
      facts: { amount: '1', 'available(payer)': '0' },
      gives: null,
    },
  ],
  check(args) {
    const numeric = sameNumeric(args);
    return numeric.ok ? ok({ type: 'integer', min: BigInt(-MOST), max: BigInt(MOST) }) : numeric;
  },
  compile(args, shapes) {
    const [of, among] = args as [Evaluate, Evaluate];
    if (shapes[0]?.type !== 'money')
      return (facts) => {
        const part = of(facts) as number | undefined;
        const whole = among(facts) as number | undefined;
        return part === undefined || whole === undefined || whole <= 0
          ? undefined
          : shareOf(BigInt(part), BigInt(whole));
      };
    return (facts) => {
      const part = of(facts) as bigint | undefined;
      const whole = among(facts) as bigint | undefined;
      return part === undefined || whole === undefined || whole <= 0n ? undefined : shareOf(part, whole);
    };
  },
  text: ([part, whole]) => `share of ${part} in ${whole}`,
};
