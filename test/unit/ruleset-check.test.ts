/** Rulesets that are refused: each with the path of what is wrong and what to do, and none with an exception. */
import { describe, expect, test } from 'vitest';
import { NODE_DEPTH_MAX, RULE_NODES_MAX } from '../../src/fraud/check-node.ts';
import { checkRuleset, RULESET_BYTES_MAX, readRuleset } from '../../src/fraud/check-ruleset.ts';
import { complaintsAbout, documentOf, ruleOf, soundRuleset } from '../support/rulesets.ts';

const ABOVE = { more_than: [{ fact: 'amount' }, { money: '5000' }] };
const about = (when: unknown) => complaintsAbout(documentOf([ruleOf(when)]));

describe('size is bounded', () => {
  const nested = (levels: number): unknown =>
    levels === 1 ? { fact: 'recurring' } : { not: [nested(levels - 1)] };

  test('in depth, to the level', () => {
    expect(about(nested(NODE_DEPTH_MAX))).toEqual([]);
    expect(about(nested(NODE_DEPTH_MAX + 1))[0]?.message).toContain(`deeper than ${NODE_DEPTH_MAX} levels`);
  });

  test('however deep it goes: a text and an object of a hundred thousand levels end in a complaint', () => {
    const text = `${'{"not":['.repeat(100_000)}true${']}'.repeat(100_000)}`;
    const read = readRuleset(JSON.stringify(documentOf([ruleOf('@')])).replace('"@"', text));
    expect(read.ok ? [] : read.error).toEqual([{ path: '', message: 'nested deeper than 500' }]);
    let deep: unknown = true;
    for (let i = 0; i < 100_000; i++) deep = { not: [deep] };
    expect(about(deep)).toHaveLength(1);
  });

  test('in the nodes of a rule, to the node', () => {
    const texts = (n: number) => ({
      is_one_of: [{ fact: 'device' }, ...Array.from({ length: n }, (_, i) => `d${i}`)],
    });
    const when = (nodes: number) => texts(nodes - 2);
    expect(about(when(RULE_NODES_MAX))).toEqual([]);
    expect(about(when(RULE_NODES_MAX + 1))).toEqual([
      {
        path: `/rules/0/when/is_one_of/${RULE_NODES_MAX - 1}`,
        message: `the rule has more than ${RULE_NODES_MAX} nodes: make several rules of it`,
      },
    ]);
  });

  test('in the steps of a decision: rules that are off take none', () => {
    const texts = { is_one_of: [{ fact: 'device' }, ...Array.from({ length: 97 }, (_, i) => `d${i}`)] };
    const rules = (enabled: boolean) =>
      Array.from({ length: 102 }, (_, i) => ruleOf(texts, { name: `r${i}`, enabled: enabled || i > 3 }));
    expect(complaintsAbout(documentOf(rules(false)))).toEqual([]);
    expect(complaintsAbout(documentOf(rules(true)))[0]).toEqual({
      path: '/rules',
      message: 'a decision takes 10098 steps (nodes of enabled rules), and at most 10000: take some out',
    });
  });

  test('in the windows that the engine has to keep', () => {
    const rules = Array.from({ length: 49 }, (_, i) =>
      ruleOf(
        { more_than: [{ fact: 'count', of: 'payer', direction: 'outgoing', within: `${i + 1}s` }, 5] },
        { name: `r${i}` },
      ),
    );
    expect(complaintsAbout(documentOf(rules.slice(1)))).toEqual([]);
    expect(complaintsAbout(documentOf(rules))[0]?.message).toContain(
      'name 49 different windows, and at most 48',
    );
  });

  test('in different facts', () => {
    const rules = Array.from({ length: 257 }, (_, i) =>
      ruleOf({ fact: 'on_list', list: `l${i}`, of: 'payee' }, { name: `r${i}` }),
    );
    expect(complaintsAbout(documentOf(rules.slice(1)))).toEqual([]);
    expect(complaintsAbout(documentOf(rules))[0]?.message).toContain('name 257 different facts');
  });

  test('in bytes', () => {
    const read = readRuleset(' '.repeat(RULESET_BYTES_MAX + 1));
    expect(read.ok ? [] : read.error[0]?.message).toContain('is larger than 1048576 bytes');
  });

  test('in complaints', () => {
    expect(about({ all: Array.from({ length: 32 }, () => ({ all: [{ a: [] }, { b: [] }] })) })).toHaveLength(
      50,
    );
  });
});

describe('a document is refused', () => {
  const doc = (fields: object) => complaintsAbout({ ...documentOf([ruleOf(ABOVE)]), ...fields });
  const rule = (fields: object) =>
    complaintsAbout(documentOf([ruleOf(ABOVE, fields as Record<string, unknown>)]));

  test.each([
    ['that is null', complaintsAbout(null), ''],
    ['that is an array', complaintsAbout([]), ''],
    ['of another language', doc({ language: 2 }), '/language'],
    ['with an unknown field', doc({ rulez: [] }), '/rulez'],
    ['of no currency', doc({ currency: 'XXX' }), '/currency'],
    ['without rules', doc({ rules: [] }), '/rules'],
    ['with a name of more than letters', doc({ name: 'a b' }), '/name'],
    ['with a title of two lines', doc({ title: 'a\nb' }), '/title'],
    ['with an attribute of no type', doc({ attributes: { kyc: 'float' } }), '/attributes/kyc'],
    ['with an attribute whose name is none', doc({ attributes: { 'a b': 'text' } }), '/attributes/a b'],
    ['with a constant that is a fact', doc({ constants: { cap: { fact: 'amount' } } }), '/constants/cap'],
    ['with a scope that is no condition', doc({ scope: 5 }), '/scope'],
    [
      'with bands out of order',
      doc({
        score: [
          { at_least: 80, outcome: 'review' },
          { at_least: 80, outcome: 'block' },
        ],
      }),
      '/score/1/at_least',
    ],
    [
      'with a band milder than the one below',
      doc({
        score: [
          { at_least: 80, outcome: 'review' },
          { at_least: 90, outcome: 'step_up' },
        ],
      }),
      '/score/1/outcome',
    ],
    ['with a rule that does nothing', rule({ then: {} }), '/rules/0/then'],
    [
      'with an outcome that there is none of',
      rule({ then: { outcome: 'challenge' } }),
      '/rules/0/then/outcome',
    ],
    ['with a score of a fraction', rule({ then: { score: 1.5 } }), '/rules/0/then/score'],
    ['with a hold for a block', rule({ then: { outcome: 'block', hold: '1h' } }), '/rules/0/then/hold'],
    ['with a hold of no time', rule({ then: { outcome: 'review', hold: '0s' } }), '/rules/0/then/hold'],
    [
      'with a status that there is none of',
      rule({ basis: { status: 'rumour', citation: 'x', read: 'none', effective_from: null } }),
      '/rules/0/basis/status',
    ],
    [
      'with a date that no calendar has',
      rule({ basis: { status: 'law', citation: 'x', read: 'none', effective_from: '2025-02-30' } }),
      '/rules/0/basis/effective_from',
    ],
    [
      'with a case of a fact that the rule does not name',
      rule({ cases: [{ name: 'c', given: { channel: 'upi' }, expect: 'fires' }] }),
      '/rules/0/cases/0/given/channel',
    ],
    [
      'with a case whose value is of another type',
      rule({ cases: [{ name: 'c', given: { amount: 5000 }, expect: 'fires' }] }),
      '/rules/0/cases/0/given/amount',
    ],
    [
      'with a case whose value no transfer has',
      rule({ cases: [{ name: 'c', given: { amount: '0.00' }, expect: 'fires' }] }),
      '/rules/0/cases/0/given/amount',
    ],
  ])('%s', (_, complaints, path) => {
    expect(complaints.map((complaint) => complaint.path)).toEqual([path]);
  });

  test('with two rules of one name', () => {
    expect(complaintsAbout(documentOf([ruleOf(ABOVE), ruleOf(ABOVE)]))).toEqual([
      { path: '/rules/1/name', message: 'another rule is called one: choose another name' },
    ]);
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['a name twice', '{"language": 1, "language": 1}', 'stands twice in one object'],
    ['a name of objects', '{"constants": {"__proto__": 5}}', 'the name __proto__ is no name here'],
    ['half a surrogate pair', '{"title": "\\ud800"}', 'half a surrogate pair'],
  ])('as a text with %s', (_, text, message) => {
    const read = readRuleset(text);
    expect(read.ok ? '' : read.error[0]?.message).toContain(message);
  });

  test.each(['1e3', '1.0', '-0'])(
    'as a text with the number %s, which canonical JSON writes otherwise',
    (written) => {
      const text = JSON.stringify(documentOf([ruleOf({ equals: [{ fact: 'travel_speed' }, 4711] })])).replace(
        '4711',
        written,
      );
      const read = readRuleset(text);
      expect(read.ok ? '' : read.error[0]?.path).toBe('/rules/0/when/equals/1');
    },
  );
});

describe('a sound ruleset', () => {
  test('names each fact of its enabled rules once, in the order of their keys', () => {
    const count = (within: string) => ({ fact: 'count', of: 'payer', direction: 'outgoing', within });
    const ruleset = soundRuleset(
      documentOf([
        ruleOf({
          any: [
            { more_than: [count('1d'), 5] },
            { more_than: [count('86400s'), 6] },
            { more_than: [count('day'), 7] },
          ],
        }),
        ruleOf({ fact: 'recurring' }, { name: 'off', enabled: false }),
        ruleOf(
          { fact: 'on_list', list: 'deny', of: 'payee' },
          { name: 'list', unless: { fact: 'same_owner' } },
        ),
      ]),
    );
    expect(ruleset.facts.map(({ key }) => key)).toEqual([
      'count(payer, outgoing, 24h)',
      'count(payer, outgoing, day)',
      'on_list(deny, payee)',
      'same_owner',
    ]);
    expect(ruleset.facts[0]?.need).toEqual({
      kind: 'window',
      of: 'payer',
      direction: 'outgoing',
      measure: 'count',
      span: { seconds: 86_400 },
      attempts: 'accepted',
    });
    expect(ruleset.lists).toEqual(['deny']);
  });

  test('has one hash however it is written, and another one for another rule', () => {
    const document = documentOf([ruleOf(ABOVE)]);
    const { hash } = soundRuleset(document);
    expect(hash).toBe('a73b9b96719added46d8f209a1cfc8ce12ca3720167c914424207df45109862b');
    const turned = Object.fromEntries(Object.entries(document).reverse());
    const read = readRuleset(JSON.stringify(turned, null, 4));
    expect(read.ok && read.value.hash).toBe(hash);
    expect(soundRuleset(documentOf([ruleOf({ at_least: ABOVE.more_than })])).hash).not.toBe(hash);
  });

  test('may use constants by name', () => {
    const document = documentOf([ruleOf({ more_than: [{ fact: 'amount' }, { constant: 'cap' }] })], {
      constants: { cap: { money: '5' } },
    });
    expect(checkRuleset(document).ok).toBe(true);
  });
});
