/** All operators of the rule language, in the order of the reference page. */
import type { Operator } from './operator.ts';
import { all } from './operators/all.ts';
import { any } from './operators/any.ts';
import { atLeast } from './operators/at-least.ts';
import { atMost } from './operators/at-most.ts';
import { between } from './operators/between.ts';
import { choose } from './operators/choose.ts';
import { divide } from './operators/divide.ts';
import { equals } from './operators/equals.ts';
import { isMissing } from './operators/is-missing.ts';
import { isOneOf } from './operators/is-one-of.ts';
import { largestOf } from './operators/largest-of.ts';
import { lessThan } from './operators/less-than.ts';
import { minus } from './operators/minus.ts';
import { moreThan } from './operators/more-than.ts';
import { not } from './operators/not.ts';
import { orElse } from './operators/or-else.ts';
import { plus } from './operators/plus.ts';
import { share } from './operators/share.ts';
import { smallestOf } from './operators/smallest-of.ts';
import { times } from './operators/times.ts';

const IN_ORDER = [
  all,
  any,
  not,
  choose,
  moreThan,
  atLeast,
  lessThan,
  atMost,
  between,
  equals,
  isOneOf,
  plus,
  minus,
  times,
  divide,
  share,
  largestOf,
  smallestOf,
  isMissing,
  orElse,
];

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(IN_ORDER.map((one) => [one.name, one]));
