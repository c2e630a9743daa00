/**
 * The connection under a posting session: it dies with its first irregularity, says whether an outcome is open, and
 * speaks TLS where that is asked for.
 */
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { OneShotConnection, SessionFault } from '../../src/db/one-shot.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';

let database: TestDatabase;
let admin: Sql;

beforeAll(async () => {
  database = await freshDatabase('template0');
  admin = testPool(database.admin, 1);
});

afterAll(async () => {
  await admin.end({ timeout: 5 });
  await database.drop();
});

function open(): OneShotConnection {
  const connection = new OneShotConnection(database.owner, 'one-shot test');
  onTestFinished(() => connection.destroy('test over'));
  return connection;
}

const one = (sql: Sql) => sql<{ r: number }[]>`select 1 as r`;
const slow = (sql: Sql) => sql<{ r: string }[]>`select pg_sleep(1)::text as r`;

async function fault(answer: Promise<unknown>): Promise<SessionFault> {
  const cause = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(cause instanceof SessionFault)) throw new Error(`expected a fault, got ${String(cause)}`);
  return cause;
}

describe('a one-shot connection', () => {
  test('answers one call after the other on one backend', async () => {
    const connection = open();
    const pid = () => connection.run((sql) => sql<{ r: number }[]>`select pg_backend_pid() as r`, 5000);
    expect(await pid()).toBe(await pid());
  });

  test('says of an error that nothing was done, without repeating the words of the server', async () => {
    const connection = open();
    const error = await fault(
      connection.run((sql) => sql<{ r: number }[]>`select ${'personal'}::text::integer as r`, 5000),
    );
    expect(error).toMatchObject({ unknown: false, sqlstate: '22P02', message: '22P02' });
  });

  test('dies with a call that gets no answer in time, and the calls behind it', async () => {
    const connection = open();
    await connection.run(one, 5000);
    const calls = [connection.run(slow, 20), connection.run(one, 5000)];
    const faults = await Promise.all(calls.map(fault));
    expect(faults.map(({ unknown }) => unknown)).toEqual([true, true]);
    expect(connection.dead).toBe('deadline');
    expect(await fault(connection.run(one, 5000))).toMatchObject({ unknown: false });
  });

  test('dies with an empty answer', async () => {
    const connection = open();
    const empty = connection.run((sql) => sql<{ r: number }[]>`select 1 as r where false`, 5000);
    expect(await fault(empty)).toMatchObject({ unknown: true });
    expect(connection.dead).toBe('empty answer');
  });

  test('dies with a warning', async () => {
    const connection = open();
    await connection.run(one, 5000);
    // Unlocking what is not locked warns.
    const warned = connection.run((sql) => sql<{ r: boolean }[]>`select pg_advisory_unlock(1) as r`, 5000);
    await Promise.allSettled([warned]);
    expect(connection.dead).toBe('warning');
  });

  test('whose backend is ended does not come back', async () => {
    const connection = open();
    const pid = await connection.run((sql) => sql<{ r: number }[]>`select pg_backend_pid() as r`, 5000);
    const running = fault(connection.run(slow, 5000));
    await admin`select pg_terminate_backend(${pid})`;
    expect(await running).toMatchObject({ unknown: true });
    expect(await fault(connection.run(one, 5000))).toMatchObject({ unknown: false });
  });

  test('that was destroyed before it was used never connects', async () => {
    const connection = open();
    connection.destroy('early');
    expect(await fault(connection.run(one, 5000))).toMatchObject({
      unknown: false,
      message: 'session early',
    });
  });
});

describe('TLS of a one-shot connection', () => {
  test('comes before any word about who connects', async () => {
    const heard: Buffer[] = [];
    const sockets: Socket[] = [];
    const spoken = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        if (heard.length === 1) socket.write('S');
        else spoken.resolve();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const remote = { host: '127.0.0.1', port, user: 'app', password: 'x', database: 'bahi', tls: {} };
    const connection = new OneShotConnection(remote, 'one-shot test');
    const answer = fault(connection.run(one, 5000));
    await spoken.promise;
    // SSLRequest (PostgreSQL protocol 3.0), then a TLS handshake record (RFC 8446 §5.1).
    expect(heard[0]?.toString('hex')).toBe('0000000804d2162f');
    expect(heard[1]?.[0]).toBe(22);
    connection.destroy('heard enough');
    expect(await answer).toMatchObject({ unknown: true });
  });
});
