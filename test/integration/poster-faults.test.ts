/**
 * One poster while the world breaks, one thing at a time and on purpose: what callers hear, and that an item is stored
 * once or not at all, whatever they heard.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import type { Item } from '../../src/engine/command.ts';
import type { Poster } from '../../src/engine/poster.ts';
import type { PosterDeps, PosterOptions } from '../../src/engine/poster-options.ts';
import { postingSession } from '../../src/engine/store.ts';
import { NOTHING } from '../../src/engine/wanted.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { checkLedger } from '../support/fault-checker.ts';
import {
  BANK,
  codeOf,
  customer,
  heard,
  type LedgerUnderTest,
  makeLedger,
  posterOn,
  submitAndHear,
  transferItem,
} from '../support/fault-ledger.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { gate, Watched } from '../support/fault-session.ts';

let database: TestDatabase;
let admin: Sql;
let ledger: LedgerUnderTest;

beforeAll(async () => {
  database = await freshDatabase();
  admin = testPool(database.admin);
});

beforeEach(async () => {
  ledger = await makeLedger(database.serve, 2);
});

afterAll(async () => {
  await admin.end({ timeout: 5 });
  await database.drop();
});

function newPoster(options: Partial<PosterOptions> = {}, deps: Partial<PosterDeps> = {}): Poster {
  const poster = posterOn(ledger, options, deps);
  onTestFinished(() => poster.stop(100));
  return poster;
}

const pay = (key: string = randomUUID()): Item => transferItem(ledger, key, BANK, customer(0));
const pays = (count: number): Item[] => Array.from({ length: count }, () => pay());
const outcomes = (count: number, word: string): string[] => Array.from({ length: count }, () => word);

/** Ensures: the log is sound and holds so many transfers. */
async function expectTransfers(count: number): Promise<void> {
  const { posted, violations } = await checkLedger(admin, ledger);
  expect(violations).toEqual([]);
  expect(posted).toBe(count);
}

/** A trigger that lets no event in whose body holds the text; taken away by the function that it gives. */
async function refuseEvents(sqlstate: string, text: string): Promise<() => Promise<void>> {
  await admin.unsafe(`create function public.refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused' using errcode = '${sqlstate}'; end $$`);
  await admin.unsafe(`create trigger refuse before insert on bahi.event for each row
    when (new.body like '%${text}%') execute function public.refuse()`);
  return async () => {
    await admin`drop trigger refuse on bahi.event`;
    await admin`drop function public.refuse()`;
  };
}

const endSessions = () => admin`select pg_terminate_backend(pid) from pg_stat_activity
  where datname = ${database.name} and application_name = 'bahi posting'`;

describe('a poster', () => {
  test('whose sessions are ended again and again posts everything once', async () => {
    const poster = newPoster({ batchMax: 20 });
    await submitAndHear(poster, [pay()]);
    const clients = Array.from({ length: 10 }, async (_, client) => {
      for (let i = 0; i < 15; i++) {
        expect(await submitAndHear(poster, pays(3))).not.toContain('internal');
        if (client === 0) await endSessions();
      }
    });
    await Promise.all(clients);
    await expectTransfers(451);
  });

  test('waits for a ledger that somebody locks for longer than a statement may take', async () => {
    const poster = newPoster();
    await submitAndHear(poster, [pay()]);
    const waiting = await admin.begin(async (sql) => {
      await sql`select from bahi.ledger where ledger_id = ${ledger.ledgerId} for update`;
      const results = poster.submit(pays(5), 20_000);
      await sql`select pg_sleep(2.2)`;
      return { results };
    });
    expect(await heard(waiting.results)).toEqual(outcomes(5, 'posted'));
    await expectTransfers(6);
  });

  test('whose session died while it was idle goes on with a new one', async () => {
    const watched = new Watched(ledger);
    const poster = newPoster({}, watched);
    await submitAndHear(poster, [pay()]);
    await endSessions();
    expect(await submitAndHear(poster, [pay()])).toEqual(['posted']);
    expect(watched.sessions).toBeGreaterThan(1);
  });

  test('that can make no session tries again', async () => {
    let attempts = 0;
    const openSession = (ledgerId: number) => {
      if (++attempts < 3) throw new Error('no session');
      return postingSession(database.serve, ledgerId);
    };
    expect(await submitAndHear(newPoster({}, { openSession }), [pay()])).toEqual(['posted']);
  });

  test('keeps its session after a turn that it took without the lock', async () => {
    const watched = new Watched(ledger);
    const poster = newPoster({}, watched);
    const holder = postingSession(database.serve, ledger.ledgerId);
    await holder.open({ number: 0, link: '', at: 0 }, NOTHING);
    expect(await submitAndHear(poster, [pay()])).toEqual(['posted']);
    holder.destroy('done');
    expect(await submitAndHear(poster, [pay()])).toEqual(['posted']);
    expect(watched.sessions).toBe(1);
  });
});

describe('an append without room', () => {
  test('tells its callers so and stores nothing; the same keys succeed once there is room', async () => {
    const poster = newPoster();
    const items = pays(4);
    const makeRoom = await refuseEvents('53100', 'transfer.create');
    expect(await submitAndHear(poster, items)).toEqual(outcomes(4, 'storage_full'));
    await makeRoom();
    await expectTransfers(0);
    expect(await submitAndHear(poster, items)).toEqual(outcomes(4, 'posted'));
    expect(await submitAndHear(poster, items)).toEqual(outcomes(4, 'replayed'));
    await expectTransfers(4);
  });
});

describe('an item that can never be stored', () => {
  test('fails alone: those around it are posted', async () => {
    const poster = newPoster({ batchMax: 50 });
    const items = [...pays(20), pay('poison'), ...pays(20)];
    const heal = await refuseEvents('22000', '"poison"');
    const words = await submitAndHear(poster, items);
    await heal();
    expect(words).toEqual([...outcomes(20, 'posted'), 'internal', ...outcomes(20, 'posted')]);
    await expectTransfers(40);
  });
});

describe('an answer that is lost', () => {
  test('is found by the next session, and the item is stored once', async () => {
    const watched = new Watched(ledger);
    const poster = newPoster({}, watched);
    watched.losesAnswers = true;
    watched.beforeAppend = async () => {
      watched.losesAnswers = watched.batches.length === 1;
    };
    expect(await submitAndHear(poster, pays(3))).toEqual(outcomes(3, 'replayed'));
    await expectTransfers(3);
  });

  test('leaves its item in line after the caller gave up, and it is settled when the database is back', async () => {
    const proxy = await FaultProxy.to(database.serve);
    onTestFinished(() => proxy.close());
    const poster = newPoster({}, { openSession: (id) => postingSession(proxy.options, id) });
    await submitAndHear(poster, [pay()]);
    const appended = gate();
    const item = pay();
    await admin.begin(async (sql) => {
      await sql`select from bahi.ledger where ledger_id = ${ledger.ledgerId} for update`;
      const [result] = poster.submit([item], 300);
      // The append waits at the server; its answer will never come.
      await vi.waitUntil(async () => (await blocked()) > 0);
      proxy.holdAnswers();
      proxy.refusing = true;
      expect(await result?.catch(codeOf)).toBe('outcome_unknown');
      appended.open();
    });
    await vi.waitFor(() => expectTransfers(2), { timeout: 10_000 });
    proxy.cut();
    const late = poster.submit([pay()], 100);
    expect(await heard(late)).toEqual(['database_unavailable']);
    expect(poster.waiting).toBe(1);
    proxy.refusing = false;
    await vi.waitUntil(() => poster.waiting === 0, { timeout: 10_000 });
    expect(await submitAndHear(poster, [item])).toEqual(['replayed']);
    await expectTransfers(2);
  });

  const blocked = async (): Promise<number> => {
    const rows = await admin`select from pg_stat_activity where datname = ${database.name}
      and application_name = 'bahi posting' and wait_event_type = 'Lock'`;
    return rows.length;
  };

  test('keeps nobody from stopping: who still waits hears that the outcome is open', async () => {
    const proxy = await FaultProxy.to(database.serve);
    onTestFinished(() => proxy.close());
    const watched = new Watched({ ...ledger, serve: proxy.options });
    watched.losesAnswers = true;
    watched.beforeAppend = async () => {
      proxy.refusing = true;
    };
    const poster = newPoster({}, watched);
    const results = poster.submit(pays(2), 20_000);
    await vi.waitUntil(() => watched.sessions > 1);
    await poster.stop(50);
    expect(await heard(results)).toEqual(outcomes(2, 'outcome_unknown'));
    await expectTransfers(2);
  });
});

describe('a database that is gone', () => {
  test('is unavailable to a caller whose item was never sent; nothing is stored', async () => {
    const proxy = await FaultProxy.to(database.serve);
    onTestFinished(() => proxy.close());
    proxy.refusing = true;
    const poster = newPoster({}, { openSession: (id) => postingSession(proxy.options, id) });
    const item = pay();
    expect(await submitAndHear(poster, [item], 200)).toEqual(['database_unavailable']);
    proxy.refusing = false;
    await expectTransfers(0);
    expect(await submitAndHear(poster, [item])).toEqual(['posted']);
  });

  test('does not keep a poster from stopping', async () => {
    const proxy = await FaultProxy.to(database.serve);
    onTestFinished(() => proxy.close());
    proxy.refusing = true;
    const poster = newPoster({}, { openSession: (id) => postingSession(proxy.options, id) });
    const results = poster.submit(pays(2), 20_000);
    await poster.stop(50);
    expect(await heard(results)).toEqual(outcomes(2, 'shutting_down'));
  });
});

describe('a log that lost its tail', () => {
  test('halts its poster: every caller hears so, and nothing more is written', async () => {
    const fatal: unknown[] = [];
    const log = { info: () => {}, warn: () => {}, fatal: (fields: object) => fatal.push(fields) };
    const poster = newPoster({ batchMax: 2 }, { log });
    await submitAndHear(poster, pays(2));
    await submitAndHear(poster, [pay('lost')]);
    await admin.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      for (const [table, column] of [
        ['batch', 'last_number'],
        ['event', 'number'],
      ] as const)
        await sql`delete from ${sql(`bahi.${table}`)} where ledger_id = ${ledger.ledgerId} and ${sql(column)} = 6`;
      await sql`delete from bahi.entry where ledger_id = ${ledger.ledgerId} and position >> 8 = 6`;
    });
    expect(await submitAndHear(poster, pays(3))).toEqual(outcomes(3, 'ledger_halted'));
    expect(poster.halted).toContain('does not continue event 6');
    expect(fatal).toHaveLength(1);
    expect(() => poster.submit(pays(1), 1000)).toThrow(expect.objectContaining({ code: 'ledger_halted' }));
    await expectTransfers(2);
    // A process without memory of it cannot know; that is what checkpoints are for.
    expect(await submitAndHear(newPoster(), [pay()])).toEqual(['posted']);
  });
});
