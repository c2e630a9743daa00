/**
 * The pool and the call: what comes back, what a lost connection or a silent server becomes, whose name is believed.
 */
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { call, connect, type Sql } from '../../src/db/connect.ts';
import { DatabaseFault } from '../../src/db/fault.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { CERTIFICATE, KEY } from '../support/tls-fixture.ts';

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await freshDatabase('template0');
  sql = connect(database.owner, { max: 1, applicationName: 'connect test', statementTimeoutMs: 5_000 });
});

afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});

const fault = async (promise: Promise<unknown>): Promise<DatabaseFault> => {
  const cause = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(cause instanceof DatabaseFault)) throw new Error(`expected a fault, got ${String(cause)}`);
  return cause;
};

describe('a pool', () => {
  test('large numbers and times come as text, without loss', async () => {
    const [row] = await sql`select 9007199254740993::bigint as big, 1.10::numeric as exact,
      '2026-01-02T03:04:05.678901+05:30'::timestamptz as at, array[1::bigint] as list`;
    expect(row).toEqual({
      big: '9007199254740993',
      exact: '1.10',
      at: '2026-01-01 21:34:05.678901+00',
      list: '{1}',
    });
  });

  test('its timeouts and its name are set on the server', async () => {
    const [row] =
      await sql`select current_setting('statement_timeout') as limit, current_setting('application_name') as name`;
    expect(row).toEqual({ limit: '5s', name: 'connect test' });
  });
});

describe('a call', () => {
  test('gives the rows', async () => {
    expect([...(await call(() => sql`select 1 as one`, { deadlineMs: 5_000 }))]).toEqual([{ one: 1 }]);
  });

  test('without an answer in time has an unknown outcome as a write, and timed out as a read', async () => {
    const slow = () => sql`select pg_sleep(1)`;
    expect(await fault(call(slow, { deadlineMs: 20 }))).toMatchObject({ kind: 'unknown_outcome' });
    expect(await fault(call(slow, { deadlineMs: 20, read: true }))).toMatchObject({ kind: 'timeout' });
  });

  test('that comes back empty has an unknown outcome, unless nothing is a truthful answer', async () => {
    const empty = () => sql`select 1 where false`;
    expect(await fault(call(empty, { deadlineMs: 5_000 }))).toMatchObject({ kind: 'unknown_outcome' });
    expect(await call(empty, { deadlineMs: 5_000, read: true, mayBeEmpty: true })).toHaveLength(0);
  });

  test('whose session is ended has an unknown outcome as a write; as a read it is made again, within bounds', async () => {
    const write = await interruptedCall({ interruptions: 1, read: false });
    expect(await fault(write.answer)).toMatchObject({ kind: 'unknown_outcome' });
    const read = await interruptedCall({ interruptions: 1, read: true });
    expect(await read.answer).toHaveLength(1);
    const hopeless = await interruptedCall({ interruptions: 9, read: true });
    expect(await fault(hopeless.answer)).toMatchObject({ kind: 'unavailable' });
    expect(hopeless.attempts()).toBe(3);
  });

  test('that cannot connect was not made', async () => {
    const nowhere = connect(
      { ...database.owner, host: '/nowhere' },
      { max: 1, applicationName: 'x', statementTimeoutMs: 0 },
    );
    expect(await fault(call(() => nowhere`select 1`, { deadlineMs: 5_000 }))).toMatchObject({
      kind: 'unavailable',
    });
    await nowhere.end({ timeout: 0 });
  });

  test('whose connection ends as soon as it is made fails, and leaves no rejection that nobody hears', async () => {
    const unheard: unknown[] = [];
    const hear = (cause: unknown): unknown => unheard.push(cause);
    process.on('unhandledRejection', hear);
    onTestFinished(() => {
      process.off('unhandledRejection', hear);
    });
    // The network lets a session be opened, and no more.
    const network = createServer((client) => {
      const server = dial(`${database.owner.host}/.s.PGSQL.${database.owner.port}`);
      const readyForQuery = Uint8Array.of(0x5a, 0, 0, 0, 5, 0x49);
      client.on('error', () => {}).pipe(server);
      server
        .on('error', () => {})
        .on('data', (bytes: Buffer) => {
          if (bytes.indexOf(readyForQuery) < 0) client.write(bytes);
          else client.end(bytes, () => client.destroy());
        });
      client.on('close', () => server.destroy());
    });
    await new Promise<void>((done) => network.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      network.close();
    });
    const { port } = network.address() as AddressInfo;
    const ended = connect(
      { ...database.owner, host: '127.0.0.1', port },
      { max: 1, applicationName: 'ended', statementTimeoutMs: 0 },
    );
    expect(await fault(call(() => ended`select 1`, { deadlineMs: 2_000, read: true }))).toMatchObject({
      kind: 'unavailable',
    });
    await ended.end({ timeout: 0 });
    expect(unheard).toEqual([]);
  });

  test('that breaks a constraint names it and repeats no value', async () => {
    const broken = () => sql`
      with secret as (select 'personal' as value) select value::bahi_test_domain as x from secret`;
    await sql`create domain bahi_test_domain as text constraint only_tokens check (value = 'token')`;
    const cause = await fault(call(broken, { deadlineMs: 5_000 }));
    expect(cause).toMatchObject({ kind: 'internal', sqlstate: '23514', constraint: 'only_tokens' });
    expect(JSON.stringify([cause.message, cause])).not.toContain('personal');
  });
});

/** A call on a pool of its own whose session is ended each time it has begun, as often as asked. */
async function interruptedCall(options: { interruptions: number; read: boolean }) {
  const admin = testPool(database.admin, 1);
  const victim = testPool(database.owner, 1);
  onTestFinished(async () => {
    await Promise.all([admin.end({ timeout: 0 }), victim.end({ timeout: 0 })]);
  });
  let attempts = 0;
  let ended = 0;
  const run = async () => {
    attempts += 1;
    const interrupt = ended < options.interruptions;
    let settled = false;
    const answer = victim`select pg_sleep(${interrupt ? 30 : 0}), 1 as one`.execute().finally(() => {
      settled = true;
    });
    answer.catch(() => undefined);
    for (let found = 0; interrupt && !settled && found === 0; ended += found) {
      const rows = await admin`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${database.name} and state = 'active' and query like 'select pg_sleep%'`;
      found = rows.length;
    }
    return answer;
  };
  const answer = call(run, { deadlineMs: 20_000, read: options.read });
  answer.catch(() => undefined);
  return { answer, attempts: () => attempts };
}

describe('TLS to the database', () => {
  /** Speaks PostgreSQL's SSLRequest and a handshake, and resolves `trusted` when a client goes on to say who it is. */
  async function impostor(): Promise<{ port: number; trusted: Promise<string> }> {
    let trust: (words: string) => void = () => {};
    const trusted = new Promise<string>((resolve) => {
      trust = resolve;
    });
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('S');
        const secureContext = createSecureContext({ cert: CERTIFICATE, key: KEY });
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on('error', () => {});
        secure.once('data', () => trust('trusted'));
      });
    });
    await new Promise<void>((done) => server.listen(0, done));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      trusted,
    };
  }

  /** The error of the handshake, or `trusted`. */
  const attempt = async (host: string, ca?: string): Promise<string> => {
    const { port, trusted } = await impostor();
    const client = connect(
      { host, port, user: 'app', password: 'x', database: 'bahi', tls: ca === undefined ? {} : { ca } },
      { max: 1, applicationName: 'x', statementTimeoutMs: 0 },
    );
    const refused = client`select 1`.then(
      () => 'answered',
      (cause: { code?: string }) => String(cause.code),
    );
    const outcome = await Promise.race([refused, trusted]);
    await client.end({ timeout: 0 });
    return outcome;
  };

  test('a server whose authority is not known gets no credentials', async () => {
    expect(await attempt('127.0.0.1')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  test('a server with the right authority and another name gets no credentials', async () => {
    expect(await attempt('localhost', CERTIFICATE)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('a server with the right authority, and the address that was asked for is believed', async () => {
    expect(await attempt('127.0.0.1', CERTIFICATE)).toBe('trusted');
  });
});
