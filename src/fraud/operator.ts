/**
 * What an operator is. Each stands in a file of its own in operators/, with its documentation, its types, its function and its words;
 * the reference page, the JSON Schema and the text form are made of these.
 *
 * An operator is total: it gives a value or missing for every value of its types, and never throws. What could overflow is refused
 * when a ruleset is checked, by the ranges of its arguments, so nothing overflows at a decision.
 */
import type { Result } from '../kernel/result.ts';
import type { Shape } from './node.ts';
import type { FactValues } from './ruleset.ts';
import type { Value } from './value.ts';

/** A node as a function of the facts. */
export type Evaluate = (facts: FactValues) => Value;

/** Why arguments do not fit, for whoever wrote the rule; `arg`: which, absent for all of them. */
export interface Misfit {
  readonly message: string;
  readonly arg?: number;
}

/** An example of the reference page, executed by a test: a node over facts, and its value as JSON, null for missing. */
export interface Example {
  readonly node: unknown;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly gives: boolean | number | string | null;
}

export interface Operator {
  readonly name: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  /** What it makes of missing arguments, one sentence. */
  readonly missing: string;
  readonly group: 'logic' | 'comparison' | 'arithmetic' | 'missing values';
  /** `(money, integer) → money`, for people. */
  readonly signature: string;
  readonly arity: { readonly min: number; readonly max: number };
  readonly examples: readonly Example[];
  /** What is known of the result, or why the arguments do not fit. Called with a number of arguments within the arity. */
  check(args: readonly Shape[]): Result<Shape, Misfit>;
  /** The function of checked arguments. */
  compile(args: readonly Evaluate[], shapes: readonly Shape[]): Evaluate;
  /** Words for people; arguments that need brackets have them. */
  text(args: readonly string[]): string;
}
