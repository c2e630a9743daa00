/** The India pack: sound, tested rule by rule, honest about its sources, with every draft switched off. */
import { describe, expect, test } from 'vitest';
import { passed, runCases } from '../../src/fraud/cases.ts';
import { compileRuleset } from '../../src/fraud/compile.ts';
import type { FactNeed } from '../../src/fraud/fact.ts';
import { PACKS, packFor } from '../../src/fraud/packs.ts';
import { decided, soundRuleset } from '../support/rulesets.ts';

const ruleset = soundRuleset(PACKS.get('india'));
const compiled = compileRuleset(ruleset);
const named = (name: string) => ruleset.rules.find((rule) => rule.name === name);

test.each(runCases(ruleset).results.map((result) => [`${result.rule}: ${result.case}`, result] as const))(
  '%s',
  (_, { expected, found }) => {
    expect(found).toBe(expected);
  },
);

describe('each rule', () => {
  test('has a case in which it fires and one in which it does not', () => {
    expect(runCases(ruleset).untested).toEqual([]);
    expect(passed(runCases(ruleset))).toBe(true);
  });

  test('that compares with a threshold has a case on each side of it', () => {
    const compares = ruleset.rules.filter(({ when }) =>
      /_than|at_|between/.test(JSON.stringify(when, operatorNames)),
    );
    expect(compares.length).toBeGreaterThan(15);
    const bare = compares.filter(({ cases }) =>
      ['fires', 'does_not_fire'].some(
        (verdict) => !cases.some((one) => one.isBoundary && one.expect === verdict),
      ),
    );
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  test('says where it comes from, and what of that was read', () => {
    expect(ruleset.rules.filter(({ basis }) => basis === undefined).map(({ name }) => name)).toEqual([]);
    // No text of a law was read by whoever wrote this pack: none may say so.
    expect(ruleset.rules.filter(({ basis }) => basis?.read === 'primary').map(({ name }) => name)).toEqual(
      [],
    );
  });

  test('that is a draft is off', () => {
    const drafts = ruleset.rules.filter(({ basis }) => basis?.status === 'draft');
    expect(drafts.map(({ name }) => name)).toEqual(['kill_switch', 'lagged_credit', 'vulnerable_payer']);
    expect(drafts.filter(({ enabled }) => enabled)).toEqual([]);
  });

  test('that is off says why', () => {
    const off = ruleset.rules.filter(({ enabled }) => !enabled);
    expect(off.filter(({ basis }) => !/\bOff[: ]/.test(basis?.note ?? '')).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe('the pack', () => {
  test('asks for nothing but what the engine keeps', () => {
    const kinds: FactNeed['kind'][] = [
      'transfer',
      'account',
      'same_owner',
      'window',
      'is_new',
      'first_seen',
      'list',
      'context',
    ];
    expect(ruleset.facts.filter(({ need }) => !kinds.includes(need.kind)).map(({ key }) => key)).toEqual([]);
    expect(ruleset.facts.filter(({ isPrivate }) => isPrivate).map(({ key }) => key)).toEqual([]);
  });

  const quiet = {
    amount: '500.00',
    'has_owner(payer)': true,
    'account_age(payer)': '90d',
    'sum(payer, outgoing, day)': '1000.00',
    'count(payer, outgoing, day)': 2,
  };

  test('lets an ordinary payment pass, with what nobody claims undecided', () => {
    const decision = decided(compiled, quiet);
    expect(decision).toMatchObject({ outcome: 'allow', score: 0, reasons: [] });
    expect(decision.undecided).toContain('telecom_high');
  });

  test('decides on nothing that the bank itself pays', () => {
    expect(decided(compiled, { ...quiet, amount: '900000.00' }).outcome).toBe('block');
    const own = decided(compiled, { ...quiet, amount: '900000.00', 'has_owner(payer)': false });
    expect(own).toMatchObject({ outcome: 'allow', undecided: [] });
  });

  test('sends to a human what several mild rules have found', () => {
    const mild = {
      ...quiet,
      amount: '15000.00',
      'is_new(payee)': true,
      'largest(payer, outgoing, 30d)': '900.00',
    };
    expect(decided(compiled, mild)).toMatchObject({ outcome: 'step_up', score: 60 });
    expect(decided(compiled, { ...mild, travel_speed: 2000 })).toMatchObject({
      outcome: 'review',
      score: 100,
    });
  });

  test('reports what crosses the border, and stops nothing for that', () => {
    const rules = decided(compiled, { ...quiet, amount: '500000.01', payee_country: 'SG', channel: 'rtgs' });
    expect(rules).toMatchObject({ outcome: 'allow', reports: ['cross_border'] });
    expect(named('cross_border')?.outcome).toBe('allow');
  });
});

describe('the pack for an engine that answers less', () => {
  test('has the rules off that ask for more, and the others as they are', () => {
    const { document, switchedOff } = packFor('india', ({ kind }) => kind !== 'context' && kind !== 'list');
    const less = soundRuleset(document);
    expect(switchedOff).toContain('telecom_high');
    expect(less.rules.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual(
      ruleset.rules
        .filter(({ name, enabled }) => enabled && !switchedOff.includes(name))
        .map(({ name }) => name),
    );
    expect(less.facts.some(({ need }) => need.kind === 'context' || need.kind === 'list')).toBe(false);
    expect(less.rules.find(({ name }) => name === 'new_user')?.enabled).toBe(true);
  });

  test('is the pack itself where everything is answered', () => {
    const { document, switchedOff } = packFor('india', () => true);
    expect(switchedOff).toEqual([]);
    expect(soundRuleset(document).hash).toBe(ruleset.hash);
  });
});

/** Nodes by the names of their operators alone. */
const operatorNames = (key: string, value: unknown): unknown =>
  key === 'operator' ? (value as { name: string }).name : typeof value === 'bigint' ? String(value) : value;
