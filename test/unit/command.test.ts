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
} from '../../src/engine/command.ts';
import { storedKey } from '../../src/engine/stored-key.ts';
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
      currency: 'INR',
      change: { debitsFrozen: true },
    });
    expect(item(freeze(1)).fingerprint).not.toBe(item(freeze(2)).fingerprint);
  });
});

describe('the stored key', () => {
  test('is a UUID of 32 hex digits', () => {
    fc.assert(
      fc.property(token, token, (client, key) => {
        expect(storedKey([client, 'transfer.create'], key)).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  test('keeps clients, operations and ids in the path apart', () => {
    const update = (account: number): Command => ({
      type: 'account.update',
      account,
      currency: 'INR',
      change: {},
    });
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
    for (const key of keys) expect(key.slice(0, 12)).toBe('0190a3c45d6e');
  });
});

describe('what was stored once', () => {
  // A stored key or fingerprint that changes makes a new intent, or another request, of every retry.
  const free = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };
  test.each<[Command, payload: string, fingerprint: string, key: string]>([
    [
      pay,
      '{"legs":[{"amount":"1250.50","credit":"b","currency":"INR","debit":"a"}]}',
      '3222557cd01c35e2dc33cd0e1ca49f6d6afd11780294d227e88317590e9fa6d4',
      '756af7cc3d4612be0b713eca26246341',
    ],
    [
      {
        type: 'transfer.create',
        legs: [
          { debit: 'a', credit: 'b', amount: 5n, currency: 'JPY' },
          { debit: 'b', credit: 'acc_0000007000000001', amount: 1n, currency: 'KWD' },
        ],
        reference: 'r-1',
        metadata: { b: '1', a: '2' },
        sourceTime: '"1"',
      },
      '{"legs":[{"amount":"5","credit":"b","currency":"JPY","debit":"a"},{"amount":"0.001","credit":"acc_0000007000000001","currency":"KWD","debit":"b"}],"metadata":{"a":"2","b":"1"},"reference":"r-1","source_time":"\\"1\\""}',
      '28ffed54d39d9cfd1be0c193933f02c03b551f2d4bc5a25e75fc3058802c8a0b',
      '756af7cc3d4612be0b713eca26246341',
    ],
    [
      {
        type: 'account.create',
        code: undefined,
        kind: 'asset',
        currency: 'INR',
        owner: null,
        settings: free,
      },
      '{"ceiling":null,"closed":false,"credits_frozen":false,"currency":"INR","debits_frozen":false,"floor":null,"kind":"asset"}',
      'e379efbbafb452dc455c5a0934480fdeae8ca54b059a977c57dcc3e10a769270',
      '15f82cb44e2a899ed3ac39c3661571a6',
    ],
    [
      {
        type: 'account.create',
        code: 'a',
        kind: 'liability',
        currency: 'INR',
        owner: 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b',
        settings: { ...free, floor: 0n, ceiling: 100n },
      },
      '{"ceiling":"1.00","closed":false,"code":"a","credits_frozen":false,"currency":"INR","debits_frozen":false,"floor":"0.00","kind":"liability","owner":"b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b"}',
      '36ee1474392dd8e534355988cbc9d2cd2827f7afc4f6fe64be76157fd078628f',
      '15f82cb44e2a899ed3ac39c3661571a6',
    ],
    [
      { type: 'account.update', account: 4, currency: 'INR', change: { debitsFrozen: true } },
      '{"debits_frozen":true}',
      '691d574e367b8be6589ad64061dbe778c4abdb8d684b1e4a8fc836fbc1d5ffbc',
      '0995d505d2956b8be4e9cbfd9b5dee51',
    ],
    [
      {
        type: 'key.create',
        client: 'bank',
        scopes: ['transfers:write'],
        prefix: '0a1b2c3d',
        secretHash: 'ab'.repeat(32),
        expiresAt: 1_830_000_000_000_000,
      },
      '{"client":"bank","expires_at":"1830000000000000","prefix":"0a1b2c3d","scopes":["transfers:write"],"secret_hash":"abababababababababababababababababababababababababababababababab"}',
      '0d143f2e3a5fc63f61fde0f60acaef4f0be5550c59eee4eac4f8a3adb6c65cda',
      'ad0029a3263c5ba2caa8e09ba7b776c3',
    ],
    [
      { type: 'key.revoke', apiKey: 3 },
      '{}',
      'f090828c177dcda81d805f4418642a49057f9951794b0c5f183a29625f883af9',
      'c06d30bb53cb219bc004ff9c85074a52',
    ],
    [
      { type: 'ledger.create', id: 7, name: 'mumbai' },
      '{"id":"ldg_0000007","name":"mumbai"}',
      '269883dc8951f03016b06af9e4d9b99b61e1eb6749ff620c3503a642bbe6a1a0',
      '3854df0bc4ac6e17ec732e339446618c',
    ],
  ])('is found again by the same command: %o', (command, payload, fingerprint, key) => {
    expect(payloadOf(command)).toBe(payload);
    expect(item(command)).toMatchObject({ fingerprint, key });
  });

  test('of numbered keys of one beginning keeps their order, and tells beginnings and leading zeros apart', () => {
    const scope = ['shell', 'transfer.create'];
    const line = fc.integer({ min: 0, max: 999_999_999 });
    fc.assert(
      fc.property(
        line,
        line,
        fc.constantFrom('import:march:', 'import:march:a', 'day:17:'),
        (a, b, beginning) => {
          fc.pre(a < b);
          expect(storedKey(scope, `${beginning}${a}`) < storedKey(scope, `${beginning}${b}`)).toBe(true);
        },
      ),
    );
    const names = [
      'import:march:7',
      'import:march:a7',
      'import:march:07',
      'import:april:7',
      'import:march:o7',
    ];
    const keys = [
      ...names.map((name) => storedKey(scope, name)),
      storedKey(['bank', 'transfer.create'], 'import:march:7'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
