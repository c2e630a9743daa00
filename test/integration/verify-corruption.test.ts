/**
 * Every table, every column: what a superuser changes past the engine is found and named by `verify`.
 *
 * Tables and columns come from the catalog, so a new one is tried without a line here. Each table says under which checks
 * its rows are found (CASES): a table without that fails, and so does a table of which the ledger below has no rows. With
 * constraints dropped and triggers off, at the first, a middle and the last row of each table, one at a time:
 *   change   each column gets another value of its type
 *   delete   the row goes
 *   insert   a copy comes in, one for each column of the key, far behind the row and far before it
 *   swap     two rows trade all that is not their key
 */
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { carryNext } from '../../src/engine/periods/carrier.ts';
import { type Check, type VerifyReport, verifyLedger } from '../../src/engine/verify/verify-ledger.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { INSTALLATION_LEDGER } from '../../src/kernel/id.ts';
import { shellActor } from '../../src/shell-actor.ts';
import { enrolFactors } from '../support/factors.ts';
import { enrolDirectly } from '../support/operators.ts';
import { openTestLedger, type TestLedger } from '../support/test-ledger.ts';

interface Case {
  /** One of these has to be among the checks that fail. The link alone would not say what is wrong. */
  readonly named: readonly Check[];
  /** Columns that no log knows: why nothing depends on them. */
  readonly beside?: Readonly<Record<string, string>>;
  /** There is one row, or none that differs from it in anything but the key: nothing to swap. */
  readonly noSwap?: true;
}

const CAME_IN =
  'when the row came in, by the clock of the database: no answer shows it, nothing decides by it';

const CASES: Readonly<Record<string, Case>> = {
  account: { named: ['accounts', 'installation'] },
  account_setting: { named: ['settings', 'installation'] },
  api_key: { named: ['api_keys', 'installation'] },
  api_key_mac: { named: ['api_keys', 'installation'] },
  api_key_rotation: { named: ['rotations', 'installation'] },
  api_key_revocation: { named: ['revocations', 'installation'] },
  batch: { named: ['order', 'time', 'link', 'touched', 'installation'] },
  entry_effective: { named: ['effective', 'installation'] },
  carried_balance: { named: ['event', 'carried', 'installation'] },
  entry: { named: ['entries', 'installation'] },
  event: { named: ['event', 'leaf', 'body', 'order', 'time', 'keys', 'installation'] },
  hold: { named: ['holds', 'installation'] },
  hold_open: { named: ['open_holds', 'installation'] },
  installation: {
    named: ['installation'],
    noSwap: true,
    beside: { created_at: CAME_IN, one: 'there is one row' },
  },
  ledger: { named: ['ledgers', 'installation'], beside: { created_at: CAME_IN } },
  limit_mark: { named: ['limit_marks', 'installation'] },
  pool: { named: ['pools', 'installation'] },
  pool_total: { named: ['pool_totals', 'installation'] },
  link_key: { named: ['installation'], noSwap: true, beside: { created_at: CAME_IN } },
  period: { named: ['periods', 'installation'] },
  period_progress: { named: ['periods', 'installation'] },
  sandbox_clock: { named: ['clock', 'installation'] },
  reversal: { named: ['reversals', 'installation'] },
  schedule: { named: ['schedules', 'installation'] },
  schedule_open: { named: ['open_schedules', 'installation'] },
  operator: { named: ['operators', 'installation'] },
  customer: { named: ['factors', 'installation'] },
  approval_policy: { named: ['four_eyes', 'installation'] },
  proposal: { named: ['four_eyes', 'installation'] },
  proposal_decision: { named: ['four_eyes', 'installation'] },
  sealed_secret: { named: ['secrets'] },
  transfer_search: { named: ['search', 'installation'], noSwap: true },
};

/** Tables of the migrator, which holds them against the files at every start (migrate.test.ts). */
const OF_THE_MIGRATOR = ['function_set', 'migration'];
/**
 * Tables that no event makes and that moves no money: a false row tells a wrong time, lets in too many or too few requests, or
 * keeps a session from its idle timeout, not from its end; or a key does not unwrap, and nothing starts.
 */
const BESIDE_THE_LOG = ['api_key_use', 'data_key', 'operator_session_use', 'rate_bucket'];

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isKey: boolean;
}

/** Far from all that the ledger has. */
const FAR = 1_000_003;

/** Another value of the type; `by` moves a number. */
function otherValue({ name, type }: Column, by: number): string {
  const values: Readonly<Record<string, string>> = {
    int2: `coalesce(${name}, 0) + ${Math.sign(by)}`,
    int4: `coalesce(${name}, 0) + ${by}`,
    int8: `coalesce(${name}, 0) + ${by}`,
    numeric: `coalesce(${name}, 0) + ${by}`,
    text: `coalesce(${name}, '') || 'x'`,
    bool: `not ${name}`,
    uuid: 'gen_random_uuid()',
    bytea: `sha256(coalesce(${name}, ''))`,
    timestamptz: `coalesce(${name}, now()) + interval '1 day'`,
    jsonb: `coalesce(${name}, '[]') || '[1]'`,
    _int8: `coalesce(${name}, '{}') || 1::bigint`,
    _text: `${name} || 'x'::text`,
  };
  const value = values[type];
  if (value === undefined) throw new Error(`otherValue needs a line for the type ${type} of column ${name}`);
  return value;
}

let of: TestLedger;
let session: ReservedSql;
let ledgers: number[];

beforeAll(async () => {
  of = await openTestLedger(12);
  const { engine } = of;
  // Before the holds, so that what they give back is kept.
  const daily = { name: 'daily', direction: 'outgoing', window: 'day', amount: '1000' };
  for (const id of ['payee', 'till']) await engine.run('account.update', { id, limits: [daily] });
  for (const [i, name] of ['first-pool', 'second-pool'].entries())
    await engine.run('pool.create', {
      name,
      currency: 'INR',
      accounts: ['payee', 'till'].slice(0, i + 1),
      limits: [daily],
    });
  await engine.run('pool.update', { id: 'second-pool', remove: ['till'], limits: [] });
  const hold = async (amount: string): Promise<string> => {
    const { body } = await engine.pay('payee', 'till', amount, {
      hold: { expires_in_seconds: 900 + Number(amount) },
    });
    return String(body['id']);
  };
  const [, , captured, voided] = [await hold('1'), await hold('2'), await hold('3'), await hold('4')];
  await engine.run('transfer.capture', { id: captured, amount: '1' });
  await engine.run('transfer.void', { id: voided });
  const { body } = await engine.pay('payee', 'till', '10');
  for (const amount of ['1', '2']) await engine.run('transfer.reverse', { id: body['id'], amount });
  for (const day of ['01', '02'])
    await engine.pay('payee', 'till', `1.${day}`, { effective_at: `2026-01-${day}T00:00:00Z` });
  for (const [i, client] of ['fourth', 'fifth'].entries()) {
    const { name: id } = await engine.client(client, ['transfers:read']);
    await engine.run('key.rotate', { id, overlap_seconds: 60 * i, networks: ['192.0.2.0/24'], rate: '10/s' });
  }
  for (const days of [1, 2, 3])
    await engine.pay('payee', 'till', '1', {
      scheduled_for: formatMicros((Date.now() + days * 86_400_000) * 1000),
    });
  const toCancel = await engine.pay('payee', 'till', '1', {
    scheduled_for: formatMicros((Date.now() + 4 * 86_400_000) * 1000),
  });
  await engine.run('transfer.cancel', { id: String(toCancel.body['id']) });
  for (const closed_until of ['2026-01-01T12:00:00Z', '2026-02-01T00:00:00Z']) {
    await engine.run('period.close', { closed_until });
    const deps = { engine: engine.engine, newRequestId: () => 'req_carry' };
    while ((await carryNext(deps, engine.ledgerId, 10)) !== undefined);
  }
  await engine.run('key.revoke', { id: (await engine.client('third', ['transfers:read'])).name });
  const sandbox = await engine.createLedger('second', true);
  for (const advance_seconds of [60, 3600])
    await engine.run('clock.move', { advance_seconds }, { ledgerId: sandbox });
  for (const name of ['asha', 'binod', 'chitra']) await enrolDirectly(engine, name);
  for (let i = 0; i < 2; i++) await enrolFactors(engine);
  for (const rules of [[], [{ action: 'transfer', above: '1', currency: 'INR' }, { action: 'unfreeze' }]])
    await engine.run('policy.set', { rules });
  for (const amount of ['3', '4', '5']) {
    const { body } = await engine.pay('payee', 'till', amount);
    const { id, hash } = body;
    const actor = shellActor('second');
    if (amount === '3') await engine.run('proposal.reject', { id }, { actor });
    if (amount === '4') await engine.run('proposal.approve', { id, hash }, { actor });
  }
  ledgers = [
    INSTALLATION_LEDGER,
    ...(await engine.engine.reads.listLedgers()).map(({ ledger_id }) => ledger_id),
  ];

  session = await of.admin.reserve();
  await session`begin`;
  await session`set local session_replication_role = replica`;
  await session`set local search_path = bahi`;
  // Whoever may switch triggers off may drop what keeps rows in shape as well; primary keys stay, they are how rows are found.
  const drops =
    await session`select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as run
      from pg_constraint c where c.connamespace = 'bahi'::regnamespace and c.conrelid <> 0 and c.contype in ('c', 'f', 'u')
    union all select format('drop index %s', i.indexrelid::regclass) from pg_index i
      join pg_class c on c.oid = i.indrelid where c.relnamespace = 'bahi'::regnamespace and i.indisunique and not i.indisprimary
      and not exists (select from pg_constraint u where u.conindid = i.indexrelid)`;
  for (const { run } of drops) await session.unsafe(String(run));
});

afterAll(async () => {
  await session`rollback`;
  session.release();
  await of.stop();
});

async function verifyAll(): Promise<VerifyReport[]> {
  const reports: VerifyReport[] = [];
  for (const ledgerId of ledgers)
    reports.push(await verifyLedger({ sql: session, linkKey: of.engine.linkKey, ledgerId }));
  return reports;
}

/** The checks that fail after this change, which is taken back. */
async function checksAfter(statement: string): Promise<ReadonlySet<Check>> {
  await session`savepoint sound`;
  try {
    const { count } = await session.unsafe(statement);
    if (count === 0) throw new Error(`nothing is changed by: ${statement}`);
    return new Set((await verifyAll()).flatMap(({ problems }) => problems.map(({ check }) => check)));
  } finally {
    await session`rollback to savepoint sound`;
  }
}

async function columnsOf(table: string): Promise<Column[]> {
  const rows =
    await session`select a.attname as name, t.typname as type, coalesce(a.attnum = any (k.conkey), false) as is_key
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    left join pg_constraint k on k.conrelid = a.attrelid and k.contype = 'p'
    where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`;
  return rows.map((row) => ({
    name: String(row['name']),
    type: String(row['type']),
    isKey: Boolean(row['is_key']),
  }));
}

/** Places of the first, a middle and the last row in the order of the key. */
async function placesIn(table: string, columns: readonly Column[]): Promise<string[]> {
  const key = columns.filter(({ isKey }) => isKey).map(({ name }) => name);
  const rows = await session.unsafe(`select ctid::text as place from ${table} order by ${key.join(', ')}`);
  const places = rows.map((row) => String(row['place']));
  return [...new Set([0, Math.floor(places.length / 2), places.length - 1].map((i) => places[i]))].filter(
    (place) => place !== undefined,
  );
}

function changesOf(table: string, columns: readonly Column[], place: string, of: Case): string[] {
  const names = columns.map(({ name }) => name);
  const verified = columns.filter(({ name }) => of.beside?.[name] === undefined);
  const changes = verified.map(
    (column) =>
      `update ${table} set ${column.name} = ${otherValue(column, column.isKey ? FAR : 1)} where ctid = '${place}'`,
  );
  const copies = verified
    .filter(({ isKey }) => isKey)
    .flatMap((key) =>
      [FAR, -FAR].map((by) => {
        const values = columns.map((column) => (column === key ? otherValue(column, by) : column.name));
        return `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${table} where ctid = '${place}'`;
      }),
    );
  return [...changes, `delete from ${table} where ctid = '${place}'`, ...copies];
}

/** The first row trades with the first that differs from it in anything but key and ledger. */
async function swapOf(table: string, columns: readonly Column[]): Promise<string> {
  const names = columns.filter(({ isKey }) => !isKey).map(({ name }) => name);
  const key = columns.filter(({ isKey }) => isKey).map(({ name }) => name);
  const [pair] =
    await session.unsafe(`select a.ctid::text as one, b.ctid::text as other from ${table} a, ${table} b
    where a.ctid < b.ctid and (${names.map((name) => `a.${name}`).join(', ')})
      is distinct from (${names.map((name) => `b.${name}`).join(', ')}) order by ${key.map((name) => `a.${name}, b.${name}`).join(', ')} limit 1`);
  if (!pair) throw new Error(`${table} has no two rows to swap`);
  const [one, other] = [String(pair['one']), String(pair['other'])];
  return `update ${table} t set (${names.join(', ')}) = (select ${names.map((name) => `o.${name}`).join(', ')} from ${table} o
    where o.ctid = case when t.ctid = '${one}' then '${other}'::tid else '${one}'::tid end) where t.ctid in ('${one}', '${other}')`;
}

test('every table of the schema says under which checks its rows are found', async () => {
  const rows = await session`select c.relname as name from pg_class c
    where c.relnamespace = 'bahi'::regnamespace and c.relkind in ('r', 'p') order by c.relname`;
  expect([...Object.keys(CASES), ...OF_THE_MIGRATOR, ...BESIDE_THE_LOG].sort()).toEqual(
    rows.map((row) => row['name']),
  );
});

test('the ledgers are sound before anything is changed, without their constraints as well', async () => {
  expect(
    (await verifyAll()).flatMap(({ problems }) => problems),
    `seed ${of.seed}`,
  ).toEqual([]);
});

describe.each(Object.entries(CASES))('%s', (table, of_) => {
  test('each change of a row is found and named', async () => {
    const columns = await columnsOf(table);
    const places = await placesIn(table, columns);
    expect(places.length, `the ledger of this test needs rows in ${table}`).toBeGreaterThan(0);
    const changes = places.flatMap((place) => changesOf(table, columns, place, of_));
    if (!of_.noSwap) changes.push(await swapOf(table, columns));
    const missed: string[] = [];
    for (const change of changes) {
      const checks = await checksAfter(change);
      if (!of_.named.some((check) => checks.has(check)))
        missed.push(`${change} gives [${[...checks].join(', ')}]`);
    }
    expect(missed, `seed ${of.seed}`).toEqual([]);
  }, 120_000);
});
