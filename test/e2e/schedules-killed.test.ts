/**
 * Scheduled transfers and real servers that are killed with kill -9 in the middle of executing them: whatever was due is
 * posted once, or refused once, by whoever comes next.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { type Environment, environmentOf, inherited, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { send } from '../support/server.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
/** Two pages of a sweep and a half. */
const SCHEDULES = 1250;
/** What the payer has is enough for so many. */
const FUNDED = 1000;
const ROUNDS_MAX = 5;
const CLIENTS = 16;
const SCOPES = 'accounts:write,accounts:unrestricted,transfers:write,transfers:unrestricted,sandbox:clock';

let database: TestDatabase;
let env: Environment;
let admin: Sql;
const servers = new Set<ChildProcess>();

beforeAll(async () => {
  database = await freshDatabase();
  env = environmentOf(database);
  admin = testPool(database.admin, 1);
});

afterAll(async () => {
  await Promise.all([...servers].map((child) => end(child, 'SIGTERM')));
  await admin.end({ timeout: 5 });
  await database.drop();
});

async function startServer(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { ...inherited, ...env, PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  servers.add(child);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [found] = /http:\/\/[\d.:]+/.exec(output) ?? [];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
  return { child, url };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!servers.delete(child)) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

async function json(line: string): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runCli([...line.split(' '), '--json'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

const counts = async (): Promise<{ readonly open: number; readonly executions: number }> => {
  const [row] = await admin<{ open: number; executions: number }[]>`
    select (select count(*)::integer from bahi.schedule_open) as open,
      (select count(*)::integer from bahi.event where type = 'transfer.execute') as executions`;
  return row as { open: number; executions: number };
};

/** Asked again without a pause, since what is waited for is over in moments. */
async function until<T>(read: () => Promise<T>, is: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (is(value)) return value;
  }
}

test('servers killed in the middle of their sweeps leave each scheduled transfer executed or refused once', async () => {
  const servingFirst = await Promise.all([startServer(), startServer()]);
  const { id: ledger } = await json('ledger create standing-orders --sandbox');
  const { token } = await json(`key create --ledger ${ledger} --scope ${SCOPES}`);
  const post = async (url: string, path: string, body: unknown) => {
    const sent = { key: String(token), idempotencyKey: randomUUID(), json: body };
    const { status, body: answer } = await send(url, 'POST', path, sent);
    expect({ path, status, answer }).toMatchObject({ status: path.endsWith('clock') ? 200 : 201 });
    return answer;
  };
  const { url } = servingFirst[0];
  await post(url, '/v1/accounts', { code: 'bank', kind: 'asset', currency: 'INR' });
  for (const code of ['payer', 'payee'])
    await post(url, '/v1/accounts', { code, kind: 'liability', currency: 'INR', floor: '0' });
  const leg = (debit: string, credit: string, amount: string) => ({ debit, credit, amount, currency: 'INR' });
  const ids: string[] = [];
  let running = [...servingFirst];

  let wasInTheMiddle = false;
  for (let round = 0; round < ROUNDS_MAX && !wasInTheMiddle; round++) {
    const [first] = running;
    const at = String(first?.url);
    await post(at, '/v1/transfers', { legs: [leg('bank', 'payer', `${FUNDED}.00`)] });
    const now = (await send(at, 'GET', '/v1/sandbox/clock', { key: String(token) })).body['now'];
    const scheduled_for = new Date(Date.parse(String(now)) + 86_400_000).toISOString();
    const before = (await counts()).executions;
    let left = SCHEDULES;
    const place = async (): Promise<void> => {
      while (left-- > 0) {
        const body = { legs: [leg('payer', 'payee', '1.00')], scheduled_for };
        ids.push(String((await post(at, '/v1/transfers', body))['id']));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, place));
    expect(await counts()).toEqual({ open: SCHEDULES, executions: before });

    await post(at, '/v1/sandbox/clock', { advance_seconds: 86_401 });
    await until(counts, ({ executions }) => executions > before);
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ child }) => end(child, 'SIGKILL')));
    wasInTheMiddle = (await counts()).open > 0;
    running = [await startServer(), await startServer()];
    await until(counts, ({ open }) => open === 0);
  }
  expect(wasInTheMiddle).toBe(true);

  const statuses = await admin<{ status: string; count: number }[]>`
    select n.status, count(*)::integer as count from (
      select distinct on (s.schedule_id) s.schedule_id, s.status from bahi.schedule s order by s.schedule_id, s.number desc
    ) as n group by n.status order by n.status`;
  const rounds = ids.length / SCHEDULES;
  expect([...statuses]).toEqual([
    { status: 'executed', count: FUNDED * rounds },
    { status: 'execution_refused', count: (SCHEDULES - FUNDED) * rounds },
  ]);
  const executed = await admin<{ schedule: string; count: number }[]>`
    select body::json #>> '{data,schedule}' as schedule, count(*)::integer as count
    from bahi.event where type = 'transfer.execute' group by 1`;
  expect(new Map(executed.map(({ schedule, count }) => [schedule, count]))).toEqual(
    new Map(ids.map((id) => [id, 1])),
  );
  const { code, stdout } = await runCli(['verify', '--ledger', String(ledger)], env);
  expect({ code, stdout }).toMatchObject({ code: 0 });
});
