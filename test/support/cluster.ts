/**
 * A database of its own for each test file: a clone of the migrated template, dropped afterwards.
 */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type Sql } from '../../src/db/connect.ts';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import type { TestCluster } from './global-setup.ts';

export interface TestDatabase extends TestCluster {
  readonly name: string;
  /** Ends whatever is connected, so close pools first where a test must not see that. */
  drop(): Promise<void>;
}

/** A pool for tests: short timeouts, few connections. */
export function testPool(options: DatabaseOptions, max = 2): Sql {
  return connect(options, {
    max,
    applicationName: 'bahi test',
    statementTimeoutMs: 30_000,
    lifetimeSeconds: null,
    reserves: true,
  });
}

/** `template: 'template0'` gives an empty database instead, owned by the owner; the name of another, a copy: nobody may be connected to it. */
export async function freshDatabase(template = 'bahi'): Promise<TestDatabase> {
  const { admin, owner, serve, templateProblem } = inject('cluster');
  if (template === 'bahi' && templateProblem !== undefined) throw new Error(templateProblem);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(admin, async (sql) => {
    await sql`create database ${sql(name)} template ${sql(template)} strategy file_copy owner ${sql(owner.user)}`;
    await sql`revoke all on database ${sql(name)} from public`;
    await sql`grant connect on database ${sql(name)} to ${sql(serve.user)}`;
  });
  return {
    name,
    admin: { ...admin, database: name },
    owner: { ...owner, database: name },
    serve: { ...serve, database: name },
    drop: () =>
      asAdmin(admin, async (sql) => {
        await sql`drop database if exists ${sql(name)} with (force)`;
      }),
  };
}

async function asAdmin(admin: DatabaseOptions, run: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = testPool(admin, 1);
  try {
    await run(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
