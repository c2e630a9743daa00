/**
 * Brings the schema `bahi` to this version. Run by the owner of the database, who need not be a superuser.
 *
 * Each migration is one string of statements, which PostgreSQL runs as one transaction, with its row in
 * bahi.migration as the last: applied and recorded, or neither. The functions are then replaced as a set, in one
 * transaction, so that no session sees half of them. Privileges are set on every run, so that drift heals: the
 * serving role may execute the SECURITY DEFINER functions of the schema, and nothing else.
 *
 * Locks: one session advisory lock for the whole run, so that two migrators take turns. The only file that may
 * use sql.unsafe: its text comes from sql/.
 */
import type { ReservedSql } from 'postgres';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Sql } from './connect.ts';
import {
  type FunctionFiles,
  MigrationError,
  type MigrationFile,
  readFunctions,
  readMigrations,
} from './sql-files.ts';

export interface MigrateOptions {
  /** Holds migrations/ and functions/. */
  readonly directory: string;
  /** Who serves: the user of DATABASE_URL. */
  readonly servingRole: string;
}

export interface Migrated {
  /** File names, in order; functions are not among them. */
  readonly applied: string[];
  readonly version: number;
}

const MIGRATION_LOCK = 4_820_110_003;

/** Idempotent. Fails with MigrationError, which names the file. */
export async function migrate(owner: Sql, { directory, servingRole }: MigrateOptions): Promise<Migrated> {
  const migrations = await readMigrations(directory);
  const functions = await readFunctions(directory);
  const session = await owner.reserve();
  try {
    await session`select set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)`;
    await session`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await checkRole(session, servingRole);
    await createBookkeeping(session);
    const applied = await applyMigrations(session, migrations);
    await applyFunctions(session, functions, servingRole);
    return { applied, version: migrations.length };
  } finally {
    await session`select pg_advisory_unlock(${MIGRATION_LOCK})`.catch(() => undefined);
    await session.unsafe('reset statement_timeout; reset lock_timeout').catch(() => undefined);
    session.release();
  }
}

async function checkRole(session: ReservedSql, servingRole: string): Promise<void> {
  const [role] = await session<{ isOwner: boolean; isPowerful: boolean }[]>`
    select rolname = current_user as "isOwner",
      rolsuper or pg_has_role(rolname, current_user, 'member') as "isPowerful"
    from pg_roles where rolname = ${servingRole}`;
  if (role === undefined)
    throw new MigrationError(
      `The serving role ${servingRole} does not exist: create it with a password of its own, then migrate again`,
    );
  if (role.isOwner) throw new MigrationError(`The role ${servingRole} cannot both serve and own the tables`);
  // Before anything is granted to it, and taken from the role that serves now.
  if (role.isPowerful)
    throw new MigrationError(
      `The role ${servingRole} may not serve: it is a superuser or a member of the owner`,
    );
}

async function createBookkeeping(session: ReservedSql): Promise<void> {
  const [found] = await session`select where to_regclass('bahi.function_set') is not null`;
  if (found !== undefined) return;
  await session.unsafe(`
    create schema if not exists bahi;
    comment on schema bahi is 'The ledger. Reached only through its SECURITY DEFINER functions.';
    create table bahi.migration (
      number integer not null,
      name text collate "C" not null,
      checksum text collate "C" not null,
      applied_at timestamptz not null default now(),
      constraint migration_pkey primary key (number)
    );
    comment on table bahi.migration is 'Which files of sql/migrations were applied, written in the transaction of each.';
    comment on column bahi.migration.checksum is 'SHA-256 of the file, hexadecimal: an applied file may not change.';
    create table bahi.function_set (
      number integer generated always as identity,
      checksum text collate "C" not null,
      applied_at timestamptz not null default now(),
      constraint function_set_pkey primary key (number)
    );
    comment on table bahi.function_set is 'Which sets of sql/functions were in force, newest last.';
    comment on column bahi.function_set.checksum is 'SHA-256 over names and contents of all files, hexadecimal.';
  `);
}

async function applyMigrations(session: ReservedSql, files: readonly MigrationFile[]): Promise<string[]> {
  const rows = await session<{ number: number; name: string; checksum: string }[]>`
    select number, name, checksum from bahi.migration order by number`;
  const newest = rows.at(-1)?.number ?? 0;
  if (newest > files.length)
    throw new MigrationError(
      `The database has schema version ${newest}, newer than ${files.length}: upgrade bahi`,
    );
  for (const row of rows) {
    const file = files[row.number - 1];
    if (file?.checksum !== row.checksum)
      throw new MigrationError(
        `sql/migrations/${file?.name ?? row.name} was changed after it was applied: restore it and add a new migration`,
      );
  }
  const applied: string[] = [];
  for (const { number, name, text, checksum } of files.slice(rows.length)) {
    const record = `insert into bahi.migration (number, name, checksum) values (${number}, '${name}', '${checksum}')`;
    await runParts(session, [
      { name: `sql/migrations/${name}`, text },
      { name: 'recording', text: record },
    ]);
    applied.push(name);
  }
  return applied;
}

interface Part {
  readonly name: string;
  readonly text: string;
}

/**
 * Several statements in one string are sent at once, so a lost connection cannot split them over two sessions.
 * Fails with MigrationError, naming the part and the line where PostgreSQL gives a position.
 */
async function runParts(session: ReservedSql, parts: readonly Part[]): Promise<void> {
  const text = ['begin', ...parts.map((part) => part.text), 'commit'].join('\n;\n');
  try {
    await session.unsafe(text);
  } catch (cause) {
    await session.unsafe('rollback').catch(() => undefined);
    const { message, position } = cause as { message: string; position?: string };
    throw new MigrationError(`${placeOf(parts, Number(position))}${message}`);
  }
}

/** `position` counts characters from 1, in a text that opens with `begin` and its separator. */
function placeOf(parts: readonly Part[], position: number): string {
  let offset = position - 1 - 'begin\n;\n'.length;
  for (const { name, text } of parts) {
    const length = [...text].length;
    if (offset >= 0 && offset <= length)
      return `${name}, line ${[...text].slice(0, offset).join('').split('\n').length}: `;
    offset -= length + '\n;\n'.length;
  }
  return '';
}

async function applyFunctions(
  session: ReservedSql,
  functions: FunctionFiles,
  servingRole: string,
): Promise<void> {
  const [newest] = await session<{ checksum: string }[]>`
    select checksum from bahi.function_set order by number desc limit 1`;
  const role = servingRole.replaceAll("'", "''");
  const replacement = [
    // The body of a function in SQL's own style is read with the path of the session, not of the function.
    { name: 'search path', text: 'set local search_path = bahi, pg_temp' },
    { name: 'dropping functions', text: DROP_FUNCTIONS },
    ...functions.files.map((file) => ({ ...file, name: `sql/functions/${file.name}` })),
    { name: 'protecting the records', text: PROTECT_BOOKKEEPING },
    { name: 'recording', text: `insert into bahi.function_set (checksum) values ('${functions.checksum}')` },
  ];
  await runParts(session, [
    ...(newest?.checksum === functions.checksum ? [] : replacement),
    { name: 'the serving role', text: `select set_config('bahi.serving_role', '${role}', true)` },
    { name: 'privileges', text: SET_PRIVILEGES },
  ]);
}

/**
 * What migrations define stays: trigger functions, and functions that a table, an index or a view depends on.
 * Dropping first lets a file change a result type and makes a function without a file disappear.
 */
const DROP_FUNCTIONS = `
do $$
declare routines text;
begin
  select string_agg(p.oid::regprocedure::text, ', ') into routines
  from pg_proc p
  where p.pronamespace = 'bahi'::regnamespace and p.prokind in ('f', 'p') and p.prorettype <> 'trigger'::regtype
    and not exists (
      select from pg_depend d
      where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.classid <> 'pg_proc'::regclass
    );
  if routines is not null then execute 'drop routine ' || routines; end if;
end $$`;

/** The trigger function is the first migration's; without it (in tests of the migrator) there is nothing to attach. */
const PROTECT_BOOKKEEPING = `
do $$
declare t text;
begin
  if to_regprocedure('bahi.refuse_change()') is null then return; end if;
  foreach t in array array['migration', 'function_set'] loop
    execute format('create or replace trigger history_is_append_only before update or delete or truncate on bahi.%I for each statement execute function bahi.refuse_change()', t);
  end loop;
end $$`;

/** Whoever was ever granted anything loses it, a former serving role included; then the grants are made anew. */
const SET_PRIVILEGES = `
do $$
declare
  grantee text;
  f regprocedure;
  role text := current_setting('bahi.serving_role');
begin
  for grantee in
    select distinct case a.grantee when 0 then 'public' else quote_ident(a.grantee::regrole::text) end
    from (
      select c.relowner as owner, c.relacl as acl from pg_class c where c.relnamespace = 'bahi'::regnamespace
      union all
      select c.relowner, t.attacl from pg_attribute t join pg_class c on c.oid = t.attrelid
      where c.relnamespace = 'bahi'::regnamespace and t.attacl is not null
      union all
      select p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc p where p.pronamespace = 'bahi'::regnamespace
      union all
      select n.nspowner, n.nspacl from pg_namespace n where n.nspname = 'bahi'
    ) as objects, aclexplode(objects.acl) as a
    where a.grantee <> objects.owner
  loop
    execute format('revoke all on all tables in schema bahi from %s', grantee);
    execute format('revoke all on all sequences in schema bahi from %s', grantee);
    execute format('revoke all on all routines in schema bahi from %s', grantee);
    execute format('revoke all on schema bahi from %s', grantee);
  end loop;
  execute format('grant usage on schema bahi to %I', role);
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'bahi'::regnamespace and p.prosecdef loop
    execute format('grant execute on routine %s to %I', f, role);
  end loop;
end $$`;

/** Is the database at exactly this version? Asked by the role that serves; the sentence says what to do if not. */
export async function schemaState(
  serve: Sql,
  directory: string,
): Promise<Result<{ version: number }, string>> {
  const version = (await readMigrations(directory)).length;
  const { checksum } = await readFunctions(directory);
  const MIGRATE = 'run `npm run -s bahi -- migrate`';
  let row: { version: number; checksum: string } | undefined;
  try {
    [row] = await serve<{ version: number; checksum: string }[]>`
      select version, function_checksum as checksum from bahi.schema_version()`;
  } catch (cause) {
    // Undefined schema or function, or no privilege: not migrated, or migrated for another serving role.
    if (!['3F000', '42883', '42501'].includes((cause as { code?: string }).code ?? '')) throw cause;
  }
  if (row === undefined) return err(`The database has no schema for the role that serves: ${MIGRATE}`);
  if (row.version > version)
    return err(`The database has schema version ${row.version}, newer than ${version}: upgrade bahi`);
  if (row.version < version)
    return err(`The database has schema version ${row.version}, older than ${version}: ${MIGRATE}`);
  if (row.checksum !== checksum) return err(`The database has other functions than this version: ${MIGRATE}`);
  return ok({ version });
}
