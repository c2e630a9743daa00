/**
 * sql/examples runs, and answers what stands beside it: on a small ledger that is built through the engine.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { SQL_DIRECTORY } from '../../src/db/sql-files.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';
import { runExample } from '../support/sql-examples.ts';

const DIRECTORY = join(SQL_DIRECTORY, 'examples');
const names = await readdir(DIRECTORY);
const examples = names.filter((name) => name.endsWith('.sql')).sort();
const OWNER = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
let engine: TestEngine;
let owner: Sql;

beforeAll(async () => {
  engine = await openTestEngine();
  const ledgerId = await engine.createLedger('corner-bank');
  const run = (name: Parameters<TestEngine['run']>[0], input: Record<string, unknown>, key: string) =>
    engine.run(name, input, { ledgerId, key });
  const open = (code: string, kind: string, currency: string, more = {}) =>
    run('account.create', { code, kind, currency, ...more }, `open-${code}`);
  const pay = (key: string, legs: readonly (readonly [string, string, string, string])[], more = {}) =>
    run(
      'transfer.create',
      {
        legs: legs.map(([debit, credit, amount, currency]) => ({ debit, credit, amount, currency })),
        ...more,
      },
      key,
    );
  await open('vault', 'asset', 'INR');
  await open('fees', 'income', 'INR');
  await open('asha', 'liability', 'INR', { owner: OWNER });
  await open('bilal', 'liability', 'INR', { owner: OWNER });
  await open('vault-kwd', 'asset', 'KWD');
  await open('chitra-kwd', 'liability', 'KWD', { owner: OWNER, ceiling: '1000' });
  await pay('deposit-1', [['vault', 'asha', '5000', 'INR']], { reference: 'opening' });
  await pay('deposit-2', [['vault-kwd', 'chitra-kwd', '250.125', 'KWD']], { metadata: { branch: 'kochi' } });
  await pay('salary-1', [['vault', 'asha', '40000.50', 'INR']], { reference: 'salary-april' });
  await pay(
    'rent',
    [
      ['asha', 'bilal', '15000', 'INR'],
      ['asha', 'fees', '5', 'INR'],
    ],
    { reference: 'rent-april', metadata: { branch: 'pune' } },
  );
  await pay('too-much', [['asha', 'bilal', '90000', 'INR']], { reference: 'car' });
  await pay('too-high', [['vault-kwd', 'chitra-kwd', '900', 'KWD']]);
  await pay('nobody', [['asha', 'dilip', '1', 'INR']]);
  const { body } = await engine.run('account.get', { id: 'bilal' }, { ledgerId });
  await run('account.update', { id: body['id'], debits_frozen: true }, 'freeze');
  await pay('frozen', [['bilal', 'asha', '1', 'INR']]);
  owner = testPool(engine.database.owner);
});

afterAll(async () => {
  await owner.end({ timeout: 5 });
  await engine.stop();
});

test('every example has its answer beside it', () => {
  const answers = names.filter((name) => name.endsWith('.out'));
  expect(answers.sort()).toEqual(examples.map((name) => name.replace(/sql$/, 'out')));
});

test.each(examples)('%s answers what stands beside it', async (name) => {
  const session = await owner.reserve();
  try {
    await session`set search_path = bahi`;
    const answer = await runExample(session, await readFile(join(DIRECTORY, name), 'utf8'));
    await expect(
      answer,
      'write it anew: npx vitest run test/integration/sql-examples.test.ts -u',
    ).toMatchFileSnapshot(join(DIRECTORY, name.replace(/sql$/, 'out')));
  } finally {
    await session`reset search_path`;
    session.release();
  }
});
