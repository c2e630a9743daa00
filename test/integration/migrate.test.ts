/**
 * The migrator and the guard against a real PostgreSQL: what is applied, what is refused, who may do what.
 */
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { refuseUnsafeServer } from '../../src/db/guard.ts';
import { migrate, schemaState } from '../../src/db/migrate.ts';
import { SQL_DIRECTORY } from '../../src/db/sql-files.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

const servingRole = 'bahi_serve';
let database: TestDatabase;
let owner: Sql;
let serve: Sql;
let directory: string;

beforeEach(async () => {
  database = await freshDatabase('template0');
  owner = testPool(database.owner);
  serve = testPool(database.serve);
  directory = await mkdtemp(join(tmpdir(), 'bahi-sql-'));
  await cp(SQL_DIRECTORY, directory, { recursive: true });
});

afterEach(async () => {
  await Promise.all([owner.end({ timeout: 5 }), serve.end({ timeout: 5 })]);
  await database.drop();
  await rm(directory, { recursive: true });
});

const run = (sql: Sql = owner) => migrate(sql, { directory, servingRole });

const functionNames = async (): Promise<string[]> => {
  const rows = await owner<{ name: string }[]>`
    select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = 'bahi'::regnamespace order by 1`;
  return rows.map(({ name }) => name);
};

describe('migrate', () => {
  test('an empty database gets every migration in order, and serve finds its own version', async () => {
    expect((await schemaState(serve, directory)).ok).toBe(false);
    const { applied, version } = await run();
    expect(applied[0]).toBe('0001_foundation.sql');
    expect(applied).toHaveLength(version);
    expect(await schemaState(serve, directory)).toEqual({ ok: true, value: { version } });
  });

  test('a second run applies nothing and leaves the functions as they are', async () => {
    await run();
    const before =
      await owner`select oid, proname from pg_proc where pronamespace = 'bahi'::regnamespace order by 1`;
    expect((await run()).applied).toEqual([]);
    const after =
      await owner`select oid, proname from pg_proc where pronamespace = 'bahi'::regnamespace order by 1`;
    expect([...after]).toEqual([...before]);
    expect(await owner`select from bahi.function_set`).toHaveLength(1);
  });

  test('a changed file that was applied is refused by name', async () => {
    await run();
    await appendFile(join(directory, 'migrations/0001_foundation.sql'), '-- changed\n');
    await expect(run()).rejects.toThrow(/0001_foundation\.sql was changed after it was applied/);
  });

  test('a database that is newer than the files is refused', async () => {
    await run();
    await owner`insert into bahi.migration (number, name, checksum) values (9999, 'later', 'x')`;
    await expect(run()).rejects.toThrow(/newer .* upgrade bahi/);
    expect(await schemaState(serve, directory)).toMatchObject({
      ok: false,
      error: expect.stringContaining('newer'),
    });
  });

  test('a gap in the numbers of the files is refused before anything is applied', async () => {
    await writeFile(join(directory, 'migrations/9000_far.sql'), 'select 1;');
    await expect(run()).rejects.toThrow(/9000_far\.sql: expected number/);
    expect(await owner`select where to_regnamespace('bahi') is null`).toHaveLength(1);
  });

  test('a migration that fails in its second statement leaves nothing behind', async () => {
    const { version } = await run();
    const name = `${String(version + 1).padStart(4, '0')}_broken.sql`;
    await writeFile(join(directory, 'migrations', name), 'create table bahi.half (x int); select 1/0;');
    await expect(run()).rejects.toThrow(/division by zero/);
    expect(await owner`select where to_regclass('bahi.half') is null`).toHaveLength(1);
    expect(await owner`select from bahi.migration`).toHaveLength(version);
  });

  test('two migrators at once apply each migration once', async () => {
    const other = testPool(database.owner);
    const results = await Promise.all([run(), run(other)]);
    await other.end({ timeout: 5 });
    const counts = results.map(({ applied }) => applied.length).sort((a, b) => a - b);
    expect(counts).toEqual([0, results[0]?.version]);
  });

  test('a function whose file is gone is dropped, and one whose result type changed is replaced', async () => {
    const file = join(directory, 'functions/001_test.sql');
    const define = (type: string, value: string) =>
      `create or replace function bahi.test_answer() returns ${type} language sql as 'select ${value}';
       create or replace function bahi.test_caller() returns ${type} language sql begin atomic select bahi.test_answer(); end;`;
    await writeFile(file, define('integer', '1'));
    await run();
    expect(await functionNames()).toContain('bahi.test_caller()');
    await writeFile(file, define('text', '$$one$$'));
    await run();
    expect([...(await owner`select bahi.test_caller() as answer`)]).toEqual([{ answer: 'one' }]);
    await rm(file);
    await run();
    expect(await functionNames()).not.toContain('bahi.test_answer()');
  });

  test('a serving role that does not exist, or owns the tables, is refused', async () => {
    await expect(migrate(owner, { directory, servingRole: 'nobody_here' })).rejects.toThrow(/does not exist/);
    await expect(migrate(owner, { directory, servingRole: 'bahi_owner' })).rejects.toThrow(/cannot both/);
  });
});

describe('privileges after migrate', () => {
  test('the serving role executes exactly the security definer functions', async () => {
    await run();
    const rows = await owner<{ name: string; definer: boolean; granted: boolean }[]>`
      select p.oid::regprocedure::text as name, p.prosecdef as definer, has_function_privilege(${servingRole}, p.oid, 'execute') as granted
      from pg_proc p where p.pronamespace = 'bahi'::regnamespace`;
    expect(rows.some(({ definer }) => definer)).toBe(true);
    expect(rows.filter(({ definer, granted }) => definer !== granted)).toEqual([]);
  });

  test('the serving role can neither read nor change any table', async () => {
    await run();
    const tables = await owner<{ name: string }[]>`
      select c.relname as name from pg_class c where c.relnamespace = 'bahi'::regnamespace and c.relkind = 'r'`;
    expect(tables.length).toBeGreaterThan(5);
    for (const { name } of tables) {
      const denied = { code: '42501' };
      await expect(serve`select from bahi.${serve(name)}`).rejects.toMatchObject(denied);
      await expect(serve`delete from bahi.${serve(name)}`).rejects.toMatchObject(denied);
      await expect(serve`truncate bahi.${serve(name)}`).rejects.toMatchObject(denied);
    }
  });

  test('privileges that were added by hand are gone after the next run', async () => {
    await run();
    await owner`grant select on bahi.event to bahi_serve`;
    await owner`grant update (code) on bahi.event to public`;
    await owner`grant create on schema bahi to public`;
    await run();
    const [row] = await owner`select has_table_privilege('bahi_serve', 'bahi.event', 'select') as reads,
      has_any_column_privilege('bahi_serve', 'bahi.event', 'update') as writes,
      has_schema_privilege('bahi_serve', 'bahi', 'create') as creates`;
    expect(row).toEqual({ reads: false, writes: false, creates: false });
  });

  test('the records of migrations cannot be changed, by their owner neither', async () => {
    await run();
    await expect(owner`update bahi.migration set checksum = 'x'`).rejects.toThrow(/append-only/);
    await expect(owner`delete from bahi.function_set`).rejects.toThrow(/append-only/);
  });
});

describe('the guard', () => {
  test('the embedded database and its serving role pass', async () => {
    await run();
    expect(await refuseUnsafeServer(serve)).toEqual({ ok: true, value: undefined });
  });

  test('the owner is refused, and so is a superuser', async () => {
    await run();
    expect(await refuseUnsafeServer(owner)).toMatchObject({ error: [expect.stringContaining('owns bahi.')] });
    const admin = testPool(database.admin);
    expect(await refuseUnsafeServer(admin)).toMatchObject({ error: [expect.stringContaining('superuser')] });
    await admin.end({ timeout: 5 });
  });

  test('a serving role with a privilege on one column of one table is refused', async () => {
    await run();
    await owner`grant select (name) on bahi.ledger to bahi_serve`;
    expect(await refuseUnsafeServer(serve)).toMatchObject({
      error: [expect.stringContaining('bahi.ledger')],
    });
  });

  test('a member of the owner is refused', async () => {
    await run();
    const admin = testPool(database.admin);
    const member = `member_${database.name}`;
    await admin`create role ${admin(member)} login in role bahi_owner`;
    const session = await admin.reserve();
    await session`set session authorization ${admin(member)}`;
    const answer = await refuseUnsafeServer(session);
    await session`reset session authorization`;
    session.release();
    await admin`drop role ${admin(member)}`;
    await admin.end({ timeout: 5 });
    expect(answer).toMatchObject({ error: [expect.stringContaining('member of bahi_owner')] });
  });

  test('asynchronous commit is refused', async () => {
    await run();
    const session = await serve.reserve();
    await session`set synchronous_commit = off`;
    const answer = await refuseUnsafeServer(session);
    session.release();
    expect(answer).toMatchObject({ error: [expect.stringContaining('synchronous_commit is off')] });
  });
});
