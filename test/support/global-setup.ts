/**
 * One cluster for the whole run, in memory where the machine has room, with a template database that is migrated
 * once. Durable settings stay on (they cost nothing in memory), so the server's own guard accepts it.
 */
import { chmod, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../../src/db/connect.ts';
import { openCluster } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { DatabaseOptions } from '../../src/db/postgres-url.ts';
import { SQL_DIRECTORY } from '../../src/db/sql-files.ts';

export interface TestCluster {
  readonly admin: DatabaseOptions;
  readonly owner: DatabaseOptions;
  readonly serve: DatabaseOptions;
}

export interface TemplateCluster extends TestCluster {
  /** Why the template could not be migrated: fails the tests that need it, and only those. */
  readonly templateProblem: string | undefined;
}

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: TemplateCluster;
  }
}

const ROOM_BYTES = 2 * 1024 ** 3;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const base = await roomyBase();
  await removeAbandoned(base);
  const dataDir = await mkdtemp(join(base, `bahi-test-${process.pid}-`));
  await chmod(dataDir, 0o711);
  // Half of what a verb takes is reading its own code: the processes of the tests keep it here.
  process.env['NODE_COMPILE_CACHE'] = join(dataDir, 'compiled');
  const cluster = await openCluster({
    dataDir,
    initdbArgs: ['--no-sync'],
    settings: { shared_buffers: '128MB', max_wal_size: '1GB', max_connections: '200' },
  });
  project.provide('cluster', {
    admin: cluster.adminOptions,
    owner: cluster.ownerOptions,
    serve: cluster.serveOptions,
    templateProblem: await migrateTemplate(cluster.ownerOptions, cluster.serveOptions.user),
  });
  return async () => {
    await cluster.release();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** The embedded database `bahi` itself is the template: tests only ever use clones of it. */
async function migrateTemplate(
  ownerOptions: DatabaseOptions,
  servingRole: string,
): Promise<string | undefined> {
  const owner = connect(ownerOptions, {
    max: 1,
    applicationName: 'migrate',
    statementTimeoutMs: 0,
    reserves: true,
  });
  try {
    await migrate(owner, { directory: SQL_DIRECTORY, servingRole });
    return undefined;
  } catch (cause) {
    return String(cause);
  } finally {
    await owner.end({ timeout: 5 });
  }
}

async function roomyBase(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  return memory !== undefined && memory.bavail * memory.bsize > ROOM_BYTES ? '/dev/shm' : tmpdir();
}

/** What a killed run left behind: its PostgreSQL is still running, because it outlives its starter. */
async function removeAbandoned(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const maker = Number(/^bahi-test-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(maker) || isAlive(maker)) continue;
    const dataDir = join(base, name);
    await openCluster({ dataDir })
      .then((cluster) => cluster.release())
      .catch(() => undefined);
    await rm(dataDir, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
