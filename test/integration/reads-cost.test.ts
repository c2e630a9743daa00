/**
 * What reads cost in a long history: pages of the database touched, which do not depend on the machine. Each read runs
 * on a table of 200,000 entries whose plans were made without statistics, as on a table that grew since it was empty.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { defined } from '../../src/kernel/assert.ts';
import { formatId, formatLedgerId } from '../../src/kernel/id.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

const TRANSFERS = 100_000;
/** As in transfer_list. */
const EXAMINED_MAX = 5000;
const HOT = 1;
const RARE = 2;

let bahi: TestEngine;
let owner: Sql;
let ledgerId: number;

/** Transfers from a hot account to one of 1,000 others; every tenth is tagged, one in 25,000 refused. */
async function seed(): Promise<void> {
  const body = `format('{"code":%s"data":{"legs":[],"reference":"r-%s"},"ledger":"${formatLedgerId(ledgerId)}","number":"%s","outcome":"posted","type":"transfer.create"}', '"",', n, n)`;
  await owner`alter table bahi.event set (autovacuum_enabled = false)`;
  await owner`alter table bahi.entry set (autovacuum_enabled = false)`;
  await owner.unsafe(`
    insert into bahi.event (ledger_id, number, at, type, code, key, fingerprint, leaf_hash, body)
    select ${ledgerId}, n, timestamptz '2026-01-01' + n * interval '1 second', 'transfer.create',
      case when n % 25000 = 0 then 'floor_breached' end, gen_random_uuid(), sha256('a'), sha256('b'), ${body}
    from generate_series(1, ${TRANSFERS}) as n;
    insert into bahi.entry (account_id, position, amount, debits, credits, held_debits, held_credits, ledger_id,
      debit_count, credit_count, refused_count, version)
    select case side when 0 then ${HOT} else 2 + n % 1000 end, n * 256, case side when 0 then -1 else 1 end,
      case side when 0 then n else 0 end, case side when 0 then 0 else n end, 0, 0, ${ledgerId}, 1, 1, 0, 1 + n
    from generate_series(1, ${TRANSFERS}) as n, generate_series(0, 1) as side;
    insert into bahi.transfer_search (ledger_id, field, value, number)
    select ${ledgerId}, 'reference', 'r-' || n, n from generate_series(1, ${TRANSFERS}) as n
    union all
    select ${ledgerId}, 'metadata.tag', 'common', n from generate_series(10, ${TRANSFERS}, 10) as n;
    insert into bahi.account (ledger_id, account_id, code, kind, currency, owner)
    select ${ledgerId}, n, 'code-' || n, 'liability', 'INR', case when n % 5000 = 0 then uuid '0f7b3f5e-8a53-4c0e-9d1f-5c1f6a7b8c9d' end
    from generate_series(1, 20000) as n;
    insert into bahi.account_setting (ledger_id, account_id, number, code, kind, currency, owner,
      debits_frozen, credits_frozen, closed)
    select a.ledger_id, a.account_id, version, a.code, a.kind, a.currency, a.owner, false, false, false
    from bahi.account a, generate_series(a.account_id, case a.account_id when ${HOT} then 20000 else a.account_id end) as version
    where a.ledger_id = ${ledgerId};
  `);
}

beforeAll(async () => {
  bahi = await openTestEngine();
  owner = testPool(bahi.database.owner, 1);
  ledgerId = await bahi.createLedger('long');
  await seed();
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await bahi.stop();
});

interface Explained {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
}

/** Pages that a call touches, on its second run: the first one also reads the catalog. */
async function pages(call: string): Promise<number> {
  const explain = `explain (analyze, buffers, format json) select bahi.${call}`;
  await owner.unsafe(explain);
  const [row] = await owner.unsafe<{ 'QUERY PLAN': [Explained] }[]>(explain);
  const { Plan } = defined(row, 'explain answers a row')['QUERY PLAN'][0];
  return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
}

const transferList = (account: string, status: string, from: string, fields: string, values: string) =>
  `transfer_list(${ledgerId}, ${account}, ${status}, ${from}, null, ${fields}, ${values}, null, true, 21, 100)`;
const none = `'{}'::text[]`;
const micros = `bahi.to_micros('2026-01-01T20:00:00Z')`;
const later = `bahi.to_micros('2026-01-02T01:00:00Z')`;

describe('a page costs what it shows, however long the history', () => {
  test.each<[string, () => string, number]>([
    ['transfers', () => transferList('null', 'null', 'null', none, none), 300],
    ['transfers of a time', () => transferList('null', 'null', micros, none, none), 500],
    ['transfers of a hot account', () => transferList(String(HOT), `'posted'`, 'null', none, none), 500],
    ['transfers of a quiet account', () => transferList(String(RARE), 'null', 'null', none, none), 500],
    ['refused transfers', () => transferList('null', `'refused'`, 'null', none, none), 300],
    [
      'transfers by reference',
      () => transferList('null', 'null', 'null', `'{reference}'`, `'{r-77777}'`),
      100,
    ],
    [
      'transfers by metadata',
      () => transferList('null', 'null', 'null', `'{metadata.tag}'`, `'{common}'`),
      500,
    ],
    [
      'transfers by reference of a hot account',
      () => transferList(String(HOT), 'null', 'null', `'{reference,metadata.tag}'`, `'{r-77770,common}'`),
      200,
    ],
    ['entries of a hot account', () => `entry_list(${ledgerId}, ${HOT}, null, null, null, true, 101)`, 800],
    [
      'entries of a time',
      () => `entry_list(${ledgerId}, ${HOT}, ${micros}, ${later}, null, true, 101)`,
      1000,
    ],
    ['an account as of a moment', () => `account_period(${ledgerId}, ${HOT}, null, ${micros})`, 150],
    ['the ends of a statement', () => `account_period(${ledgerId}, ${RARE}, ${micros}, ${later})`, 250],
    ['a page of a statement', () => `statement_page(${ledgerId}, ${HOT}, 72000 * 256, 100000, 100)`, 800],
    ['codes of accounts', () => `account_codes(${ledgerId}, array[1, 777, 19999])`, 50],
    ['an account', () => `account_get(${ledgerId}, ${HOT}, null)`, 50],
    ['an account by code', () => `account_get(${ledgerId}, null, 'code-777')`, 50],
    ['accounts', () => `account_list(${ledgerId}, null, null, null, true, 21)`, 500],
    [
      'accounts of an owner',
      () => `account_list(${ledgerId}, null, '0f7b3f5e-8a53-4c0e-9d1f-5c1f6a7b8c9d', null, true, 21)`,
      100,
    ],
  ])('%s', async (_, call, most) => {
    const touched = await pages(call());
    expect(touched).toBeGreaterThan(0);
    expect(touched).toBeLessThan(most);
  });
});

test('the first number of a time is exact, at both ends as well', async () => {
  const at = async (time: string) => {
    const [row] = await owner<
      { n: string }[]
    >`select bahi.event_number_at(${ledgerId}, ${time}::timestamptz) as n`;
    return Number(row?.n);
  };
  expect(await at('2026-01-01T00:01:00Z')).toBe(60);
  expect(await at('2026-01-01T00:01:00.000001Z')).toBe(61);
  expect(await at('2000-01-01T00:00:00Z')).toBe(1);
  expect(await at('2999-01-01T00:00:00Z')).toBe(TRANSFERS + 1);
});

test('rare matches in a long history take more pages, and none is lost', async () => {
  const input = { account: formatId('acc', ledgerId, HOT), status: 'refused', limit: 3 };
  const numbers: number[] = [];
  let requests = 0;
  let shortPages = 0;
  let cursor: unknown;
  do {
    const { body } = await bahi.run('transfer.list', cursor ? { ...input, cursor } : input, { ledgerId });
    const data = body['data'] as Body[];
    numbers.push(...data.map(({ event_number: number }) => Number(number)));
    cursor = body['next_cursor'];
    if (cursor !== null && data.length < 3) shortPages++;
    requests++;
  } while (cursor !== null);
  expect(numbers).toEqual([100_000, 75_000, 50_000, 25_000]);
  expect(shortPages).toBeGreaterThan(0);
  expect(requests).toBeLessThanOrEqual(TRANSFERS / EXAMINED_MAX + 1);
});

test('a read examines a bounded number of candidates, even where nothing matches', async () => {
  const rare = transferList(String(HOT), `'refused'`, 'null', `'{metadata.tag}'`, `'{rare}'`);
  const unmatched = transferList('null', `'refused'`, 'null', `'{metadata.tag}'`, `'{common}'`);
  for (const call of [rare, unmatched]) expect(await pages(call)).toBeLessThan(12 * EXAMINED_MAX);
});
