/** What is sent and what is linked are the same columns: nothing can be stored that the link does not cover. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BatchColumns,
  type BatchRows,
  batchColumns,
  emptyRows,
  linkOf,
  TEXT_SEPARATOR,
} from '../../src/engine/batch-rows.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import type { Entry } from '../../src/ledger/transfer.ts';
import { prelude, script } from '../support/arbitrary-commands.ts';
import { foldAll, itemsOf } from '../support/run-fold.ts';

const event = (more: Partial<BatchRows['events'][number]> = {}): BatchRows['events'][number] => ({
  type: 'transfer.create',
  code: '',
  key: '00112233445566778899aabbccddeeff',
  fingerprint: 'ab'.repeat(32),
  body: '{"a":1}',
  ...more,
});
const entry = (more: Partial<Entry> = {}): Entry => ({
  account: 1,
  position: 256,
  amount: -5n,
  debits: 5n,
  credits: 0n,
  heldDebits: 0n,
  heldCredits: 0n,
  debitCount: 1,
  creditCount: 0,
  refusedCount: 0,
  version: 1,
  netMin: null,
  netMax: null,
  ...more,
});
const columnsOf = (rows: Partial<BatchRows>): BatchColumns => batchColumns({ ...emptyRows(), ...rows });

describe('columns', () => {
  test('of an empty batch are empty', () => {
    const { keys, fingerprints, ...rest } = columnsOf({});
    expect([keys, fingerprints]).toEqual(['\\x', '\\x']);
    expect(new Set(Object.values(rest))).toEqual(new Set(['', '{}']));
  });

  test('have one type where all are the same, and one for each event otherwise', () => {
    expect(columnsOf({ events: [event(), event()] }).types).toBe('transfer.create');
    expect(columnsOf({ events: [event(), event({ type: 'key.revoke' })] }).types).toBe(
      `transfer.create${TEXT_SEPARATOR}key.revoke`,
    );
  });

  test('have codes for all events as soon as one was refused', () => {
    expect(columnsOf({ events: [event(), event()] }).codes).toBe('');
    expect(columnsOf({ events: [event(), event({ code: 'x' }), event()] }).codes).toBe(
      `${TEXT_SEPARATOR}x${TEXT_SEPARATOR}`,
    );
  });

  test('have keys and fingerprints as one run of bytes', () => {
    const { keys, fingerprints } = columnsOf({ events: [event(), event()] });
    expect(keys).toBe(`\\x${'00112233445566778899aabbccddeeff'.repeat(2)}`);
    expect(fingerprints).toBe(`\\x${'ab'.repeat(64)}`);
  });

  test('that hold nothing but their default are empty, and whole as soon as one value differs', () => {
    const sparse = ['heldDebits', 'heldCredits', 'refusedCounts', 'netMins', 'netMaxs'] as const;
    const plain = columnsOf({ entries: [entry(), entry({ account: 2 })] });
    for (const name of sparse) expect(plain[name]).toBe('{}');
    const full = columnsOf({
      entries: [
        entry(),
        entry({ account: 2, heldDebits: 1n, heldCredits: 2n, refusedCount: 3, netMin: 0n, netMax: -4n }),
      ],
    });
    expect(sparse.map((name) => full[name])).toEqual(['{0,1}', '{0,2}', '{0,3}', '{NULL,0}', '{NULL,-4}']);
  });

  test('of entries go by account and position, which makes neighbours in the index', () => {
    const { accounts, positions } = columnsOf({
      entries: [
        entry({ account: 10, position: 512 }),
        entry({ account: 9, position: 513 }),
        entry({ account: 10, position: 256 }),
      ],
    });
    expect([accounts, positions]).toEqual(['{9,10,10}', '{513,256,512}']);
  });

  test('name every subject that was touched once, in order', () => {
    const rare = {
      ...emptyRows().rare,
      settings: [['7', '9', null, null, false, false, false]],
      api_keys: [['3', 'bank', 'p', 'h', [], null]],
      revocations: [['11', '12']],
    };
    expect(columnsOf({ entries: [entry({ account: 7 }), entry({ account: 2 })], rare }).touched).toBe(
      '{2,3,7,11}',
    );
  });

  test('do not change the rows they are made of', () => {
    const rows = { ...emptyRows(), events: [event()], entries: [entry({ account: 2 }), entry()] };
    const before = structuredClone(rows);
    batchColumns(rows);
    expect(rows).toEqual(before);
  });

  test('of what the fold writes split into as many texts as there are rows', () => {
    const steps = script(7, 10).map((more) => [...prelude(['a', 'b', 'c', 'd']), ...more]);
    fc.assert(
      fc.property(steps, (all) => {
        const { rows } = foldAll(7, [all], 1);
        const columns = batchColumns(rows);
        expect(columns.bodies.split(TEXT_SEPARATOR)).toEqual(rows.events.map(({ body }) => body));
        expect(columns.codes.split(TEXT_SEPARATOR)).toHaveLength(
          columns.codes === '' ? 1 : rows.events.length,
        );
        expect(columns.keys).toHaveLength(2 + 32 * rows.events.length);
        expect(columns.fingerprints).toHaveLength(2 + 64 * rows.events.length);
        for (const name of ['accounts', 'positions', 'amounts', 'debits', 'credits', 'versions'] as const)
          expect(columns[name].split(',')).toHaveLength(Math.max(rows.entries.length, 1));
        if (rows.search.length > 0)
          expect(columns.searchFields.split(TEXT_SEPARATOR)).toHaveLength(rows.search.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the link', () => {
  const key = { version: 1, secret: Buffer.alloc(32, 1), installation: 'i' };
  const head = { number: 4, link: 'aa', at: 1 };
  const rows = foldBatch(
    new LedgerState(7),
    0,
    1,
    prelude(['aaaaaaaa', 'b', 'c', 'd']).flatMap((step) => itemsOf(7, step, 'r')),
  ).rows;
  const columns = batchColumns({ ...rows, entries: [entry()] });
  const link = linkOf(key, 7, head, 2, 4, columns);

  test('is a SHA-256 and always the same for the same batch', () => {
    expect(link).toMatch(/^[0-9a-f]{64}$/);
    expect(linkOf({ ...key, secret: Buffer.alloc(32, 1) }, 7, { ...head }, 2, 4, { ...columns })).toBe(link);
  });

  test.each<[string, string]>([
    ['the secret', linkOf({ ...key, secret: Buffer.alloc(32, 2) }, 7, head, 2, 4, columns)],
    ['the version of the key', linkOf({ ...key, version: 2 }, 7, head, 2, 4, columns)],
    ['the installation', linkOf({ ...key, installation: 'j' }, 7, head, 2, 4, columns)],
    ['the ledger', linkOf(key, 8, head, 2, 4, columns)],
    ['the link before', linkOf(key, 7, { ...head, link: 'ab' }, 2, 4, columns)],
    ['the number before', linkOf(key, 7, { ...head, number: 5 }, 2, 4, columns)],
    ['the time', linkOf(key, 7, head, 3, 4, columns)],
    ['the count', linkOf(key, 7, head, 2, 5, columns)],
  ])('changes with %s', (_what, other) => {
    expect(other).not.toBe(link);
  });

  test.each(Object.keys(columns) as (keyof BatchColumns)[])('covers the column %s', (name) => {
    expect(linkOf(key, 7, head, 2, 4, { ...columns, [name]: `${columns[name]}0` })).not.toBe(link);
  });
});
