/**
 * Operators of two servers over one database, as processes: a code works once for both, a reset made at the command line is
 * redeemed over HTTP, sessions outlive a restart, and nothing secret stands in anything that any of the processes wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { generate } from 'otplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Environment, environmentOf, inherited, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { type Received, send } from '../support/server.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const PASSWORD = 'a tin of blue paint in the monsoon';
const NEW = 'nine green parrots over the river';

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

let database: TestDatabase;
let env: Environment;
let one: Server;
let other: Server;
let secret = '';
let recoveryCodes: string[] = [];
/** All that the processes of this test wrote, but for what the command line printed on purpose. */
let written = '';
/** All that must never be in it. */
const planted = [PASSWORD, NEW];

beforeAll(async () => {
  database = await freshDatabase();
  env = { ...environmentOf(database), LOG_LEVEL: 'trace' };
  planted.push(String(env['BAHI_MASTER_KEY']));
  one = await start();
  other = await start();
});
afterAll(async () => {
  for (const { child } of [one, other]) await end(child);
  await database.drop();
});

async function start(): Promise<Server> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { ...inherited, ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      written += chunk.toString();
      const found = /http:\/\/[\d.:]+/.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${written}`)));
  });
  return { child, url };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

/** The one document of a verb that must succeed. */
async function verb(line: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runCli([...line.split(' '), '--json'], env);
  written += stderr;
  expect({ line, code }).toEqual({ line, code: 0 });
  return JSON.parse(stdout) as Record<string, unknown>;
}

const post = async ({ url }: Server, path: string, json: object): Promise<Received> => {
  const got = await send(url, 'POST', path, { json });
  const { token } = got.body;
  if (typeof token === 'string') planted.push(token);
  return got;
};

/** The code of so many time steps from now: the server takes the one before and the one after as well. */
const codeOf = (steps = 0): Promise<string> =>
  generate({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });

const signIn = async (server: Server, more: object): Promise<Received> =>
  post(server, '/v1/operator/sessions', { name: 'asha', password: PASSWORD, ...more });
const sessions = ({ url }: Server, key: string) => send(url, 'GET', '/v1/operator/sessions', { key });

test('an invitation of the command line is redeemed at a running server', async () => {
  const { invitation } = await verb('operator create asha --role auditor');
  planted.push(String(invitation));
  const begun = await post(one, '/v1/operator/enrolment', { name: 'asha', invitation });
  secret = String(begun.body['secret']);
  const { enrolment } = begun.body;
  const json = { name: 'asha', invitation, enrolment, password: PASSWORD, code: await codeOf() };
  const confirmed = await post(other, '/v1/operator/enrolment/confirm', json);
  expect(confirmed.status).toBe(201);
  recoveryCodes = confirmed.body['recovery_codes'] as string[];
  planted.push(secret, String(enrolment), ...recoveryCodes);
});

test('V6.5.1: of many concurrent uses of one code at two processes one wins', async () => {
  // The one of now was used to enrol.
  const code = await codeOf(1);
  const uses = Array.from({ length: 12 }, (_, i) => signIn(i % 2 === 0 ? one : other, { code }));
  const statuses = (await Promise.all(uses)).map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(11).fill(401)]);
});

test('V6.5.2: of concurrent uses of one recovery code at two processes one wins', async () => {
  const [recovery_code] = recoveryCodes;
  const both = await Promise.all([signIn(one, { recovery_code }), signIn(other, { recovery_code })]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 401]);
});

test('V6.4.3: a reset is redeemed with the second factor and ends all sessions at every process', async () => {
  const [, first, second, third] = recoveryCodes;
  const started = await signIn(other, { recovery_code: first });
  const key = String(started.body['token']);
  expect((await sessions(one, key)).status).toBe(200);
  const { reset } = await verb('operator reset asha');
  planted.push(String(reset));
  expect(reset).toMatch(/^bahi_inv_\w{32}$/);
  const change = { name: 'asha', reset, password: NEW };
  expect((await post(one, '/v1/operator/password', change)).status).toBe(400);
  const wrong = { ...change, recovery_code: '0'.repeat(28) };
  expect((await post(one, '/v1/operator/password', wrong)).status).toBe(401);
  expect((await sessions(other, key)).status).toBe(200);
  expect((await post(one, '/v1/operator/password', { ...change, recovery_code: second })).status).toBe(200);
  for (const server of [one, other]) expect((await sessions(server, key)).status).toBe(401);
  expect((await post(other, '/v1/operator/password', { ...change, recovery_code: third })).status).toBe(401);
  expect((await signIn(other, { recovery_code: third })).status).toBe(401);
  expect((await signIn(other, { recovery_code: third, password: NEW })).status).toBe(201);
  const nobody = await runCli(['operator', 'reset', 'nobody'], env);
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  const told = await runCli(['operator', 'reset', 'asha'], env);
  expect(told.stdout).toMatch(/^bahi_inv_\w{32}\n\nThis reset of asha is shown once and good until /);
});

test('V7.4.2: a session outlives a restart; disabling at the command line ends it', async () => {
  const started = await signIn(one, { recovery_code: recoveryCodes[4], password: NEW });
  const key = String(started.body['token']);
  await end(one.child);
  one = await start();
  expect((await sessions(one, key)).status).toBe(200);
  await verb('operator disable asha');
  for (const server of [one, other]) expect((await sessions(server, key)).status).toBe(401);
  expect(await runCli(['operator', 'reset', 'asha'], env)).toMatchObject({ code: 1, stdout: '' });
});

test('V16.3.2: what was denied in the last minute is recorded at an orderly end', async () => {
  for (const { child } of [one, other]) await end(child);
  const sql = testPool(database.owner, 1);
  const rows = await sql<{ body: string }[]>`select body from bahi.event where type = 'access.denied'`;
  await sql.end({ timeout: 5 });
  const denied = rows.map(({ body }) => JSON.parse(body).data as Record<string, unknown>);
  expect(denied).toContainEqual(
    expect.objectContaining({ operation: 'session.list', code: 'unauthenticated' }),
  );
});

test('V16.2.5: no process wrote a secret, at the finest level of the log', async () => {
  expect(planted.length).toBeGreaterThan(15);
  expect(written).toMatch(/"route":"\/v1\/operator\/password"/);
  for (const each of planted) expect(written.includes(each), `${each.slice(0, 8)}… was written`).toBe(false);
});
