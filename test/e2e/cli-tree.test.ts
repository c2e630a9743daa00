/** The chart of accounts at the command line, as a tree and node by node. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Environment, environmentOf, type Finished, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase } from '../support/cluster.ts';

let database: TestDatabase;
let env: Environment;

beforeAll(async () => {
  database = await freshDatabase();
  env = environmentOf(database);
});
afterAll(() => database.drop());

const run = (line: string): Promise<Finished> => runCli(line.split(' '), env);

/** The one document of a verb that must succeed. */
async function json(line: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(`${line} --json`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('the chart of accounts is a tree with amounts on the right', async () => {
  await run('ledger create nagpur');
  for (const [kind, code] of ['asset assets:cash', 'asset assets:cash:till', 'liability deposits:ada'].map(
    (text) => text.split(' '),
  ))
    await run(`account create --ledger nagpur --kind ${kind} --code ${code}`);
  expect((await run('account tree --ledger nagpur')).stdout).toBe(
    [
      'account     currency  side    accounts  posted  held  available',
      '(all)       INR       debit          2    0.00  0.00       0.00',
      '            INR       credit         1    0.00  0.00       0.00',
      '  assets    INR       debit          2    0.00  0.00       0.00',
      '    cash    INR       debit          2    0.00  0.00       0.00',
      '      till  INR       debit          1    0.00  0.00       0.00',
      '  deposits  INR       credit         1    0.00  0.00       0.00',
      '    ada     INR       credit         1    0.00  0.00       0.00',
      '',
    ].join('\n'),
  );
  expect(await json('account tree --ledger nagpur --under assets --depth 1')).toMatchObject({
    event_number: '3',
    data: [{ path: 'assets' }, { path: 'assets:cash', name: 'cash', depth: 1, has_children: true }],
  });
  expect(await run('account tree --ledger nagpur --under assets:none')).toMatchObject({
    code: 1,
    stdout: '',
  });
});

test('the children of a node of any size are listed with their sums, and its own sum last', async () => {
  expect((await run('account children --ledger nagpur --under assets:cash')).stdout).toBe(
    [
      'account           currency  side   accounts  posted  held  available',
      'assets:cash:till  INR       debit         1    0.00  0.00       0.00',
      'account      currency  side   accounts  posted  held  available',
      'assets:cash  INR       debit         2    0.00  0.00       0.00',
      '',
    ].join('\n'),
  );
  expect((await run('account children --ledger nagpur --sum')).stdout).toBe(
    [
      'account  currency  side    accounts  posted  held  available',
      '(all)    INR       debit          2    0.00  0.00       0.00',
      '         INR       credit         1    0.00  0.00       0.00',
      '',
    ].join('\n'),
  );
  expect(await json('account children --ledger nagpur --under assets')).toMatchObject({
    path: 'assets',
    accounts: 2,
    data: [{ path: 'assets:cash', name: 'cash', has_children: true }],
    has_more: false,
  });
  expect(await run('account children --ledger nagpur --under assets:none')).toMatchObject({ code: 1 });
});
