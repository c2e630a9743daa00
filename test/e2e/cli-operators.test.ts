/** Operators at the command line: invited, listed, unlocked, disabled. */
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

test('operators are invited, listed, unlocked and disabled', async () => {
  const invited = await json('operator create asha --role admin');
  expect(invited).toMatchObject({
    invitation: expect.stringMatching(/^bahi_inv_\w{32}$/),
    id: expect.stringMatching(/^opr_/),
    grants: [{ role: 'admin', ledger: null }],
  });
  const again = await run('operator create asha --role support');
  expect(again).toMatchObject({ code: 1, stderr: 'bahi: The name is taken: choose another name\n' });
  expect(await run('operator create 7up --role admin')).toMatchObject({ code: 2 });
  expect((await run('operator create rani --role owner')).stderr).toMatch(
    /^bahi: --role: send one of admin, /,
  );
  expect((await run('operator create rani --role support')).stdout).toMatch(
    /^bahi_inv_\w{32}\n\nThis invitation of rani /,
  );
  expect((await json('operator unlock asha'))['name']).toBe('asha');
  expect((await run('operator disable asha')).stdout).toBe(`${invited['id']} asha: disabled\n`);
  expect(await run('operator disable asha')).toMatchObject({ code: 1, stdout: '' });
  expect(await run('operator disable nobody')).toMatchObject({ code: 1, stdout: '' });
  const listed = await run('operator list');
  expect(listed.stdout).toMatch(
    /^id +name +roles +status\nopr_\w+ +asha +admin +disabled\nopr_\w+ +rani +support +invited\n$/,
  );
});

test('roles are granted and revoked, for the installation and for ledgers by name or id', async () => {
  const { id } = await json('ledger create main');
  const invited = await json('operator create tara --role auditor --ledger main');
  expect(invited['grants']).toEqual([{ role: 'auditor', ledger: id }]);
  const both = await run(`operator grant tara --role support`);
  expect(both.stdout).toBe(`${invited['id']} tara: support, auditor@${id}\n`);
  const replaced = await json(`operator grant tara --role compliance --ledger ${id}`);
  expect(replaced['grants']).toEqual([
    { role: 'support', ledger: null },
    { role: 'compliance', ledger: id },
  ]);
  expect((await run('operator revoke tara')).stdout).toBe(`${invited['id']} tara: compliance@${id}\n`);
  expect(await run('operator revoke tara')).toMatchObject({ code: 1, stdout: '' });
  expect((await run('operator revoke tara --ledger main')).stdout).toBe(`${invited['id']} tara: none\n`);
  const admin = await run('operator grant tara --role admin --ledger main');
  expect(admin).toMatchObject({
    code: 2,
    stderr: 'bahi: --ledger: an administrator is of the installation: leave the ledger out\n',
  });
  expect(await run('operator grant tara --role auditor --ledger other')).toMatchObject({
    code: 1,
    stdout: '',
  });
});
