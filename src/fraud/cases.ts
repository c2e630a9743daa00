/** The cases that stand beside a rule: facts, and whether it fires on them. A rule off is tested as one that is on. */
import { compileRule } from './compile.ts';
import { judge } from './decide.ts';
import type { Rule, RuleCase, Ruleset } from './ruleset.ts';

export interface CaseResult {
  readonly rule: string;
  readonly case: string;
  readonly expected: RuleCase['expect'];
  readonly found: RuleCase['expect'];
}

export interface CasesReport {
  /** In the order of the ruleset. */
  readonly results: readonly CaseResult[];
  /** Rules without a case in which they fire, or without one in which they do not. */
  readonly untested: readonly { readonly rule: string; readonly lacks: 'fires' | 'does_not_fire' }[];
}

export const passed = ({ results, untested }: CasesReport): boolean =>
  untested.length === 0 && results.every(({ expected, found }) => expected === found);

export function runCases({ rules }: Pick<Ruleset, 'rules'>): CasesReport {
  return {
    results: rules.flatMap(resultsOf),
    untested: rules.flatMap((rule) =>
      (['fires', 'does_not_fire'] as const)
        .filter((verdict) => !rule.cases.some(({ expect }) => expect === verdict))
        .map((lacks) => ({ rule: rule.name, lacks })),
    ),
  };
}

function resultsOf(rule: Rule): CaseResult[] {
  const compiled = compileRule(rule, rule.facts);
  return rule.cases.map(({ name, given, expect }) => ({
    rule: rule.name,
    case: name,
    expected: expect,
    found: judge(
      compiled,
      rule.facts.map(({ key }) => given.get(key)),
    ),
  }));
}
