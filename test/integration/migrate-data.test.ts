/**
 * An installation that earlier migrations left, brought to this version with its data: the log verifies as before.
 *
 * The old state is made of the rows of a ledger of today, which a version at migration 0001 stored alike: what is
 * appended, and so what a link covers, has not changed since.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import { SQL_DIRECTORY } from '../../src/db/sql-files.ts';
import { MACS_MIGRATION, signApiKeys } from '../../src/engine/keys/sign-keys.ts';
import { KeyStore } from '../../src/engine/keys/store.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { openTestLedger, type TestLedger } from '../support/test-ledger.ts';

const servingRole = 'bahi_serve';
let of: TestLedger;
let database: TestDatabase;
let owner: Sql;

beforeAll(async () => {
  of = await openTestLedger(60);
});

afterAll(() => of.stop());

beforeEach(async () => {
  database = await freshDatabase('template0');
  owner = testPool(database.owner, 1);
  await leaveAt0001();
  return async () => {
    await owner.end({ timeout: 5 });
    await database.drop();
  };
});

/** Schema of 0001 with the rows of the test's ledger, and a function of that time that is bound to a table. */
async function leaveAt0001(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'bahi-sql-'));
  for (const file of ['migrations/0001_foundation.sql', 'functions/938_engine_log_tally.sql']) {
    await mkdir(join(directory, file, '..'), { recursive: true });
    const text = await readFile(join(SQL_DIRECTORY, file), 'utf8');
    // There were no holds then, no sandbox ledgers, no reversals, no effective times, no limits, no rotations, no schedules, no closes, no operators, no customers, no pools and no second person.
    await writeFile(
      join(directory, file),
      text.replace(
        /^ *'(?:holds|clock|reversals|effective|limit_marks|api_key_macs|rotations|schedules|periods|progress|carried|operators|customers|pools|pool_totals|policies|proposals|proposal_decisions)'.*\n/gm,
        '',
      ),
    );
  }
  await migrate(owner, { directory, servingRole });
  await rm(directory, { recursive: true });
  await copyRows();
}

/** Every column that the old tables have; triggers are off, so that the rows of a new installation give way. */
async function copyRows(): Promise<void> {
  const old = testPool(database.admin, 1);
  await old`set session_replication_role = replica`;
  const tables = await old<{ name: string; columns: string[] }[]>`
    select c.relname::text as name, array_agg(a.attname::text) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'bahi'::regnamespace and c.relkind = 'r' and c.relname not in ('migration', 'function_set')
    group by c.relname`;
  for (const { name, columns } of tables) {
    const [row] = await of.admin`
      select coalesce(json_agg(t), '[]')::text as rows from (select ${of.admin(columns)} from bahi.${of.admin(name)}) as t`;
    await old`delete from bahi.${old(name)}`;
    await old`insert into bahi.${old(name)} (${old(columns)})
      select ${old(columns)} from json_populate_recordset(null::bahi.${old(name)}, ${String(row?.['rows'])}::text::json)`;
  }
  await old.end({ timeout: 5 });
}

const migrateAll = () => migrate(owner, { directory: SQL_DIRECTORY, servingRole });

test('a migrated installation verifies clean, and its accounts read as before', async () => {
  const { applied, version } = await migrateAll();
  expect(applied).toHaveLength(version - 1);
  const serve = testPool(database.serve);
  expect(applied).toContain(MACS_MIGRATION);
  await signApiKeys(new KeyStore(serve), of.engine.engine.rowKey);
  for (const ledgerId of [INSTALLATION_LEDGER, of.ledger]) {
    const { linkKey } = of.engine;
    const report = await verifyLedger({ sql: serve, linkKey, ledgerId });
    expect(report.problems, `seed ${of.seed}`).toEqual([]);
    expect(report).toEqual(await verifyLedger({ sql: of.serve, linkKey, ledgerId }));
  }
  const accounts = (sql: Sql) =>
    sql`select bahi.account_list(${of.ledger}, null, null, null, false, 1000) as r`;
  const [[migrated], [today]] = [await accounts(serve), await accounts(of.serve)];
  expect(migrated?.['r'].length).toBeGreaterThan(5);
  expect(migrated).toEqual(today);
  await serve.end({ timeout: 5 });
});

test('settings without an account stop the migration and change nothing', async () => {
  await owner`insert into bahi.account_setting (ledger_id, account_id, number, debits_frozen, credits_frozen, closed)
    values (${of.ledger}, 777777, 777777, false, false, false)`;
  await expect(migrateAll()).rejects.toThrow(/null value in column "code"/);
  expect(await owner`select from bahi.migration`).toHaveLength(1);
  expect(await owner`select from bahi.account_setting where account_id = 777777`).toHaveLength(1);
});
