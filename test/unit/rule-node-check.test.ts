/** Nodes that are refused, each with its path and what to write instead. */
import { describe, expect, test } from 'vitest';
import { complaintsAbout, documentOf, ruleOf } from '../support/rulesets.ts';

const ABOVE = { more_than: [{ fact: 'amount' }, { money: '5000' }] };
const about = (when: unknown) => complaintsAbout(documentOf([ruleOf(when)]));

describe('a node is refused', () => {
  test.each([
    [
      'that is null',
      null,
      '/rules/0/when',
      'a node is a constant, a fact or an operator: write true, 20, "upi", {"money": "5000"}, {"fact": "amount"} or {"all": […]}',
    ],
    ['that is left out', undefined, '/rules/0/when', 'a node is a constant'],
    ['that is an array', [ABOVE], '/rules/0/when', 'a node is a constant'],
    ['without a field', {}, '/rules/0/when', 'a node that is no fact has one field'],
    [
      'with two operators',
      { ...ABOVE, not: [true] },
      '/rules/0/when',
      'a node that is no fact has one field',
    ],
    ['that is no condition', { fact: 'amount' }, '/rules/0/when', 'has to be a condition, and is money'],
    [
      'with an unknown operator',
      { regex: ['a'] },
      '/rules/0/when/regex',
      'there is no such operator; there are all, any, not',
    ],
    [
      'named as what every object has',
      { constructor: [1] },
      '/rules/0/when/constructor',
      'there is no such operator',
    ],
    [
      'with a fact as an operator',
      { amount: [] },
      '/rules/0/when/amount',
      'there is no such operator: it is a fact, write {"fact": "amount"}',
    ],
    [
      'with an unknown fact',
      { fact: 'mood' },
      '/rules/0/when/fact',
      'there is no such fact; there are amount, currency',
    ],
    [
      'with a fact that is no name',
      { fact: { name: 'amount' } },
      '/rules/0/when/fact',
      'there is no such fact',
    ],
    ['with too few arguments', { all: [true] }, '/rules/0/when/all', 'takes an array of 2 to 32 nodes'],
    ['with too many arguments', { not: [true, false] }, '/rules/0/when/not', 'takes an array of 1 node'],
    ['with arguments that are no array', { not: true }, '/rules/0/when/not', 'takes an array of 1 node'],
    [
      'with a fraction',
      { equals: [{ fact: 'local_hour' }, 1.5] },
      '/rules/0/when/equals/1',
      'numbers are whole',
    ],
    [
      'with an endless number',
      { equals: [{ fact: 'local_hour' }, Number.POSITIVE_INFINITY] },
      '/rules/0/when/equals/1',
      'numbers are whole',
    ],
    [
      'with a zero below zero',
      { equals: [{ fact: 'local_hour' }, -0] },
      '/rules/0/when/equals/1',
      'numbers are whole',
    ],
    [
      'with a number that is not exact',
      { equals: [{ fact: 'local_hour' }, 2 ** 53] },
      '/rules/0/when/equals/1',
      'numbers are whole',
    ],
    [
      'with an empty text',
      { equals: [{ fact: 'channel' }, ''] },
      '/rules/0/when/equals/1',
      'a text is 1 to 64 letters',
    ],
    [
      'with free text',
      { equals: [{ fact: 'device' }, 'Asha Rao'] },
      '/rules/0/when/equals/1',
      'a text is 1 to 64 letters',
    ],
    [
      'with money as a number',
      { more_than: [{ fact: 'amount' }, { money: 5000 }] },
      '/rules/0/when/more_than/1/money',
      'write a decimal string',
    ],
    [
      'with half a paisa',
      { more_than: [{ fact: 'amount' }, { money: '5000.005' }] },
      '/rules/0/when/more_than/1/money',
      'with at most 2 decimals',
    ],
    [
      'with too much money',
      { more_than: [{ fact: 'amount' }, { money: '9'.repeat(19) }] },
      '/rules/0/when/more_than/1/money',
      'write a decimal string',
    ],
    [
      'with a duration of two units',
      { less_than: [{ fact: 'contact_age' }, { duration: '1h30m' }] },
      '/rules/0/when/less_than/1/duration',
      'write a duration of one unit',
    ],
    [
      'with an endless duration',
      { less_than: [{ fact: 'contact_age' }, { duration: '36501d' }] },
      '/rules/0/when/less_than/1/duration',
      'write a duration of one unit',
    ],
    [
      'with a constant that nobody defined',
      { constant: 'toString' },
      '/rules/0/when/constant',
      'names no constant of the ruleset: there are none',
    ],
    [
      'with a parameter too many',
      { fact: 'recurring', of: 'payer' },
      '/rules/0/when/of',
      'recurring has no such parameter: there are none',
    ],
    [
      'with a parameter too few',
      { fact: 'has_owner' },
      '/rules/0/when/of',
      'has_owner needs this parameter: write one of "payer", "payee"',
    ],
    [
      'with somebody else',
      { fact: 'has_owner', of: 'bank' },
      '/rules/0/when/of',
      'write one of "payer", "payee"',
    ],
    [
      'with a window of 32 days',
      { more_than: [{ fact: 'count', of: 'payer', direction: 'outgoing', within: '32d' }, 5] },
      '/rules/0/when/more_than/0/within',
      'write a duration from "1s" to "31d", "day" or "month"',
    ],
    [
      'with an empty window',
      { more_than: [{ fact: 'count', of: 'payer', direction: 'outgoing', within: '0s' }, 5] },
      '/rules/0/when/more_than/0/within',
      'write a duration from "1s" to "31d"',
    ],
    [
      'with a week',
      { more_than: [{ fact: 'count', of: 'payer', direction: 'outgoing', within: 'week' }, 5] },
      '/rules/0/when/more_than/0/within',
      'write a duration from "1s" to "31d"',
    ],
    [
      'that counts refusals at a payee',
      {
        more_than: [
          { fact: 'count', of: 'payee', direction: 'incoming', within: '1h', attempts: 'refused' },
          5,
        ],
      },
      '/rules/0/when/more_than/0/direction',
      'refused transfers are counted at their payer: write "outgoing"',
    ],
    [
      'with an attribute that nobody declared',
      { fact: 'attribute', of: 'payer', name: 'caste' },
      '/rules/0/when/name',
      'is no attribute that the ruleset declares; there are kyc, daily_cap, vulnerable, visits, since',
    ],
    [
      'with a circle of one',
      { fact: 'cycle', within: '72h', tolerance_bps: 1000, accounts: 1 },
      '/rules/0/when/accounts',
      'write a whole number between 2 and 4',
    ],
    [
      'with a list that has no name',
      { fact: 'on_list', list: '../deny', of: 'payee' },
      '/rules/0/when/list',
      'write 1 to 64 letters',
    ],
  ])('%s', (_, when, path, message) => {
    const complaints = about(when);
    expect(complaints.map((complaint) => complaint.path)).toEqual([path]);
    expect(complaints[0]?.message).toContain(message);
  });

  test('with every complaint at once, in the order of the document', () => {
    const complaints = about({
      all: [{ fact: 'x' }, { more_than: [{ fact: 'amount' }, 1.5] }, { any: [{ y: [] }, ABOVE] }],
    });
    expect(complaints.map(({ path }) => path)).toEqual([
      '/rules/0/when/all/0/fact',
      '/rules/0/when/all/1/more_than/1',
      '/rules/0/when/all/2/any/0/y',
    ]);
  });

  test('with its path written as RFC 6901 asks', () => {
    expect(about({ 'a/b~c': [] })[0]?.path).toBe('/rules/0/when/a~1b~0c');
  });
});
