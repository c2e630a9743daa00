/** Transfers at the command line: each verb does what its request does, and a key makes a call safe to repeat. */
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
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('transfers are posted, held, scheduled, ended, reversed and corrected', async () => {
  await run('ledger create thane');
  await run('account create --ledger thane --kind asset --code bank');
  for (const code of ['asha', 'ravi'])
    await run(`account create --ledger thane --kind liability --code ${code}`);
  const on = '--ledger thane';
  const funded = await json(`transfer create ${on} --leg bank,asha,100.00 --reference salary`);
  expect(funded).toMatchObject({ status: 'posted', reference: 'salary', legs: [{ currency: 'INR' }] });

  const pay = `transfer create ${on} --leg asha,ravi,10.00,INR --leg asha,bank,0.50 --idempotency-key pay-1`;
  const paid = await json(pay);
  expect(await json(pay)).toEqual(paid);
  const repeated = await run(pay);
  expect(repeated.stdout).toBe(
    `Transfer ${paid['id']} is posted: event ${paid['event_number']}, as answered before\n`,
  );
  const back = await json(`transfer reverse ${paid['id']} ${on} --amounts 4.00,0.50 --reference refund-1`);
  expect(back).toMatchObject({ reverses: paid['id'], remaining: ['6.00', '0.00'], reference: 'refund-1' });

  const held = await json(`transfer create ${on} --leg asha,ravi,20.00 --hold 3600`);
  expect(held).toMatchObject({ status: 'held' });
  const captured = await json(`transfer capture ${held['id']} ${on} --amount 5.00 --final`);
  expect(captured).toMatchObject({ captures: held['id'], released: ['15.00'] });
  const second = await json(`transfer create ${on} --leg asha,ravi,20.00 --hold 3600`);
  expect(await json(`transfer void ${second['id']} ${on}`)).toMatchObject({ status: 'voided' });

  const time = new Date(Date.now() + 86_400_000).toISOString();
  const order = await json(`transfer create ${on} --leg asha,ravi,1.00 --scheduled-for ${time}`);
  expect(order).toMatchObject({ status: 'scheduled' });
  expect((await run(`transfer cancel ${order['id']} ${on}`)).stdout).toMatch(
    new RegExp(`^Transfer ${order['id']} is canceled: event \\d+\n$`),
  );
  const adjust = `transfer adjust ${on} --leg ravi,asha,1.00 --reason duplicate --effective-at 2026-01-01T00:00:00Z`;
  expect(await json(adjust)).toMatchObject({
    reason: 'duplicate',
    effective_at: '2026-01-01T00:00:00.000000Z',
  });
  const again = await run(`transfer reverse ${back['id']} ${on}`);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('The transfer is a reversal itself');
});

test.each([
  ['transfer create --ledger thane --leg cash,a/b,1.00', '--leg: name an account by its id'],
  ['transfer create --ledger thane --leg cash,b,1.005', '--leg: INR has 2 decimals'],
  ['transfer create --ledger thane --leg cash,b,1 --hold 99999999', '--hold: a hold lasts at most'],
  [
    'transfer create --ledger thane --leg cash,b,1 --hold 60 --scheduled-for 2027-01-01T00:00:00Z',
    '--scheduled-for: only legs can be scheduled',
  ],
  ['transfer adjust --ledger thane --leg cash,b,1 --reason a/b', '--reason: use 1 to 64 characters'],
  ['transfer reverse trf_0k3m9c200000001h --ledger thane --amount 0', '--amount: reverse something'],
])('a call that is wrong is exit 2 and one line: bahi %s', async (line, said) => {
  const { code, stdout, stderr } = await run(`${line} --json`);
  expect(stderr).toMatch(/^bahi: [^\n]+\n$/);
  expect(stderr).toContain(`bahi: ${said}`);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  expect(code).toBe(2);
});
