/**
 * Changes of stored rows past the engine, one at a time, each taken back: each column of the first, a middle and the last row of
 * a table gets another value, the row goes, copies of it come in, two rows trade all that is not their key.
 */
import type { ReservedSql } from 'postgres';
import type { Sql } from '../../src/db/connect.ts';
import type { Check, VerifyReport } from '../../src/engine/verify/verify-ledger.ts';

export interface Case {
  /** One of these has to be among the checks that fail. The link alone would not say what is wrong. */
  readonly named: readonly Check[];
  /** Columns that no log knows: why nothing depends on them. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Of checkpoints: deleting the newest row of a log is not tried, for this reason. */
  readonly cut?: string;
  /** There is one row, or none that differs from it in anything but the key: nothing to swap. */
  readonly noSwap?: true;
}

export const CAME_IN =
  'when the row came in, by the clock of the database: no answer shows it, nothing decides by it';

/** A superuser's session in a transaction that is never committed: triggers are off, constraints are gone. */
export async function openUnguarded(admin: Sql): Promise<ReservedSql> {
  const session = await admin.reserve();
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
  return session;
}

/** The changes of a table's rows under which none of the checks fails that should. */
export async function missedChanges(
  session: ReservedSql,
  table: string,
  of: Case,
  verify: () => Promise<readonly VerifyReport[]>,
): Promise<string[]> {
  const columns = await columnsOf(session, table);
  const places = await placesIn(session, table, columns);
  if (places.length === 0) throw new Error(`the ledger of this test needs rows in ${table}`);
  const newest = of.cut === undefined ? new Set<string>() : await newestIn(session, table);
  const changes = places.flatMap((place) =>
    changesOf(table, columns, place, of).filter(
      (change) => !(change.startsWith('delete') && newest.has(place)),
    ),
  );
  if (!of.noSwap) changes.push(await swapOf(session, table, columns));
  const missed: string[] = [];
  for (const change of changes) {
    const checks = await checksAfter(session, change, verify);
    if (!of.named.some((check) => checks.has(check)))
      missed.push(`${change} gives [${[...checks].join(', ')}]`);
  }
  return missed;
}

/** The checks that fail after this change, which is taken back. */
async function checksAfter(
  session: ReservedSql,
  statement: string,
  verify: () => Promise<readonly VerifyReport[]>,
): Promise<ReadonlySet<Check>> {
  await session`savepoint sound`;
  try {
    const { count } = await session.unsafe(statement);
    if (count === 0) throw new Error(`nothing is changed by: ${statement}`);
    return new Set((await verify()).flatMap(({ problems }) => problems.map(({ check }) => check)));
  } finally {
    await session`rollback to savepoint sound`;
  }
}

/** The last row of each log. */
async function newestIn(session: ReservedSql, table: string): Promise<ReadonlySet<string>> {
  const rows = await session.unsafe(
    `select distinct on (ledger_id) ctid::text as place from ${table} order by ledger_id, size desc`,
  );
  return new Set(rows.map((row) => String(row['place'])));
}

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
    bool: `not coalesce(${name}, false)`,
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

async function columnsOf(session: ReservedSql, table: string): Promise<Column[]> {
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
async function placesIn(session: ReservedSql, table: string, columns: readonly Column[]): Promise<string[]> {
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
async function swapOf(session: ReservedSql, table: string, columns: readonly Column[]): Promise<string> {
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
