/**
 * The floor that physics sets: the rows that the engine stored for the uniform load, inserted again by plain statements.
 *
 * Same columns, indexes and checks (LIKE … INCLUDING ALL), the same history beneath, the same batches, a commit each,
 * two on their way on one connection, plans made once. Columns are texts that were built beforehand, in the forms that
 * PostgreSQL parses fastest. Nothing is decided, folded, fenced or hashed, and no row is held against another.
 */
import type { ReservedSql } from 'postgres';
import { connect, type Sql } from '../../src/db/connect.ts';
import { assert } from '../../src/kernel/assert.ts';
import { runWorkers } from '../engine/workers.ts';
import { loadOf, touchAll } from '../engine/workloads.ts';
import { withSql } from '../server.ts';
import type { BenchLedger, Measured, Size, Stage, Workload } from '../workload.ts';

/** Batches on their way at once. */
const DEPTH = 2;

interface EventColumns {
  readonly numbers: string;
  readonly keys: string;
  readonly fingerprints: string;
  readonly leafHashes: string;
  readonly bodies: string;
  readonly at: string;
  readonly type: string;
  readonly link: string;
  readonly keyVersion: number;
  readonly touched: string;
  readonly first: string;
  readonly last: string;
}

interface EntryColumns {
  readonly accounts: string;
  readonly positions: string;
  readonly amounts: string;
  readonly debits: string;
  readonly credits: string;
  readonly debitCounts: string;
  readonly creditCounts: string;
  readonly versions: string;
  readonly netMins: string;
}

type Batch = EventColumns & EntryColumns;

async function rawInsert(stage: Stage, size: Size): Promise<Measured> {
  const ledger = await stage.freshLedger({ accounts: size.accounts });
  const load = loadOf('uniform', size.accounts);
  const { transfers } = size;
  await runWorkers([{ ledger, job: { warmUp: [touchAll(size.accounts)], load, transfers } }]);
  const batches = await withSql(ledger.owner, async (sql) => {
    const [row] = await sql<
      { head: string }[]
    >`select max(number) as head from bahi.event where ledger_id = ${ledger.ledgerId}`;
    const before = Number(row?.head) - transfers;
    await copyHistory(sql, ledger.ledgerId, before);
    return readBatches(sql, ledger.ledgerId, before);
  });
  const seconds = await insertAll(ledger, batches);
  await withSql(ledger.owner, (sql) => checkCopy(sql, ledger.ledgerId));
  return { operations: transfers, seconds, resultHash: `${transfers}`, more: { batches: batches.length } };
}

async function copyHistory(sql: Sql, ledgerId: number, before: number): Promise<void> {
  await sql`create schema raw`;
  await sql`create table raw.event (like bahi.event including all)`;
  await sql`create table raw.entry (like bahi.entry including all)`;
  await sql`create table raw.batch (like bahi.batch including all)`;
  await sql`insert into raw.event select * from bahi.event where ledger_id = ${ledgerId} and number <= ${before} order by number`;
  await sql`insert into raw.entry select * from bahi.entry
    where ledger_id = ${ledgerId} and position / 256 <= ${before} order by position / 256000, account_id, position`;
  await sql`insert into raw.batch select * from bahi.batch where ledger_id = ${ledgerId} and last_number <= ${before} order by last_number`;
  await sql`vacuum (analyze) raw.event, raw.entry, raw.batch`;
}

/** Every batch after the history as columns of text. */
async function readBatches(sql: Sql, ledgerId: number, before: number): Promise<Batch[]> {
  const events = await sql<EventColumns[]>`
    select array_agg(e.number order by e.number)::text as numbers,
      '\\x' || string_agg(replace(e.key::text, '-', ''), '' order by e.number) as keys,
      '\\x' || string_agg(encode(e.fingerprint, 'hex'), '' order by e.number) as fingerprints,
      '\\x' || string_agg(encode(e.leaf_hash, 'hex'), '' order by e.number) as "leafHashes",
      string_agg(e.body, e'\x1e' order by e.number) as bodies,
      b.at::text as at, min(e.type) as type, b.link::text as link, b.key_version::integer as "keyVersion", b.touched::text as touched,
      b.first_number as first, b.last_number as last
    from bahi.batch b join bahi.event e on e.ledger_id = b.ledger_id and e.number between b.first_number and b.last_number
    where b.ledger_id = ${ledgerId} and b.first_number > ${before}
    group by b.first_number, b.last_number, b.at, b.link, b.key_version, b.touched order by b.first_number`;
  const entries = await sql<EntryColumns[]>`
    with firsts as (
      select array_agg(first_number order by first_number) as numbers from bahi.batch
      where ledger_id = ${ledgerId} and first_number > ${before}
    )
    select array_agg(e.account_id order by e.account_id, e.position)::text as accounts,
      array_agg(e.position order by e.account_id, e.position)::text as positions,
      array_agg(e.amount order by e.account_id, e.position)::text as amounts,
      array_agg(e.debits order by e.account_id, e.position)::text as debits,
      array_agg(e.credits order by e.account_id, e.position)::text as credits,
      array_agg(e.debit_count order by e.account_id, e.position)::text as "debitCounts",
      array_agg(e.credit_count order by e.account_id, e.position)::text as "creditCounts",
      array_agg(e.version order by e.account_id, e.position)::text as versions,
      array_agg(e.net_min order by e.account_id, e.position)::text as "netMins"
    from bahi.entry e cross join firsts
    where e.ledger_id = ${ledgerId} and e.position / 256 > ${before}
    group by width_bucket(e.position / 256, firsts.numbers) order by width_bucket(e.position / 256, firsts.numbers)`;
  assert(events.length === entries.length, 'every batch has entries');
  return events.map((columns, i) => ({ ...columns, ...(entries[i] as EntryColumns) }));
}

async function insertAll({ owner, ledgerId }: BenchLedger, batches: readonly Batch[]): Promise<number> {
  const sql = connect(owner, {
    max: 1,
    applicationName: 'bahi bench',
    statementTimeoutMs: 0,
    reserves: true,
    settings: { plan_cache_mode: 'force_generic_plan' },
  });
  try {
    const session = await sql.reserve();
    const inFlight: Promise<unknown>[] = [];
    const startedMs = performance.now();
    for (const batch of batches) {
      if (inFlight.length >= DEPTH) await inFlight.shift();
      inFlight.push(insertBatch(session, ledgerId, batch));
    }
    await Promise.all(inFlight);
    const seconds = (performance.now() - startedMs) / 1000;
    session.release();
    return seconds;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** One transaction in one go: nothing waits for an answer between its statements. */
const insertBatch = (sql: ReservedSql, ledgerId: number, b: Batch): Promise<unknown> =>
  Promise.all([
    sql`begin`,
    sql`insert into raw.event (ledger_id, number, at, type, code, key, fingerprint, leaf_hash, body)
      select ${ledgerId}::integer, u.number, ${b.at}::timestamptz, ${b.type}::text, null,
        encode(substr(k.keys, (u.i::integer - 1) * 16 + 1, 16), 'hex')::uuid,
        substr(k.fingerprints, (u.i::integer - 1) * 32 + 1, 32), substr(k.leaf_hashes, (u.i::integer - 1) * 32 + 1, 32), u.body
      from (select ${b.keys}::text::bytea as keys, ${b.fingerprints}::text::bytea as fingerprints,
          ${b.leafHashes}::text::bytea as leaf_hashes offset 0) as k
        cross join unnest(${b.numbers}::text::bigint[], string_to_array(${b.bodies}::text, e'\x1e'))
          with ordinality as u (number, body, i)`,
    sql`insert into raw.entry (account_id, position, amount, debits, credits, held_debits, held_credits, ledger_id,
        debit_count, credit_count, refused_count, version, net_min, net_max)
      select u.account_id, u.position, u.amount, u.debits, u.credits, 0, 0, ${ledgerId}::integer,
        u.debit_count, u.credit_count, 0, u.version, u.net_min, null
      from unnest(${b.accounts}::text::bigint[], ${b.positions}::text::bigint[], ${b.amounts}::text::bigint[],
          ${b.debits}::text::bigint[], ${b.credits}::text::bigint[], ${b.debitCounts}::text::integer[],
          ${b.creditCounts}::text::integer[], ${b.versions}::text::integer[], ${b.netMins}::text::bigint[])
        as u (account_id, position, amount, debits, credits, debit_count, credit_count, version, net_min)`,
    sql`insert into raw.batch (ledger_id, last_number, first_number, at, link, key_version, touched)
      values (${ledgerId}::integer, ${b.last}::bigint, ${b.first}::bigint, ${b.at}::timestamptz, ${b.link}::text::bytea,
        ${b.keyVersion}::smallint, ${b.touched}::text::bigint[])`,
    sql`commit`,
  ]);

/** Fails unless both hold the same rows. */
async function checkCopy(sql: Sql, ledgerId: number): Promise<void> {
  const [row] = await sql<{ events: boolean; entries: boolean; batches: boolean }[]>`
    select
      (select sum(hashtextextended(r::text, 0)) from raw.event r)
        = (select sum(hashtextextended(r::text, 0)) from bahi.event r where r.ledger_id = ${ledgerId}) as events,
      (select sum(hashtextextended(r::text, 0)) from raw.entry r)
        = (select sum(hashtextextended(r::text, 0)) from bahi.entry r where r.ledger_id = ${ledgerId}) as entries,
      (select sum(hashtextextended(r::text, 0)) from raw.batch r)
        = (select sum(hashtextextended(r::text, 0)) from bahi.batch r where r.ledger_id = ${ledgerId}) as batches`;
  assert(
    row?.events === true && row.entries && row.batches,
    `the rows that were inserted are those of the engine (${JSON.stringify(row)})`,
  );
}

export const rawInsertWorkload: Workload = {
  name: 'baseline/raw insert',
  level: 'baseline',
  what: 'the rows of engine/uniform inserted again by plain statements in the same batches: the floor',
  run: rawInsert,
};
