/** A node of the chart of accounts page by page: right at one moment, whatever is posted and opened meanwhile, in pages of any size. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Child,
  type Progress,
  progressOfText,
  progressText,
  withPage,
} from '../../src/engine/accounts/node-sums.ts';
import { childrenOf } from '../../src/http/openapi-tree.ts';
import { ACCOUNT_KINDS, accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

let bahi: TestEngine;

beforeAll(async () => {
  bahi = await openTestEngine();
});
afterAll(() => bahi.stop());

const open = (ledgerId: number, code: string, kind = 'liability', currency = 'INR') =>
  bahi.run('account.create', { code, kind, currency }, { ledgerId });
const pay = (
  ledgerId: number,
  debit: string,
  credit: string,
  amount: string,
  currency = 'INR',
  more: Body = {},
) => bahi.run('transfer.create', { legs: [{ debit, credit, amount, currency }], ...more }, { ledgerId });

interface Whole {
  readonly progress: Progress;
  readonly children: readonly Child[];
  readonly pages: number;
}

/** All pages of a node; `between` is done before each but the first. */
async function wholeOf(
  ledgerId: number,
  under: string,
  most: { readonly accounts: number; readonly children: number },
  between: () => Promise<unknown> = async () => {},
): Promise<Whole> {
  let progress: Progress | undefined;
  const children: Child[] = [];
  for (let pages = 1; ; pages++) {
    const page = await bahi.engine.reads.tree.children(
      ledgerId,
      under,
      { number: progress?.number ?? null, low: progress?.low ?? null, open: progress?.open?.path ?? null },
      most,
    );
    const looked = page.sums.reduce((all, { accounts }) => all + accounts, 0);
    // And own accounts of children and of the node, which stand before what is below them.
    expect(looked).toBeLessThanOrEqual(2 * most.accounts + 1);
    const next = withPage(progress, page);
    children.push(...next.children);
    if (most.children > 0) expect(next.children.length).toBeLessThanOrEqual(most.children + 1);
    if (next.progress.low === null) return { progress: next.progress, children, pages };
    progress = progressOfText(progressText(next.progress));
    await between();
  }
}

const sumsOf = (children: readonly { readonly path: string; readonly sums: readonly unknown[] }[]) =>
  new Map(children.map(({ path, sums }) => [path, sums]));

describe('a wide node', () => {
  let ledgerId: number;
  beforeAll(async () => {
    ledgerId = await bahi.createLedger('wide');
    await open(ledgerId, 'bank', 'asset');
    for (const code of [
      'd',
      'd:a',
      'd:a:1',
      'd:a:2',
      'd:a:3',
      'd:a-b',
      'd:b',
      'd:c:1:x',
      'd:c:1:y',
      'd:c',
      'd2',
    ])
      await open(ledgerId, code);
    await open(ledgerId, 'd:a:usd', 'asset', 'USD');
    let amount = 1;
    for (const code of [
      'd',
      'd:a',
      'd:a:1',
      'd:a:2',
      'd:a:3',
      'd:a-b',
      'd:b',
      'd:c:1:x',
      'd:c:1:y',
      'd:c',
      'd2',
    ]) {
      await pay(ledgerId, 'bank', code, `${amount}.00`);
      amount *= 2;
    }
  });

  const posted = async (most: { accounts: number; children: number }, between?: () => Promise<unknown>) => {
    const { progress, children, pages } = await wholeOf(ledgerId, 'd', most, between);
    return {
      pages,
      sum: progress.sums.map(({ accounts, posted: minor, currency }) => [accounts, minor, currency]),
      children: children.map(({ path, hasChildren, account, sums }) => [
        path,
        hasChildren,
        account !== null,
        ...sums.map(({ posted: minor }) => minor),
      ]),
    };
  };
  const SUM = [
    [10, 102_300n, 'INR'],
    [1, 0n, 'USD'],
  ];

  test('has its sum and its children, an account between a child and what is below it included', async () => {
    const { pages, ...all } = await posted({ accounts: 1000, children: 1000 });
    expect(pages).toBe(1);
    expect(all).toEqual({
      sum: SUM,
      children: [
        ['d:a-b', false, true, 3200n],
        ['d:a', true, true, 3000n, 0n],
        ['d:b', false, true, 6400n],
        ['d:c', true, true, 89_600n],
      ],
    });
  });

  test.each([1, 2, 3, 5, 11])('is the same in pages of %i accounts, or of so many children', async (size) => {
    const { pages: _, ...whole } = await posted({ accounts: 1000, children: 1000 });
    const { pages, ...small } = await posted({ accounts: size, children: 1000 });
    expect(small).toEqual(whole);
    expect(pages).toBeGreaterThanOrEqual(Math.ceil(10 / size));
    expect((await posted({ accounts: 1000, children: size })).children).toEqual(whole.children);
  });

  test('is added up without its children, in no more pages than accounts ask for', async () => {
    expect(await posted({ accounts: 5, children: 0 })).toMatchObject({ sum: SUM, children: [], pages: 3 });
  });
});

test('a sum is as of the first page, whatever is posted, held and opened behind it', async () => {
  const ledgerId = await bahi.createLedger('moving');
  await open(ledgerId, 'bank', 'asset');
  for (let i = 0; i < 12; i++) {
    await open(ledgerId, `d:${i}`);
    await pay(ledgerId, 'bank', `d:${i}`, '10.00');
  }
  let opened = 0;
  const disturb = async () => {
    opened++;
    const codes = [`d:0:${opened}`, `d:${opened}-x`, `d:9:${opened}`, `d:zz${opened}`];
    await Promise.all(codes.map((code) => open(ledgerId, code)));
    const around = Array.from({ length: 12 }, (_, i) =>
      pay(ledgerId, `d:${i}`, `d:${(i + 1) % 12}`, `0.0${1 + (opened % 9)}`),
    );
    await Promise.all([...around, ...codes.map((code) => pay(ledgerId, 'bank', code, '7.00'))]);
    await pay(ledgerId, 'd:3', 'd:4', '1.00', 'INR', { hold: { expires_in_seconds: 900 } });
  };
  for (const most of [
    { accounts: 4, children: 1000 },
    { accounts: 1000, children: 3 },
    { accounts: 3, children: 0 },
  ]) {
    const before = await wholeOf(ledgerId, 'd', { accounts: 1000, children: most.children && 1000 });
    const during = await wholeOf(ledgerId, 'd', most, disturb);
    expect(during.pages).toBeGreaterThan(3);
    expect(during.progress.sums).toEqual(before.progress.sums);
    expect(sumsOf(during.children)).toEqual(sumsOf(before.children));
    expect(during.progress.number).toBe(before.progress.number);
  }
});

test('a poster does not wait for a page that is being read, nor the page for the poster', async () => {
  const ledgerId = await bahi.createLedger('unlocked');
  await open(ledgerId, 'bank', 'asset');
  await open(ledgerId, 'd:1');
  const sql = testPool(bahi.database.serve, 1);
  const session = await sql.reserve();
  try {
    await session`begin isolation level repeatable read`;
    const read = () =>
      session<
        { r: unknown }[]
      >`select bahi.account_children(${ledgerId}, 'd', null, null, null, 1000, 1000) as r`;
    const [before] = await read();
    expect((await pay(ledgerId, 'bank', 'd:1', '5.00')).status).toBe(201);
    expect((await read())[0]).toEqual(before);
  } finally {
    await session`rollback`;
    session.release();
    await sql.end({ timeout: 5 });
  }
});

test('the pages of any codes are those of a roll-up in memory', async () => {
  const code = fc.stringMatching(/^[ab][ab:.-]{0,5}$/);
  const accounts = fc.uniqueArray(
    fc.record({ code, kind: fc.constantFrom(...ACCOUNT_KINDS), paid: fc.integer({ min: 1, max: 9 }) }),
    { selector: (one) => one.code, minLength: 1, maxLength: 12, size: 'max' },
  );
  const most = fc.record({
    accounts: fc.integer({ min: 1, max: 5 }),
    children: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(accounts, most, async (all, sizes) => {
      const ledgerId = await bahi.createLedger(randomUUID());
      const numbers: number[] = [];
      for (const one of all)
        numbers.push(Number((await open(ledgerId, one.code, one.kind)).body['event_number']));
      const totals = all.map(() => ({ ...NO_TOTALS }));
      for (const [i, { code: debit, paid }] of all.entries()) {
        const j = (i + 1) % all.length;
        if (j === i) continue;
        await pay(ledgerId, debit, all[j]?.code ?? '', `0.0${paid}`);
        (totals[i] as { debits: bigint }).debits += BigInt(paid);
        (totals[j] as { credits: bigint }).credits += BigInt(paid);
      }
      const settings = {
        floor: null,
        ceiling: null,
        debitsFrozen: false,
        creditsFrozen: false,
        closed: false,
      };
      const states = all.map(({ code: name, kind }, i) =>
        accountState(
          { id: numbers[i] as number, code: name, kind, currency: 'INR', owner: null },
          settings,
          totals[i] as typeof NO_TOTALS,
          0,
        ),
      );
      for (const under of ['', 'a', 'a:', 'b:a', all[0]?.code ?? '']) {
        const expected = withPage(undefined, childrenOf(states, under, 0));
        const found = await wholeOf(ledgerId, under, sizes);
        expect(found.progress.sums).toEqual(expected.progress.sums);
        expect(found.progress.account).toEqual(expected.progress.account);
        const byPath = (children: readonly Child[]) => new Map(children.map((one) => [one.path, one]));
        expect(byPath(found.children)).toEqual(byPath(expected.children));
        expect(found.children.length).toBe(expected.children.length);
        const alone = await wholeOf(ledgerId, under, { ...sizes, children: 0 });
        expect(alone.progress.sums).toEqual(expected.progress.sums);
      }
    }),
    { numRuns: 15 },
  );
});

describe('the use case', () => {
  test('goes on by its cursor, says how many accounts are in, and when that is all', async () => {
    const ledgerId = await bahi.createLedger('by-cursor');
    await open(ledgerId, 'bank', 'asset');
    for (let i = 0; i < 5; i++) {
      await open(ledgerId, `d:${i}`);
      await pay(ledgerId, 'bank', `d:${i}`, '1.50');
    }
    const read = (input: Body) => bahi.read('account.children', input, ledgerId);
    const first = await read({ under: 'd', limit: 2 });
    expect(first).toMatchObject({
      path: 'd',
      account_id: null,
      accounts: 2,
      balances: [{ posted: '3.00', currency: 'INR', normal_side: 'credit', accounts: 2 }],
      data: [
        { path: 'd:0', name: '0', has_children: false, balances: [{ posted: '1.50', available: '1.50' }] },
        { path: 'd:1' },
      ],
      has_more: true,
    });
    await pay(ledgerId, 'd:0', 'd:4', '1.00');
    const second = await read({ under: 'd', limit: 2, cursor: first['next_cursor'] });
    expect(second).toMatchObject({ event_number: first['event_number'], accounts: 4 });
    const third = await read({ under: 'd', limit: 2, cursor: second['next_cursor'] });
    expect(third).toMatchObject({
      event_number: first['event_number'],
      accounts: 5,
      balances: [{ posted: '7.50', accounts: 5 }],
      data: [{ path: 'd:4', balances: [{ posted: '1.50' }] }],
      has_more: false,
      next_cursor: null,
    });
    const cursor = String(first['next_cursor']);
    for (const wrong of [
      { under: 'd', limit: 3, cursor },
      { under: 'e', limit: 2, cursor },
      { under: 'd', limit: 2, cursor: `${cursor}A` },
      { under: 'd', limit: 2, cursor: '' },
      { under: 'd', limit: 2, cursor: cursor.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) },
    ])
      await expect(read(wrong)).rejects.toMatchObject({ code: 'invalid_cursor' });
    const other = await bahi.createLedger('by-cursor-2');
    await expect(
      bahi.read('account.children', { under: 'd', limit: 2, cursor }, other),
    ).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('of nothing is not found, and an empty ledger has no children', async () => {
    const ledgerId = await bahi.createLedger('empty');
    expect(await bahi.read('account.children', {}, ledgerId)).toEqual({
      event_number: '0',
      path: '',
      account_id: null,
      accounts: 0,
      balances: [],
      data: [],
      has_more: false,
      next_cursor: null,
    });
    await expect(bahi.read('account.children', { under: 'nothing' }, ledgerId)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
