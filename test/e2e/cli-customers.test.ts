/** Customers at the command line: their factors are listed, and their payments stopped; a shell is no second factor. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { confirmFactor } from '../../src/engine/customers/confirm-factor.ts';
import { enrolFactor } from '../../src/engine/customers/enrol-factor.ts';
import { assert, defined } from '../../src/kernel/assert.ts';
import { parseLedgerId } from '../../src/kernel/id.ts';
import { openRuntime } from '../../src/runtime.ts';
import { type Environment, environmentOf, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase } from '../support/cluster.ts';
import { codeAt } from '../support/operators.ts';

let database: TestDatabase;
let env: Environment;

beforeAll(async () => {
  database = await freshDatabase();
  env = environmentOf(database);
});
afterAll(() => database.drop());

/** Answers the factor. */
async function enrol(ledgerId: number, customer: string): Promise<string> {
  const config = loadConfig(env);
  assert(config.ok, 'an environment of a test');
  const log = pino({ level: 'silent' });
  const { engine, stop } = await openRuntime(config.value, { applicationName: 'test', log, poolMax: 1 });
  const actor = { name: 'shell:test', client: 'shell', apiKey: undefined };
  const caller = { actor, ledgerId, requestId: 'req_test', idempotencyKey: '' };
  const { body } = await enrolFactor.run(engine, { ...caller, input: { customer, type: 'totp' } });
  const id = String(body['id']);
  const code = await codeAt(String(body['secret']), engine.clock.nowMicros());
  const { status } = await confirmFactor.run(engine, { ...caller, input: { customer, id, code } });
  expect(status).toBe(200);
  await stop(1000);
  return id;
}

test('the factors of a customer are listed', async () => {
  const made = await runCli(['ledger', 'create', 'mumbai', '--json'], env);
  const ledgerId = defined(parseLedgerId(String(JSON.parse(made.stdout).id)), 'a ledger');
  const customer = randomUUID();
  const id = await enrol(ledgerId, customer);
  const list = (...args: string[]) => runCli(['customer', 'factors', ...args, '--ledger', 'mumbai'], env);
  const { code, stdout } = await list(customer);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`^id +label +status .*\n${id} +active +\\S+Z +\\S+Z +\\S+Z\n10 recovery codes left\n$`),
  );
  const { data } = JSON.parse((await list(customer, '--json')).stdout) as { data: Record<string, string>[] };
  const [factor = {}] = data;
  expect(Date.parse(factor['usable_from'] ?? '') - Date.parse(factor['since'] ?? '')).toBe(12 * 3_600_000);
  expect(await list('asha')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^bahi: <customer>: /) });
});

test('payments of a customer are stopped, and go on with a code where there is a factor', async () => {
  const made = await runCli(['ledger', 'create', 'pune', '--json'], env);
  const ledgerId = defined(parseLedgerId(String(JSON.parse(made.stdout).id)), 'a ledger');
  const customer = randomUUID();
  const run = (...args: string[]) => runCli(['customer', ...args, '--ledger', 'pune'], env);
  expect((await run('show', customer)).stdout).toBe('payments running\n');
  expect((await run('stop', customer)).stdout).toBe('payments stopped\n');
  expect((await run('show', customer)).stdout).toMatch(/^payments stopped; since \S+Z\n$/);
  const { code, stdout } = await run('resume', customer);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^payments running; nothing is authorised before \S+Z\n$/),
  ]);
  const factor = await enrol(ledgerId, customer);
  await run('stop', customer);
  expect(await run('resume', customer)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('factor'),
  });
  expect(await run('resume', customer, '--factor', factor)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^bahi: --code: send factor and code together/),
  });
  expect(await run('resume', customer, '--factor', factor, '--code', '000000')).toMatchObject({ code: 1 });
  expect(JSON.parse((await run('show', customer, '--json')).stdout)).toMatchObject({ payments: 'stopped' });
});
