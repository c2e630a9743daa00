/**
 * sql/schema.sql is what the migrated database is: whoever changes one changes the other, and the reviewer sees both.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { dumpSchema } from '../../src/db/schema-dump.ts';
import { SQL_DIRECTORY } from '../../src/db/sql-files.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

let database: TestDatabase;
let owner: Sql;

beforeAll(async () => {
  database = await freshDatabase();
  owner = testPool(database.owner);
});

afterAll(async () => {
  await owner.end({ timeout: 5 });
  await database.drop();
});

test('sql/schema.sql is the schema of a migrated database', async () => {
  const stored = await readFile(join(SQL_DIRECTORY, 'schema.sql'), 'utf8');
  expect(stored, 'write it anew: npm run schema').toBe(await dumpSchema(owner, database.serve.user));
});

test('the dump does not depend on who serves, nor on who asks', async () => {
  const usual = await dumpSchema(owner);
  expect(usual).toContain('to bahi_serve;');
  const admin = testPool(database.admin);
  const serve = testPool(database.serve);
  const other = `serve_${database.name}`;
  try {
    expect(await dumpSchema(serve)).toBe(usual);
    await admin`create role ${admin(other)}`;
    await migrate(owner, { directory: SQL_DIRECTORY, servingRole: other });
    expect(await dumpSchema(owner, other)).toBe(usual);
  } finally {
    await migrate(owner, { directory: SQL_DIRECTORY, servingRole: database.serve.user });
    await admin`drop role if exists ${admin(other)}`;
    await Promise.all([admin.end({ timeout: 5 }), serve.end({ timeout: 5 })]);
  }
});

test('a change of a column, a constraint, a body, a setting or a privilege shows', async () => {
  const before = await dumpSchema(owner);
  const session = await owner.reserve();
  try {
    await session`begin`;
    const changes = [
      session`alter table bahi.account alter column owner set not null`,
      session`alter table bahi.entry drop constraint available_not_below_floor`,
      session`create or replace function bahi.installation_get() returns uuid language sql stable security definer
        set search_path = bahi, pg_temp return null::uuid`,
      session`alter function bahi.schema_version() reset search_path`,
      session`grant select on bahi.event to public`,
      session`drop trigger history_is_append_only on bahi.event`,
      session`drop index bahi.event_refused`,
    ];
    let last = before;
    for (const change of changes) {
      await change;
      const now = await dumpSchema(session);
      expect(now).not.toBe(last);
      last = now;
    }
  } finally {
    await session`rollback`;
    session.release();
  }
});
