/**
 * One or two posters on one ledger while the world is well: how they batch, take turns, remember and forget, and
 * what a caller hears who comes too early, too late or twice.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import type { Item } from '../../src/engine/command.ts';
import type { Poster } from '../../src/engine/poster.ts';
import type { PosterDeps, PosterOptions } from '../../src/engine/poster-options.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { SettingsChange } from '../../src/ledger/account.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { checkLedger } from '../support/fault-checker.ts';
import {
  accountCommand,
  BANK,
  codeOf,
  customer,
  heard,
  itemOf,
  type LedgerUnderTest,
  makeLedger,
  posterOn,
  submitAndHear,
  transferItem,
} from '../support/fault-ledger.ts';
import { gate, Watched } from '../support/fault-session.ts';

let database: TestDatabase;
let admin: Sql;
let ledger: LedgerUnderTest;

beforeAll(async () => {
  database = await freshDatabase();
  admin = testPool(database.admin);
});

beforeEach(async () => {
  ledger = await makeLedger(database.serve, 4, 50n);
});

afterAll(async () => {
  await admin.end({ timeout: 5 });
  await database.drop();
});

function newPoster(options: Partial<PosterOptions> = {}, deps: Partial<PosterDeps> = {}): Poster {
  const poster = posterOn(ledger, options, deps);
  onTestFinished(() => poster.stop(1000));
  return poster;
}

const pay = (key: string = randomUUID(), from = BANK, to = customer(0), amount = 1n): Item =>
  transferItem(ledger, key, from, to, amount);
const pays = (count: number): Item[] => Array.from({ length: count }, () => pay());
const outcomes = (count: number, word: string): string[] => Array.from({ length: count }, () => word);

async function expectSoundLog(): Promise<void> {
  expect((await checkLedger(admin, ledger)).violations).toEqual([]);
}

describe('batches', () => {
  test('form from what came while the last append was on its way', async () => {
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    const poster = newPoster({}, watched);
    const first = poster.submit([pay()], 20_000);
    await held.reached;
    const others = pays(500).flatMap((item) => poster.submit([item], 20_000));
    held.open();
    expect(await heard([...first, ...others])).toEqual(outcomes(501, 'posted'));
    expect(watched.batches).toEqual([1, 500]);
  });

  test('are bounded, but never cut a group', async () => {
    const watched = new Watched(ledger);
    const poster = newPoster({ batchMax: 4 }, watched);
    const group = { size: 3 };
    const items = [...pays(2), ...pays(3).map((item) => ({ ...item, group })), ...pays(3)];
    expect(await submitAndHear(poster, items)).toEqual(outcomes(8, 'posted'));
    expect(watched.batches).toEqual([2, 4, 2]);
  });

  test.each(['transfer.capture', 'transfer.reverse'] as const)(
    'are cut by the legs that a %s turns out to have',
    async (type) => {
      const legs = Array.from({ length: 4 }, () => ({
        debit: BANK,
        credit: customer(0),
        amount: 1n,
        currency: 'INR',
      }));
      const first = newPoster();
      const placed = Array.from({ length: 5 }, (_, i) =>
        itemOf(ledger.ledgerId, `placed-${i}`, {
          type: 'transfer.create',
          legs,
          ...(type === 'transfer.capture' ? { holdSeconds: 900 } : {}),
        }),
      );
      const results = await Promise.all(first.submit(placed, 20_000));
      await first.stop(1000);
      const items = results.map((result, i) => {
        if (result.kind !== 'recorded') throw new Error(`item ${i} failed`);
        const { number } = result.result;
        return itemOf(
          ledger.ledgerId,
          `ended-${i}`,
          type === 'transfer.capture' ? { type, hold: number, final: false } : { type, transfer: number },
        );
      });

      const watched = new Watched(ledger);
      const held = gate();
      watched.beforeAppend = held.pass;
      const cold = newPoster({ batchMax: 10 }, watched);
      const opening = cold.submit([pay()], 20_000);
      await held.reached;
      const ended = cold.submit(items, 20_000);
      held.open();
      expect(await heard([...opening, ...ended])).toEqual(outcomes(6, 'posted'));
      expect(watched.batches).toEqual([1, 2, 2, 1]);
    },
  );

  test('of nothing change nothing, and the next item is posted', async () => {
    const poster = newPoster();
    expect(poster.submit([], 20_000)).toEqual([]);
    expect(await submitAndHear(poster, [pay()])).toEqual(['posted']);
  });

  test('answer a key that is still on its way with the same result', async () => {
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    const poster = newPoster({}, watched);
    const item = pay();
    const first = poster.submit([item], 20_000);
    await held.reached;
    const again = poster.submit([item, { ...item, fingerprint: '0'.repeat(64) }], 20_000);
    held.open();
    expect(await heard([...first, ...again])).toEqual(['posted', 'replayed', 'idempotency_key_reused']);
  });
});

describe('two posters', () => {
  test('take turns: each goes on while the other has work', async () => {
    const names = ['a', 'b'];
    const posters = names.map(() => newPoster({ turnMs: 5, batchMax: 10 }));
    await Promise.all(
      posters.map(async (poster, p) => {
        const clients = Array.from({ length: 20 }, async (_, c) => {
          for (let i = 0; i < 20; i++) await submitAndHear(poster, [pay(`${names[p]}-${c}-${i}`)]);
        });
        await Promise.all(clients);
      }),
    );
    const [row] = await admin<{ turns: number }[]>`
      select count(*)::int as turns from (
        select who, lag(who) over (order by number) as before from (
          select number, left(body::json ->> 'idempotency_key', 2) as who from bahi.event where ledger_id = ${ledger.ledgerId}
        ) as e where who in ('a-', 'b-')
      ) as t where who <> before`;
    expect(row?.turns).toBeGreaterThan(5);
    await expectSoundLog();
  });

  test('forget what the other touched: balances stay exact and nobody falls below the floor', async () => {
    const why: unknown[] = [];
    const note = (fields: Record<string, unknown>) => why.push(fields['why']);
    const log = { info: note, warn: note, fatal: () => {} };
    const posters = [1, 2].map(() => newPoster({ turnMs: 2, batchMax: 7 }, { log }));
    const words = await Promise.all(
      posters.map(async (poster) => {
        const clients = Array.from({ length: 12 }, async (_, c) => {
          const own: string[] = [];
          for (let i = 0; i < 15; i++) {
            const item = pay(
              randomUUID(),
              customer(c % 4),
              customer((c + 1 + (i % 3)) % 4),
              BigInt(20 * (i + 1)),
            );
            own.push(...(await submitAndHear(poster, [item])));
          }
          return own;
        });
        return (await Promise.all(clients)).flat();
      }),
    );
    expect(new Set(words.flat())).toEqual(new Set(['posted', 'floor_breached']));
    expect(why).not.toContain('XX001');
    await expectSoundLog();
  });

  test('hear of settings that the other changed, at accounts that they know and that the other has used since', async () => {
    const [one, other] = [newPoster(), newPoster()];
    const spend = (): Promise<string[]> => submitAndHear(one, [pay(randomUUID(), customer(0), customer(1))]);
    const settle = (change: SettingsChange): Promise<string[]> =>
      submitAndHear(other, [
        itemOf(ledger.ledgerId, randomUUID(), { type: 'account.update', account, currency: 'INR', change }),
      ]);
    const [row] = await admin<{ account: number }[]>`
      select account_id::float8 as account from bahi.account where ledger_id = ${ledger.ledgerId} and code = ${customer(0)}`;
    const { account } = row as { account: number };
    expect(await spend()).toEqual(['posted']);
    // Totals alone are read again; behind them the settings of that first reading are still in force.
    expect(await submitAndHear(other, [pay()])).toEqual(['posted']);
    expect(await spend()).toEqual(['posted']);
    expect(await submitAndHear(other, [pay()])).toEqual(['posted']);
    await settle({ debitsFrozen: true });
    expect(await spend()).toEqual(['debits_frozen']);
    expect(await submitAndHear(other, [pay()])).toEqual(['posted']);
    await settle({ debitsFrozen: false });
    expect(await spend()).toEqual(['posted']);
  });

  test('that are sent the same keys move the money once and give the same answers', async () => {
    const posters = [newPoster({ batchMax: 5, turnMs: 1 }), newPoster({ batchMax: 5, turnMs: 1 })];
    const items = pays(60);
    const answers = await Promise.all(
      posters.map((poster) => Promise.all(items.flatMap((item) => poster.submit([item], 20_000)))),
    );
    const bodies = answers.map((all) => all.map((r) => (r.kind === 'recorded' ? r.result.body : r.code)));
    expect(bodies[0]).toEqual(bodies[1]);
    expect((await checkLedger(admin, ledger)).posted).toBe(4 + items.length);
  });

  test('a key that the other used is found after the unique index refused it', async () => {
    const other = newPoster();
    const item = pay();
    await submitAndHear(other, [item]);
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    const why: unknown[] = [];
    const note = (fields: Record<string, unknown>) => why.push(fields['why']);
    const log = { info: note, warn: note, fatal: () => {} };
    const poster = newPoster({ depth: 1 }, { openSession: watched.openSession, log });
    const first = poster.submit([pay()], 20_000);
    await held.reached;
    // Not in the batch whose keys were looked up with the opening.
    const second = poster.submit([item], 20_000);
    held.open();
    expect(await heard([...first, ...second])).toEqual(['posted', 'replayed']);
    expect(why).toContain('23505 event_key_is_used_once');
  });

  test('deny nothing on a state that the other has moved on from', async () => {
    const watched = new Watched(ledger);
    const poster = newPoster({}, watched);
    const other = newPoster();
    const code = 'late-comer';
    watched.afterOpening = async () => {
      watched.afterOpening = async () => {};
      await submitAndHear(other, [itemOf(ledger.ledgerId, code, accountCommand(code, 0n))]);
    };
    // Opened by the tenth event of this ledger: the one that the other is about to append.
    const close = {
      type: 'account.update',
      account: 10,
      currency: 'INR',
      change: { debitsFrozen: true },
    } as const;
    expect(await submitAndHear(poster, [itemOf(ledger.ledgerId, 'freeze', close)])).toEqual(['posted']);
    expect(watched.opened).toBeGreaterThan(1);
  });
});

describe('memory', () => {
  test('that holds almost nothing gives the same results', async () => {
    // From the 45th on keys come again, the last five of them for something else.
    const script = (l: LedgerUnderTest): Item[] =>
      Array.from({ length: 60 }, (_, i) => {
        const k = i % 45;
        const amount = BigInt(i < 55 ? 7 + k : 1);
        return transferItem(l, `k-${k}`, customer(k % 4), customer(3), amount);
      });
    const tell = async (poster: Poster, items: readonly Item[]): Promise<string[]> => {
      const words: string[] = [];
      for (const item of items) words.push(...(await submitAndHear(poster, [item])));
      return words;
    };
    const warm = await tell(newPoster(), script(ledger));
    await expectSoundLog();
    ledger = await makeLedger(database.serve, 4, 50n);
    const cold = await tell(newPoster({ accountsMax: 1, resultsMax: 1, batchMax: 3 }), script(ledger));
    await expectSoundLog();
    expect(cold).toEqual(warm);
    ledger = await makeLedger(database.serve, 4, 50n);
    const atOnce = newPoster({ accountsMax: 1, resultsMax: 1, batchMax: 3 });
    expect(await submitAndHear(atOnce, script(ledger))).toEqual(warm);
    await expectSoundLog();
    expect(new Set(cold)).toEqual(
      new Set(['posted', 'replayed', 'same_account', 'floor_breached', 'idempotency_key_reused']),
    );
  });

  test('reads the clock again after ten seconds, however much work there is', async () => {
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    let addedMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + addedMs };
    const poster = newPoster({ depth: 1, batchMax: 10 }, { openSession: watched.openSession, clock });
    const first = poster.submit([pay()], 20_000);
    await held.reached;
    const others = poster.submit(pays(30), 20_000);
    addedMs = 10_000;
    held.open();
    await heard([...first, ...others]);
    expect(watched.opened).toBe(2);
  });
});

describe('a caller', () => {
  test('beyond the bound of the line is turned away, all or none', async () => {
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    const poster = newPoster({ queueMax: 3 }, watched);
    const first = poster.submit([pay()], 20_000);
    await held.reached;
    const second = poster.submit(pays(2), 20_000);
    expect(() => poster.submit(pays(2), 20_000)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    const third = poster.submit(pays(1), 20_000);
    held.open();
    expect(await heard([...first, ...second, ...third])).toEqual(outcomes(4, 'posted'));
  });

  test('whose patience ends is told so; what was not sent is never done, what was sent is', async () => {
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    const poster = newPoster({ depth: 1 }, watched);
    const sent = pay();
    // Long enough for a session to be opened on a busy machine.
    const first = poster.submit([sent], 1500);
    await held.reached;
    const unsent = pay();
    const second = poster.submit([unsent], 100);
    expect(await heard([...first, ...second])).toEqual(['outcome_unknown', 'database_unavailable']);
    held.open();
    expect(await submitAndHear(poster, [sent])).toEqual(['replayed']);
    expect(await submitAndHear(poster, [unsent])).toEqual(['posted']);
  });
});

describe('stopping', () => {
  test('finishes what is in line and takes no more', async () => {
    const poster = newPoster({ batchMax: 10 });
    const results = poster.submit(pays(100), 20_000);
    const stopped = poster.stop(20_000);
    expect(await heard(results)).toEqual(outcomes(100, 'posted'));
    await stopped;
    expect(() => poster.submit([pay()], 1000)).toThrow(expect.objectContaining({ code: 'shutting_down' }));
  });

  test('does not outlast its grace: who still waits is told, and whether the outcome is open', async () => {
    const watched = new Watched(ledger);
    const held = gate();
    watched.beforeAppend = held.pass;
    const poster = newPoster({ depth: 1, batchMax: 1 }, watched);
    const results = poster.submit(pays(2), 20_000);
    await held.reached;
    const stopped = poster.stop(10);
    expect(await results[1]?.catch(codeOf)).toBe('shutting_down');
    held.open();
    await stopped;
    expect(await results[0]?.catch(codeOf)).toBe('shutting_down');
    await vi.waitFor(expectSoundLog);
  });
});
