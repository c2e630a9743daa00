/**
 * What the four comparisons have in common: numbers of one type, and a result that is not the same at every decision. That catches thresholds in a
 * wrong unit: a rule that can never fire, or always does, is refused with the range that says why.
 */
import { ok } from '../../kernel/result.ts';
import type { Evaluate, Operator } from '../operator.ts';
import type { FactValues } from '../ruleset.ts';
import { BOOLEAN, misfit, sameNumeric } from '../shapes.ts';

type Numeric = number | bigint;
/** Of checked arguments: they are numbers of one type. */
type EvaluateNumeric = (facts: FactValues) => Numeric | undefined;

export interface Comparison extends Pick<Operator, 'name' | 'summary' | 'examples'> {
  readonly sign: string;
  /** Requires numbers of one type. */
  readonly holds: (one: Numeric, other: Numeric) => boolean;
}

/** `compileConstant`: the same with a constant on the right; apart, so that each comparison is a function of its own. */
export function comparison(
  { name, summary, examples, sign, holds }: Comparison,
  compile: (left: EvaluateNumeric, right: EvaluateNumeric) => Evaluate,
  compileConstant: (left: EvaluateNumeric, right: Numeric) => Evaluate,
): Operator {
  return {
    name,
    summary,
    group: 'comparison',
    signature: '(integer, integer), (money, money) or (duration, duration) → boolean',
    missing: 'Missing where one of the two is.',
    arity: { min: 2, max: 2 },
    examples,
    check(args) {
      const numeric = sameNumeric(args);
      if (!numeric.ok) return numeric;
      const [one, other] = numeric.value as [(typeof numeric.value)[0], (typeof numeric.value)[0]];
      const outcomes = new Set([
        holds(one.min, other.min),
        holds(one.min, other.max),
        holds(one.max, other.min),
        holds(one.max, other.max),
      ]);
      return outcomes.size === 2
        ? ok(BOOLEAN)
        : misfit(
            `is ${outcomes.has(true) ? 'always' : 'never'} true: ${rangeText(one)} ${sign} ${rangeText(other)}${UNITS[one.type]}`,
          );
    },
    compile([left, right], shapes) {
      const { constant } = shapes[1] as (typeof shapes)[0];
      return constant === undefined
        ? compile(left as EvaluateNumeric, right as EvaluateNumeric)
        : compileConstant(left as EvaluateNumeric, constant as Numeric);
    },
    text: ([one, other]) => `${one} ${sign} ${other}`,
  };
}

const UNITS = { integer: '', money: ' (minor units)', duration: ' (seconds)' } as const;

const rangeText = ({ min, max }: { min: bigint; max: bigint }): string =>
  min === max ? `${min}` : `${min} … ${max}`;
