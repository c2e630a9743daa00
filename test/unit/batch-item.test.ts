/** Items of a batch: the short way for plain ones agrees with the schema, and the schema stops at the first wrong one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseInput } from '../../src/engine/parse-input.ts';
import { batchItem, isPlainItem } from '../../src/engine/transfers/batch-item.ts';
import { createBatch } from '../../src/engine/transfers/create-batch.ts';
import { createTransfer } from '../../src/engine/transfers/create-transfer.ts';
import type { FailureError } from '../../src/kernel/failure.ts';
import { token } from '../support/arbitrary-commands.ts';

const RUNS = 3000;
const leg = { debit: 'ada', credit: 'ben', amount: '10.00', currency: 'INR' };
const NO_TEXTS = [undefined, null, 5, true, ['a'], {}];

/** Mostly acceptable, so that whole items are as well. */
const oftenOf = (good: fc.Arbitrary<unknown>, bad: readonly unknown[]) =>
  fc.oneof({ arbitrary: good, weight: 20 }, fc.constantFrom(...bad, ...NO_TEXTS));

const account = oftenOf(token, ['', ' a', 'a b', '-a', 'x'.repeat(65), 'é']);
const key = oftenOf(
  fc.oneof(
    token,
    fc.uuid(),
    fc.uuid().map((uuid) => uuid.toUpperCase()),
  ),
  ['', 'a/b', 'ABCDE1234F', 'pay:9876543210', 'x'.repeat(65)],
);
const GOOD_AMOUNTS = ['1', '1.5', '10.00', '0.01', '9999999999999.99', '10000000000000.00'];
const BAD_AMOUNTS = [
  '0',
  '0.00',
  '1.005',
  '-1',
  '01',
  '1e3',
  '10000000000000.01',
  '.5',
  '',
  '1'.padEnd(33, '0'),
];
const amount = oftenOf(fc.constantFrom(...GOOD_AMOUNTS), BAD_AMOUNTS);
const currency = oftenOf(fc.constantFrom('INR', 'INR', 'KWD', 'JPY'), ['XXX', 'inr', '', 'constructor']);
const anyLeg = fc
  .record({ debit: account, credit: account, amount, currency })
  .chain((whole) => oftenOf(fc.constant(whole), [{ ...whole, memo: 'x' }, leg.debit]));
const legs = oftenOf(fc.array(anyLeg, { minLength: 1, maxLength: 3 }), [
  [],
  Array(100).fill(leg),
  Array(101).fill(leg),
]);
const anyItem = fc
  .record({ idempotency_key: key, legs })
  .chain((whole) =>
    oftenOf(fc.constant(whole), [
      { ...whole, reference: 'r' },
      { ...whole, metadata: {} },
      { ...whole, memo: 'x' },
      { legs: whole.legs },
      { ...whole, reference: undefined },
    ]),
  );

test('an item is plain exactly if the schema accepts it as it is, with a key and legs alone', () => {
  let plain = 0;
  fc.assert(
    fc.property(anyItem, (item) => {
      const parsed = batchItem.safeParse(item);
      const isAlone = Object.keys(Object(item)).length === 2;
      expect(isPlainItem(item)).toBe(parsed.success && isAlone);
      if (!isPlainItem(item)) return;
      plain++;
      expect(parsed.data).toEqual(item);
    }),
    { numRuns: RUNS },
  );
  expect(plain).toBeGreaterThan(RUNS / 10);
});

test('one transfer is plain exactly if the schema accepts it as it is, with legs alone', () => {
  let plain = 0;
  const sent = anyItem.map((item) => {
    const { idempotency_key: _, ...request } = Object(item);
    return request;
  });
  fc.assert(
    fc.property(sent, (request) => {
      const parsed = createTransfer.input.safeParse(request);
      const input = createTransfer.plainInput?.(request);
      expect(input !== undefined).toBe(parsed.success && Object.keys(request).length === 1);
      if (!input) return;
      plain++;
      expect(parsed.data).toEqual(input);
    }),
    { numRuns: RUNS },
  );
  expect(plain).toBeGreaterThan(RUNS / 10);
  for (const other of [null, [], 'legs', { legs: {} }])
    expect(createTransfer.plainInput?.(other)).toBeUndefined();
});

test('a batch is plain exactly if all its items are and nothing stands beside them', () => {
  const transfers = fc.array(
    fc.oneof({ arbitrary: fc.constant({ idempotency_key: 'k', legs: [leg] }), weight: 5 }, anyItem),
    {
      maxLength: 3,
    },
  );
  const beside = fc.constantFrom({}, {}, {}, { atomic: true }, { atomic: false }, { memo: 1 });
  let plain = 0;
  fc.assert(
    fc.property(transfers, beside, (items, more) => {
      const sent = { transfers: items, ...more };
      const input = createBatch.plainInput?.(sent);
      const isPlain = items.length > 0 && items.every(isPlainItem) && Object.keys(more).length === 0;
      expect(input !== undefined).toBe(isPlain);
      if (!input) return;
      plain++;
      expect(input).toEqual(parseInput(createBatch.input, sent, 'batch'));
    }),
    { numRuns: RUNS },
  );
  expect(plain).toBeGreaterThan(RUNS / 10);
  for (const sent of [null, [], 'transfers', { transfers: {} }])
    expect(createBatch.plainInput?.(sent)).toBeUndefined();
});

test.each([
  ['amounts', { idempotency_key: 'k', legs: [{ ...leg, amount: '0' }] }],
  ['accounts', { idempotency_key: 'k', legs: [{ ...leg, debit: '' }] }],
  ['currencies', { idempotency_key: 'k', legs: [{ ...leg, currency: 'XXX' }] }],
  ['fields', { idempotency_key: 'k', legs: [leg], memo: 'x' }],
  ['keys', { idempotency_key: '', legs: [leg] }],
  ['references', { idempotency_key: 'k', legs: [leg], reference: 'ABCDE1234F' }],
])('a batch with wrong %s throughout is read up to the first of them', (_, wrong) => {
  const good = { idempotency_key: 'good', legs: [leg], reference: 'r' };
  const transfers = [good, ...Array.from({ length: 9 }, () => wrong)];
  const errors = () => {
    try {
      return parseInput(createBatch.input, { transfers }, 'batch');
    } catch (error) {
      return (error as FailureError).errors?.map(({ pointer }) => pointer);
    }
  };
  expect(errors()).toEqual([expect.stringMatching(/^\/transfers\/1(\/|$)/)]);
});
