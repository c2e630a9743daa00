/**
 * `bahi import` as a process: the AMLSim sample against an independent replay, and imports that are killed,
 * interrupted or given a broken file.
 */
import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { Reads } from '../../src/engine/reads.ts';
import { parseLedgerId } from '../../src/kernel/id.ts';
import { type Environment, environmentOf, type Finished, runCli, startCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { balancesIn, headOf } from '../support/imports.ts';
import { makePaymentFiles, replaySerially } from '../support/payment-files.ts';

const SAMPLE = new URL('../../../shared/data/amlsim-20k-cycle200.tgz', import.meta.url).pathname;

let database: TestDatabase;
let env: Environment;
let sql: Sql;
let reads: Reads;
let directory: string;

beforeAll(async () => {
  database = await freshDatabase();
  env = environmentOf(database);
  sql = testPool(database.serve);
  reads = new Reads(sql);
  directory = await mkdtemp(join(tmpdir(), 'bahi-import-'));
});
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function createLedger(name: string): Promise<number> {
  const { stdout } = await runCli(['ledger', 'create', name, '--json'], env);
  return parseLedgerId((JSON.parse(stdout) as { id: string }).id) as number;
}

async function write(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const document = ({ stdout }: Finished): Record<string, unknown> =>
  JSON.parse(stdout) as Record<string, unknown>;

test('the AMLSim sample comes to what a serial replay of it says, once', { timeout: 300_000 }, async ({
  skip,
}) => {
  const there = await access(SAMPLE).then(
    () => true,
    () => false,
  );
  if (!there) {
    process.stdout.write(`skipped: the sample is not at ${SAMPLE}\n`);
    return skip('the sample stands beside the repository, not in it');
  }
  await promisify(execFile)('tar', ['xzf', SAMPLE, '-C', directory]);
  const folder = join(directory, '20K_cycle200');
  const [accountsFile, paymentsFile] = [join(folder, 'nodes.csv'), join(folder, 'transactions.csv')];
  const ledgerId = await createLedger('amlsim');
  const args = [
    ...['import', paymentsFile, '--ledger', 'amlsim', '--json'],
    ...['--map', 'debit=sourceNodeId,credit=targetNodeId,amount=value,time=time'],
    ...['--accounts', accountsFile, '--map-accounts', 'account=nodeid,opening_balance=init_balance'],
  ];
  const first = await runCli(args, env);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(document(first)).toMatchObject({
    posted: 44_932,
    refused: { floor_breached: 72_859, same_account: 14 },
    replayed: 0,
    accounts: { created: 20_000 },
  });
  const files = {
    accounts: await readFile(accountsFile, 'utf8'),
    payments: await readFile(paymentsFile, 'utf8'),
  };
  const expected = replaySerially(files, [0, 2], [0, 1, 2]);
  expect(expected).toMatchObject({ posted: 44_932, refused: { floor_breached: 72_859, same_account: 14 } });
  expect(await balancesIn(reads, ledgerId)).toEqual(expected.balances);

  const head = await headOf(reads, ledgerId);
  const again = document(await runCli(args, env));
  expect(again).toMatchObject({
    posted: 0,
    refused: {},
    replayed: 117_805,
    accounts: { created: 0, replayed: 20_000 },
  });
  expect(await headOf(reads, ledgerId)).toBe(head);
});

const files = makePaymentFiles(42, 200, 30_000);
const expected = replaySerially(files);

/** Starts an import and resolves once the log holds some of its payments. */
async function startAndWatch(name: string) {
  const ledgerId = await createLedger(name);
  const args = [
    ...['import', await write('payments.csv', files.payments), '--ledger', name, '--json'],
    ...['--accounts', await write('accounts.csv', files.accounts)],
  ];
  const running = startCli(args, env);
  let head = 0;
  while (head < 2000 && running.child.exitCode === null) {
    const [newest] = (
      await reads.transfers(
        ledgerId,
        { account: null, status: null, from: null, to: null, search: [] },
        { beyond: null, descending: true, count: 1 },
      )
    ).rows;
    head = newest?.number ?? 0;
  }
  return { ledgerId, args, running };
}

test('an import that is killed half-way and started again ends where one run does', async () => {
  const { ledgerId, args, running } = await startAndWatch('killed');
  running.child.kill('SIGKILL');
  expect((await running.finished).code).toBeNull();
  expect(await headOf(reads, ledgerId)).toBeLessThan(30_000);
  const report = document(await runCli(args, env));
  expect(report['replayed']).toBeGreaterThan(0);
  expect(await balancesIn(reads, ledgerId)).toEqual(expected.balances);
});

test('an interrupt finishes what is on its way, says so and exits 130', async () => {
  const { ledgerId, args, running } = await startAndWatch('interrupted');
  running.child.kill('SIGINT');
  const finished = await running.finished;
  expect(finished).toMatchObject({ code: 130, stderr: '' });
  expect(document(finished)).toMatchObject({ interrupted: true });
  const report = document(await runCli(args, env));
  expect(report).toMatchObject({ interrupted: false });
  expect(await balancesIn(reads, ledgerId)).toEqual(expected.balances);
});

test('a broken file is one line with its place, exit 1, and nothing is stored', async () => {
  const ledgerId = await createLedger('broken');
  const path = await write('broken.csv', 'debit,credit,amount\nK1,K2,1\nK1,K2,1.234\n');
  const { code, stdout, stderr } = await runCli(['import', path, '--ledger', 'broken', '--json'], env);
  expect(code).toBe(1);
  expect(stderr).toBe(`bahi: ${path}, line 3: amount: INR has 2 decimals; send at most that many\n`);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'malformed_file' } });
  expect(await headOf(reads, ledgerId)).toBe(0);
});

test('a mapping of columns that the file does not have is a wrong call', async () => {
  await createLedger('mapped');
  const path = await write('mapped.csv', 'debit,credit,amount\n');
  const line = ['import', path, '--ledger', 'mapped', '--map', 'debit=payer', '--json'];
  const { code, stdout, stderr } = await runCli(line, env);
  expect(stderr).toBe(
    `bahi: ${path}, line 1: there is no column payer, which the mapping names for debit: name one of the first line\n`,
  );
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  expect(code).toBe(2);
});

test('a file that is not there and a ledger that is not there are one line each', async () => {
  const path = await write('good.csv', 'debit,credit,amount\n');
  const missing = await runCli(['import', join(directory, 'none.csv'), '--ledger', 'broken'], env);
  expect(missing).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/cannot be read \(ENOENT\)\n$/),
  });
  const nowhere = await runCli(['import', path, '--ledger', 'nowhere'], env);
  expect(nowhere).toMatchObject({ code: 1, stdout: '', stderr: 'bahi: There is no ledger nowhere.\n' });
});

test('rows that fail are counted and end with exit 1', async () => {
  await createLedger('renamed');
  const importOf = async (text: string) =>
    runCli(['import', await write('p.csv', text), '--ledger', 'renamed', '--id', 'may', '--json'], env);
  await importOf('debit,credit,amount\nK1,K2,1\n');
  const changed = await importOf('debit,credit,amount\nK1,K2,2\n');
  expect(changed.code).toBe(1);
  expect(document(changed)).toMatchObject({ failed: { idempotency_key_reused: 1 }, first_failed_line: 2 });
});

test('an export replaces no file unasked, and a reader that goes away ends it quietly', async () => {
  await createLedger('exported');
  const { accounts, payments } = makePaymentFiles(43, 200, 6000);
  const files = [await write('small.csv', payments), '--accounts', await write('few.csv', accounts)];
  await runCli(['import', ...files, '--ledger', 'exported'], env);
  const out = await write('taken.csv', 'mine');
  const args = ['export', '--ledger', 'exported', '--format', 'csv'];
  const refused = await runCli([...args, '--out', out], env);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('exists: choose another name') });
  expect(await readFile(out, 'utf8')).toBe('mine');
  const replaced = await runCli([...args, '--out', out, '--force', '--json'], env);
  expect(document(replaced)).toMatchObject({ file: out, accounts: 201 });
  const whole = await runCli(args, env);
  expect(whole.stdout).toBe(await readFile(out, 'utf8'));

  const gone = startCli(args, env);
  gone.child.stdout?.once('data', () => gone.child.stdout?.destroy());
  expect(await gone.finished).toMatchObject({ code: 0, stderr: '' });
});
