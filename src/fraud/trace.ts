/**
 * A decision step by step, for whoever writes a rule: of each rule what it does, and of each node below it the value that it comes to.
 * Evaluates every node, so it shows more than a decision looks at.
 */
import { compileNode, compileRule } from './compile.ts';
import { judge } from './decide.ts';
import type { CheckedNode } from './node.ts';
import type { FactValues, Rule, RuleCase, Ruleset } from './ruleset.ts';
import { nodeText } from './text.ts';
import { valueJson } from './value.ts';

export interface TracedNode {
  /** In words. */
  readonly node: string;
  /** JSON as value.ts writes it; null: missing. */
  readonly value: boolean | number | string | null;
  readonly of: readonly TracedNode[];
}

export interface TracedRule {
  readonly rule: string;
  readonly enabled: boolean;
  readonly verdict: RuleCase['expect'];
  readonly when: TracedNode;
  readonly unless?: TracedNode;
}

/** Of a rule over facts by their keys; those that are not given are missing. */
export function traceRule(rule: Rule, given: RuleCase['given'], ruleset: Ruleset): TracedRule {
  const { name, enabled, when, unless, facts } = rule;
  const values = facts.map(({ key }) => given.get(key));
  const slots = new Map(facts.map(({ key }, i) => [key, i]));
  const traced = (node: CheckedNode): TracedNode => traceNode(node, slots, values, ruleset);
  return {
    rule: name,
    enabled,
    verdict: judge(compileRule(rule, facts), values),
    when: traced(when),
    ...(unless && { unless: traced(unless) }),
  };
}

function traceNode(
  node: CheckedNode,
  slots: ReadonlyMap<string, number>,
  values: FactValues,
  ruleset: Ruleset,
): TracedNode {
  return {
    node: nodeText(node, ruleset),
    value: valueJson(node.shape.type, compileNode(node, slots)(values), ruleset.exponent),
    of:
      node.kind === 'call'
        ? node.args
            .filter(({ kind }) => kind !== 'constant')
            .map((arg) => traceNode(arg, slots, values, ruleset))
        : [],
  };
}
