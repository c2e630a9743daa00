/** Rules as sentences, the reference page and the JSON Schema: made of the operators and facts, and held to what they say. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FACT_DEFINITIONS } from '../../src/fraud/facts.ts';
import { rulesetJsonSchema } from '../../src/fraud/json-schema.ts';
import { OPERATORS } from '../../src/fraud/operators.ts';
import { referencePage } from '../../src/fraud/reference.ts';
import { rulesetText } from '../../src/fraud/text.ts';
import { documentOf, ruleOf, soundRuleset } from '../support/rulesets.ts';

const AMOUNT = { fact: 'amount' };
const SUM = { fact: 'sum', of: 'payer', direction: 'outgoing', within: 'day' };
const textOf = (when: unknown, fields: object = {}): string =>
  rulesetText(soundRuleset(documentOf([ruleOf(when, { ...fields })])))
    .split('\n')
    .slice(4)
    .join('\n');

describe('the text of a rule', () => {
  test('says when, unless and then, and where it comes from', () => {
    const basis = {
      status: 'draft',
      citation: 'RBI discussion paper',
      read: 'secondary',
      effective_from: '2026-04-09',
    };
    const text = rulesetText(
      soundRuleset(
        documentOf(
          [
            ruleOf(
              {
                all: [
                  { more_than: [{ plus: [SUM, AMOUNT] }, { money: '1234567.5' }] },
                  { any: [{ fact: 'recurring' }, { not: [{ fact: 'has_owner', of: 'payee' }] }] },
                ],
              },
              {
                enabled: false,
                unless: { fact: 'same_owner' },
                basis,
                then: { outcome: 'review', score: -5, hold: '1h', report: 'suspicious' },
              },
            ),
          ],
          { scope: { fact: 'has_owner', of: 'payer' }, score: [{ at_least: 80, outcome: 'block' }] },
        ),
      ),
    );
    expect(text.replace(/[0-9a-f]{64}/, '…')).toBe(`ruleset test: A test
  sha-256 …, money in INR
  decides where has_owner(payer)
  score from 80 on: block

rule one (off): A rule
  draft, since 2026-04-09: RBI discussion paper (read in accounts of the source, not in the source)
  when sum(payer, outgoing, day) + amount > ₹12,34,567.50
    and (recurring or (not has_owner(payee)))
  unless same_owner
  then review, hold for 1h, score −5, report as suspicious
`);
  });

  test.each([
    [
      { more_than: [{ times: [{ minus: [AMOUNT, SUM] }, 3] }, { money: '-0.05' }] },
      '(amount − sum(payer, outgoing, day)) × 3 > −₹0.05',
    ],
    [
      { equals: [{ or_else: [{ fact: 'telecom_risk' }, 'low'] }, 'high'] },
      '(telecom_risk or else low) = high',
    ],
    [
      { any: [{ is_missing: [{ fact: 'device' }] }, { is_one_of: [{ fact: 'channel' }, 'upi', 'card'] }] },
      'device is missing or channel in {upi, card}',
    ],
    [{ between: [{ fact: 'local_hour' }, 0, 5] }, 'local_hour from 0 to 5'],
    [
      { at_least: [{ share: [AMOUNT, { fact: 'available', of: 'payer' }] }, 9000] },
      'share of amount in available(payer) ≥ 9000',
    ],
    [{ less_than: [{ fact: 'contact_age' }, { duration: '720m' }] }, 'contact_age < 12h'],
    [
      { at_most: [{ largest_of: [AMOUNT, SUM] }, { divide: [{ minus: [SUM, AMOUNT] }, 2] }] },
      'largest of (amount, sum(payer, outgoing, day)) ≤ (sum(payer, outgoing, day) − amount) ÷ 2',
    ],
    [
      {
        more_than: [
          { fact: 'count', of: 'payer', direction: 'outgoing', within: '900s', attempts: 'refused' },
          4,
        ],
      },
      'count(payer, outgoing, 15m, refused) > 4',
    ],
    [
      { more_than: [AMOUNT, { choose: [{ fact: 'recurring' }, { money: '1' }, { money: '2' }] }] },
      'amount > (if recurring then ₹1.00 else ₹2.00)',
    ],
  ])('of %j is in brackets where it has to be', (when, words) => {
    expect(textOf(when)).toBe(`  when ${words}\n  then block\n`);
  });

  test('writes other currencies by their code and with their decimals', () => {
    const text = rulesetText(
      soundRuleset(documentOf([ruleOf({ more_than: [AMOUNT, { money: '1234.567' }] })], { currency: 'KWD' })),
    );
    expect(text).toContain('amount > KWD 1234.567');
  });
});

/** `npx vitest run test/unit/ruleset-text.test.ts -u` writes it anew. */
test('the reference page is what the operators and facts say', async () => {
  const page = referencePage();
  for (const name of [...OPERATORS.keys(), ...FACT_DEFINITIONS.keys()]) expect(page).toContain(`\`${name}\``);
  await expect(page).toMatchFileSnapshot('../../src/fraud/REFERENCE.md');
});

test('the example of the reference page is sound, and its case holds', () => {
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(referencePage()) ?? [];
  expect(soundRuleset(JSON.parse(example)).rules[0]?.cases).toHaveLength(1);
});

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(rulesetJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const isTaken = (document: unknown): boolean => schema.safeParse(document).success;

  test('takes what the checks take', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(referencePage()) ?? [];
    expect(isTaken(JSON.parse(example))).toBe(true);
    const examples = [...OPERATORS.values()].flatMap((operator) => operator.examples.map(({ node }) => node));
    expect(examples.filter((node) => !isTaken(documentOf([ruleOf(node)])))).toEqual([]);
  });

  test.each([
    ['an unknown operator', { regex: ['a'] }],
    ['an unknown fact', { fact: 'mood' }],
    ['a parameter that there is none of', { fact: 'has_owner', of: 'bank' }],
    ['a parameter too few', { fact: 'has_owner' }],
    ['too few arguments', { all: [true] }],
    ['money as a number', { more_than: [AMOUNT, { money: 5 }] }],
    ['a fault far inside', { all: [true, { any: [true, { not: [{ regex: [] }] }] }] }],
  ])('marks %s', (_, when) => {
    expect(isTaken(documentOf([ruleOf({ fact: 'recurring' })]))).toBe(true);
    expect(isTaken(documentOf([ruleOf(when)]))).toBe(false);
  });
});
