/**
 * Refuses to serve from a database that cannot keep the guarantees: one that may lose what it acknowledged, or
 * whose serving role could change history. Asked once at start, through the connection that will serve.
 *
 * It reads settings and catalogs only; round trips: one.
 */
import { err, ok, type Result } from '../kernel/result.ts';
import type { Sql } from './connect.ts';

interface Facts {
  readonly version: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly standby: boolean;
  readonly role: string;
  readonly powerful: boolean;
  readonly owns: string | null;
  readonly member_of: string | null;
  readonly touches: string | null;
}

/** One sentence for each reason. Requires: the migrated schema. */
export async function refuseUnsafeServer(serve: Sql): Promise<Result<void, readonly string[]>> {
  const [facts] = await serve<Facts[]>`
    with relation as (
      select c.oid, c.relname, c.relowner, c.relkind from pg_class c
      where c.relnamespace = to_regnamespace('bahi') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    ), owner as (
      select relowner as oid from relation
      union select proowner from pg_proc where pronamespace = to_regnamespace('bahi')
      union select nspowner from pg_namespace where nspname = 'bahi'
      union select datdba from pg_database where datname = current_database()
    )
    select current_setting('server_version_num')::int as version,
      current_setting('fsync') as fsync,
      current_setting('full_page_writes') as full_page_writes,
      current_setting('synchronous_commit') as synchronous_commit,
      pg_is_in_recovery() as standby,
      current_user::text as role,
      (select r.rolsuper or r.rolcreaterole or r.rolreplication or r.rolbypassrls
         or pg_has_role(r.oid, 'pg_execute_server_program', 'member')
         or pg_has_role(r.oid, 'pg_write_server_files', 'member')
         or pg_has_role(r.oid, 'pg_read_server_files', 'member')
       from pg_roles r where r.rolname = current_user) as powerful,
      (select min(relname::text) from relation where relowner = current_user::regrole) as owns,
      (select min(oid::regrole::text) from owner
       where oid <> current_user::regrole and pg_has_role(current_user, oid, 'member')) as member_of,
      (select min(relname::text) from relation where case when relkind = 'S'
         then has_sequence_privilege(oid, 'usage, select, update')
         else has_table_privilege(oid, 'select, insert, update, delete, truncate, references, trigger')
           or has_any_column_privilege(oid, 'select, insert, update, references') end) as touches`;
  const reasons = facts === undefined ? ['The database tells nothing about itself'] : judge(facts);
  return reasons.length === 0 ? ok(undefined) : err(reasons);
}

function judge(facts: Facts): string[] {
  const role = `The role ${facts.role} of DATABASE_URL`;
  const checks: [refused: boolean, sentence: string][] = [
    [facts.version < 160_000, 'PostgreSQL is older than 16: upgrade it'],
    [facts.standby, 'The database is a standby, which takes no writes: name the primary in DATABASE_URL'],
    [facts.fsync !== 'on', 'fsync is off, so a crash may lose what was acknowledged: set fsync = on'],
    [
      facts.full_page_writes !== 'on',
      'full_page_writes is off, so a crash may corrupt pages: set full_page_writes = on',
    ],
    [
      !['on', 'remote_apply'].includes(facts.synchronous_commit),
      `synchronous_commit is ${facts.synchronous_commit}, so a commit may be lost after it was acknowledged: set it to on`,
    ],
  ];
  // One sentence about the role: the strongest power explains the others.
  if (facts.powerful)
    checks.push([true, `${role} is a superuser or may become one: use a role with no attributes but login`]);
  else if (facts.owns !== null)
    checks.push([
      true,
      `${role} owns bahi.${facts.owns}, so it could change history: use another role than the owner`,
    ]);
  else if (facts.member_of !== null)
    checks.push([
      true,
      `${role} is a member of ${facts.member_of}, which owns the schema or the database: revoke that membership`,
    ]);
  else if (facts.touches !== null)
    checks.push([
      true,
      `${role} has privileges on bahi.${facts.touches}: run migrate, which takes them away`,
    ]);
  return checks.filter(([refused]) => refused).map(([, sentence]) => sentence);
}
