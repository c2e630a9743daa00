/** Pools at the command line, on a database of their own. */
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

// Some fifteen processes, one after the other.
test('pools are created, changed, listed and shown with what is used of them', {
  timeout: 180_000,
}, async () => {
  await run('ledger create nasik');
  for (const code of ['p-1', 'p-2'])
    await run(`account create --ledger nasik --kind liability --code ${code}`);
  const daily = '--limit daily:outgoing:day:50:3';
  const created = await run(`pool create salaries --ledger nasik --currency INR --accounts p-1 ${daily}`);
  expect(created).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Pool salaries \(pol_\w+\): 1 accounts in INR\nLimit daily: outgoing at most 50\.00 and 3 transfers a day\nAccounts in it: 1\n$/,
    ),
  });
  await json('transfer create --ledger nasik --leg p-1,p-2,5.00');
  expect(await json('pool update salaries --ledger nasik --add p-2')).toMatchObject({
    members: 2,
    joined: 1,
  });
  expect(await json('account limits p-1 --ledger nasik')).toMatchObject({
    limits: [],
    pools: [{ name: 'salaries', limits: [{ name: 'daily', used: '5.00', left: '45.00', left_count: 2 }] }],
  });
  expect((await run('account limits p-1 --ledger nasik')).stdout).toMatch(
    /\nsalaries: daily {2}outgoing {3}day {5}5\.00 of 50\.00 {2}45\.00 +1 of 3 +2 {2}\S+Z\n$/,
  );
  expect((await run('pool list --ledger nasik')).stdout).toMatch(/salaries +INR +2 accounts +daily\n$/);
  expect((await run('pool show salaries --ledger nasik')).stdout).toMatch(
    /^Pool salaries \(pol_\w+\): 2 accounts in INR\nlimit .*\ndaily .*\nacc_\w+\nacc_\w+\n$/,
  );
  expect(await json('pool update salaries --ledger nasik --unlimited')).toMatchObject({ limits: [] });
  await json('policy set --ledger nasik --action bounds');
  const waiting = await run('pool update salaries --ledger nasik --remove p-2');
  expect(waiting).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nothing is done yet: .* proposal prp_/),
  });
  expect(await run('pool show nobody --ledger nasik')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'bahi: There is no pool nobody in this ledger: bahi pool list --ledger nasik shows them\n',
  });
});

test.each([
  ['pool create p --currency INR --accounts nobody', '--accounts: there is no account nobody: open it first'],
  ['pool update salaries --limit a:net:day:5:3', '--limit: a net limit has an amount and no count'],
  ['pool show sal,aries', '<pool>: use 1 to 64 characters'],
  ['account update p-1 --limit a:outgoing:week:5', '--limit: use day, month, or a number of seconds'],
])('%s is a usage error that names what was typed', async (line, said) => {
  const { code, stdout, stderr } = await run(`${line} --ledger nasik`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
});
