/**
 * What is known of values before any decision: types, ranges and sets of names, and how the checks of operators use them.
 *
 * Every integer and duration stays within ±(2^53 − 1), where JavaScript numbers are exact; money within ±(2^127 − 1), where products
 * of a sum and a factor have room. Whatever could leave its range is refused before it is published.
 */
import { err, ok, type Result } from '../kernel/result.ts';
import type { Shape } from './node.ts';
import type { Misfit } from './operator.ts';
import type { ValueType } from './value.ts';

const INTEGER_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const MONEY_MAX = 2n ** 127n - 1n;

export const BOOLEAN: Shape = { type: 'boolean' };

type NumericType = 'integer' | 'money' | 'duration';
export interface NumericShape extends Shape {
  readonly type: NumericType;
  readonly min: bigint;
  readonly max: bigint;
}

export const isNumeric = (shape: Shape): shape is NumericShape =>
  shape.type === 'integer' || shape.type === 'money' || shape.type === 'duration';

const ARTICLES: Readonly<Record<ValueType, string>> = {
  boolean: 'a condition',
  integer: 'an integer',
  money: 'money',
  duration: 'a duration',
  text: 'a text',
};
export const named = ({ type }: Shape): string => ARTICLES[type];

const HOW_TO_WRITE: Partial<Record<ValueType, string>> = {
  money: '; write money as {"money": "5000.00"}',
  duration: '; write a duration as {"duration": "24h"}',
};

export const misfit = (message: string, arg?: number): Result<never, Misfit> =>
  err(arg === undefined ? { message } : { message, arg });

/** A range of a numeric type, or why values of it could overflow. */
export function ranged(type: NumericType, min: bigint, max: bigint): Result<NumericShape, Misfit> {
  const bound = type === 'money' ? MONEY_MAX : INTEGER_MAX;
  if (min < -bound || max > bound) {
    const reached = max > bound ? max : min;
    return misfit(
      `could overflow: ${type} could reach about 10^${digits(reached) - 1}, and at most 2^${type === 'money' ? 127 : 53} − 1 is kept exact`,
    );
  }
  return ok({ type, min, max });
}

const digits = (n: bigint): number => (n < 0n ? -n : n).toString().length;

export const leastOf = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
export const mostOf = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b > a ? b : a));

/** The shapes as numbers of one type, or which of them is none. */
export function sameNumeric(shapes: readonly Shape[]): Result<readonly NumericShape[], Misfit> {
  const [first] = shapes as [Shape];
  for (const [i, shape] of shapes.entries()) {
    if (!isNumeric(shape)) return misfit(`takes integers, money or durations, not ${named(shape)}`, i);
    if (shape.type !== first.type)
      return misfit(
        `${named(first)} goes with ${named(first)}, not with ${named(shape)}${HOW_TO_WRITE[first.type] ?? ''}`,
        i,
      );
  }
  return ok(shapes as readonly NumericShape[]);
}

/** The first shape that is not of the type. */
export function allOf(type: ValueType, shapes: readonly Shape[]): Misfit | undefined {
  const arg = shapes.findIndex((shape) => shape.type !== type);
  return arg === -1
    ? undefined
    : { message: `takes ${ARTICLES[type]}, not ${named(shapes[arg] as Shape)}`, arg };
}

/** What is known where the value is one of either; both are of one type. */
export function either(one: Shape, other: Shape): Shape {
  const { type } = one;
  if (isNumeric(one) && isNumeric(other))
    return { type, min: leastOf([one.min, other.min]), max: mostOf([one.max, other.max]) };
  if (type === 'text' && one.values && other.values)
    return { type, values: [...new Set([...one.values, ...other.values])] };
  return { type };
}

/** True for two sets of texts without a common one. */
export const areDisjoint = (one: Shape, other: Shape): boolean =>
  one.values !== undefined &&
  other.values !== undefined &&
  !one.values.some((text) => other.values?.includes(text));
