/** From a checked ruleset to functions: each node is a closure, each fact a place in an array. Nothing is looked up by name at a decision. */
import { defined } from '../kernel/assert.ts';
import type { Fact } from './fact.ts';
import type { CheckedNode } from './node.ts';
import type { Evaluate } from './operator.ts';
import type { CompiledRule, CompiledRuleset, Condition, Rule, Ruleset } from './ruleset.ts';

/** Place of each fact by its key. */
type Slots = ReadonlyMap<string, number>;

export function compileRuleset(ruleset: Ruleset): CompiledRuleset {
  const { facts, scope } = ruleset;
  const slots = slotsOf(facts);
  return {
    ruleset,
    facts,
    scope: scope && compileCondition(scope, slots),
    rules: ruleset.rules.filter(({ enabled }) => enabled).map((rule) => compileRule(rule, facts)),
  };
}

/** Of a rule alone, over facts among which are all that it names. */
export function compileRule(rule: Rule, facts: readonly Fact[]): CompiledRule {
  const slots = slotsOf(facts);
  return {
    rule,
    when: compileCondition(rule.when, slots),
    unless: rule.unless && compileCondition(rule.unless, slots),
    slots: rule.facts.map(({ key }) => slotOf(slots, key)),
  };
}

const slotsOf = (facts: readonly Fact[]): Slots => new Map(facts.map(({ key }, i) => [key, i]));
const slotOf = (slots: Slots, key: string): number =>
  defined(slots.get(key), 'the facts of a rule are among those of its ruleset');

/** The node is a condition: its value is true, false or missing. */
const compileCondition = (node: CheckedNode, slots: Slots): Condition =>
  compileNode(node, slots) as Condition;

export function compileNode(node: CheckedNode, slots: Slots): Evaluate {
  switch (node.kind) {
    case 'constant': {
      const { value } = node;
      return () => value;
    }
    case 'fact': {
      const slot = slotOf(slots, node.fact.key);
      return (facts) => facts[slot];
    }
    case 'call':
      return node.operator.compile(
        node.args.map((arg) => compileNode(arg, slots)),
        node.args.map(({ shape }) => shape),
      );
  }
}
