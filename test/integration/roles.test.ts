/**
 * Who may do what in the database, and that its house rules hold: asked of the catalog, and tried.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

const DENIED = { code: '42501' };
let database: TestDatabase;
let owner: Sql;
let serve: Sql;
let tables: string[];
/** Projections, whose rows go, and what stands beside the log. */
const NO_HISTORY = [
  'api_key_use',
  'data_key',
  'hold_open',
  'log_alarm',
  'operator_session_use',
  'rate_bucket',
  'schedule_open',
];
const history = (): string[] => tables.filter((name) => !NO_HISTORY.includes(name));

beforeAll(async () => {
  database = await freshDatabase();
  owner = testPool(database.owner);
  serve = testPool(database.serve);
  const rows = await owner<{ name: string }[]>`
    select c.relname::text as name from pg_class c
    where c.relnamespace = 'bahi'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') order by 1`;
  tables = rows.map(({ name }) => name);
  expect(tables.length).toBeGreaterThan(8);
});

afterAll(async () => {
  await Promise.all([owner.end({ timeout: 5 }), serve.end({ timeout: 5 })]);
  await database.drop();
});

describe('the role that serves', () => {
  test('executes exactly the functions marked security definer', async () => {
    const wrong = await owner`
      select p.oid::regprocedure::text as function from pg_proc p where p.pronamespace = 'bahi'::regnamespace
      and p.prosecdef <> has_function_privilege(${database.serve.user}, p.oid, 'execute')`;
    expect([...wrong]).toEqual([]);
  });

  test('reads, writes, deletes and truncates no table', async () => {
    for (const name of tables) {
      const table = serve(name);
      await expect(serve`select from bahi.${table}`, name).rejects.toMatchObject(DENIED);
      await expect(serve`insert into bahi.${table} default values`, name).rejects.toMatchObject(DENIED);
      await expect(serve`delete from bahi.${table}`, name).rejects.toMatchObject(DENIED);
      await expect(serve`truncate bahi.${table}`, name).rejects.toMatchObject(DENIED);
    }
    const columns = await owner`
      select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'bahi'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and has_column_privilege(
        ${database.serve.user}, c.oid, a.attnum, 'select, insert, update, references')`;
    expect([...columns]).toEqual([]);
  });

  test('calls no helper, and appends no rows past ledger_append', async () => {
    await expect(serve`select bahi.transfer_search_append(0, '{}', '{}', '{}')`).rejects.toMatchObject(
      DENIED,
    );
    await expect(
      serve`select bahi.batch_append(0, 0, 1, now(), null, 1::smallint, '{}')`,
    ).rejects.toMatchObject(DENIED);
  });

  test('makes nothing: no table, no function, no schema', async () => {
    await expect(serve`create table bahi.mine (x integer)`).rejects.toMatchObject(DENIED);
    await expect(
      serve`create function bahi.mine() returns integer language sql return 1`,
    ).rejects.toMatchObject(DENIED);
    await expect(serve`create schema mine`).rejects.toMatchObject(DENIED);
  });

  test('is no superuser, owns nothing here and belongs to nobody', async () => {
    const [role] = await owner`
      select r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls as mighty,
        (select count(*)::integer from pg_class c where c.relowner = r.oid) as owned,
        (select count(*)::integer from pg_auth_members m where m.member = r.oid) as memberships
      from pg_roles r where r.rolname = ${database.serve.user}`;
    expect(role).toEqual({ mighty: false, owned: 0, memberships: 0 });
  });
});

describe('the owner', () => {
  test('cannot update, delete or truncate any table of history', async () => {
    for (const name of history()) {
      const refused = new RegExp(`on ${name} is refused: history is append-only`);
      const [column] = await owner<{ name: string }[]>`
        select a.attname::text as name from pg_attribute a where a.attrelid = ('bahi.' || ${name})::regclass
        and a.attnum > 0 and a.attidentity = '' and not a.attisdropped order by a.attnum limit 1`;
      const table = owner(name);
      const field = owner(column?.name ?? '');
      await expect(owner`update bahi.${table} set ${field} = ${field}`, name).rejects.toThrow(refused);
      await expect(owner`delete from bahi.${table}`, name).rejects.toThrow(refused);
      await expect(owner`truncate bahi.${table} cascade`, name).rejects.toThrow(/append-only/);
    }
  });
});

describe('everybody else', () => {
  test('has no privilege on schema, tables, columns or functions', async () => {
    const grants = await owner`
      select o.what, x.privilege_type from (
        select c.relname::text as what, coalesce(c.relacl, acldefault('r', c.relowner)) as acl from pg_class c
        where c.relnamespace = 'bahi'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        union all select a.attname::text, a.attacl from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'bahi'::regnamespace
        union all select p.proname::text, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc p
        where p.pronamespace = 'bahi'::regnamespace
        union all select n.nspname::text, coalesce(n.nspacl, acldefault('n', n.nspowner)) from pg_namespace n where n.nspname = 'bahi'
      ) as o, aclexplode(o.acl) as x where x.grantee = 0`;
    expect([...grants]).toEqual([]);
  });
});

describe('the house rules of the schema', () => {
  test('every function pins its search_path, with pg_temp last', async () => {
    const loose = await owner`
      select p.oid::regprocedure::text as function from pg_proc p where p.pronamespace = 'bahi'::regnamespace
      and not 'search_path=bahi, pg_temp' = any (coalesce(p.proconfig, '{}'))`;
    expect([...loose]).toEqual([]);
  });

  test('every table and every function has a comment that is a sentence', async () => {
    const silent = await owner`
      select o.what from (
        select p.proname::text as what, obj_description(p.oid, 'pg_proc') as comment from pg_proc p
        where p.pronamespace = 'bahi'::regnamespace
        union all select c.relname::text, obj_description(c.oid, 'pg_class') from pg_class c
        where c.relnamespace = 'bahi'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      ) as o where o.comment is null or o.comment !~ '^[A-Z1].*\\.$'`;
    expect([...silent]).toEqual([]);
  });

  test('constraints are named as sentences, with a verb, and not as PostgreSQL would', async () => {
    const named = await owner<{ name: string }[]>`
      select k.conname::text as name from pg_constraint k
      where k.connamespace = 'bahi'::regnamespace and k.contype in ('c', 'u', 'f', 'x')`;
    const nameless = named.filter(({ name }) => !/(^|_)(is|are|not|has|have)_/.test(name));
    expect(nameless).toEqual([]);
  });

  test('every table leads its keys with the ledger, or belongs to the installation', async () => {
    const rows = await owner<{ name: string }[]>`
      select c.relname::text as name from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
      where c.relnamespace = 'bahi'::regnamespace and i.indisprimary and a.attname <> 'ledger_id' order by 1`;
    expect(rows.map(({ name }) => name)).toEqual([
      'data_key',
      'function_set',
      'installation',
      'link_key',
      'log_key',
      'log_key_retirement',
      'migration',
      'operator_session_use',
      'sealed_secret',
    ]);
  });

  test('every table of history has the trigger of history, and it is on', async () => {
    const rows = await owner<{ name: string }[]>`
      select c.relname::text as name from pg_trigger g join pg_class c on c.oid = g.tgrelid
      where g.tgname = 'history_is_append_only' and g.tgenabled = 'O' and g.tgtype = 58 order by 1`;
    expect(rows.map(({ name }) => name)).toEqual(history());
  });
});
