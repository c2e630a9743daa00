/** The log at the shell: checkpoint, key and proofs, held against the checks of files, without a server. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Environment, environmentOf, type Finished, runCli } from '../support/cli.ts';
import { freshDatabase, type TestDatabase } from '../support/cluster.ts';

let database: TestDatabase;
let environment: Environment;
let folder: string;

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'bahi-audit-log-'));
  environment = { ...environmentOf(database), BAHI_CHECKPOINT_DIR: join(folder, 'outside') };
  await run('ledger create mumbai');
  for (const code of ['one', 'two'])
    await run(`account create --ledger mumbai --kind asset --currency INR --code ${code}`);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

async function run(line: string): Promise<Finished> {
  return runCli(line.split(' '), environment);
}

async function saved(name: string, line: string): Promise<string> {
  const { code, stdout, stderr } = await run(line);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const file = join(folder, name);
  await writeFile(file, stdout);
  return file;
}

test('a checkpoint is signed, kept outside, and checked with the printed key', async () => {
  const note = await saved('note.txt', 'audit checkpoint --ledger mumbai');
  const key = await saved('log.pub', 'audit key --ledger mumbai');
  const { code, stdout } = await run(`audit check-checkpoint ${note} --key ${key}`);
  expect(code).toBe(0);
  expect(stdout).toMatch(/origin {5}bahi\/[0-9a-f-]{36}\/ldg_[0-9a-v]{7}\n {2}size {7}2\n/);
  const [installation = ''] = await readdir(join(folder, 'outside'));
  const kept = await readdir(join(folder, 'outside', installation));
  const texts = await Promise.all(
    kept.map((name) => readFile(join(folder, 'outside', installation, name), 'utf8')),
  );
  expect(texts).toContain(await readFile(note, 'utf8'));
  const others = await saved('other.pub', 'audit key');
  expect(await run(`audit check-checkpoint ${note} --key ${others}`)).toMatchObject({ code: 1 });
});

test('proofs are written in the JSON that the checks read', async () => {
  const before = JSON.parse((await run('audit checkpoint --ledger mumbai --json')).stdout) as {
    size: string;
  };
  await run('account create --ledger mumbai --kind asset --currency INR --code three');
  const inclusion = await saved('inclusion.json', 'audit prove inclusion --ledger mumbai --event 2');
  const consistency = await saved(
    'consistency.json',
    `audit prove consistency --ledger mumbai --from ${before.size}`,
  );
  expect(await run(`audit check-inclusion ${inclusion}`)).toMatchObject({ code: 0 });
  expect(await run(`audit check-consistency ${consistency}`)).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(consistency, 'utf8'))).toMatchObject({ size1: 2, size2: 3 });
  expect((await run('audit prove inclusion --event 1')).code).toBe(0);
});

test('what is not in the log is refused in words', async () => {
  expect(await run('audit prove inclusion --ledger mumbai --event 4711')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/newest checkpoint covers events up to 3/),
  });
  expect(await run('audit prove inclusion --ledger mumbai --event 0')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--event: use a whole number from 1/),
  });
  expect(await run('audit prove consistency --ledger mumbai --from 3 --to 2')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--from: the earlier log is larger/),
  });
  expect(await run('audit checkpoint --ledger surat')).toMatchObject({ code: 1 });
});

test('a restored copy that a checkpoint outside is newer than is not served, and says what to do', async () => {
  const copy = await freshDatabase(database.name);
  try {
    await run('account create --ledger mumbai --kind asset --currency INR --code four');
    expect((await run('audit checkpoint --ledger mumbai')).code).toBe(0);
    const { DATABASE_URL = '', DATABASE_OWNER_URL = '' } = environmentOf(copy);
    const restored = { ...environment, DATABASE_URL, DATABASE_OWNER_URL, PORT: '0' };
    const { code, stderr } = await runCli(['serve'], restored);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The log of ldg_\w{7} ends at event 3, and the checkpoint in \S+\.checkpoint covers 4: this database is an older copy \(a restored backup, or a failover that lost commits\)\. Nothing is posted\. Bring the database back/,
    );
  } finally {
    await copy.drop();
  }
});

test('the status tells how far each log is signed', async () => {
  const { data } = JSON.parse((await run('status --json')).stdout) as { data: Record<string, unknown>[] };
  expect(data).toMatchObject([
    { name: 'installation', halted: null },
    { name: 'mumbai', events: '4', signed: '4', behind_seconds: 0, halted: null },
  ]);
  expect((await run('status')).stdout).toMatch(/mumbai +4 +4 +20\d\d-\S+Z +0 s +takes postings\n/);
});

test('a key follows another: both sign for a while, and the last one cannot retire', async () => {
  expect(await run('audit retire-key 1')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/key 1 is the only one that signs: run bahi audit rotate-key first/),
  });
  const older = await saved('older.pub', 'audit key --ledger mumbai');
  expect((await run('audit rotate-key')).stdout).toMatch(/^Keys 1 and 2 sign each checkpoint/);
  await run('account create --ledger mumbai --kind asset --currency INR --code five');
  const note = await saved('during.txt', 'audit checkpoint --ledger mumbai');
  const both = await saved('both.pub', 'audit key --ledger mumbai');
  expect((await readFile(both, 'utf8')).trim().split('\n')).toHaveLength(2);
  for (const key of [older, both])
    expect((await run(`audit check-checkpoint ${note} --key ${key}`)).code).toBe(0);
  expect((await run('audit retire-key 1')).stdout).toMatch(/^Key 1 signs no more/);
  expect((await run('audit retire-key 1')).stderr).toMatch(/retired already/);
  expect((await run('audit retire-key 7')).code).toBe(2);
  await run('account create --ledger mumbai --kind asset --currency INR --code six');
  const after = await saved('after.txt', 'audit checkpoint --ledger mumbai');
  expect(await run(`audit check-checkpoint ${after} --key ${older}`)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no signature by/),
  });
  expect((await run(`audit check-checkpoint ${after} --key ${both}`)).code).toBe(0);
});

test('and verify holds all of it', async () => {
  expect(await run('verify')).toMatchObject({ code: 0 });
});
