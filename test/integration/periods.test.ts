/**
 * Closes of the books on a real PostgreSQL: what is refused behind one, what accounts are carried forward with, and balances by
 * effective time read from there, against sums over all transfers, by brute force; with posters and closes side by side.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { startCarrier } from '../../src/engine/periods/carrier.ts';
import { POSTER_DEFAULTS } from '../../src/engine/poster-options.ts';
import { Posters } from '../../src/engine/posters.ts';
import { postingSession } from '../../src/engine/store.ts';
import type { Engine } from '../../src/engine/use-case.ts';
import { formatMicros, parseMicros, systemClock } from '../../src/kernel/clock.ts';
import { parseId } from '../../src/kernel/id.ts';
import { formatMinor } from '../../src/kernel/money.ts';
import { Books } from '../support/books.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

const DAY = 86_400_000_000;
const newRequestId = (): string => `req_${randomUUID()}`;
const silent = { info: () => {}, warn: () => {}, fatal: () => {} };
let bahi: TestEngine;
let owner: Sql;
/** Posts to the same database, as another process does. */
let other: Engine;

beforeAll(async () => {
  bahi = await openTestEngine();
  owner = testPool(bahi.database.owner, 1);
  const { engine, linkKey, database } = bahi;
  const posters = new Posters(
    {
      clock: systemClock,
      linkKey,
      openSession: (ledgerId) => postingSession(database.serve, ledgerId),
      readAhead: (ledgerId, wanted) => engine.reads.states(ledgerId, wanted),
      log: silent,
    },
    POSTER_DEFAULTS,
  );
  other = { ...engine, posters };
});
afterAll(async () => {
  await other.posters.stop(1000);
  await owner.end({ timeout: 5 });
  await bahi.stop();
});

const open = (...codes: string[]): Promise<Books> => Books.open(bahi, ...codes);
const micros = (body: Body, name = 'posted_at'): number => parseMicros(String(body[name])) ?? Number.NaN;
const inr = (minor: bigint): string => formatMinor(minor, 2);

interface Movement {
  readonly account: string;
  readonly amount: bigint;
  readonly posted: number;
  readonly effective: number;
}

const sumOf = (movements: readonly Movement[], account: string, is: (one: Movement) => boolean): bigint =>
  movements.reduce((sum, one) => (one.account === account && is(one) ? sum + one.amount : sum), 0n);

test('balances by effective time are the sums of what counts, whatever was closed and carried forward when', async () => {
  const accounts = ['a', 'b', 'c'];
  const back = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined });
  const pay = fc.record({
    what: fc.constant('pay' as const),
    amount: fc.integer({ min: 1, max: 900 }),
    out: fc.boolean(),
    to: fc.constantFrom(...accounts),
    back,
  });
  const step = fc.oneof(
    { weight: 6, arbitrary: pay },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('close' as const), back: fc.integer({ min: 0, max: 12 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('carry' as const), times: fc.integer({ min: 1, max: 4 }) }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24, size: 'max' }), async (steps) => {
      const books = await open(...accounts);
      // A minute ago: the time of an event may be a little older than that of the test.
      const start = Date.now() * 1000 - 60_000_000;
      const day = (days: number): number => start - days * DAY;
      const movements: Movement[] = [];
      const closes: number[] = [];
      let [closed, carried] = [Number.NEGATIVE_INFINITY, true];
      for (const one of steps) {
        if (one.what === 'carry') {
          await books.carry(1, one.times);
          if ((await books.newest())?.['status'] === 'carried') carried = true;
        } else if (one.what === 'close') {
          const { status, body } = await books.close(day(one.back));
          const code = day(one.back) <= closed ? 'period_not_later' : carried ? undefined : 'period_carrying';
          expect([status, body['code']]).toEqual([code === undefined ? 201 : 422, code]);
          if (code !== undefined) continue;
          [closed, carried] = [day(one.back), false];
          closes.push(micros(body, 'closed_at'));
        } else {
          const effective = one.back === undefined ? undefined : day(one.back);
          const [debit, credit] = one.out ? [one.to, 'cash'] : ['cash', one.to];
          const { status, body } = await books.pay(debit, credit, inr(BigInt(one.amount)), effective);
          const isClosed = effective !== undefined && effective < closed;
          expect([status, body['code']]).toEqual(isClosed ? [422, 'period_closed'] : [201, undefined]);
          if (isClosed) continue;
          const amount = BigInt(one.out ? -one.amount : one.amount);
          const posted = micros(body);
          movements.push({ account: one.to, amount, posted, effective: effective ?? posted });
        }
      }
      const knowns = [...closes, movements[Math.floor(movements.length / 2)]?.posted, undefined];
      const effectives = [...Array(13).keys()].flatMap((days) => [day(days), day(days) - 1]);
      const asked = accounts.flatMap((account) =>
        knowns.flatMap((known) => effectives.map((effective) => ({ account, effective, known }))),
      );
      const told = await Promise.all(
        asked.map(({ account, effective, known }) => books.posted(account, effective, known)),
      );
      expect(asked.map((one, i) => ({ ...one, balance: told[i] }))).toEqual(
        asked.map((one) => ({
          ...one,
          balance: inr(
            sumOf(
              movements,
              one.account,
              ({ effective, posted }) =>
                effective <= one.effective && posted <= (one.known ?? Number.POSITIVE_INFINITY),
            ),
          ),
        })),
      );
      await books.carry();
      const newest = await books.newest();
      if (newest) {
        const balances = await books.carried(newest['id']);
        for (const account of accounts)
          expect([account, balances[account] ?? '0.00']).toEqual([
            account,
            inr(sumOf(movements, account, ({ effective }) => effective < closed)),
          ]);
      }
      expect(await books.problems()).toEqual([]);
    }),
    { numRuns: 12 },
  );
}, 120_000);

describe('a close', () => {
  test('is answered at once, and its balances are carried forward behind it', async () => {
    const books = await open('a', 'b');
    const now = Date.now() * 1000;
    await books.pay('cash', 'a', '5', now - 3 * DAY);
    const { status, body } = await books.close(now - 2 * DAY);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      closed_until: formatMicros(now - 2 * DAY),
      status: 'carrying',
      balances: 0,
    });
    expect(await books.newest()).toEqual(body);
    expect(await books.carry(2)).toBe(2);
    expect(await books.newest()).toEqual({ ...body, status: 'carried', balances: 2 });
    expect(await books.carried(body['id'])).toEqual({ cash: '5.00', a: '5.00' });
  });

  test('carries forward only what has changed since the one before, and shows the rest as it was', async () => {
    const books = await open('a', 'b');
    const now = Date.now() * 1000;
    await books.pay('cash', 'a', '5', now - 9 * DAY);
    const first = await books.close(now - 8 * DAY);
    await books.carry();
    await books.pay('cash', 'b', '7', now - 7 * DAY);
    const second = await books.close(now - 6 * DAY);
    await books.carry();
    expect(await books.newest()).toMatchObject({ id: second.body['id'], balances: 2 });
    expect(await books.carried(first.body['id'])).toEqual({ cash: '5.00', a: '5.00' });
    expect(await books.carried(second.body['id'])).toEqual({ cash: '12.00', a: '5.00', b: '7.00' });
  });

  test('that is repeated under its key is the same, and of a used key with another moment a failure', async () => {
    const books = await open();
    const until = Date.now() * 1000 - DAY;
    const key = randomUUID();
    const { body } = await books.close(until, key);
    expect(await books.close(until, key)).toMatchObject({ body, replayed: true });
    await expect(books.close(until + 1, key)).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  test('is one of several that come at once', async () => {
    const books = await open();
    const until = Date.now() * 1000 - DAY;
    const closes = await Promise.all(Array.from({ length: 5 }, () => books.close(until)));
    expect(closes.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422]);
  });

  test('of a ledger in the sandbox goes by the clock of the ledger', async () => {
    const ledgerId = await bahi.createLedger(`sandbox-${randomUUID()}`, true);
    const books = new Books(bahi, ledgerId);
    const soon = Date.now() * 1000 + 5 * DAY;
    expect((await books.close(soon)).body).toMatchObject({ code: 'period_in_future' });
    await books.run('clock.move', { advance_seconds: 6 * 86_400 });
    expect((await books.close(soon)).status).toBe(201);
  });

  test('of another ledger is as unknown as none', async () => {
    const [books, others] = [await open(), await open()];
    const { body } = await others.close(Date.now() * 1000 - DAY);
    for (const id of [body['id'], `per_${'0'.repeat(16)}`, 'x'])
      await expect(books.run('period.balances', { id })).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each(['2999-01-01', 'yesterday', '1960-01-01T00:00:00Z'])(
    'until %s is malformed',
    async (closed_until) => {
      const books = await open();
      await expect(books.run('period.close', { closed_until })).rejects.toThrow();
      expect(await books.newest()).toBeUndefined();
    },
  );

  test('that is killed while it carries forward is carried on by whoever comes next, here or in another process', async () => {
    const books = await open('a', 'b', 'c', 'd');
    const now = Date.now() * 1000;
    for (const code of ['a', 'b', 'c', 'd']) await books.pay('cash', code, '1', now - 3 * DAY);
    await books.close(now - DAY);
    await books.carry(1, 2);
    expect(await books.newest()).toMatchObject({ status: 'carrying', balances: 2 });
    await Promise.all([books.carry(1), books.carry(1, undefined, other)]);
    expect(await books.newest()).toMatchObject({ status: 'carried', balances: 5 });
    expect(await books.problems()).toEqual([]);
  });

  test('is carried forward by the carrier that a server runs', async () => {
    const books = await open('a');
    const now = Date.now() * 1000;
    await books.pay('cash', 'a', '1', now - 3 * DAY);
    await books.close(now - DAY);
    const carrier = startCarrier({ engine: bahi.engine, newRequestId, log: silent });
    await expect.poll(async () => (await books.newest())['status'], { timeout: 20_000 }).toBe('carried');
    await carrier.stop();
  }, 30_000);

  test('is carried forward whatever becomes of another ledger, which is tried again', async () => {
    const [first, second] = [await open('a'), await open('a')].sort((a, b) => a.ledgerId - b.ledgerId);
    const now = Date.now() * 1000;
    for (const books of [first, second]) await books?.close(now - DAY);
    let failures = 0;
    const { reads } = bahi.engine;
    const periods = {
      due: (except: readonly number[]) => reads.periods.due(except),
      next: (ledgerId: number, accounts: number) => {
        if (ledgerId !== first?.ledgerId || failures++ > 0) return reads.periods.next(ledgerId, accounts);
        throw new Error('its accounts could not be read');
      },
    };
    const carrier = startCarrier({
      engine: { ...bahi.engine, reads: Object.assign(Object.create(reads), { periods }) },
      newRequestId,
      log: silent,
    });
    await expect.poll(async () => (await second?.newest())?.['status'], { timeout: 20_000 }).toBe('carried');
    await expect.poll(async () => (await first?.newest())?.['status'], { timeout: 20_000 }).toBe('carried');
    expect(failures).toBeGreaterThan(0);
    await carrier.stop();
  }, 50_000);

  test('and transfers that are dated back in another process never meet: none counts before it that was posted behind it', async () => {
    const books = await open('a');
    const day = Date.now() * 1000 - 5 * DAY;
    const legs = [{ debit: 'cash', credit: 'a', amount: '1', currency: 'INR' }];
    const posts = async (engine: Engine): Promise<(Body | undefined)[]> => {
      const answers: (Body | undefined)[] = [];
      for (let i = 0; i < 20; i++) {
        const input = { legs, effective_at: formatMicros(day) };
        const { status, body } =
          engine === other
            ? await postThrough(engine, books.ledgerId, input)
            : await books.run('transfer.create', input);
        answers.push(status === 201 ? body : undefined);
      }
      return answers;
    };
    const [one, two, closed] = await Promise.all([
      posts(bahi.engine),
      posts(other),
      new Promise((resolve) => setTimeout(resolve, 60)).then(() => books.close(day + 1)),
    ]);
    const posted = [...one, ...two].filter((body) => body !== undefined);
    const number = Number(closed.body['event_number']);
    expect(posted.filter((body) => Number(body['event_number']) > number)).toEqual([]);
    await books.carry();
    expect(await books.carried(closed.body['id'])).toMatchObject(
      posted.length === 0 ? {} : { a: inr(BigInt(posted.length) * 100n) },
    );
    expect(await books.problems()).toEqual([]);
  });
});

/** A transfer through another process's posters. */
async function postThrough(engine: Engine, ledgerId: number, input: Body) {
  const { createTransfer } = await import('../../src/engine/transfers/create-transfer.ts');
  return createTransfer.run(engine, {
    actor: bahi.shell,
    ledgerId,
    requestId: newRequestId(),
    idempotencyKey: randomUUID(),
    input: createTransfer.input.parse(input),
  });
}

describe('a closed period', () => {
  test('takes no reversal and no adjustment either, and takes both without a time of their own', async () => {
    const books = await open('a');
    const now = Date.now() * 1000;
    const { body } = await books.pay('cash', 'a', '5', now - 3 * DAY);
    await books.close(now - DAY);
    const early = { effective_at: formatMicros(now - 2 * DAY) };
    const legs = [{ debit: 'cash', credit: 'a', amount: '1', currency: 'INR' }];
    const code = { status: 422, body: expect.objectContaining({ code: 'period_closed' }) };
    expect(await books.run('transfer.reverse', { id: body['id'], ...early })).toMatchObject(code);
    expect(await books.run('transfer.adjust', { legs, reason: 'typo', ...early })).toMatchObject(code);
    expect((await books.run('transfer.reverse', { id: body['id'] })).status).toBe(201);
    expect((await books.run('transfer.adjust', { legs, reason: 'typo' })).status).toBe(201);
    expect(await books.posted('a', now - 2 * DAY)).toBe('5.00');
  });
});

describe('the database', () => {
  const number = (id: unknown, ledgerId: number): number => parseId('per', ledgerId, String(id)) ?? 0;

  test('refuses a close that the fold would not have allowed', async () => {
    const books = await open();
    const until = Date.now() * 1000 - DAY;
    await books.close(until);
    const append = (at: number) =>
      owner`select bahi.period_append(${books.ledgerId}, now(), ${JSON.stringify([['99', String(at)]])}::text::jsonb)`;
    const wrong = 'do not close so';
    await expect(append(until + 1)).rejects.toThrow(wrong);
    await books.carry();
    await expect(append(until)).rejects.toThrow(wrong);
    await expect(append(until + 9 * DAY)).rejects.toThrow(wrong);
  });

  test('refuses an effective time in a closed period, and balances that are not what the entries come to', async () => {
    const books = await open('a');
    const now = Date.now() * 1000;
    await books.pay('cash', 'a', '5', now - 3 * DAY);
    await books.pay('cash', 'a', '1');
    const { body } = await books.close(now - DAY);
    const period = number(body['id'], books.ledgerId);
    const [entry] = await owner`select account_id, position, amount from bahi.entry
      where ledger_id = ${books.ledgerId} and amount > 0 order by position desc limit 1`;
    const row = [entry?.['account_id'], entry?.['position'], String(now - DAY - 1), entry?.['amount']];
    await expect(
      owner`select bahi.entry_effective_append(${books.ledgerId}, now(), ${now - DAY}::bigint, ${JSON.stringify([row])}::text::jsonb)`,
    ).rejects.toThrow('in a closed period');
    const carry = (credits: string, to: string, upTo: string) =>
      owner`select bahi.period_carry_append(${books.ledgerId},
        ${JSON.stringify([[String(entry?.['account_id']), String(period), to, '0', credits]])}::text::jsonb,
        ${JSON.stringify([[String(period), to, upTo, '1', true]])}::text::jsonb)`;
    await expect(carry('501', '99', '99')).rejects.toThrow('is not carried forward with what it comes to');
    await books.carry();
    await expect(carry('500', '99', '99')).rejects.toThrow('are not carried forward so');
  });
});

test('with closes, a balance reads what counts since the last one, however much was dated back before and after', async () => {
  const ledgerId = await bahi.createLedger('closed-often');
  await owner.unsafe(`
    alter table bahi.entry_effective set (autovacuum_enabled = false);
    insert into bahi.event (ledger_id, number, at, type, key, fingerprint, leaf_hash, body)
    select ${ledgerId}, n, timestamptz '2026-06-01' + n * interval '1 second', 'transfer.create', gen_random_uuid(), sha256('a'), sha256('b'), '{}'
    from generate_series(1, 40000) as n;
    insert into bahi.entry_effective (ledger_id, position, account_id, effective_at, amount)
    select ${ledgerId}, n * 256, 1, timestamptz '2026-01-01' + n * interval '5 minutes', 1 from generate_series(1, 39900) as n;
    insert into bahi.period (ledger_id, number, closed_until)
    select ${ledgerId}, 39900 + n, timestamptz '2026-01-01' + n * interval '1 day' from generate_series(1, 99) as n;
    insert into bahi.period_progress (ledger_id, period_number, number, carried_to, accounts, last)
    select ${ledgerId}, 39900 + n, 40000 + n, 1, n, true from generate_series(1, 99) as n;
    insert into bahi.carried_balance (ledger_id, account_id, period_number, number, debits, credits)
    select ${ledgerId}, 1, 39900 + n, 40000 + n, 0, n * 288 - 1 from generate_series(1, 99) as n;`);
  const at = `bahi.to_micros(timestamptz '2026-02-15 12:00')`;
  const ask = `select bahi.account_effective(${ledgerId}, 1, ${at}, null) as r`;
  const explain = `explain (analyze, buffers, format json) ${ask}`;
  const [answer] = await owner.unsafe<{ r: { credits: string } }[]>(ask);
  expect(answer?.r.credits).toBe(String(45 * 288 + 144));
  await owner.unsafe(explain);
  const [row] = await owner.unsafe<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }[]>(explain);
  const plan = row?.['QUERY PLAN'][0].Plan;
  // Half a day of entries, each with its page; of the index alone that holds all of them there are more than 600.
  expect(Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks'])).toBeLessThan(450);
}, 60_000);
