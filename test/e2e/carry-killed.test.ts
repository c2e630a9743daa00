/**
 * A close of the books with many pages of accounts, carried forward by processes that are killed with kill -9 between the pages: whoever
 * comes next goes on, and in the end every account is carried forward once, with what its entries come to.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { parseLedgerId } from '../../src/kernel/id.ts';
import { type Environment, environmentOf, runCli, startCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

/** Twenty pages and a rest. */
const ACCOUNTS = 10_250;
const PAGE = 500;
const KILLS = 2;

let database: TestDatabase;
let env: Environment;
let admin: Sql;
let directory: string;

beforeAll(async () => {
  database = await freshDatabase();
  env = environmentOf(database);
  admin = testPool(database.admin, 1);
  directory = await mkdtemp(join(tmpdir(), 'bahi-carry-'));
});
afterAll(async () => {
  await admin.end({ timeout: 5 });
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], env);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

interface Page {
  readonly number: string;
  readonly carried_to: string;
  readonly accounts: number;
  readonly last: boolean;
}
const pages = (ledgerId: number): Promise<readonly Page[]> => admin<Page[]>`
  select p.number::text as number, p.carried_to::text as carried_to, p.accounts::integer as accounts, p.last
  from bahi.period_progress p where p.ledger_id = ${ledgerId} order by p.number`;

test('carriers killed between pages leave every account carried forward once', {
  timeout: 240_000,
}, async () => {
  const ledgerId = parseLedgerId(String((await json('ledger', 'create', 'wide'))['id'])) as number;
  const accounts = join(directory, 'accounts.csv');
  const payments = join(directory, 'payments.csv');
  const lines = Array.from(
    { length: ACCOUNTS },
    (_, i) => `c-${i},${i + 1}.${String(i % 100).padStart(2, '0')}`,
  );
  await writeFile(accounts, `id,balance\n${lines.join('\n')}\n`);
  await writeFile(payments, 'from,to,value\nc-1,c-0,1.00\n');
  await json(
    ...['import', payments, '--ledger', 'wide', '--map', 'debit=from,credit=to,amount=value'],
    ...['--accounts', accounts, '--map-accounts', 'account=id,opening_balance=balance'],
  );
  const [counted] = await admin<{ accounts: number }[]>`
    select count(*)::integer as accounts from bahi.account where ledger_id = ${ledgerId}`;
  const all = Number(counted?.accounts);
  expect(all).toBeGreaterThanOrEqual(ACCOUNTS);

  const until = new Date().toISOString();
  let running = [startCli(['period', 'close', '--ledger', 'wide', '--until', until], env)];
  let seen = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // What is waited for is over in moments.
    for (;;) {
      const progress = await pages(ledgerId);
      expect(progress.some(({ last }) => last)).toBe(false);
      if (progress.length > seen) break;
    }
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ finished }) => finished));
    const left = await pages(ledgerId);
    seen = left.length;
    expect(left.at(-1)?.last).toBe(false);
    running = [0, 1].map(() => startCli(['period', 'carry', '--ledger', 'wide'], env));
  }
  const ended = await Promise.all(running.map(({ finished }) => finished));
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);

  const progress = await pages(ledgerId);
  expect(progress.length).toBe(Math.ceil(all / PAGE));
  expect(progress.map(({ last }) => last)).toEqual(progress.map((_, i) => i === progress.length - 1));
  expect(progress.at(-1)?.accounts).toBe(all);
  const reached = progress.map(({ carried_to }) => Number(carried_to));
  expect(reached).toEqual([...new Set(reached)].sort((one, other) => one - other));

  const [carried] = await admin<{ rows: number; accounts: number; wrong: number; net: string }[]>`
    select count(*)::integer as rows, count(distinct c.account_id)::integer as accounts, sum(c.debits - c.credits)::text as net,
      count(*) filter (where (c.debits, c.credits) is distinct from (e.debits, e.credits))::integer as wrong
    from bahi.carried_balance c
    cross join lateral (select n.debits, n.credits from bahi.entry n where n.ledger_id = c.ledger_id and n.account_id = c.account_id
      order by n.position desc limit 1) as e
    where c.ledger_id = ${ledgerId}`;
  expect(carried).toEqual({ rows: all, accounts: all, wrong: 0, net: '0' });
  expect(await json('verify', '--ledger', 'wide')).toMatchObject({ sound: true });
});
