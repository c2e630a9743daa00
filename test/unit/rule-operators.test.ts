/** Operators: what each gives, told by its own examples, what it takes, and that each has a file of its own. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkNode, type NodeScope } from '../../src/fraud/check-node.ts';
import { compileNode } from '../../src/fraud/compile.ts';
import type { CheckedNode } from '../../src/fraud/node.ts';
import { OPERATORS } from '../../src/fraud/operators.ts';
import { valueJson, valueOfJson } from '../../src/fraud/value.ts';

const scopeWith = (complaints: string[]): NodeScope => ({
  exponent: 2,
  constants: new Map(),
  attributes: new Map(),
  nodes: 0,
  complain: (path, message) => complaints.push(`${path} ${message}`),
});

function nodeOf(json: unknown): CheckedNode {
  const complaints: string[] = [];
  const node = checkNode(json, '', scopeWith(complaints), 1);
  expect(complaints).toEqual([]);
  return node as CheckedNode;
}

function complaintsOf(json: unknown): string[] {
  const complaints: string[] = [];
  checkNode(json, '', scopeWith(complaints), 1);
  return complaints;
}

function* factsOf(node: CheckedNode): Generator<Extract<CheckedNode, { kind: 'fact' }>> {
  if (node.kind === 'fact') yield node;
  if (node.kind === 'call') for (const arg of node.args) yield* factsOf(arg);
}

/** Value of a node over facts by their keys, as JSON. */
function worthOf(json: unknown, given: Readonly<Record<string, unknown>> = {}) {
  const node = nodeOf(json);
  const facts = [...factsOf(node)].map(({ fact }) => fact);
  const slots = new Map(facts.map(({ key }, i) => [key, i]));
  expect(Object.keys(given).filter((key) => !slots.has(key))).toEqual([]);
  const values = facts.map(({ key, type }) => valueOfJson(type, given[key], 2));
  return valueJson(node.shape.type, compileNode(node, slots)(values), 2);
}

const AMOUNT = { fact: 'amount' };
const HOUR = { fact: 'local_hour' };
const AGE = { fact: 'account_age', of: 'payer' };
const CHANNEL = { fact: 'channel' };
const SUM = { fact: 'sum', of: 'payer', direction: 'outgoing', within: 'day' };

describe('each operator', () => {
  test.each(
    [...OPERATORS.values()].flatMap(({ name, examples }) =>
      examples.map((example) => [name, example] as const),
    ),
  )('%s gives what its example says: %j', (_, { node, facts, gives }) => {
    expect(worthOf(node, facts)).toBe(gives);
  });

  const lenient = ['all', 'any', 'choose', 'is_missing', 'or_else'];
  const strict = [...OPERATORS.values()].filter(({ name }) => !lenient.includes(name));
  test.each(strict.map(({ name, examples }) => [name, examples[0]?.node, examples[0]?.facts ?? {}] as const))(
    '%s is missing where any of its arguments is',
    (_, node, facts) => {
      for (const gone of Object.keys(facts))
        expect(worthOf(node, { ...facts, [gone]: undefined })).toBe(null);
    },
  );

  test('has a file of its own, named as it is', () => {
    const files = readdirSync(new URL('../../src/fraud/operators/', import.meta.url)).sort();
    const named = [...OPERATORS.keys()].map((name) => `${name.replaceAll('_', '-')}.ts`);
    expect(files).toEqual([...named, 'comparison.ts'].sort());
  });
});

describe('an operator is refused', () => {
  test.each([
    [
      'money against an integer',
      { more_than: [AMOUNT, 5000] },
      '/more_than/1 more_than money goes with money, not with an integer; write money as {"money": "5000.00"}',
    ],
    [
      'an age against an integer',
      { less_than: [AGE, 24] },
      '/less_than/1 less_than a duration goes with a duration, not with an integer; write a duration as {"duration": "24h"}',
    ],
    [
      'a text in a comparison',
      { more_than: [CHANNEL, 'upi'] },
      '/more_than/0 more_than takes integers, money or durations, not a text',
    ],
    ['a hour that no clock has', { at_least: [HOUR, 24] }, '/at_least at_least is never true: 0 … 23 ≥ 24'],
    ['what always holds', { at_least: [HOUR, 0] }, '/at_least at_least is always true: 0 … 23 ≥ 0'],
    [
      'a range that nothing is in',
      { between: [HOUR, 24, 30] },
      '/between between is never true: nothing of the first lies between the other two',
    ],
    [
      'bounds in the wrong order',
      { between: [HOUR, 6, 3] },
      '/between between is never true: nothing of the first lies between the other two',
    ],
    [
      'a slip of the pen',
      { equals: [CHANNEL, 'upii'] },
      '/equals equals is never true: one is of upi, imps, neft, rtgs, card, wallet, net_banking, branch, other; the other of upii',
    ],
    [
      'a slip among several',
      { is_one_of: [CHANNEL, 'upi', 'imsp'] },
      '/is_one_of/2 is_one_of imsp is none of upi, imps, neft, rtgs, card, wallet, net_banking, branch, other',
    ],
    [
      'the same text twice',
      { is_one_of: [CHANNEL, 'upi', 'upi'] },
      '/is_one_of/2 is_one_of upi stands here twice',
    ],
    [
      'a fact where a constant has to be',
      { is_one_of: [CHANNEL, CHANNEL] },
      '/is_one_of/1 is_one_of takes constants after the first',
    ],
    ['text against a number', { equals: [CHANNEL, 5] }, '/equals equals a text never equals an integer'],
    [
      'ranges that never meet',
      { equals: [HOUR, 24] },
      '/equals equals is never true: the ranges of the two have nothing in common',
    ],
    ['a number as a condition', { all: [HOUR, true] }, '/all/0 all takes a condition, not an integer'],
    ['a text as a condition', { any: [true, CHANNEL] }, '/any/1 any takes a condition, not a text'],
    ['the opposite of money', { not: [AMOUNT] }, '/not/0 not takes a condition, not money'],
    [
      'a choice by a number',
      { choose: [HOUR, 1, 2] },
      '/choose/0 choose chooses by a condition, not by an integer',
    ],
    [
      'a choice of two types',
      { choose: [true, 1, 'upi'] },
      '/choose/2 choose chooses between values of one type, not an integer and a text',
    ],
    [
      'money times money',
      { times: [AMOUNT, AMOUNT] },
      '/times/1 times takes an integer as its second, not money',
    ],
    [
      'text times two',
      { times: [CHANNEL, 2] },
      '/times/0 times takes an integer, money or a duration, not a text',
    ],
    [
      'a sum of two types',
      { plus: [AMOUNT, AGE] },
      '/plus/1 plus money goes with money, not with a duration; write money as {"money": "5000.00"}',
    ],
    ['a division by zero', { divide: [AMOUNT, 0] }, '/divide/1 divide divides by zero'],
    [
      'a division by what comes to zero',
      { divide: [AMOUNT, { minus: [3, 3] }] },
      '/divide/1 divide divides by zero',
    ],
    [
      'a share of two types',
      { share: [AMOUNT, 5] },
      '/share/1 share money goes with money, not with an integer; write money as {"money": "5000.00"}',
    ],
    [
      'another type in the place of a missing one',
      { or_else: [CHANNEL, 5] },
      '/or_else/1 or_else takes two of one type, not a text and an integer',
    ],
    [
      'a constant that could be missing',
      { or_else: [5, 6] },
      '/or_else/0 or_else a constant is never missing: the second never counts',
    ],
    [
      'a missing constant',
      { is_missing: [5] },
      '/is_missing/0 is_missing is never true: a constant is never missing',
    ],
  ])('%s', (_, json, complaint) => {
    expect(complaintsOf(json)).toEqual([complaint]);
  });
});

describe('what could overflow is refused', () => {
  const nested = (node: unknown, factor: unknown, times: number): unknown =>
    times === 0 ? node : { times: [nested(node, factor, times - 1), factor] };

  test('for money above 2^127', () => {
    expect(complaintsOf(nested(SUM, 2 ** 53 - 1, 1))).toEqual([]);
    expect(complaintsOf(nested(SUM, 2 ** 53 - 1, 2))).toEqual([
      '/times times could overflow: money could reach about 10^50, and at most 2^127 − 1 is kept exact',
    ]);
  });

  test('for integers above 2^53, up and down', () => {
    expect(complaintsOf({ plus: [2 ** 53 - 1, 1] })).toEqual([
      '/plus plus could overflow: integer could reach about 10^15, and at most 2^53 − 1 is kept exact',
    ]);
    expect(complaintsOf({ plus: [2 ** 53 - 2, 1] })).toEqual([]);
    expect(complaintsOf({ minus: [-(2 ** 53 - 1), 1] })).toHaveLength(1);
    expect(complaintsOf({ times: [{ fact: 'travel_speed' }, -(2 ** 40)] })).toHaveLength(1);
  });
});

describe('arithmetic', () => {
  const MINUTES = { fact: 'sum', of: 'payer', direction: 'outgoing', within: '15m' };
  const KEY = 'sum(payer, outgoing, 15m)';

  test('is exact where doubles are not', () => {
    expect(worthOf({ plus: [MINUTES, { money: '0.01' }] }, { [KEY]: '90071992547409.93' })).toBe(
      '90071992547409.94',
    );
    expect(worthOf({ divide: [{ plus: [0, 2 ** 53 - 1] }, 3] })).toBe(3002399751580330);
  });

  test('rounds towards zero, on both sides of it', () => {
    expect(worthOf({ divide: [{ minus: [{ money: '0' }, AMOUNT] }, 3] }, { amount: '0.10' })).toBe('-0.03');
    expect(worthOf({ share: [{ minus: [{ money: '0' }, AMOUNT] }, { money: '3' }] }, { amount: '1' })).toBe(
      -3333,
    );
  });

  test('has no zero below zero', () => {
    expect(worthOf({ times: [{ minus: [HOUR, 5] }, 0] }, { local_hour: 0 })).toBe(0);
    expect(worthOf({ divide: [{ minus: [HOUR, 5] }, 10] }, { local_hour: 0 })).toBe(0);
  });

  test('knows no share of what is not above zero, and stops at a bound far out', () => {
    expect(worthOf({ share: [AMOUNT, { minus: [{ money: '1' }, AMOUNT] }] }, { amount: '2' })).toBe(null);
    expect(worthOf({ share: [AMOUNT, { money: '0.01' }] }, { amount: '1000000' })).toBe(1_000_000_000);
  });
});
