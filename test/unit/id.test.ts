/** Public ids: they resolve in their own ledger and kind, and nowhere else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatId,
  formatLedgerId,
  isAccountId,
  LEDGER_ID_MAX,
  NUMBER_MAX,
  type Prefix,
  parseId,
  parseLedgerId,
} from '../../src/kernel/id.ts';
import { isToken } from '../../src/kernel/text.ts';

const ledger = fc.integer({ min: 0, max: LEDGER_ID_MAX });
const number = fc.integer({ min: 0, max: NUMBER_MAX });
const prefix = fc.constantFrom<Prefix>('acc', 'trf', 'cli', 'key');

describe('an id', () => {
  test('reads as the number it was made of', () => {
    fc.assert(
      fc.property(prefix, ledger, number, (p, l, n) => {
        expect(parseId(p, l, formatId(p, l, n))).toBe(n);
      }),
    );
    expect(parseId('acc', LEDGER_ID_MAX, formatId('acc', LEDGER_ID_MAX, NUMBER_MAX))).toBe(NUMBER_MAX);
  });

  test('of another ledger reads as unknown', () => {
    fc.assert(
      fc.property(prefix, ledger, ledger, number, (p, l, other, n) => {
        fc.pre(l !== other);
        expect(parseId(p, other, formatId(p, l, n))).toBeUndefined();
      }),
    );
  });

  test('of another kind reads as unknown', () => {
    expect(parseId('acc', 7, formatId('trf', 7, 1))).toBeUndefined();
    expect(parseId('key', 7, formatId('acc', 7, 1))).toBeUndefined();
  });

  test('sorts as its number does, since all have the same length', () => {
    fc.assert(
      fc.property(ledger, number, number, (l, a, b) => {
        expect(formatId('trf', l, a) < formatId('trf', l, b)).toBe(a < b);
      }),
    );
  });

  test.each([
    '',
    'acc_',
    'acc_0000007000000001',
    'acc_00000070000000001x',
    'ACC_0000007000000001',
    'acc_000000700000000W',
    'acc_000000700000000G',
    ' acc_0000007000000001',
    'acc_0000007000000001\n',
    'acc-0000007000000001',
  ])('is unlike %j', (text) => {
    const own = formatId('acc', 7, 1);
    expect(text === own ? 1 : parseId('acc', 7, text)).toBe(text === own ? 1 : undefined);
  });

  test('of an account is told from a code by its shape alone, and is a token itself', () => {
    fc.assert(
      fc.property(ledger, number, (l, n) => {
        expect(isAccountId(formatId('acc', l, n))).toBe(true);
        expect(isToken(formatId('acc', l, n))).toBe(true);
      }),
    );
    expect(isAccountId('savings-1')).toBe(false);
    expect(isAccountId('acc_000000700000000')).toBe(false);
  });
});

describe('a ledger id', () => {
  test('reads as the ledger it names', () => {
    fc.assert(
      fc.property(ledger, (l) => {
        expect(parseLedgerId(formatLedgerId(l))).toBe(l);
      }),
    );
  });

  test('beyond the largest ledger is none', () => {
    expect(parseLedgerId(formatLedgerId(LEDGER_ID_MAX))).toBe(LEDGER_ID_MAX);
    expect(parseLedgerId('ldg_2000000')).toBeUndefined();
    expect(parseLedgerId('ldg_vvvvvvv')).toBeUndefined();
    expect(parseLedgerId('ldg_000001')).toBeUndefined();
    expect(parseLedgerId('acc_0000001')).toBeUndefined();
  });
});
