/** What an entry point refuses before it serves: another master key, a role that may not serve. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from '../../src/config.ts';
import { SIGN_IN_RATE } from '../../src/identity/rate.ts';
import { openRuntime } from '../../src/runtime.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const options = { applicationName: 'bahi test', log: pino({ level: 'silent' }), poolMax: 1 };
const config = (masterKey: Buffer, more: Partial<Config> = {}): Config => ({
  dataDir: '/nonexistent',
  database: database.serve,
  ownerDatabase: undefined,
  host: '127.0.0.1',
  port: 0,
  masterKey,
  logLevel: 'silent',
  tls: undefined,
  trustedProxies: undefined,
  checkpointDir: '/nonexistent',
  checkpointLagSeconds: 60,
  factorWaitSeconds: 43_200,
  signInRate: SIGN_IN_RATE,
  ...more,
});

test('a database that was begun with one master key is not opened with another', async () => {
  const key = randomBytes(32);
  for (let n = 0; n < 2; n++) await (await openRuntime(config(key), options)).stop(1000);
  await expect(openRuntime(config(randomBytes(32)), options)).rejects.toThrow(/master key is not the one/);
});

test('a role that may not serve is refused before it takes the rights of the one that does', async () => {
  const admin = testPool(database.admin, 1);
  const role = `member_${database.name}`;
  await admin`create role ${admin(role)} login password 'secret' in role ${admin(database.owner.user)}`;
  try {
    const member = { ...database.serve, user: role, password: 'secret' };
    const refused = config(randomBytes(32), { database: member, ownerDatabase: database.owner });
    await expect(openRuntime(refused, options)).rejects.toThrow(/member/);
    const [row] = await admin<{ may: boolean }[]>`
      select has_function_privilege(${database.serve.user}, 'bahi.installation_get()', 'execute') as may`;
    expect(row?.may).toBe(true);
  } finally {
    await admin`drop owned by ${admin(role)}`;
    await admin`drop role ${admin(role)}`;
    await admin.end({ timeout: 5 });
  }
});
