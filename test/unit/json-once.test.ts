/** The scanner for duplicate keys, held against an independent reader that walks the parsed text. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEPTH_MAX, parseJson } from '../../src/http/body.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import { jsonFlawOf } from '../../src/kernel/json-once.ts';

const flaw = (text: string): string | undefined => jsonFlawOf(text, 100);

describe('one reading of JSON', () => {
  test.each([
    ['{"a":1,"a":2}'],
    ['{"x":{"a":1,"b":2,"a":3}}'],
    ['[{"a":[1,{"b":1,"b":1}]}]'],
    ['{"a":{"a":1},"a":2}'],
    ['{"":1,"":2}'],
    ['{ "a" : [ ] , "a" : 1 }'],
  ])('%s names a key twice', (text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(flaw(text)).toBe('duplicate_key');
  });

  test.each([
    ['{"a":"a","b":"a"}'],
    ['[{"a":1},{"a":1}]'],
    ['{"a":{"a":{"a":1}}}'],
    ['{"a":["a","a"],"A":1}'],
    ['["a","a"]'],
    ['"a"'],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}'],
    ['{"a":"\\\\","b":"\\""}'],
  ])('%s names every key once', (text) => {
    expect(flaw(text)).toBeUndefined();
  });

  test('an object of many names has none of them twice, early or late', () => {
    const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
    const object = (all: readonly string[]): string => `{${all.map((name) => `"${name}":{}`).join(',')}}`;
    expect(flaw(object(names))).toBeUndefined();
    for (const again of names)
      expect([again, flaw(object([...names, again]))]).toEqual([again, 'duplicate_key']);
  });

  test('agrees with a second reader on random documents', () => {
    const key = fc.constantFrom('a', 'b', ':', '{', '😀', '');
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('1', 'null', '"a"', '"{"', '"\\\\"', '"\\""'),
        fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        fc
          .array(fc.tuple(key, tie('json')), { maxLength: 3 })
          .map(
            (members) =>
              `{${members.map(([name, value]) => `${JSON.stringify(name)} : ${value}`).join(',')}}`,
          ),
      ),
    }));
    fc.assert(fc.property(json, (text) => (flaw(text) === 'duplicate_key') === repeats(text)));
  });

  test('a key __proto__ is refused wherever it stands', () => {
    expect(flaw('{"a":{"__proto__":1}}')).toBe('prototype_key');
    expect(flaw('{"a":"__proto__"}')).toBeUndefined();
  });

  test('a key with an escape is refused, a value with one is not', () => {
    for (const text of ['{"\\u0061":1}', '{"a":1,"\\u0061":2}', '{"x":[{"\\n":1}]}', '{"a\\/b":1}'])
      expect(flaw(text)).toBe('escaped_key');
    expect(flaw('{"a":"\\u0061"}')).toBeUndefined();
  });

  test('nesting is bounded without recursion, whatever the text is', () => {
    expect(jsonFlawOf('['.repeat(16), 16)).toBeUndefined();
    expect(jsonFlawOf('['.repeat(17), 16)).toBe('too_deep');
    expect(jsonFlawOf('{"a":'.repeat(1_000_000), 16)).toBe('too_deep');
    expect(jsonFlawOf('"[[[[[[[[[[[[[[[[[[[["', 16)).toBeUndefined();
    expect(jsonFlawOf(']}]}"', 16)).toBeUndefined();
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'invalid_json'],
    ['a byte that is no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'invalid_json'],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'invalid_json'],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'invalid_json'],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'invalid_json'],
    ['two documents', Buffer.from('{} {}'), 'invalid_json'],
    ['a comment', Buffer.from('{/**/}'), 'invalid_json'],
    ['nesting without end', Buffer.from('['.repeat(DEPTH_MAX + 1)), 'invalid_request'],
  ])('%s is refused', (_, bytes, code) => {
    expect(() => parseJson(bytes)).toThrow(expect.objectContaining({ name: 'FailureError', code }));
  });

  test('a refusal never repeats the text', () => {
    const message = (text: string): string => {
      try {
        parseJson(Buffer.from(text));
      } catch (error) {
        return error instanceof FailureError ? error.message : 'another error';
      }
      return 'accepted';
    };
    expect(message('{"pan": ABCPE1234F}')).not.toContain('ABCPE');
  });
});

/** Says whether any object names a key twice, by counting what the parser lost. */
function repeats(text: string): boolean {
  let named = 0;
  let kept = 0;
  const count = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) count(item);
    else if (typeof value === 'object' && value !== null) {
      kept += Object.keys(value).length;
      for (const item of Object.values(value)) count(item);
    }
  };
  count(JSON.parse(text));
  // Every member has one colon outside of strings, and lost members would have had theirs.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|:/g)) if (token === ':') named++;
  return named !== kept;
}
