/**
 * The decision about a transfer: pure, total, and the same for the same ruleset and facts, whenever and wherever it is made.
 *
 * A rule fires where its `when` is true and its `unless` is not. Where `when` is missing it does not fire, and is told among the undecided,
 * unless it is exempt anyway. Every rule is evaluated, so the reasons are complete. The outcome is the most severe of what the rules that fired say and
 * of the band that their score reaches: allow < step_up < review < block. No rule makes another one milder; what is exempt says so in its own `unless`.
 */
import {
  type CompiledRule,
  type CompiledRuleset,
  type Decision,
  type FactValues,
  OUTCOMES,
  type Outcome,
  REPORTS,
  type Reason,
  type RuleCase,
  type Ruleset,
  type SeenFact,
} from './ruleset.ts';
import { valueJson } from './value.ts';

const NONE: readonly never[] = [];

/** Requires: `facts[i]` is the value of `compiled.facts[i]`, all as of one moment before the transfer. */
export function decide(compiled: CompiledRuleset, facts: FactValues): Decision {
  const fired: CompiledRule[] = [];
  const undecided: string[] = [];
  if (compiled.scope?.(facts) !== false) {
    for (const rule of compiled.rules) {
      const verdict = judge(rule, facts);
      if (verdict === 'fires') fired.push(rule);
      else if (verdict === 'missing') undecided.push(rule.rule.name);
    }
  }
  const { hash } = compiled.ruleset;
  if (fired.length === 0)
    return {
      ruleset: hash,
      outcome: 'allow',
      score: 0,
      reasons: NONE,
      undecided,
      reports: NONE,
      holdSeconds: undefined,
    };
  return decisionOf(compiled, fired, undecided, facts);
}

/** What one rule makes of the facts. */
export function judge({ when, unless }: CompiledRule, facts: FactValues): RuleCase['expect'] {
  const holds = when(facts);
  if (holds === false || unless?.(facts) === true) return 'does_not_fire';
  return holds ? 'fires' : 'missing';
}

function decisionOf(
  compiled: CompiledRuleset,
  fired: readonly CompiledRule[],
  undecided: readonly string[],
  facts: FactValues,
): Decision {
  const { ruleset } = compiled;
  const rules = fired.map(({ rule }) => rule);
  const score = rules.reduce((sum, rule) => sum + rule.score, 0);
  const outcome = mostSevere([bandOf(ruleset, score), ...rules.map((rule) => rule.outcome)]);
  const holds = rules.flatMap((rule) =>
    rule.outcome === outcome && rule.holdSeconds !== undefined ? [rule.holdSeconds] : [],
  );
  return {
    ruleset: ruleset.hash,
    outcome,
    score,
    reasons: fired.map((rule) => reasonOf(compiled, rule, facts)),
    undecided,
    reports: REPORTS.filter((report) => rules.some((rule) => rule.report === report)),
    holdSeconds: holds.length === 0 ? undefined : Math.min(...holds),
  };
}

const mostSevere = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.reduce((worst, one) => (OUTCOMES.indexOf(one) > OUTCOMES.indexOf(worst) ? one : worst), 'allow');

/** Outcome of the highest band that the score reaches. */
const bandOf = ({ bands }: Ruleset, score: number): Outcome =>
  bands.findLast(({ atLeast }) => score >= atLeast)?.outcome ?? 'allow';

const reasonOf = (compiled: CompiledRuleset, { rule, slots }: CompiledRule, values: FactValues): Reason => ({
  rule: rule.name,
  outcome: rule.outcome,
  score: rule.score,
  facts: slots.map((slot) => seenFact(compiled, slot, values)),
});

function seenFact({ facts, ruleset }: CompiledRuleset, slot: number, values: FactValues): SeenFact {
  const { key, type, isPrivate, isClaimed } = facts[slot] as (typeof facts)[0];
  return { fact: key, value: valueJson(type, values[slot], ruleset.exponent), isPrivate, isClaimed };
}

/** Facts that a rule of the undecided names and that are missing; none: something cannot be reckoned, such as a share of nothing. */
export function missingFacts(
  compiled: CompiledRuleset,
  ruleName: string,
  values: FactValues,
): readonly string[] {
  const slots = compiled.rules.find(({ rule }) => rule.name === ruleName)?.slots ?? [];
  return slots.filter((slot) => values[slot] === undefined).map((slot) => compiled.facts[slot]?.key ?? '');
}

/**
 * One decision of those about each pair of payer and payee of a transfer, in the order of the pairs: the most severe outcome, the highest
 * score, all reasons but repeated ones. Requires at least one, all of one ruleset.
 */
export function combine(decisions: readonly Decision[]): Decision {
  const [first] = decisions as [Decision];
  if (decisions.length === 1) return first;
  const outcome = mostSevere(decisions.map((one) => one.outcome));
  const holds = decisions.flatMap((one) =>
    one.outcome === outcome && one.holdSeconds !== undefined ? [one.holdSeconds] : [],
  );
  return {
    ruleset: first.ruleset,
    outcome,
    score: Math.max(...decisions.map(({ score }) => score)),
    reasons: unrepeated(decisions.flatMap(({ reasons }) => reasons)),
    undecided: [...new Set(decisions.flatMap(({ undecided }) => undecided))],
    reports: REPORTS.filter((report) => decisions.some(({ reports }) => reports.includes(report))),
    holdSeconds: holds.length === 0 ? undefined : Math.min(...holds),
  };
}

const unrepeated = (reasons: readonly Reason[]): Reason[] => [
  ...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values(),
];
