/**
 * A checked node of a rule: a constant, a fact or an operator with its arguments, each with what is known of its value before
 * any decision. Whatever has such a tree has passed the checks (check-node.ts): depth, size, types and ranges.
 */
import type { Fact } from './fact.ts';
import type { Operator } from './operator.ts';
import type { Value, ValueType } from './value.ts';

/** What is known of a value where it is not missing. */
export interface Shape {
  readonly type: ValueType;
  /** Of an integer, a duration (seconds) or money (minor units): no value is below or above. */
  readonly min?: bigint;
  readonly max?: bigint;
  /** All that a text may be; absent: any name. */
  readonly values?: readonly string[];
  /** Where it is the same at every decision. */
  readonly constant?: Value;
}

export type CheckedNode =
  | { readonly kind: 'constant'; readonly shape: Shape; readonly value: Exclude<Value, undefined> }
  | { readonly kind: 'fact'; readonly shape: Shape; readonly fact: Fact }
  | {
      readonly kind: 'call';
      readonly shape: Shape;
      readonly operator: Operator;
      readonly args: readonly CheckedNode[];
    };
