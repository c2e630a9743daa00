/** The catalogue of failures: kinds, statuses and advice go together, and its order is the order of checks. */
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/http/routes.ts';
import { FAILURE_CODES, FAILURES, FailureError, isFailureCode } from '../../src/kernel/failure.ts';

describe.each(FAILURE_CODES)('%s', (code) => {
  const { kind, status, title, advice } = FAILURES[code];

  test('has a status of its kind', () => {
    if (kind === 'fault') expect(status).toBeGreaterThanOrEqual(500);
    else expect(status).toBeGreaterThanOrEqual(400);
    if (kind === 'refused') expect(status).toBe(422);
    if (kind === 'denied') expect([401, 403, 429]).toContain(status);
    if (kind !== 'fault') expect(status).toBeLessThan(500);
  });

  test('has a title without a full stop and advice that is a sentence', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });

  test('tells what becomes of the idempotency key when it is a refusal', () => {
    if (kind === 'refused') expect(advice).toMatch(/new idempotency key|new keys/);
  });

  test('has a code that is a name in an address', () => {
    expect(code).toMatch(/^[a-z][a-z_]*[a-z]$/);
    expect(isFailureCode(code)).toBe(true);
  });
});

test('the refusals of a transfer stand in the order in which it is checked', () => {
  const refusals = FAILURE_CODES.filter((code) => FAILURES[code].kind === 'refused');
  const first = refusals.indexOf('account_unknown');
  expect(refusals.slice(first, first + 11)).toEqual([
    'account_unknown',
    'same_account',
    'debit_not_permitted',
    'account_closed',
    'debits_frozen',
    'credits_frozen',
    'currency_mismatch',
    'floor_breached',
    'ceiling_breached',
    'totals_exceeded',
    'limit_exceeded',
  ]);
});

test('what every object inherits is no failure code', () => {
  for (const name of ['constructor', 'toString', '__proto__', '']) expect(isFailureCode(name)).toBe(false);
});

test('a failure that is thrown keeps its code, its detail and its errors', () => {
  const errors = [{ pointer: '/legs/0/amount', message: 'send an amount above zero' }];
  const failure = new FailureError('invalid_request', 'one field', errors);
  expect(failure).toMatchObject({
    name: 'FailureError',
    code: 'invalid_request',
    detail: 'one field',
    errors,
  });
  expect(new FailureError('not_found').message).toBe(FAILURES.not_found.title);
});

test('the refusals of a reversal stand in the order in which it is checked', () => {
  const refusals = ROUTES.find(({ useCase }) => useCase === 'transfer.reverse')?.refusals ?? [];
  expect(refusals).toHaveLength(16);
  expect(FAILURE_CODES.filter((code) => refusals.some((refusal) => refusal === code))).toEqual(refusals);
});

test('the refusals of a capture stand in the order in which it is checked', () => {
  const refusals = ROUTES.find(({ useCase }) => useCase === 'transfer.capture')?.refusals ?? [];
  expect(refusals).toHaveLength(15);
  expect(FAILURE_CODES.filter((code) => refusals.some((refusal) => refusal === code))).toEqual(refusals);
});
