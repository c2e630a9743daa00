/** How an intent is named, fingerprinted and written: the hand-written JSON is held against the library's. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Actor,
  type Command,
  type CreateTransfer,
  type Item,
  legJson,
  makeItem,
  payloadOf,
  storedKey,
} from '../../src/engine/command.ts';
import { canonicalJson } from '../../src/kernel/canonical-json.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import { formatId } from '../../src/kernel/id.ts';
import { formatMinor } from '../../src/kernel/money.ts';
import { anyCommand, anyLeg, anyTransfer, token } from '../support/arbitrary-commands.ts';

const LEDGER = 7;
const bank: Actor = { name: formatId('key', LEDGER, 1), client: 'bank', apiKey: 1 };
const item = (command: Command, actor = bank, key = 'k', request = 'r'): Item =>
  makeItem(LEDGER, command, actor, key, request);
const pay: CreateTransfer = {
  type: 'transfer.create',
  legs: [{ debit: 'a', credit: 'b', amount: 125050n, currency: 'INR' }],
};

describe('the payload', () => {
  test('of every command is canonical JSON, byte for byte', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        const payload = payloadOf(command);
        expect(payload).toBe(canonicalJson(JSON.parse(payload)));
      }),
      { numRuns: 300 },
    );
  });

  test('of a transfer says what was asked, and nothing more', () => {
    fc.assert(
      fc.property(anyTransfer, ({ type: _type, legs, reference, metadata, sourceTime }) => {
        const command: CreateTransfer = {
          type: 'transfer.create',
          legs,
          ...(reference === undefined ? {} : { reference }),
          ...(metadata === undefined ? {} : { metadata }),
          ...(sourceTime === undefined ? {} : { sourceTime }),
        };
        expect(JSON.parse(payloadOf(command))).toEqual({
          legs: legs.map(({ amount, ...leg }) => ({
            ...leg,
            amount: formatMinor(amount, exponentOf(leg.currency)),
          })),
          ...(reference === undefined ? {} : { reference }),
          ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
          ...(sourceTime === undefined ? {} : { source_time: sourceTime }),
        });
      }),
      { numRuns: 300 },
    );
  });

  test('contains no separator of columns or digests, whatever an imported file holds', () => {
    const payload = payloadOf({ ...pay, sourceTime: '1"\\\n\u001e\u001f\u0000' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the separators are what must be absent
    expect(payload).not.toMatch(/[\u0000-\u001f]/);
    expect(JSON.parse(payload)).toMatchObject({ source_time: '1"\\\n\u001e\u001f\u0000' });
  });

  test('of a leg has its members in canonical order, with and without codes', () => {
    const maybe = fc.oneof(fc.constant(''), token);
    fc.assert(
      fc.property(anyLeg, maybe, maybe, maybe, maybe, (leg, debit, credit, debitCode, creditCode) => {
        const text = legJson(leg, debit, credit, debitCode, creditCode);
        expect(text).toBe(canonicalJson(JSON.parse(text)));
        expect(Object.keys(JSON.parse(text))).toHaveLength(
          2 + [debit, credit, debitCode, creditCode].filter((name) => name !== '').length,
        );
      }),
    );
  });
});

describe('the fingerprint', () => {
  test('is the same for every client, key and request', () => {
    const other: Actor = { name: formatId('key', LEDGER, 2), client: 'other', apiKey: 2 };
    expect(item(pay, other, 'another', 'later').fingerprint).toBe(item(pay).fingerprint);
  });

  test('does not depend on the order of metadata', () => {
    const one = item({ ...pay, metadata: { a: '1', b: '2', '3': '4' } });
    const two = item({ ...pay, metadata: { '3': '4', b: '2', a: '1' } });
    expect(two.fingerprint).toBe(one.fingerprint);
  });

  test.each<[string, Partial<CreateTransfer>]>([
    [
      'the amount by one minor unit',
      { legs: [{ debit: 'a', credit: 'b', amount: 125051n, currency: 'INR' }] },
    ],
    ['the currency', { legs: [{ debit: 'a', credit: 'b', amount: 125050n, currency: 'USD' }] }],
    ['the sides', { legs: [{ debit: 'b', credit: 'a', amount: 125050n, currency: 'INR' }] }],
    ['the number of legs', { legs: [...pay.legs, ...pay.legs] }],
    ['the reference', { reference: 'x' }],
    ['the metadata', { metadata: { a: '1' } }],
    ['the source time', { sourceTime: '1' }],
  ])('changes with %s', (_what, change) => {
    expect(item({ ...pay, ...change }).fingerprint).not.toBe(item(pay).fingerprint);
  });

  test('of a command in which only the account of the path differs is another one', () => {
    const freeze = (account: number): Command => ({
      type: 'account.update',
      account,
      change: { debitsFrozen: true },
    });
    expect(item(freeze(1)).fingerprint).not.toBe(item(freeze(2)).fingerprint);
  });
});

describe('the stored key', () => {
  test('is a UUID', () => {
    fc.assert(
      fc.property(token, token, (client, key) => {
        expect(storedKey([client, 'transfer.create'], key)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  test('keeps clients, operations and ids in the path apart', () => {
    const update = (account: number): Command => ({ type: 'account.update', account, change: {} });
    const other: Actor = { name: 'key', client: 'other', apiKey: 9 };
    const keys = [
      item(pay).key,
      item(pay, other).key,
      item(update(1)).key,
      item(update(2)).key,
      item(pay, bank, 'K').key,
      storedKey(['bank', 'transfer.create', 'k'], ''),
      storedKey(['bank'], 'transfer.create\x1ek'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('survives the rotation of the API key, and neither payload nor request change it', () => {
    const rotated: Actor = { name: formatId('key', LEDGER, 5), client: 'bank', apiKey: 5 };
    expect(item({ ...pay, reference: 'x' }, rotated, 'k', 'other').key).toBe(item(pay).key);
  });

  test('of a UUIDv7 keeps its order in time', () => {
    const at = fc.integer({ min: 0, max: 2 ** 48 - 1 });
    const v7 = (ms: number): string => {
      const hex = ms.toString(16).padStart(12, '0');
      return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
    };
    fc.assert(
      fc.property(at, at, (a, b) => {
        fc.pre(a < b);
        const scope = ['bank', 'transfer.create'];
        expect(storedKey(scope, v7(a)) < storedKey(scope, v7(b))).toBe(true);
      }),
    );
  });

  test('tells UUIDv7 of the same millisecond, of other clients and in other letters apart', () => {
    const one = '0190a3c4-5d6e-7abc-8def-0123456789ab';
    const keys = [
      storedKey(['bank', 'transfer.create'], one),
      storedKey(['bank', 'transfer.create'], '0190a3c4-5d6e-7abc-8def-0123456789ac'),
      storedKey(['other', 'transfer.create'], one),
      storedKey(['bank', 'account.create'], one),
      storedKey(['bank', 'transfer.create'], one.toUpperCase()),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key.slice(0, 13)).toBe('0190a3c4-5d6e');
  });
});
