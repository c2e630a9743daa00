/** The chart of accounts as a tree: what stands below what, what is added up, and that nobody waits for it. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountTree } from '../../src/engine/read-rows.ts';
import { rollUp } from '../../src/http/openapi-tree.ts';
import { ACCOUNT_KINDS, type AccountKind, accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

const MOST = { accounts: 1000, rows: 1000 };
let bahi: TestEngine;

beforeAll(async () => {
  bahi = await openTestEngine();
  const accounts: [code: string, kind: AccountKind, currency: string][] = [
    ['assets:cash', 'asset', 'INR'],
    ['assets:cash:mumbai', 'asset', 'INR'],
    ['assets:cash:mumbai:atm-1', 'asset', 'INR'],
    ['assets:cash:dubai', 'asset', 'AED'],
    ['assets:cash2', 'asset', 'INR'],
    ['assets:cash-box', 'asset', 'INR'],
    ['assets:cash:', 'asset', 'INR'],
    ['branch:till', 'asset', 'INR'],
    ['branch:deposits', 'liability', 'INR'],
    ['deposits:ada', 'liability', 'INR'],
    ['deposits:bob', 'liability', 'INR'],
    ['deposits:gulf', 'liability', 'AED'],
  ];
  for (const [code, kind, currency] of accounts) await bahi.run('account.create', { code, kind, currency });
  const pay = (debit: string, credit: string, amount: string, currency = 'INR') =>
    bahi.run('transfer.create', { legs: [{ debit, credit, amount, currency }] });
  await pay('assets:cash', 'deposits:ada', '1.00');
  await pay('assets:cash:mumbai', 'deposits:ada', '10.00');
  await pay('assets:cash:mumbai:atm-1', 'deposits:bob', '100.00');
  await pay('assets:cash:dubai', 'deposits:gulf', '7.50', 'AED');
  await pay('assets:cash2', 'deposits:bob', '1000.00');
  await pay('branch:till', 'branch:deposits', '30.00');
});
afterAll(() => bahi.stop());

interface Node {
  readonly path: string;
  readonly depth: number;
  readonly account_id: string | null;
  readonly has_children: boolean;
  readonly balances: readonly Body[];
}
const tree = async (input: Body = {}): Promise<Node[]> =>
  (await bahi.read('account.tree', input))['data'] as Node[];
/** Path, and what is posted: side and currency where it is not a debit in INR. */
const told = (nodes: readonly Node[]): string[] =>
  nodes.map(({ path, depth, balances }) => {
    const sums = balances.map(({ posted, currency, normal_side, accounts }) =>
      [posted, currency, normal_side, accounts].join(' '),
    );
    return `${'  '.repeat(depth)}${path} = ${sums.join(', ')}`;
  });

describe('a tree', () => {
  test('holds every account below its segments, and adds up all levels of each currency and side', async () => {
    expect(told(await tree())).toEqual([
      ' = 7.50 AED debit 1, 7.50 AED credit 1, 1141.00 INR debit 7, 1141.00 INR credit 3',
      '  assets = 7.50 AED debit 1, 1111.00 INR debit 6',
      '    assets:cash = 7.50 AED debit 1, 111.00 INR debit 4',
      '      assets:cash: = 0.00 INR debit 1',
      '      assets:cash:dubai = 7.50 AED debit 1',
      '      assets:cash:mumbai = 110.00 INR debit 2',
      '        assets:cash:mumbai:atm-1 = 100.00 INR debit 1',
      '    assets:cash-box = 0.00 INR debit 1',
      '    assets:cash2 = 1000.00 INR debit 1',
      '  branch = 30.00 INR debit 1, 30.00 INR credit 1',
      '    branch:deposits = 30.00 INR credit 1',
      '    branch:till = 30.00 INR debit 1',
      '  deposits = 7.50 AED credit 1, 1111.00 INR credit 2',
      '    deposits:ada = 11.00 INR credit 1',
      '    deposits:bob = 1100.00 INR credit 1',
      '    deposits:gulf = 7.50 AED credit 1',
    ]);
  });

  test('begins at a node, which is the beginning of a path and no mere beginning of a word', async () => {
    expect(told(await tree({ under: 'assets:cash', depth: '1' }))).toEqual([
      'assets:cash = 7.50 AED debit 1, 111.00 INR debit 4',
      '  assets:cash: = 0.00 INR debit 1',
      '  assets:cash:dubai = 7.50 AED debit 1',
      '  assets:cash:mumbai = 110.00 INR debit 2',
    ]);
    expect(told(await tree({ under: 'assets:cash2' }))).toEqual(['assets:cash2 = 1000.00 INR debit 1']);
    expect(told(await tree({ under: 'assets:cash:' }))).toEqual(['assets:cash: = 0.00 INR debit 1']);
  });

  test('adds up what it does not show', async () => {
    expect(told(await tree({ under: 'assets', depth: '0' }))).toEqual([
      'assets = 7.50 AED debit 1, 1111.00 INR debit 6',
    ]);
  });

  test('tells which nodes are accounts, and which have more below', async () => {
    const { id } = await bahi.read('account.get', { id: 'assets:cash' });
    const [assets, cash, ...below] = await tree({ under: 'assets', depth: '2' });
    expect(assets).toMatchObject({ account_id: null, has_children: true });
    expect(cash).toMatchObject({ account_id: id, has_children: true });
    expect(below.map(({ path, has_children }) => [path, has_children])).toEqual([
      ['assets:cash:', false],
      ['assets:cash:dubai', false],
      ['assets:cash:mumbai', true],
      ['assets:cash-box', false],
      ['assets:cash2', false],
    ]);
  });

  test('of nothing is not found, and an empty ledger has an empty one', async () => {
    for (const under of ['asset', 'assets:cas', 'zzz'])
      await expect(bahi.run('account.tree', { under })).rejects.toMatchObject({ code: 'not_found' });
    const other = await bahi.createLedger('empty');
    expect(await bahi.read('account.tree', {}, other)).toEqual({ event_number: '0', data: [] });
  });

  test('names the newest event that is in it', async () => {
    const before = Number((await bahi.read('account.tree', { depth: '0' }))['event_number']);
    const { body } = await bahi.pay('branch:till', 'branch:deposits', '1.00');
    expect(await bahi.read('account.tree', { depth: '0' })).toMatchObject({
      event_number: body['event_number'],
    });
    expect(Number(body['event_number'])).toBe(before + 1);
    await bahi.pay('branch:deposits', 'branch:till', '1.00');
  });
});

describe('a tree that is too large', () => {
  const ask = (most: Partial<typeof MOST>, depth: number | null = null) =>
    bahi.engine.reads.accountTree(bahi.ledgerId, { under: '', depth }, { ...MOST, ...most });

  test('in accounts or in rows is not added up, and one that just fits is', async () => {
    const { rows } = (await ask({})) as AccountTree;
    expect(await ask({ accounts: 12 })).toBeDefined();
    expect(await ask({ accounts: 11 })).toBeUndefined();
    expect(await ask({ rows: rows.length })).toBeDefined();
    expect(await ask({ rows: rows.length - 1 })).toBeUndefined();
  });

  test('in rows is added up to fewer levels, one that is too large in accounts is not', async () => {
    expect(await ask({ rows: 4 })).toBeUndefined();
    expect(await ask({ rows: 4 }, 0)).toBeDefined();
    expect(await ask({ accounts: 11 }, 0)).toBeUndefined();
  });
});

test('a poster does not wait for a tree that is being read, nor the tree for the poster', async () => {
  const sql = testPool(bahi.database.serve, 1);
  const session = await sql.reserve();
  try {
    // A snapshot that stays open, with the locks that reading took.
    await session`begin isolation level repeatable read`;
    const read = () =>
      session<{ r: { rows: unknown } }[]>`select bahi.account_tree(${bahi.ledgerId}, '', 0, 1000, 1000) as r`;
    const [before] = await read();
    expect((await bahi.pay('branch:till', 'branch:deposits', '5.00')).status).toBe(201);
    expect((await read())[0]).toEqual(before);
  } finally {
    await session`rollback`;
    session.release();
    await sql.end({ timeout: 5 });
  }
  expect(told(await tree({ under: 'branch', depth: '0' }))).toEqual([
    'branch = 35.00 INR debit 1, 35.00 INR credit 1',
  ]);
});

test('the sums of any codes are those of a roll-up in memory', async () => {
  const code = fc.stringMatching(/^[ab][ab:;.-]{0,5}$/).filter((text) => !text.includes(';'));
  const account = fc.record({
    code,
    kind: fc.constantFrom(...ACCOUNT_KINDS),
    paid: fc.integer({ min: 1, max: 9 }),
  });
  const accounts = fc.uniqueArray(account, {
    selector: (one) => one.code,
    minLength: 1,
    maxLength: 12,
    size: 'max',
  });
  const depth = fc.option(fc.nat({ max: 4 }), { nil: null });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(accounts, depth, async (all, levels) => {
      const ledgerId = await bahi.createLedger(`random-${round++}`);
      const numbers = await Promise.all(
        all.map(async ({ code: name, kind }) => {
          const { body } = await bahi.run(
            'account.create',
            { code: name, kind, currency: 'INR' },
            { ledgerId },
          );
          return Number(body['event_number']);
        }),
      );
      const totals = all.map(() => ({ ...NO_TOTALS }));
      for (const [i, { code: debit, paid }] of all.entries()) {
        const j = (i + 1) % all.length;
        if (j === i) continue;
        const legs = [{ debit, credit: all[j]?.code, amount: `0.0${paid}`, currency: 'INR' }];
        await bahi.run('transfer.create', { legs }, { ledgerId });
        (totals[i] as { debits: bigint }).debits += BigInt(paid);
        (totals[j] as { credits: bigint }).credits += BigInt(paid);
      }
      const free = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };
      const states = all.map(({ code: name, kind }, i) =>
        accountState(
          { id: numbers[i] as number, code: name, kind, currency: 'INR', owner: null },
          free,
          totals[i] as typeof NO_TOTALS,
          0,
        ),
      );
      for (const under of ['', 'a', 'a:', 'b:a', all[0]?.code ?? '']) {
        const found = await bahi.engine.reads.accountTree(ledgerId, { under, depth: levels }, MOST);
        expect(found?.rows).toEqual(rollUp(states, under, levels ?? Number.POSITIVE_INFINITY));
      }
    }),
    { numRuns: 15 },
  );
});
