/** Decisions: severity, scores, exemptions, what is missing, reasons, and that each can be made again from its record. */
import { describe, expect, test } from 'vitest';
import { compileRuleset } from '../../src/fraud/compile.ts';
import { combine, decide, missingFacts } from '../../src/fraud/decide.ts';
import { recordedFacts, recordFacts } from '../../src/fraud/record.ts';
import { OUTCOMES } from '../../src/fraud/ruleset.ts';
import { compiledOf, decided, documentOf, ruleOf, soundRuleset, valuesOf } from '../support/rulesets.ts';

const RECURRING = { fact: 'recurring' };
const ABOVE = { more_than: [{ fact: 'amount' }, { money: '5000' }] };
const rule = (name: string, when: unknown, then: object, fields: object = {}) =>
  ruleOf(when, { name, then, ...fields });

describe('the outcome', () => {
  test('is the most severe of the rules that fire, in whatever order they stand', () => {
    expect(OUTCOMES).toEqual(['allow', 'step_up', 'review', 'block']);
    const outcomes = ['step_up', 'block', 'review'];
    const compiled = compiledOf(
      outcomes.map((outcome) =>
        rule(outcome, { fact: outcome === 'block' ? 'active_call' : 'recurring' }, { outcome }),
      ),
    );
    expect(decided(compiled, { recurring: true, active_call: true }).outcome).toBe('block');
    expect(decided(compiled, { recurring: true, active_call: false }).outcome).toBe('review');
    expect(decided(compiled, { recurring: false, active_call: false }).outcome).toBe('allow');
  });

  test('follows the band that the score reaches, to the point, where no rule is more severe', () => {
    const scored = (weight: number) =>
      compiledOf(
        [rule('a', RECURRING, { score: 50 }), rule('b', RECURRING, { score: weight, outcome: 'step_up' })],
        {
          score: [
            { at_least: 80, outcome: 'review' },
            { at_least: 120, outcome: 'block' },
          ],
        },
      );
    const outcomes = [29, 30, 69, 70].map((weight) => decided(scored(weight), { recurring: true }).outcome);
    expect(outcomes).toEqual(['step_up', 'review', 'review', 'block']);
    expect(decided(scored(-20), { recurring: true })).toMatchObject({ score: 30, outcome: 'step_up' });
  });

  test('is allow outside of the scope, and a missing scope is none', () => {
    const compiled = compiledOf([rule('a', RECURRING, { outcome: 'block' })], {
      scope: { fact: 'has_owner', of: 'payer' },
    });
    expect(decided(compiled, { recurring: true, 'has_owner(payer)': false })).toMatchObject({
      outcome: 'allow',
      reasons: [],
      undecided: [],
    });
    expect(decided(compiled, { recurring: true }).outcome).toBe('block');
    expect(decided(compiled, { 'has_owner(payer)': false }).undecided).toEqual([]);
  });

  test('comes with the reports that are asked for and the shortest hold of the rules that made it', () => {
    const compiled = compiledOf([
      rule('a', RECURRING, { outcome: 'review', hold: '24h', report: 'sanctions' }),
      rule('b', RECURRING, { outcome: 'review', hold: '1h', report: 'suspicious' }),
      rule('c', RECURRING, { outcome: 'step_up', hold: '5m', report: 'suspicious' }),
    ]);
    expect(decided(compiled, { recurring: true })).toMatchObject({
      holdSeconds: 3600,
      reports: ['suspicious', 'sanctions'],
    });
  });
});

describe('a rule', () => {
  const compiled = compiledOf([
    rule('a', ABOVE, { outcome: 'block', score: 7 }, { unless: { fact: 'payee_trusted' } }),
  ]);

  test('does not fire where it is exempt, and missing exempts nobody', () => {
    expect(decided(compiled, { amount: '5000.01', payee_trusted: true }).outcome).toBe('allow');
    expect(decided(compiled, { amount: '5000.01', payee_trusted: false }).outcome).toBe('block');
    expect(decided(compiled, { amount: '5000.01' }).outcome).toBe('block');
  });

  test('that misses a fact does not fire, and is told among the undecided with what it misses', () => {
    const decision = decided(compiled);
    expect(decision).toMatchObject({ outcome: 'allow', reasons: [], undecided: ['a'] });
    expect(missingFacts(compiled, 'a', valuesOf(compiled, { payee_trusted: false }))).toEqual(['amount']);
  });

  test('that is exempt is not undecided', () => {
    expect(decided(compiled, { payee_trusted: true }).undecided).toEqual([]);
  });

  test('gives as its reason every fact that it names, with missing ones, claims and private ones marked', () => {
    const device = compiledOf([
      rule('a', { any: [ABOVE, { equals: [{ fact: 'device' }, 'd1'] }] }, { outcome: 'block', score: 7 }),
    ]);
    expect(decided(device, { amount: '5000.01' }).reasons).toEqual([
      {
        rule: 'a',
        outcome: 'block',
        score: 7,
        facts: [
          { fact: 'amount', value: '5000.01', isPrivate: false, isClaimed: false },
          { fact: 'device', value: null, isPrivate: true, isClaimed: true },
        ],
      },
    ]);
  });

  test('that is off is neither evaluated nor read for', () => {
    const off = compiledOf([
      rule('a', ABOVE, { outcome: 'block' }, { enabled: false }),
      rule('b', RECURRING, { outcome: 'review' }),
    ]);
    expect(off.facts.map(({ key }) => key)).toEqual(['recurring']);
    expect(decided(off, { recurring: true }).reasons.map((reason) => reason.rule)).toEqual(['b']);
  });
});

describe('a decision', () => {
  const rules = [
    rule('a', ABOVE, { outcome: 'step_up', score: 1 }),
    rule('b', { less_than: [{ fact: 'contact_age' }, { duration: '12h' }] }, { outcome: 'block' }),
    rule('c', { equals: [{ fact: 'country' }, 'IN'] }, { score: 5 }),
    rule('d', { equals: [{ fact: 'address' }, '::1'] }, { score: 5 }),
    rule('e', { less_than: [{ fact: 'available', of: 'payer' }, { money: '0' }] }, { score: 5 }),
  ];
  const compiled = compiledOf(rules);
  const given = {
    amount: '9000.00',
    contact_age: '24h',
    country: 'IN',
    address: '::1',
    'available(payer)': '-3.50',
  };

  test('names the hash of its ruleset', () => {
    expect(decided(compiled, given).ruleset).toBe(soundRuleset(documentOf(rules)).hash);
  });

  test('is made again from its record, bit for bit', () => {
    const values = valuesOf(compiled, given);
    const record = JSON.parse(JSON.stringify(recordFacts(compiled, values)));
    expect(record).toEqual({ open: ['9000.00', '-3.50', '24h'], private: ['::1', 'IN'] });
    const again = recordedFacts(compileRuleset(soundRuleset(documentOf(rules))), record);
    expect(again).toEqual({ ok: true, value: values });
    expect(JSON.stringify(decide(compiled, again.ok ? again.value : []))).toBe(
      JSON.stringify(decide(compiled, values)),
    );
  });

  test('whose private facts are erased misses them', () => {
    const { open } = recordFacts(compiled, valuesOf(compiled, given));
    const again = recordedFacts(compiled, { open, private: null });
    expect(again.ok && decide(compiled, again.value).undecided).toEqual(['c', 'd']);
  });

  test.each([
    ['too short', { open: ['9000.00', '-3.50'], private: ['::1', 'IN'] }],
    ['too long', { open: ['9000.00', '-3.50', '24h', 5], private: ['::1', 'IN'] }],
    ['of other types', { open: [9000, '-3.50', '24h'], private: ['::1', 'IN'] }],
  ])('is not made of a record that is %s', (_, record) => {
    expect(recordedFacts(compiled, record).ok).toBe(false);
  });

  test('about several pairs is the most severe, with all reasons, each once', () => {
    const mild = decided(compiled, { amount: '8000' });
    const severe = decided(compiled, { amount: '9000', contact_age: '1h' });
    const both = combine([mild, severe, mild]);
    expect(both).toMatchObject({ outcome: 'block', score: 1 });
    expect(both.reasons.map((reason) => reason.rule)).toEqual(['a', 'a', 'b']);
    expect(both.undecided).toEqual(['b', 'c', 'd', 'e']);
    expect(combine([mild])).toBe(mild);
  });
});
