/**
 * No function of the hot path reads a whole table, whenever its plan was made: PostgreSQL keeps a plan for the life of a
 * session, and one made on an empty table would stay with it while the table grows. Counted by the server's own counters.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { statementOf } from '../support/statements.ts';
import { runWorkload } from '../support/workload.ts';

const HOT = ['account', 'account_setting', 'batch', 'entry', 'event', 'transfer_search'];
/** Read by index alone as well, by what asks for it. */
const DATED = 'entry_effective';
const SEED = 20_260_401;
let engine: TestEngine;
let admin: Sql;

beforeEach(async () => {
  engine = await openTestEngine();
  admin = testPool(engine.database.admin, 1);
});

afterEach(async () => {
  await admin.end({ timeout: 5 });
  await engine.stop();
});

/** Sequential and index scans of the hot tables, after everybody else has left and so handed in their counts. */
async function scans(): Promise<Record<string, { seq: number; idx: number }>> {
  await admin`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await expect
    .poll(
      () =>
        admin`select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    .toHaveLength(0);
  const rows = await admin<{ name: string; seq: string; idx: string }[]>`
    select relname::text as name, seq_scan as seq, idx_scan as idx from pg_stat_user_tables
    where schemaname = 'bahi' and relname = any (${[...HOT, DATED]})`;
  return Object.fromEntries(rows.map(({ name, seq, idx }) => [name, { seq: Number(seq), idx: Number(idx) }]));
}

async function expectIndexScans(use: () => Promise<unknown>, read: readonly string[]): Promise<void> {
  const before = await scans();
  await use();
  const after = await scans();
  for (const name of [...HOT, DATED]) {
    expect({ [name]: (after[name]?.seq ?? 0) - (before[name]?.seq ?? 0) }).toEqual({ [name]: 0 });
    if (read.includes(name)) expect(after[name]?.idx ?? 0, name).toBeGreaterThan(before[name]?.idx ?? 0);
  }
}

/** Posts with what was made of the plans on the empty tables, in sessions that stay. */
const post = () => runWorkload(engine, SEED, 40);

test('posting reads by index alone, from the first event on', () => expectIndexScans(post, HOT.slice(0, -1)));

const now = (): string => formatMicros(Date.now() * 1000);

test('lists and the past read by index alone', async () => {
  await post();
  await expectIndexScans(async () => {
    for (let round = 0; round < 10; round++) {
      await engine.list('account.list', { limit: 5 });
      await engine.list('account.entries', { id: 'bank-INR' });
      await engine.list('account.entries', { id: 'bank-INR', from: '2000-01-01T00:00:00Z', to: now() });
      await engine.read('account.get', { id: 'bank-INR', at: now() });
      await engine.read('account.get', { id: 'bank-INR', effective_at: '2026-10-01T00:00:00Z' });
      await statementOf(engine, { id: 'bank-INR', from: '2000-01-01T00:00:00Z', to: now() });
      await engine.read('account.tree');
      for (const limit of [0, 100]) await engine.read('account.children', { limit });
      await engine.list('transfer.list', { account: 'bank-INR', status: 'refused' });
      await engine.list('transfer.list', { reference: 'order-1' });
      await engine.list('transfer.list', {});
    }
  }, [...HOT, DATED]);
});

test('verifying reads by index alone', async () => {
  await post();
  await expectIndexScans(async () => {
    const serve = testPool(engine.database.serve);
    const { ledgerId, linkKey } = engine;
    const report = await verifyLedger({ sql: serve, linkKey, ledgerId });
    await serve.end({ timeout: 5 });
    expect(report.problems).toEqual([]);
  }, HOT);
});

test('the counters do see a table that is read whole', async () => {
  const before = await scans();
  await admin`select count(*) from bahi.entry`;
  await admin`select pg_stat_force_next_flush()`;
  expect((await scans())['entry']?.seq).toBe((before['entry']?.seq ?? 0) + 1);
});

/** Index tuples read in a table, and scans of its indexes. */
async function tuples(name: string): Promise<{ read: number; scans: number }> {
  await scans();
  const [row] = await admin<{ read: string; scans: string }[]>`
    select sum(idx_tup_read)::text as read, sum(idx_scan)::text as scans from pg_stat_user_indexes
    where schemaname = 'bahi' and relname = ${name}`;
  return { read: Number(row?.read), scans: Number(row?.scans) };
}

test('each seek reads what it looks for and no more, even where statistics say that the tables are empty', async () => {
  await admin`vacuum (analyze)`;
  const code = (i: number): string => `many-${i}`;
  const open = (i: number, floor: string | null) =>
    engine.run('account.create', { code: code(i), kind: 'liability', currency: 'INR', floor });
  const tables = async () => [
    await tuples('account'),
    await tuples('account_setting'),
    await tuples('event'),
    await tuples('entry'),
  ];
  const before = await tables();
  const from = now();
  await Promise.all(Array.from({ length: 300 }, (_, i) => open(i, null)));
  await Promise.all(Array.from({ length: 299 }, (_, i) => engine.pay(code(i), code(i + 1), '1.00')));
  for (let i = 0; i < 299; i += 5) {
    await engine.list('account.entries', { id: code(i) });
    await engine.read('account.get', { id: code(i) });
    await statementOf(engine, { id: code(i), from });
  }
  // One account many times in a batch, with a history.
  for (let round = 0; round < 2; round++)
    await Promise.all(Array.from({ length: 299 }, (_, i) => engine.pay(code(0), code(i + 1), '1.00')));
  const after = await tables();
  for (const [i, { read, scans }] of after.entries()) {
    const sought = scans - (before[i]?.scans ?? 0);
    expect(sought).toBeGreaterThan(100);
    expect((read - (before[i]?.read ?? 0)) / sought).toBeLessThan(3);
  }
});
