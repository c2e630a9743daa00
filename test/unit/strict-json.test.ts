/** JSON that has one reading, and its canonical form. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../src/engine/audit/check-files.ts';
import { canonicalJson, type Json } from '../../src/kernel/canonical-json.ts';

const canonical = (text: string): string => {
  const form = canonicalText(text);
  return form.ok ? form.value : `refused: ${form.error}`;
};

test('any value comes to the canonical form of what it is, however it is written', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat({ max: 8 }), (text, indent) => {
      const value = JSON.parse(text) as Json;
      expect(canonical(JSON.stringify(value, null, indent))).toBe(canonicalJson(value));
    }),
  );
});

test('names are names, whatever else they mean to JavaScript, and escapes are read', () => {
  expect(canonical('{"toJSON":1,"__proto__":{"b":2,"a":1}}')).toBe('{"__proto__":{"a":1,"b":2},"toJSON":1}');
  expect(canonical('{"\\\\":2}')).toBe('{"\\\\":2}');
  expect(canonical('{"b":1,"\\u0061":2}')).toBe('{"a":2,"b":1}');
  expect(canonical('"\\u20ac\\/\\ud83d\\ude00"')).toBe('"€/😀"');
});

describe('refused is', () => {
  test.each([
    [
      'a name that stands twice',
      '{"a":1,"b":2,\n "a":1}',
      /"a" stands twice in one object at line 2, column 2/,
    ],
    ['a name that stands twice, once with an escape', '{"b":1,"\\u0062":2}', /"b" stands twice/],
    ['half a surrogate pair in a text', '["\\ud800"]', /half a surrogate pair/],
    ['half a surrogate pair in a name', '{"\\udc00":1}', /half a surrogate pair/],
    ['a number beyond a double', '[1e400]', /1e400 is beyond a double/],
    ['a comma at the end', '[1,]', /not JSON/],
    ['a comment', '{} // done', /not JSON/],
    ['a number with a zero before it', '012', /not JSON/],
    ['a control character in a text', '"a\tb"', /not JSON/],
    ['a byte order mark', '\ufeff{}', /not JSON/],
    ['a second value', '1 2', /not JSON/],
    ['nothing', '', /not JSON/],
    ['what nests without end', '['.repeat(100_000), /nested deeper than 500/],
  ])('%s', (_name, text, reason) => {
    expect(canonical(text)).toMatch(reason);
  });
});
