/** Versions of holds as columns: PostgreSQL makes of them the rows that they were made of. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/connect.ts';
import { holdColumns } from '../../src/engine/hold-columns.ts';
import { testPool } from '../support/cluster.ts';
import { openTestEngine, type TestEngine } from '../support/engine.ts';

type Version = readonly string[];

const EXPIRY = 1_795_000_000_000_000;

let bahi: TestEngine;
let owner: Sql;
beforeAll(async () => {
  bahi = await openTestEngine();
  owner = testPool(bahi.database.owner, 1);
});
afterAll(async () => {
  await owner.end({ timeout: 5 });
  await bahi.stop();
});

class Undone extends Error {}

/** What is stored of holds, and which are open, after these calls; nothing stays. */
async function stored(calls: readonly (readonly Version[])[]): Promise<{ rows: unknown[]; open: unknown[] }> {
  let answer: { rows: unknown[]; open: unknown[] } | undefined;
  await owner
    .begin(async (sql) => {
      for (const versions of calls)
        await sql`select bahi.hold_append(${bahi.ledgerId}, ${JSON.stringify(holdColumns(versions.map((v) => [...v])))}::text::jsonb)`;
      const rows =
        await sql`select jsonb_build_array(hold_id::text, number::text, status, bahi.to_micros(expires_at)::text, debits::text,
          credits::text, currencies::text, amounts::text, captured::text) as version
        from bahi.hold where ledger_id = ${bahi.ledgerId} order by number`;
      const open = await sql`select hold_id::text as id, bahi.to_micros(expires_at)::text as at
        from bahi.hold_open where ledger_id = ${bahi.ledgerId} order by hold_id`;
      answer = { rows: rows.map((row) => row['version']), open: open.map(({ id, at }) => [id, at]) };
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  if (!answer) throw new Error('nothing was asked');
  return answer;
}

const list = (items: readonly unknown[]): string => `{${items.join(',')}}`;

interface Script {
  readonly legs: readonly { debit: number; currency: string; amount: number }[];
  /** Parts of the amounts captured so far, in hundredths, rising; then how it ends. */
  readonly captures: readonly number[];
  readonly end: 'held' | 'posted' | 'voided' | 'expired';
}

/** The versions of all holds, in the order of the fold: what is next of any hold may come next. */
function versionsOf(scripts: readonly Script[], order: readonly number[]): Version[] {
  const left = scripts.map(({ legs, captures, end }, i) => {
    const of =
      (status: string, hundredths: number) =>
      (hold: number, number: number): Version => [
        String(hold),
        String(number),
        status,
        String(EXPIRY + i),
        list(legs.map(({ debit }) => debit)),
        list(legs.map(({ debit }) => debit + 1)),
        list(legs.map(({ currency }) => currency)),
        list(legs.map(({ amount }) => amount)),
        list(legs.map(({ amount }) => Math.floor((amount * hundredths) / 100))),
      ];
    const last = captures.at(-1) ?? 0;
    return [
      of('held', 0),
      ...captures.map((hundredths) => of('held', hundredths)),
      ...(end === 'held' ? [] : [of(end, last)]),
    ];
  });
  const versions: Version[] = [];
  const holds = new Map<number, number>();
  for (let number = 1; left.some((rest) => rest.length > 0); number++) {
    const choices = left.flatMap((rest, i) => (rest.length > 0 ? [i] : []));
    const chosen = choices[(order[number % order.length] ?? 0) % choices.length] as number;
    if (!holds.has(chosen)) holds.set(chosen, number);
    const next = left[chosen]?.shift();
    if (next) versions.push(next(holds.get(chosen) ?? number, number));
  }
  return versions;
}

const script = (legsMax: number): fc.Arbitrary<Script> =>
  fc.record({
    legs: fc.array(
      fc.record({
        debit: fc.integer({ min: 1, max: 9 }),
        currency: fc.constantFrom('INR', 'USD'),
        amount: fc.integer({ min: 100, max: 10_000 }),
      }),
      { minLength: 1, maxLength: legsMax },
    ),
    captures: fc
      .uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 3 })
      .map((c) => c.sort((a, b) => a - b)),
    end: fc.constantFrom('held', 'posted', 'voided', 'expired'),
  });

/** Cuts a list where the marks say. */
function cut<T>(items: readonly T[], marks: readonly boolean[]): T[][] {
  const parts: T[][] = [[]];
  items.forEach((item, i) => {
    if (marks[i % marks.length] && parts.at(-1)?.length) parts.push([]);
    parts.at(-1)?.push(item);
  });
  return parts;
}

describe.each([
  ['of one leg', 1],
  ['of one leg and of several', 4],
])('holds %s', (_, legsMax) => {
  test('are stored as the fold wrote them, however they are cut into batches', async () => {
    const scripts = fc.array(script(legsMax), { minLength: 1, maxLength: 8 });
    const order = fc.array(fc.nat(7), { minLength: 1, maxLength: 40 });
    const marks = fc.array(fc.boolean(), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(scripts, order, marks, async (all, by, at) => {
        const versions = versionsOf(all, by);
        const { rows, open } = await stored(cut(versions, at));
        expect(rows).toEqual(versions);
        const newest = new Map(versions.map((version) => [Number(version[0]), version]));
        const held = [...newest].filter(([, version]) => version[2] === 'held').sort(([a], [b]) => a - b);
        expect(open).toEqual(held.map(([, version]) => [version[0], version[3]]));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is refused', () => {
  const placed: Version = ['1', '1', 'held', String(EXPIRY), '{1}', '{2}', '{INR}', '{100}', '{0}'];
  const changed = (number: string, status: string, captured: string): Version =>
    Object.assign([...placed], { 1: number, 2: status, 8: captured });

  test.each<[string, readonly (readonly Version[])[]]>([
    ['a hold without an amount', [[Object.assign([...placed], { 7: '{0}' })]]],
    ['a version of no hold', [[changed('2', 'held', '{1}')]]],
    [
      'one that captures less than before',
      [[placed, changed('2', 'held', '{9}'), changed('3', 'held', '{8}')]],
    ],
    ['one that captures more than there is', [[placed, changed('2', 'posted', '{101}')]]],
    ['one after the end', [[placed, changed('2', 'voided', '{0}')], [changed('3', 'held', '{1}')]]],
    ['one of more legs', [[placed, changed('2', 'held', '{1,1}')]]],
    ['one that is older', [[placed, changed('9', 'held', '{1}')], [changed('8', 'held', '{2}')]]],
    [
      'one after the end, in the same batch',
      [[placed, changed('2', 'voided', '{0}'), changed('3', 'held', '{1}')]],
    ],
  ])('%s', async (_, calls) => {
    await expect(stored(calls)).rejects.toThrow(/does not continue its hold|without an amount/);
  });

  test('columns cut short', async () => {
    const whole = holdColumns([[...placed], [...changed('2', 'held', '{1}')]]);
    for (const i of [0, 1, 3, 4, 6, 7, 8, 11]) {
      const columns = JSON.stringify(whole.with(i, '{}'));
      const call = owner`select bahi.hold_append(${bahi.ledgerId}, ${columns}::text::jsonb)`;
      await expect(call, `column ${i}`).rejects.toThrow('differ in length');
    }
  });
});

test('ending a hold looks at no other hold, by a plan made on empty tables', async () => {
  const ledgerId = await bahi.createLedger('many-holds');
  const insert = (from: number, to: number) =>
    owner.unsafe(`
      insert into bahi.hold (ledger_id, hold_id, number, status, expires_at, debits, credits, currencies, amounts, captured)
      select ${ledgerId}, n, n, 'held', timestamptz '2027-01-01', '{1}', '{2}', '{INR}', '{100}', '{0}' from generate_series(${from}, ${to}) as n;
      insert into bahi.hold_open (ledger_id, hold_id, expires_at)
      select ${ledgerId}, n, timestamptz '2027-01-01' from generate_series(${from}, ${to}) as n;`);
  const pages = async (call: string): Promise<number> => {
    const [row] = await owner.unsafe<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }[]>(
      `explain (analyze, buffers, format json) ${call}`,
    );
    const plan = row?.['QUERY PLAN'][0].Plan;
    return Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks']);
  };
  const endOf = (hold: number): string => {
    const none = Array.from({ length: 7 }, () => '{}');
    const columns = [...none, `{${hold}}`, `{${hold + 30_000}}`, '{posted}', '{}', '{100}'];
    return `select bahi.hold_append(${ledgerId}, '${JSON.stringify(columns)}')`;
  };
  await insert(1, 1);
  await pages(endOf(1));
  await insert(2, 20_000);
  expect(await pages(endOf(10_000))).toBeLessThan(90);
});
