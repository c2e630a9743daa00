/**
 * The roles and the database of a fresh embedded cluster: `bahi_owner` owns the database and migrates,
 * `bahi_serve` may connect and execute what the migrator grants. Neither is a superuser or a member of the other.
 *
 * Every step may be repeated, so a start that was killed in the middle is completed by the next.
 */
import type { Sql } from './connect.ts';
import type { Credentials } from './embedded-files.ts';

/** Any number that nobody else uses: advisory locks are told apart by it. */
const BOOTSTRAP_LOCK = 4_820_110_001;

/** Requires: a superuser's session on one connection. Ensures: roles, database and privileges are as described above. */
export async function ensureRoles(admin: Sql, credentials: Credentials): Promise<void> {
  if (await isComplete(admin)) return;
  await admin`select pg_advisory_lock(${BOOTSTRAP_LOCK})`;
  try {
    await createRole(admin, 'bahi_owner', credentials.owner);
    await createRole(admin, 'bahi_serve', credentials.serve);
    const [found] = await admin`select from pg_database where datname = 'bahi'`;
    if (found === undefined) await admin`create database bahi owner bahi_owner`;
    await admin`revoke all on database postgres, template1 from public`;
    await admin`grant connect on database bahi to bahi_serve`;
    await admin`revoke all on database bahi from public`;
  } finally {
    await admin`select pg_advisory_unlock(${BOOTSTRAP_LOCK})`;
  }
}

/** The last step above is the sign: privileges of PUBLIC on the database are gone. */
async function isComplete(admin: Sql): Promise<boolean> {
  const [row] = await admin<{ complete: boolean }[]>`
    select exists (select from pg_database where datname = 'bahi' and not has_database_privilege('public', oid, 'connect')) as complete`;
  return row?.complete === true;
}

/** Utility statements take no parameters, so name and password travel as settings of the session. */
async function createRole(admin: Sql, name: string, password: string): Promise<void> {
  await admin`select set_config('bahi.role', ${name}, false), set_config('bahi.password', ${password}, false)`;
  await admin`do $$
    begin
      if not exists (select from pg_roles where rolname = current_setting('bahi.role')) then
        execute format('create role %I login password %L', current_setting('bahi.role'), current_setting('bahi.password'));
      end if;
    end $$`;
  await admin`select set_config('bahi.password', '', false)`;
}
