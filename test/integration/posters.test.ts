/** The posters of one process over many ledgers: connections are few, and a ledger that rested posts again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SESSIONS_MAX } from '../../src/engine/posters.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';

let t: TestEngine;

beforeAll(async () => {
  t = await openTestEngine();
});
afterAll(() => t.stop());

test('more ledgers than connections are posted to, one after the other and again', async () => {
  const account = { code: 'cash', kind: 'asset', currency: 'INR' };
  const ledgers: number[] = [];
  for (let n = 0; n < SESSIONS_MAX + 5; n++) {
    const ledgerId = await t.createLedger(`book-${n}`);
    ledgers.push(ledgerId);
    expect((await t.run('account.create', account, { ledgerId })).status).toBe(201);
  }
  const admin = testPool(t.database.admin, 1);
  const [row] = await admin<{ sessions: number }[]>`
    select count(*)::int as sessions from pg_stat_activity
    where datname = ${t.database.name} and application_name = 'bahi posting'`;
  await admin.end({ timeout: 5 });
  // One that was just destroyed may still be on its way out.
  expect(row?.sessions).toBeGreaterThan(1);
  expect(row?.sessions).toBeLessThanOrEqual(SESSIONS_MAX + 1);
  const [first] = ledgers;
  const again = await t.run('account.create', { ...account, code: 'bank' }, { ledgerId: first as number });
  expect(again.status).toBe(201);
});
