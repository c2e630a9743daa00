/** Account names in journals: reversible, unique, and of an alphabet that both programs take. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCode, encodeCode, journalAccount } from '../../src/engine/exports/account-names.ts';

const ALPHABET = [...'ABCXYZabcxyz0129._:-'];
const token = fc
  .tuple(
    fc.constantFrom(...ALPHABET.filter((character) => /[A-Za-z0-9]/.test(character))),
    fc.array(fc.constantFrom(...ALPHABET), { maxLength: 63 }),
  )
  .map(([first, rest]) => first + rest.join(''));

test.each([
  ['280', '280'],
  ['Savings', 'Savings'],
  ['savings', 'X--savings'],
  ['a.b', 'X--a-2Eb'],
  ['A-B_c:d', 'A-2DB-5Fc-3Ad'],
  ['X--a', 'X-2D-2Da'],
  ['ü', 'X---C3-BC'],
  ['', 'X--'],
])('the code %j is written %s', (code, name) => {
  expect(encodeCode(code)).toBe(name);
  expect(decodeCode(name)).toBe(code);
});

test('every token comes back from its name, in the alphabet of both programs', () => {
  fc.assert(
    fc.property(token, (code) => {
      const name = encodeCode(code);
      expect(decodeCode(name)).toBe(code);
      expect(name).toMatch(/^[A-Z0-9][A-Za-z0-9-]*$/);
    }),
  );
});

test('every text comes back from its name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (code) => {
      expect(decodeCode(encodeCode(code))).toBe(code);
    }),
  );
});

test('two codes never share a name', () => {
  fc.assert(
    fc.property(token, token, (one, other) => {
      expect(encodeCode(one) === encodeCode(other)).toBe(one === other);
    }),
  );
});

test.each(['a', 'X--A', '-41', 'A-2d', 'A-41', 'A.b', 'A-2', 'A-FF', 'x--a'])(
  'the name %s is none of ours',
  (name) => {
    expect(decodeCode(name)).toBeUndefined();
  },
);

test('an account stands below the root of its kind', () => {
  expect(journalAccount('asset', 'CASH')).toBe('Assets:CASH');
  expect(journalAccount('liability', '280')).toBe('Liabilities:280');
  expect(journalAccount('equity', 'Own')).toBe('Equity:Own');
  expect(journalAccount('income', 'Fees')).toBe('Income:Fees');
  expect(journalAccount('expense', 'rent')).toBe('Expenses:X--rent');
});
