/** Rulesets for tests: documents of one rule or some, checked and compiled, and facts by their keys. */
import { expect } from 'vitest';
import type { Complaint } from '../../src/fraud/check-node.ts';
import { checkRuleset } from '../../src/fraud/check-ruleset.ts';
import { compileRuleset } from '../../src/fraud/compile.ts';
import { decide } from '../../src/fraud/decide.ts';
import type { CompiledRuleset, Decision, FactValues, Ruleset } from '../../src/fraud/ruleset.ts';
import { valueOfJson } from '../../src/fraud/value.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A rule that blocks; other fields as given. */
export const ruleOf = (when: unknown, fields: Fields = {}): Fields => ({
  name: 'one',
  title: 'A rule',
  when,
  then: { outcome: 'block' },
  ...fields,
});

export const documentOf = (rules: readonly unknown[], fields: Fields = {}): Fields => ({
  language: 1,
  name: 'test',
  title: 'A test',
  currency: 'INR',
  attributes: {
    kyc: 'text',
    daily_cap: 'money',
    vulnerable: 'boolean',
    visits: 'integer',
    since: 'duration',
  },
  ...fields,
  rules,
});

export function soundRuleset(document: unknown): Ruleset {
  const checked = checkRuleset(document);
  expect(checked.ok ? [] : checked.error).toEqual([]);
  return (checked as Extract<typeof checked, { ok: true }>).value;
}

export const compiledOf = (rules: readonly unknown[], fields: Fields = {}): CompiledRuleset =>
  compileRuleset(soundRuleset(documentOf(rules, fields)));

export function complaintsAbout(document: unknown): readonly Complaint[] {
  const checked = checkRuleset(document);
  return checked.ok ? [] : checked.error;
}

/** Values in the order of the ruleset; what is not given is missing. */
export function valuesOf({ facts, ruleset }: CompiledRuleset, given: Fields): FactValues {
  const unknown = Object.keys(given).filter((key) => !facts.some((fact) => fact.key === key));
  expect(unknown).toEqual([]);
  return facts.map(({ key, type }) => valueOfJson(type, given[key], ruleset.exponent));
}

export const decided = (compiled: CompiledRuleset, given: Fields = {}): Decision =>
  decide(compiled, valuesOf(compiled, given));
