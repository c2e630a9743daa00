/** What requests are accepted, field by field; every refusal says where and what to do. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { transferRequest } from '../../src/engine/transfers/transfer-request.ts';
import { USE_CASES } from '../../src/engine/use-cases.ts';
import { metadata } from '../../src/engine/wire.ts';

const inputOf = (name: string): z.ZodType =>
  USE_CASES.find((useCase) => useCase.name === name)?.input as z.ZodType;

/** Where the input is wrong, as dotted paths; undefined when it is accepted. */
const wrong = (schema: z.ZodType, value: unknown): string[] | undefined =>
  schema.safeParse(value).error?.issues.map((issue) => issue.path.join('.'));

const leg = { debit: 'a', credit: 'b', amount: '10.00', currency: 'INR' };
const transfer = (change: object) => ({ legs: [{ ...leg, ...change }] });

describe('a transfer request', () => {
  test('accepts one to a hundred legs', () => {
    expect(wrong(transferRequest, { legs: [leg] })).toBeUndefined();
    expect(wrong(transferRequest, { legs: Array(100).fill(leg) })).toBeUndefined();
    expect(wrong(transferRequest, { legs: [] })).toEqual(['legs']);
    expect(wrong(transferRequest, { legs: Array(101).fill(leg) })).toEqual(['legs']);
  });

  test.each([
    '0',
    '0.00',
    '-1',
    '+1',
    '1.005',
    '1e3',
    '01',
    '1,000',
    ' 1',
    '',
    '.5',
    '5.',
    '1000000000000000',
  ])('refuses the amount %j and points at it', (amount) =>
    expect(wrong(transferRequest, transfer({ amount }))).toEqual(['legs.0.amount']),
  );

  test.each([10, null, undefined, {}, ['10']])('refuses the amount %j that is no string', (amount) =>
    expect(wrong(transferRequest, transfer({ amount }))).toEqual(['legs.0.amount']),
  );

  test('takes the decimals of the currency as law', () => {
    expect(wrong(transferRequest, transfer({ amount: '1.005', currency: 'KWD' }))).toBeUndefined();
    expect(wrong(transferRequest, transfer({ amount: '1.5', currency: 'JPY' }))).toEqual(['legs.0.amount']);
  });

  test.each(['XXX', 'inr', 'INRX', '', 'constructor', '__proto__'])(
    'refuses the currency %j with one error and no accident',
    (currency) => expect(wrong(transferRequest, transfer({ currency }))).toEqual(['legs.0.currency']),
  );

  test('refuses fields that it does not know, at every level', () => {
    expect(wrong(transferRequest, { legs: [leg], amount: '1' })).toEqual(['']);
    expect(wrong(transferRequest, transfer({ memo: 'x' }))).toEqual(['legs.0']);
  });
});

describe('strings that clients choose', () => {
  const failures = (value: unknown) =>
    metadata
      .safeParse(value)
      .error?.issues.map((issue) => [
        issue.path.join('.'),
        issue.code === 'custom' ? issue.params?.['failure'] : undefined,
      ]);

  test('personal data is refused under its own code, in names as in values', () => {
    expect(failures({ pan: 'ABCDE1234F' })).toEqual([['pan', 'personal_data']]);
    expect(failures({ ABCDE1234F: 'x' })).toEqual([['ABCDE1234F', 'personal_data']]);
  });

  test('a name or a value that is no token is refused where it stands', () => {
    expect(failures({ 'a b': 'x' })).toEqual([['a b', undefined]]);
    expect(failures({ a: 'अ' })).toEqual([['a', undefined]]);
  });

  test('metadata takes a bounded number of bytes', () => {
    const names = Array.from({ length: 20 }, (_, i) => [`n${i}`, 'v'.repeat(40)]);
    expect(wrong(metadata, Object.fromEntries(names))).toBeUndefined();
    expect(wrong(metadata, Object.fromEntries([...names, ['more', 'v'.repeat(64)]]))).toEqual(['']);
  });
});

describe('an account request', () => {
  const input = inputOf('account.create');
  const account = { kind: 'liability', currency: 'INR' };

  test('bounds are decimals of the currency, or null for none', () => {
    expect(wrong(input, { ...account, floor: '-500.00', ceiling: null })).toBeUndefined();
    expect(wrong(input, { ...account, floor: '1.005' })).toEqual(['floor']);
    expect(wrong(input, { ...account, ceiling: 100 })).toEqual(['ceiling']);
    expect(wrong(input, { ...account, floor: '-0' })).toEqual(['floor']);
  });

  test('a floor above the ceiling is malformed, the default floor of an owned account included', () => {
    const owner = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
    expect(wrong(input, { ...account, floor: '5', ceiling: '4.99' })).toEqual(['ceiling']);
    expect(wrong(input, { ...account, floor: '5', ceiling: '5' })).toBeUndefined();
    expect(wrong(input, { ...account, owner, ceiling: '-1' })).toEqual(['ceiling']);
    expect(wrong(input, { ...account, owner, floor: null, ceiling: '-1' })).toBeUndefined();
  });

  test('an unknown currency is one error, whatever bounds come with it', () => {
    expect(wrong(input, { kind: 'asset', currency: 'XXX', floor: '0', ceiling: '1' })).toEqual(['currency']);
  });

  test('a code may not look like an account id', () => {
    expect(wrong(input, { ...account, code: 'acc_0000000000000001' })).toEqual(['code']);
  });

  test('a change names at least one thing to change', () => {
    const update = inputOf('account.update');
    expect(wrong(update, { id: 'a' })).toEqual(['']);
    expect(wrong(update, { id: 'a', closed: true })).toBeUndefined();
    expect(wrong(update, { id: 'a', closed: 'true' })).toEqual(['closed']);
    expect(wrong(update, { id: 'a', floor: null })).toBeUndefined();
    expect(wrong(update, { id: 'a', floor: 0 })).toEqual(['floor']);
    expect(wrong(update, { id: 'a', kind: 'asset', closed: true })).toEqual(['']);
  });
});

describe('a batch', () => {
  const input = inputOf('transfer.batch');
  const item = (key: string, change: object = {}) => ({
    idempotency_key: key,
    legs: [{ ...leg, ...change }],
  });

  test('takes one to ten thousand items, a thousand of them as one, and names the malformed one', () => {
    expect(wrong(input, { transfers: [] })).toEqual(['transfers']);
    const many = Array.from({ length: 10_001 }, (_, i) => item(`k${i}`));
    expect(wrong(input, { transfers: many })).toEqual(['transfers']);
    expect(wrong(input, { transfers: many.slice(1) })).toBeUndefined();
    expect(wrong(input, { transfers: many.slice(0, 1001), atomic: true })).toEqual(['transfers']);
    expect(wrong(input, { transfers: many.slice(0, 1000), atomic: true })).toBeUndefined();
    expect(wrong(input, { transfers: [item('a'), item('b', { amount: '0' })] })).toEqual([
      'transfers.1.legs.0.amount',
    ]);
    expect(wrong(input, { transfers: [item('a'), { legs: [leg] }] })).toEqual([
      'transfers.1.idempotency_key',
    ]);
  });

  test('an atomic batch names each key once; another batch may repeat one', () => {
    const transfers = [item('a'), item('b'), item('a')];
    expect(wrong(input, { transfers, atomic: true })).toEqual(['transfers.2.idempotency_key']);
    expect(wrong(input, { transfers })).toBeUndefined();
  });
});

describe('the filters of transfers', () => {
  const input = inputOf('transfer.list');

  test('metadata is asked for by name, and no other unknown filter passes', () => {
    expect(wrong(input, { 'metadata.channel': 'upi', 'metadata.branch': 'b-1' })).toBeUndefined();
    expect(wrong(input, { channel: 'upi' })).toEqual(['']);
    expect(wrong(input, { metadata: 'upi' })).toEqual(['']);
    expect(wrong(input, { 'metadata.': 'upi' })).toEqual(['metadata.']);
    expect(wrong(input, { 'metadata.a b': 'upi' })).toEqual(['metadata.a b']);
    expect(wrong(input, { 'metadata.channel': '' })).toEqual(['metadata.channel']);
  });

  test('at most eight pieces of metadata are asked for at once', () => {
    const filters = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`metadata.m${i}`, 'v']));
    expect(wrong(input, filters(8))).toBeUndefined();
    expect(wrong(input, filters(9))).toEqual(['']);
  });

  test('times are UTC times of RFC 3339', () => {
    expect(wrong(input, { from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00.5Z' })).toBeUndefined();
    for (const from of [
      '2026-04-01',
      '2026-04-01T00:00:00',
      '2026-04-01T00:00:00+05:30',
      '2026-02-30T00:00:00Z',
      '1',
    ])
      expect(wrong(input, { from })).toEqual(['from']);
  });

  test('the limit is a whole number from 1 to 100, 20 when nothing is said', () => {
    expect(input.parse({})).toMatchObject({ limit: 20 });
    expect(input.parse({ limit: '100' })).toMatchObject({ limit: 100 });
    expect(input.parse({ limit: 1 })).toMatchObject({ limit: 1 });
    for (const limit of ['0', '101', '', '1.5', 'x', '-1', '1e1', '+5', '05', ' 5', '0x5', '1_0', true])
      expect(wrong(input, { limit })).toEqual(['limit']);
  });
});

test('no API key can be the client of the shell, and scopes are known ones', () => {
  const input = inputOf('key.create');
  expect(wrong(input, { client: 'shell', scopes: ['transfers:read'] })).toEqual(['client']);
  expect(wrong(input, { client: 'app', scopes: [] })).toEqual(['scopes']);
  expect(wrong(input, { client: 'app', scopes: ['everything'] })).toEqual(['scopes.0']);
});

test('a ledger may not be named like the id of one', () => {
  expect(wrong(inputOf('ledger.create'), { name: 'ldg_0000001' })).toEqual(['name']);
  expect(wrong(inputOf('ledger.create'), { name: 'main' })).toBeUndefined();
});
