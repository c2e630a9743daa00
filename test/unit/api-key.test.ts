/** API keys: one shape, a checksum that tells a typing error, and nothing secret outside of the token. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isRelabelled,
  isUsable,
  matchesHash,
  modeOf,
  newApiKey,
  prefixOf,
} from '../../src/identity/api-key.ts';
import { sha256Hex } from '../../src/kernel/canonical-json.ts';

const BASE32 = '0123456789abcdefghijklmnopqrstuv';

describe('a new key', () => {
  test('has one shape and length, and its prefix finds it', () => {
    for (let i = 0; i < 100; i++) {
      const { token, prefix, secretHash } = newApiKey();
      expect(token).toMatch(/^bahi_live_[0-9a-v]{40}$/);
      expect(prefixOf(token)).toBe(prefix);
      expect(secretHash).toBe(sha256Hex(token));
      expect(matchesHash(token, secretHash)).toBe(true);
    }
  });

  test('is unlike every other, in the part that finds it and in the secret', () => {
    const keys = Array.from({ length: 500 }, () => newApiKey());
    expect(new Set(keys.map((key) => key.prefix)).size).toBe(500);
    expect(new Set(keys.map((key) => key.token.slice(18))).size).toBe(500);
  });

  test('uses all 32 characters', () => {
    const used = new Set(Array.from({ length: 200 }, () => [...newApiKey().token.slice(10, 44)]).flat());
    expect([...used].sort().join('')).toBe(BASE32);
  });

  test('does not show its secret in prefix or hash', () => {
    const { token, prefix, secretHash } = newApiKey();
    expect(token.slice(18)).not.toContain(prefix);
    expect(secretHash).not.toContain(token.slice(18));
  });
});

describe('the checksum', () => {
  test('tells every key in which one character is wrong', () => {
    const { token } = newApiKey();
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 49 }), fc.constantFrom(...BASE32), (at, char) => {
        fc.pre(token[at] !== char);
        expect(prefixOf(token.slice(0, at) + char + token.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  test('does not make a key of another shape', () => {
    const { token } = newApiKey();
    for (const wrong of ['', token.slice(1), `${token}0`, ` ${token}`, `${token}\n`, token.toUpperCase()])
      expect(prefixOf(wrong)).toBeUndefined();
    expect(prefixOf(token.replace('live', 'test'))).toBeUndefined();
    expect([isRelabelled(token), isRelabelled(token.replace('live', 'test'))]).toEqual([false, true]);
    const ofSandbox = newApiKey('test').token;
    expect([modeOf(token), modeOf(ofSandbox)]).toEqual(['live', 'test']);
    expect([isRelabelled(ofSandbox), isRelabelled(ofSandbox.replace('test', 'live'))]).toEqual([false, true]);
    expect(isRelabelled(`${ofSandbox.replace('test', 'live').slice(0, -1)}!`)).toBe(false);
  });
});

test('a key does not match the hash of another', () => {
  expect(matchesHash(newApiKey().token, newApiKey().secretHash)).toBe(false);
});

test('a key is usable until it is revoked or its time comes, and not in the microsecond of its expiry', () => {
  expect(isUsable({ revoked: false, expiresAt: null }, 10)).toBe(true);
  expect(isUsable({ revoked: true, expiresAt: null }, 10)).toBe(false);
  expect(isUsable({ revoked: false, expiresAt: 11 }, 10)).toBe(true);
  expect(isUsable({ revoked: false, expiresAt: 10 }, 10)).toBe(false);
  expect(isUsable({ revoked: false, expiresAt: 9 }, 10)).toBe(false);
});
