/** Four eyes over pools, against a real database. The id at the front of the title is a requirement of OWASP ASVS 5.0.0. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';

let engine: TestEngine;
let owner: Sql;

beforeAll(async () => {
  engine = await openTestEngine();
  owner = testPool(engine.database.owner, 1);
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await engine.stop();
});

test('V2.3.5 a pool has other limits, and loses a member, when a second person approves it', async () => {
  for (const code of ['a', 'b']) await engine.run('account.create', { code, kind: 'asset', currency: 'INR' });
  const limits = [{ name: 'daily', direction: 'outgoing', window: 'day', amount: '5.00' }];
  const pool = { name: 'both', currency: 'INR', accounts: ['a', 'b'], limits };
  await engine.run('pool.create', pool);
  await engine.run('policy.set', { rules: [{ action: 'bounds' }] });
  const stored = async () => (await engine.run('pool.get', { id: 'both' })).body;
  const before = await stored();
  const change = { id: 'both', limits: [{ ...limits[0], amount: '500.00' }], remove: ['a'] };
  const { status, body } = await engine.run('pool.update', change);
  expect([status, body['action'], body['operation']]).toEqual([202, 'bounds', 'pool.update']);
  expect(await stored()).toEqual(before);
  const { body: done } = await engine.run(
    'proposal.approve',
    { id: body['id'], hash: body['hash'] },
    { actor: shellActor('ravi') },
  );
  expect(done).toMatchObject({ status: 'executed', result: { parted: 1, limits: [{ amount: '500.00' }] } });
  expect(await stored()).toMatchObject({ limits: [{ amount: '500.00' }], accounts: [expect.any(String)] });
  const { problems } = await verifyLedger({ sql: owner, linkKey: engine.linkKey, ledgerId: engine.ledgerId });
  expect(problems).toEqual([]);
});
