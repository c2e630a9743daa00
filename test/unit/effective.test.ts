/** Which effective times a transfer may have, at the microsecond. */
import { expect, test } from 'vitest';
import { checkEffective, EFFECTIVE_AGE_DAYS_MAX } from '../../src/ledger/effective.ts';

const AT = 1_800_000_000_000_000;
const OLDEST = AT - EFFECTIVE_AGE_DAYS_MAX * 86_400_000_000;

test.each([
  ['at the posting', AT, undefined],
  ['a microsecond before it', AT - 1, undefined],
  ['a microsecond after it', AT + 1, 'effective_in_future'],
  ['as far back as may be', OLDEST, undefined],
  ['a microsecond further back', OLDEST - 1, 'effective_too_early'],
])('%s', (_name, effectiveAt, code) => {
  expect(checkEffective(effectiveAt, AT, undefined)).toBe(code);
});

test.each([
  ['before the moment up to which the books are closed', AT - 8, 'period_closed'],
  ['at that moment', AT - 7, undefined],
  ['in the future, which is told first', AT + 1, 'effective_in_future'],
  ['too far back, which is told first', OLDEST - 1, 'effective_too_early'],
])('%s', (_name, effectiveAt, code) => {
  expect(checkEffective(effectiveAt, AT, AT - 7)).toBe(code);
});
