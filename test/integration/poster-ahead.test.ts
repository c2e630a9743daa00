/** Reading ahead: accounts of waiting items come over another connection, beside the appends. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import type { Item } from '../../src/engine/command.ts';
import type { ReadAhead } from '../../src/engine/look-ahead.ts';
import type { Poster } from '../../src/engine/poster.ts';
import { Reads } from '../../src/engine/reads.ts';
import { freshDatabase, type TestDatabase, testPool } from '../support/cluster.ts';
import { checkLedger } from '../support/fault-checker.ts';
import {
  BANK,
  customer,
  heard,
  type LedgerUnderTest,
  makeLedger,
  posterOn,
  transferItem,
} from '../support/fault-ledger.ts';
import { Watched } from '../support/fault-session.ts';

let database: TestDatabase;
let admin: Sql;
let pool: Sql;
let ledger: LedgerUnderTest;

beforeAll(async () => {
  database = await freshDatabase();
  admin = testPool(database.admin);
  pool = testPool(database.serve);
});

beforeEach(async () => {
  ledger = await makeLedger(database.serve, 8, 50n);
});

afterAll(async () => {
  await admin.end({ timeout: 5 });
  await pool.end({ timeout: 5 });
  await database.drop();
});

const pay = (to: number): Item => transferItem(ledger, randomUUID(), BANK, customer(to), 1n);
const readNow: ReadAhead = (ledgerId, wanted) => new Reads(pool).states(ledgerId, wanted);

function cold(watched: Watched, readAhead: ReadAhead): Poster {
  const { openSession } = watched;
  const poster = posterOn(ledger, { batchMax: 1, depth: 1 }, { openSession, readAhead });
  onTestFinished(() => poster.stop(1000));
  return poster;
}

async function expectPosted(poster: Poster, items: readonly Item[]): Promise<void> {
  const words = await heard(poster.submit(items, 20_000));
  expect(words).toEqual(items.map(() => 'posted'));
  expect((await checkLedger(admin, ledger)).violations).toEqual([]);
}

test('what waits in line is read ahead, and the posting connection is not asked for it', async () => {
  const watched = new Watched(ledger);
  const asked: number[] = [];
  const answered = Promise.withResolvers<void>();
  const poster = cold(watched, async (ledgerId, wanted) => {
    const answer = await readNow(ledgerId, wanted);
    asked.push(answer.accounts?.length ?? 0);
    answered.resolve();
    return answer;
  });
  // The first append goes on when the answer is there, however slow the machine.
  watched.beforeAppend = () => answered.promise;
  await expectPosted(poster, [0, 1, 2, 3, 4, 5].map(pay));
  expect(asked).toEqual([5]);
  expect(watched.reads).toBe(0);
});

test('an answer that fails is made up for on the posting connection', async () => {
  const watched = new Watched(ledger);
  const poster = cold(watched, () => Promise.reject(new Error('no connection')));
  await expectPosted(poster, [0, 1, 2].map(pay));
  expect(watched.reads).toBeGreaterThan(0);
  expect(watched.sessions).toBe(1);
});
