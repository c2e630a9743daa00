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
    role: 'admin',
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
    /^id +name +role +status\nopr_\w+ +asha +admin +disabled\nopr_\w+ +rani +support +invited\n$/,
  );
});
