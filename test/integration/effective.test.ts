/**
 * Balances by effective time, as known at any time, on a real PostgreSQL: against sums over all transfers, by brute
 * force. What is posted never changes; and what the index reads does not grow with the history.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros, parseMicros } from '../../src/kernel/clock.ts';
import { formatMinor } from '../../src/kernel/money.ts';
import { testPool } from '../support/cluster.ts';
import { type Body, openTestEngine, type TestEngine } from '../support/engine.ts';

const DAY = 86_400_000_000;
const YEAR = 365 * DAY;
let bahi: TestEngine;
let owner: Sql;
let cash: string;

beforeAll(async () => {
  bahi = await openTestEngine();
  owner = testPool(bahi.database.owner, 1);
  cash = await open('asset');
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await bahi.stop();
});

async function open(kind = 'liability', more: Body = {}): Promise<string> {
  const code = `acc-${randomUUID().slice(0, 8)}`;
  await bahi.run('account.create', { code, kind, currency: 'INR', ...more });
  return code;
}
const micros = (body: Body, name = 'posted_at'): number => parseMicros(String(body[name])) ?? Number.NaN;
const get = (id: string, more: Body = {}): Promise<Body> => bahi.read('account.get', { id, ...more });
const posted = async (id: string, effective: number, known?: number): Promise<unknown> => {
  const { balances } = await get(id, {
    effective_at: formatMicros(effective),
    ...(known === undefined ? {} : { known_at: formatMicros(known) }),
  });
  return (balances as Body)['posted'];
};
const failure = (code: string, more: Body = {}) => expect.objectContaining({ code, ...more });

describe('a balance by effective time', () => {
  test('is the sum of what counts from then or before, as far as it was known', async () => {
    const start = Date.now() * 1000;
    const back = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
    const sent = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.boolean(), back), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(sent, async (transfers) => {
        const id = await open();
        const movements: { amount: bigint; posted: number; effective: number }[] = [];
        for (const [amount, out, days] of transfers) {
          const [debit, credit] = out ? [id, cash] : [cash, id];
          const effective = days === undefined ? undefined : start - days * DAY;
          const more = effective === undefined ? {} : { effective_at: formatMicros(effective) };
          const { body } = await bahi.pay(debit, credit, formatMinor(BigInt(amount), 2), more);
          expect(body['effective_at']).toBe(effective === undefined ? undefined : formatMicros(effective));
          const minor = BigInt(out ? -amount : amount);
          movements.push({ amount: minor, posted: micros(body), effective: effective ?? micros(body) });
        }
        const sum = (effective: number, known: number): string =>
          formatMinor(
            movements
              .filter((one) => one.effective <= effective && one.posted <= known)
              .reduce((total, { amount }) => total + amount, 0n),
            2,
          );
        const first = movements[0]?.posted as number;
        const knowns = [first, movements[Math.floor(movements.length / 2)]?.posted as number, undefined];
        const effectives = movements.flatMap(({ effective, posted: at }) => [effective, effective - 1, at]);
        const asked = knowns.flatMap((known) =>
          [...new Set(effectives)].map((effective) => ({ effective, known })),
        );
        const told = await Promise.all(asked.map(({ effective, known }) => posted(id, effective, known)));
        expect(asked.map((one, i) => ({ ...one, balance: told[i] }))).toEqual(
          asked.map((one) => ({
            ...one,
            balance: sum(one.effective, one.known ?? Number.POSITIVE_INFINITY),
          })),
        );
      }),
      { numRuns: 8 },
    );
  });

  test('dates back what is known now, and leaves what was known then, and what is posted, as they were', async () => {
    const id = await open();
    const first = micros((await bahi.pay(cash, id, '10')).body);
    const before = await get(id, { at: formatMicros(first) });
    const lastYear = first - YEAR;
    const { body } = await bahi.pay(id, cash, '4', { effective_at: formatMicros(lastYear) });
    expect(await posted(id, lastYear)).toBe('-4.00');
    expect(await posted(id, lastYear - 1)).toBe('0.00');
    expect(await posted(id, lastYear, first)).toBe('0.00');
    expect(await posted(id, first, first)).toBe('10.00');
    expect(await posted(id, first)).toBe('6.00');
    expect(await posted(id, micros(body))).toBe('6.00');
    expect(await get(id, { at: formatMicros(first) })).toEqual(before);
    expect((await get(id))['balances']).toMatchObject({ posted: '6.00' });
  });

  test('knows the settings of its time of knowledge, and holds by posted time', async () => {
    const id = await open();
    const first = micros((await bahi.pay(cash, id, '10')).body);
    const { body } = await bahi.pay(id, cash, '3', { hold: { expires_in_seconds: 900 } });
    await bahi.run('account.update', { id, credits_frozen: true });
    const asked = (effective: number, known: number) =>
      get(id, { effective_at: formatMicros(effective), known_at: formatMicros(known) });
    const held = micros(body, 'held_at');
    expect(await asked(first, held)).toMatchObject({
      credits_frozen: false,
      balances: { posted: '10.00', held: '0.00', available: '10.00' },
    });
    expect(await asked(held, held)).toMatchObject({ balances: { held: '3.00', available: '7.00' } });
    expect(await get(id, { effective_at: formatMicros(held) })).toMatchObject({ credits_frozen: true });
  });

  test('counts reversals and adjustments from times of their own, and captures from their posting', async () => {
    const id = await open();
    const start = Date.now() * 1000;
    const day = (back: number): number => start - back * DAY;
    const at = (back: number) => ({ effective_at: formatMicros(day(back)) });
    const { body } = await bahi.pay(cash, id, '10', at(9));
    const back = await bahi.run('transfer.reverse', { id: body['id'], amount: '4', ...at(6) });
    expect(back.body).toMatchObject({ reverses: body['id'], ...at(6) });
    await bahi.run('transfer.reverse', { id: body['id'], amount: '1' });
    const legs = [{ debit: cash, credit: id, amount: '7', currency: 'INR' }];
    await bahi.run('transfer.adjust', { legs, reason: 'typo', ...at(3) });
    const held = await bahi.pay(id, cash, '2', { hold: { expires_in_seconds: 900 } });
    const captured = await bahi.run('transfer.capture', { id: held.body['id'] });
    const asked = [day(9) - 1, day(9), day(6), day(3), start, micros(captured.body)];
    const told = await Promise.all(asked.map((effective) => posted(id, effective)));
    expect(told).toEqual(['0.00', '10.00', '6.00', '13.00', '13.00', '10.00']);
  });

  test('is that of a whole group or of none of it', async () => {
    const id = await open('liability', { floor: '0' });
    const at = formatMicros(Date.now() * 1000 - DAY);
    const item = (debit: string, credit: string, amount: string) => ({
      idempotency_key: randomUUID(),
      legs: [{ debit, credit, amount, currency: 'INR' }],
      effective_at: at,
    });
    const send = (...transfers: Body[]) => bahi.run('transfer.batch', { transfers, atomic: true });
    await send(item(cash, id, '5'), item(id, cash, '2'));
    await send(item(cash, id, '7'), item(id, cash, '99'));
    expect(await posted(id, parseMicros(at) as number)).toBe('3.00');
  });

  test('is refused for times to come, with at beside it, and before the account was known', async () => {
    const id = await open();
    const opened = micros((await bahi.pay(cash, id, '1')).body);
    const to_come = '2999-01-01T00:00:00Z';
    const now = formatMicros(opened);
    const pointer = (name: string) =>
      failure('invalid_request', { errors: [expect.objectContaining({ pointer: `/${name}` })] });
    await expect(get(id, { effective_at: to_come })).rejects.toThrow(pointer('effective_at'));
    await expect(get(id, { effective_at: now, known_at: to_come })).rejects.toThrow(pointer('known_at'));
    await expect(get(id, { effective_at: now, known_at: '2000-01-01T00:00:00Z' })).rejects.toThrow(
      failure('not_found', { detail: expect.stringMatching(/^The account was opened later/) }),
    );
    await expect(get(id, { effective_at: now, at: now })).rejects.toThrow('not both');
    await expect(get(id, { known_at: now })).rejects.toThrow('send effective_at as well');
  });

  test('is unknown for an account of another ledger', async () => {
    const other = await bahi.createLedger(`effective-${randomUUID().slice(0, 8)}`);
    const foreign = await bahi.run('account.create', { kind: 'asset', currency: 'INR' }, { ledgerId: other });
    const id = String(foreign.body['id']);
    await expect(posted(id, Date.now() * 1000)).rejects.toThrow(failure('not_found'));
  });
});

describe('an effective time', () => {
  test.each([
    ['no time', '2026-02-30T00:00:00Z', 'RFC 3339'],
    ['a time without offset', '2026-02-03T00:00:00', 'RFC 3339'],
    ['a time before 1970', '1969-12-31T23:59:59Z', 'between 1970 and 2255'],
    ['a time that no number holds', '9999-01-01T00:00:00Z', 'between 1970 and 2255'],
  ])('that is %s is malformed', async (_what, effective_at, message) => {
    await expect(bahi.pay(cash, await open(), '1', { effective_at })).rejects.toThrow(message);
  });

  test('of a hold is malformed', async () => {
    const more = { effective_at: '2026-02-03T00:00:00Z', hold: { expires_in_seconds: 9 } };
    await expect(bahi.pay(cash, await open(), '1', more)).rejects.toThrow('a hold moves nothing yet');
  });

  test('is shown with its transfer, and stored for each of its entries once', async () => {
    const id = await open();
    const effective_at = '2026-02-03T00:00:00.000000Z';
    const { body } = await bahi.pay(cash, id, '1', { effective_at });
    expect(await bahi.read('transfer.get', { id: body['id'] })).toMatchObject({ effective_at });
    const rows = await owner`select amount::int, effective_at from bahi.entry_effective
      where position >> 8 = ${String(body['event_number'])} order by amount`;
    expect(rows.map((row) => row['amount'])).toEqual([-100, 100]);
    const plain = await bahi.pay(cash, id, '1');
    const none =
      await owner`select from bahi.entry_effective where position >> 8 = ${String(plain.body['event_number'])}`;
    expect([none.length, plain.body['effective_at']]).toEqual([0, undefined]);
  });

  test('that the fold would not have allowed is refused by the database as well', async () => {
    // An entry that is not dated yet.
    const { body } = await bahi.pay(cash, await open(), '1');
    const [row] = await owner`select position, account_id, amount from bahi.entry
      where ledger_id = ${bahi.ledgerId} and position >> 8 = ${String(body['event_number'])} limit 1`;
    const append = (at: string, amount: unknown) => {
      const rows = JSON.stringify([
        [String(row?.['account_id']), String(row?.['position']), at, String(amount)],
      ]);
      return owner`select bahi.entry_effective_append(${bahi.ledgerId}, '2026-11-02', null, ${rows}::text::jsonb)`;
    };
    const wrong = 'effective after it was posted';
    await expect(append('1793600000000000', row?.['amount'])).rejects.toThrow(wrong);
    await expect(append('1000000000000000', '77')).rejects.toThrow(wrong);
  });
});

describe('in a long history', () => {
  interface Explained {
    readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  }

  test('a balance reads what was dated back since, by the index alone, however much was before', async () => {
    const ledgerId = await bahi.createLedger('dated');
    await owner.unsafe(`
      alter table bahi.entry_effective set (autovacuum_enabled = false);
      insert into bahi.event (ledger_id, number, at, type, key, fingerprint, leaf_hash, body)
      select ${ledgerId}, n, timestamptz '2026-01-01' + n * interval '1 minute', 'transfer.create', gen_random_uuid(), sha256('a'), sha256('b'), '{}'
      from generate_series(1, 40000) as n;
      insert into bahi.entry_effective (ledger_id, position, account_id, effective_at, amount)
      select ${ledgerId}, n * 256, 1 + n % 2, timestamptz '2026-01-01' + (n - 600) * interval '1 minute', 1
      from generate_series(1, 40000) as n;`);
    const pages = async (number: number): Promise<number> => {
      const at = `bahi.to_micros(timestamptz '2026-01-01' + ${number} * interval '1 minute')`;
      const explain = `explain (analyze, buffers, format json) select bahi.account_effective(${ledgerId}, 1, ${at}, null)`;
      // Twice in one session: the first time reads the catalog, too.
      const [row] = await owner.begin(async (sql) => {
        await sql.unsafe(explain);
        return sql.unsafe<{ 'QUERY PLAN': [Explained] }[]>(explain);
      });
      const plan = row?.['QUERY PLAN'][0].Plan;
      return Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks']);
    };
    expect(await pages(39_900)).toBeLessThan(150);
    // The price: all that was dated back since.
    expect(await pages(100)).toBeLessThan(1000);
  }, 60_000);
});

test('the ledger is sound', async () => {
  const sql = testPool(bahi.database.serve, 1);
  const { linkKey, ledgerId } = bahi;
  const { problems } = await verifyLedger({ sql, linkKey, ledgerId });
  await sql.end({ timeout: 5 });
  expect(problems).toEqual([]);
});
