/** Strings that clients choose: a narrow alphabet, and no room for identity numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isToken, isUuid, personalShape, TOKEN_PATTERN } from '../../src/kernel/text.ts';

describe('a token', () => {
  test.each(['a', 'A', '0', 'savings-7f3a', 'a.b_c:d-e', 'NULL', 'null', 'constructor', 'x'.repeat(64)])(
    'may be %j',
    (text) => {
      expect(isToken(text)).toBe(true);
    },
  );

  test.each([
    '',
    ' ',
    '-a',
    '_a',
    '.a',
    ':a',
    'a b',
    'a\n',
    'a/b',
    'a@b',
    'a+b',
    'a"b',
    'a\\b',
    'é',
    'राम',
    'a\u0000',
    'a\u001f',
    'x'.repeat(65),
  ])('may not be %j', (text) => {
    expect(isToken(text)).toBe(false);
  });

  test('needs no escape in JSON, in a quoted array of PostgreSQL and in a hash of separated texts', () => {
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(TOKEN_PATTERN)), (text) => {
        expect(JSON.stringify(text)).toBe(`"${text}"`);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the separators are what must be absent
        expect(text).not.toMatch(/["\\{},\u001e\u001f]/);
      }),
    );
  });
});

describe('personal data', () => {
  test.each([
    ['ABCDE1234F', 'PAN'],
    ['abcde1234f', 'PAN'],
    ['pan:ABCDE1234F', 'PAN'],
    ['x.ABCDE1234F.y', 'PAN'],
    ['234567890123', 'Aadhaar number'],
    ['2345-6789-0123', 'Aadhaar number'],
    ['2345.6789.0123', 'Aadhaar number'],
    ['uid_2345_6789_0123', 'Aadhaar number'],
    ['9876543210', 'mobile number'],
    ['pay-9876543210', 'mobile number'],
    ['09876543210', 'mobile number'],
    ['919876543210', undefined],
    ['91-9876543210', 'mobile number'],
    ['98765-43210', 'mobile number'],
    ['tel:6000000000', 'mobile number'],
  ])('has its shape in %j: %s', (text, kind) => {
    // 91 and a mobile number without a separator has twelve digits: an Aadhaar number's shape comes first.
    expect(personalShape(text)).toBe(kind ?? 'Aadhaar number');
  });

  test.each([
    'ABCDE1234',
    'ABCD1234F',
    'XABCDE1234F',
    'ABCDE1234FX',
    'ABCDE12345F',
    '134567890123',
    '034567890123',
    '2345678901234',
    '1234567890',
    '5876543210',
    '98765432101',
    'a9876543210',
    '9876543210a',
    '98765-4321',
    'invoice-2026-1042',
  ])('has no shape in %j', (text) => {
    expect(personalShape(text)).toBeUndefined();
  });

  test('is not looked for in a UUID, whose digits are random', () => {
    expect(personalShape('9876543a-2345-6789-8123-987654321012')).toBeUndefined();
    expect(personalShape('00000000-2345-6789-8123-000000000000')).toBeUndefined();
    expect(personalShape('x00000000-2345-6789-0123-000000000000')).toBe('Aadhaar number');
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(personalShape(uuid)).toBeUndefined();
        expect(personalShape(`pay-${uuid}`)).toBeUndefined();
        expect(personalShape(`${uuid}:1`)).toBeUndefined();
      }),
    );
  });

  test('is found beside a UUID, whose place joins nothing', () => {
    expect(personalShape('9876543210:b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b')).toBe('mobile number');
    expect(personalShape('98765-b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b-43210')).toBeUndefined();
  });
});

test('a UUID is one in either case of letters, whole, and with its hyphens', () => {
  expect(isUuid('B7E4A1C2-6F0D-4B8E-9A53-0D1C2E3F4A5B')).toBe(true);
  expect(isUuid('b7e4a1c26f0d4b8e9a530d1c2e3f4a5b')).toBe(false);
  expect(isUuid('b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b-1')).toBe(false);
});
