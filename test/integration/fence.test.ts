/**
 * The fence of ledger_append and the turn of ledger_open, called as a posting session calls them: what does not continue
 * the log from the very batch it was folded on is refused, whatever lock its sender holds.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect, type Sql } from '../../src/db/connect.ts';
import type { BatchColumns } from '../../src/engine/batch-rows.ts';
import type { Item } from '../../src/engine/command.ts';
import type { Head } from '../../src/engine/state.ts';
import { type PostingSession, postingSession, SessionFault } from '../../src/engine/store.ts';
import { NOTHING } from '../../src/engine/wanted.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import {
  BANK,
  customer,
  type LedgerUnderTest,
  makeLedger,
  posterOn,
  submitAndHear,
  transferItem,
} from '../support/fault-ledger.ts';
import { Folder } from '../support/folder.ts';

let database: TestDatabase;
let admin: Sql;
let ledger: LedgerUnderTest;

beforeAll(async () => {
  database = await freshDatabase();
  admin = testPool(database.admin);
});

beforeEach(async () => {
  ledger = await makeLedger(database.serve, 3, 1000n);
});

afterAll(async () => {
  await admin.end({ timeout: 5 });
  await database.drop();
});

const SECOND = 1_000_000;

function newSession(): PostingSession {
  const session = postingSession(database.serve, ledger.ledgerId);
  onTestFinished(() => session.destroy('test over'));
  return session;
}

/** An opened session with accounts in memory. */
async function opened(): Promise<Folder> {
  const folder = new Folder(ledger, newSession());
  await folder.open([pay(1)]);
  return folder;
}

const pay = (amount: number): Item =>
  transferItem(ledger, randomUUID(), customer(0), customer(1), BigInt(amount));

async function stored(): Promise<Head> {
  const answer = await newSession().read(NOTHING);
  return { number: answer.head, link: answer.link, at: answer.at };
}

/** SQLSTATE and constraint of an append that failed for certain. Ensures: nothing was stored. */
async function fault(
  send: () => Promise<unknown>,
): Promise<readonly [string | undefined, string | undefined]> {
  const before = await stored();
  const error = await send().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof SessionFault)) throw new Error(`expected a fault, got ${String(error)}`);
  expect(error.unknown).toBe(false);
  expect(await stored()).toEqual(before);
  return [error.sqlstate, error.constraint];
}

describe('an append', () => {
  test('that continues the log becomes its head', async () => {
    const a = await opened();
    const batch = a.fold([pay(1), pay(2)]);
    expect(await a.send(batch)).toBe('done');
    expect(await stored()).toEqual(batch.head);
  });

  test('of a session that was not opened is refused by its epoch', async () => {
    const a = await opened();
    const other = newSession();
    const batch = a.fold([pay(1)]);
    expect(await other.append(batch.on, batch.at, batch.link, 1, batch.columns, batch.rare)).toBe('epoch');
    expect(await stored()).toEqual(batch.on);
  });

  test('folded on an older head is refused by number', async () => {
    const a = await opened();
    expect(await a.send(a.fold([pay(1)]))).toBe('done');
    const b = await opened();
    const late = b.fold([pay(1)]);
    expect(await a.send(a.fold([pay(1)]))).toBe('done');
    expect(await b.send(late)).toBe('head');
  });

  test('folded on a batch that failed is refused by link, even where another process made the numbers right', async () => {
    const a = await opened();
    const b = await opened();
    const first = a.fold([pay(1), pay(2)]);
    const second = a.fold([pay(3)]);
    const other = b.fold([pay(4), pay(5)]);
    expect(other.head.number).toBe(second.on.number);
    expect(await b.send(other)).toBe('done');
    expect(await Promise.all([a.send(first), a.send(second)])).toEqual(['head', 'link']);
    expect(await stored()).toEqual(other.head);
  });

  test('may be neither before the last batch nor far from the clock of the database', async () => {
    const a = await opened();
    const { clock, head } = a;
    for (const at of [head.at, head.at - 1, clock + 3 * SECOND]) {
      a.head = head;
      expect(await a.send(a.fold([pay(1)], at))).toBe('time');
    }
    expect(await stored()).toEqual(head);
  });

  test('that was folded long ago is folded again', async () => {
    await moveHead('-1 hour');
    const a = await opened();
    expect(await a.send(a.fold([pay(1)], a.clock - 11 * SECOND))).toBe('time');
    const b = await opened();
    expect(await b.send(b.fold([pay(1)], b.clock - 5 * SECOND))).toBe('done');
  });

  test('goes on after a clock that was set back, by the least step', async () => {
    await moveHead('1 hour');
    const a = await opened();
    expect(await a.send(a.fold([pay(1)], a.head.at + 2))).toBe('time');
    const b = await opened();
    expect(await b.send(b.fold([pay(1)], b.head.at + 1))).toBe('done');
  });

  test('whose entry does not continue its account is refused as corrupted', async () => {
    const a = await opened();
    const batch = a.fold([pay(1)]);
    const forged = a.forged(batch, { versions: batch.columns.versions.replace(/\d+/, '9') });
    expect(await fault(() => a.send(forged))).toEqual(['XX001', undefined]);
  });

  test('that is not continuous in itself is refused as corrupted', async () => {
    const a = await opened();
    const batch = a.fold([pay(1), pay(1)]);
    const second = batch.columns.debits.replace('{1,2,', '{1,3,');
    expect(second).not.toBe(batch.columns.debits);
    expect(await fault(() => a.send(a.forged(batch, { debits: second })))).toEqual(['XX001', undefined]);
  });

  test('with an account in two places is refused, although each entry continues the stored one', async () => {
    const a = await opened();
    const batch = a.fold([pay(1), pay(1)]);
    // The first entry of either account, twice, at the positions of both.
    const forked: Partial<Record<keyof BatchColumns, string>> = {};
    for (const [name, column] of Object.entries(batch.columns).slice(5, -5)) {
      const values = column.slice(1, -1).split(',');
      const rows = name === 'positions' ? [0, 2, 1, 3] : [0, 2, 0, 2];
      if (values.length === 4) forked[name as keyof BatchColumns] = `{${rows.map((row) => values[row])}}`;
    }
    const forged = a.forged(batch, forked);
    expect(await fault(() => a.send(forged))).toEqual(['XX001', undefined]);
  });

  test('with a column that is cut short is refused: what is missing would mean no bound', async () => {
    const a = await opened();
    const batch = a.fold([pay(1)]);
    for (const change of [{ netMins: '{0}' }, { amounts: '{-1}' }, { accounts: '{1}' }])
      expect(await fault(() => a.send(a.forged(batch, change)))).toEqual(['22000', undefined]);
  });

  test('that uses a key again is refused by the unique index', async () => {
    const a = await opened();
    const item = pay(1);
    expect(await a.send(a.fold([item]))).toBe('done');
    const b = await opened();
    expect(await fault(() => b.send(b.fold([item])))).toEqual(['23505', 'event_key_is_used_once']);
  });

  test('that falls below a floor is refused by the constraint, the last line behind the fold', async () => {
    const a = await opened();
    const batch = a.fold([pay(1000)]);
    const forged = a.forged(batch, { netMins: batch.columns.netMins.replace('{0,', '{1,') });
    expect(await fault(() => a.send(forged))).toEqual(['23514', 'available_not_below_floor']);
  });

  test('to a ledger that does not exist fails', async () => {
    ledger = { ...ledger, ledgerId: 2 ** 31 - 1 };
    const a = new Folder(ledger, newSession());
    await a.open([]);
    expect(await fault(() => a.send(a.fold([pay(1)])))).toEqual(['P0002', undefined]);
  });
});

/** Sets the time of the newest batch, as a superuser past the triggers. */
async function moveHead(by: string): Promise<void> {
  await admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update bahi.batch set at = at + ${by}::text::interval where ledger_id = ${ledger.ledgerId}
      and last_number = (select max(last_number) from bahi.batch where ledger_id = ${ledger.ledgerId})`;
  });
}

describe('a session with the wrong settings', () => {
  const sessionWith = (settings: Record<string, string>): Sql => {
    const sql = connect(database.serve, {
      max: 1,
      applicationName: 'fence test',
      statementTimeoutMs: 5000,
      settings,
    });
    onTestFinished(() => sql.end({ timeout: 0 }));
    return sql;
  };
  const append = (sql: Sql) => sql`
    select bahi.ledger_append(${ledger.ledgerId}::integer, 'e', 0, '', 0, '', 1::smallint, '{}', '{}', '', '', '{}', '{}', '{}', '{}',
      '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', null)`;
  const open = (sql: Sql) => sql`
    select bahi.ledger_open(${ledger.ledgerId}::integer, 'e', 0, '', '{}', '{}', '{}', '{}', '{}', '{}')`;

  test('may neither open nor append at repeatable read', async () => {
    const sql = sessionWith({ default_transaction_isolation: 'repeatable read' });
    await expect(open(sql)).rejects.toMatchObject({ code: '25000' });
    await expect(append(sql)).rejects.toMatchObject({ code: '25000' });
  });

  test('may not append without synchronous commit', async () => {
    const sql = sessionWith({ synchronous_commit: 'off' });
    await expect(append(sql)).rejects.toMatchObject({ code: '25000' });
    await expect(append(sessionWith({ synchronous_commit: 'local' }))).rejects.toMatchObject({
      code: '25000',
    });
  });
});

describe('a turn', () => {
  test('is waited for in line, and the append before says that somebody waits', async () => {
    const a = await opened();
    expect(await a.send(a.fold([pay(1)]))).toBe('done');
    const b = new Folder(ledger, newSession());
    const waiting = b.open([pay(1)]);
    await vi.waitUntil(() => othersWait());
    const last = a.fold([pay(1)]);
    const answers = [a.send(last), a.session.release()] as const;
    expect(await Promise.all(answers)).toEqual(['done_waiting', true]);
    // The lock passed on behind the commit: the next in line reads the last append.
    expect(await waiting).toMatchObject({ locked: true, read: { head: last.head.number } });
  });

  const othersWait = async (): Promise<boolean> => {
    const rows =
      await admin`select from pg_locks where locktype = 'advisory' and objid = ${ledger.ledgerId} and not granted`;
    return rows.length > 0;
  };

  test('goes on without a lock that is not given back, and the fence then refuses the holder', async () => {
    const a = await opened();
    const b = new Folder(ledger, newSession());
    expect(await b.open([pay(1)])).toMatchObject({ locked: false, extends: true });
    expect(await b.send(b.fold([pay(1)]))).toBe('done');
    expect(await a.send(a.fold([pay(1)]))).toBe('head');
  });

  test('without the lock ends without a warning, so its session lives on', async () => {
    await opened();
    const b = await opened();
    expect(await b.session.release()).toBe(false);
    expect(await b.session.read(NOTHING)).toMatchObject({ head: b.head.number });
    expect(b.session.dead).toBeUndefined();
  });

  test('of a process that stopped ends with its session', async () => {
    const a = await opened();
    await vi.waitUntil(() => a.session.dead !== undefined, { timeout: 20_000 });
    expect(await new Folder(ledger, newSession()).open([])).toMatchObject({ locked: true });
    await expect(a.send(a.fold([pay(1)]))).rejects.toMatchObject({ name: 'SessionFault' });
  });

  test('that was given back leaves its session without a limit', async () => {
    const sql = testPool(database.serve, 1);
    onTestFinished(() => sql.end({ timeout: 0 }));
    const limit = async (): Promise<unknown> =>
      (await sql`select current_setting('idle_session_timeout') as limit`)[0]?.['limit'];
    await sql`select bahi.ledger_open(${ledger.ledgerId}::integer, 'e', 0, '', '{}', '{}', '{}', '{}', '{}', '{}')`;
    expect(await limit()).toBe('2s');
    await sql`select bahi.ledger_release(${ledger.ledgerId}::integer)`;
    expect(await limit()).toBe('0');
  });

  test('says so when the log does not continue what the caller knows', async () => {
    const known = await stored();
    const session = newSession();
    expect(await session.open(known, NOTHING)).toMatchObject({ extends: true, touched: [] });
    const forged = { ...known, link: known.link.replace(/^../, (hex) => (hex === '00' ? '11' : '00')) };
    expect(await session.open(forged, NOTHING)).toMatchObject({ extends: false });
    expect(await session.open({ ...known, number: known.number + 1 }, NOTHING)).toMatchObject({
      extends: false,
    });
  });

  test('names what others touched, and nothing when that is too much', async () => {
    const known = await stored();
    const poster = posterOn(ledger, { batchMax: 1, depth: 1 });
    await submitAndHear(poster, [transferItem(ledger, randomUUID(), BANK, customer(2))]);
    const { touched, settings } = await newSession().open(known, NOTHING);
    expect(touched).toHaveLength(2);
    expect(settings).toEqual([]);
    await submitAndHear(
      poster,
      Array.from({ length: 200 }, () => pay(1)),
    );
    await poster.stop(1000);
    expect(await newSession().open(known, NOTHING)).toMatchObject({ touched: null });
  });

  test('names as touched whatever stands in the head that it gives, appended in its midst or not', async () => {
    const a = await opened();
    const b = newSession();
    const known = await stored();
    // The state of the world is read behind a gate, and another process appends while it is shut.
    await admin`alter function bahi.ledger_read rename to ledger_read_ungated`;
    await admin.unsafe(`create function bahi.ledger_read(
        p_ledger integer, p_accounts bigint[], p_codes text[], p_keys uuid[], p_api_keys bigint[], p_names text[], p_holds bigint[],
        p_operators text[], p_totals bigint[], p_pools bigint[]
      ) returns json language plpgsql volatile security definer as $$ begin
        perform pg_advisory_xact_lock_shared(77);
        return bahi.ledger_read_ungated(p_ledger, p_accounts, p_codes, p_keys, p_api_keys, p_names, p_holds, p_operators, p_totals, p_pools);
      end $$`);
    onTestFinished(async () => {
      await admin`drop function bahi.ledger_read`;
      await admin`alter function bahi.ledger_read_ungated rename to ledger_read`;
    });
    const gate = testPool(database.admin, 1);
    onTestFinished(() => gate.end({ timeout: 0 }));
    await gate`select pg_advisory_lock(77)`;
    const opening = b.open(known, NOTHING);
    await vi.waitUntil(
      async () => (await admin`select from pg_locks where objid = 77 and not granted`).length > 0,
    );
    const between = a.fold([pay(1)]);
    expect(await a.send(between)).toBe('done');
    await gate`select pg_advisory_unlock(77)`;
    const answer = await opening;
    expect(answer.read.head).toBe(between.head.number);
    expect(answer.touched).toHaveLength(2);
  });
});
