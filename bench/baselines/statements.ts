/**
 * One commit a transfer, at the best of several concurrencies, through the driver that the product uses:
 *
 *   five statements  insert the transfer, update two balances, insert two entries (the shape of TPC-B), between BEGIN
 *                    and COMMIT. All seven are prepared and sent without waiting for one another, so a transfer is one
 *                    round trip; a failing statement fails those after it. Lower account first: no deadlocks.
 *   one function     the same statements inside one PL/pgSQL function call, which is its own transaction
 */
import type { ReservedSql } from 'postgres';
import { connect, type Sql } from '../../src/db/connect.ts';
import { loadOf } from '../engine/workloads.ts';
import { withSql } from '../server.ts';
import type { Measured, Size, Stage, Workload } from '../workload.ts';
import { checkPlainLedger, createPlainLedger, type PlainTransfer, plainTransfers } from './plain-ledger.ts';

const CONCURRENCIES: Readonly<Record<Size['name'], readonly number[]>> = {
  smoke: [1, 2],
  standard: [1, 8, 16, 32],
};
const WARM_UP_SHARE = 0.2;

type Post = (sql: ReservedSql, transfer: PlainTransfer) => Promise<unknown>;

const fiveStatements: Post = (sql, { key, debit, credit, amount }) => {
  const take = () =>
    sql`update plain.account set balance = balance - ${amount}::bigint where id = ${debit}::integer`;
  const give = () =>
    sql`update plain.account set balance = balance + ${amount}::bigint where id = ${credit}::integer`;
  const entry = (account: number, moved: number) =>
    sql`insert into plain.entry (account, transfer, amount) values (${account}::integer, ${key}::uuid, ${moved}::bigint)`;
  return Promise.all([
    sql`begin`,
    sql`insert into plain.transfer (id, debit, credit, amount)
      values (${key}::uuid, ${debit}::integer, ${credit}::integer, ${amount}::bigint)`,
    ...(debit < credit ? [take(), give()] : [give(), take()]),
    entry(debit, -amount),
    entry(credit, amount),
    sql`commit`,
  ]);
};

const oneFunction: Post = (sql, { key, debit, credit, amount }) =>
  sql`select plain.transfer_post(${key}::uuid, ${debit}::integer, ${credit}::integer, ${amount}::bigint)`;

/** The same size of tables for each concurrency within a few thousand rows; the best one is the figure. */
async function best(stage: Stage, size: Size, post: Post): Promise<Measured> {
  const ledger = await stage.freshLedger({ accounts: 0 });
  await withSql(ledger.owner, (sql) => createPlainLedger(sql, size.accounts));
  const next = plainTransfers(loadOf('uniform', size.accounts));
  const runs: { connections: number; operations: number; seconds: number }[] = [];
  let stored = 0;
  for (const connections of CONCURRENCIES[size.name]) {
    const sql = connect(ledger.owner, {
      max: connections,
      applicationName: 'bahi bench',
      statementTimeoutMs: 0,
      reserves: true,
    });
    try {
      const sessions = await Promise.all(Array.from({ length: connections }, () => sql.reserve()));
      stored += (await closedLoop(sessions, next, size.seconds * WARM_UP_SHARE, post)).operations;
      const run = await closedLoop(sessions, next, size.seconds / 2, post);
      stored += run.operations;
      runs.push({ connections, ...run });
      for (const session of sessions) session.release();
    } finally {
      await sql.end({ timeout: 5 });
    }
  }
  await withSql(ledger.owner, (sql: Sql) => checkPlainLedger(sql, stored));
  const rate = (run: { operations: number; seconds: number }): number => run.operations / run.seconds;
  const [fastest] = runs.toSorted((a, b) => rate(b) - rate(a)) as [(typeof runs)[number]];
  return {
    operations: fastest.operations,
    seconds: fastest.seconds,
    resultHash: '',
    more: Object.fromEntries(runs.map((run) => [`perSecondAt${run.connections}`, rate(run)])),
  };
}

async function closedLoop(
  sessions: readonly ReservedSql[],
  next: () => PlainTransfer,
  seconds: number,
  post: Post,
): Promise<{ operations: number; seconds: number }> {
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  let operations = 0;
  await Promise.all(
    sessions.map(async (session) => {
      while (performance.now() < endMs) {
        await post(session, next());
        operations++;
      }
    }),
  );
  return { operations, seconds: (performance.now() - startedMs) / 1000 };
}

export const statementWorkloads: readonly Workload[] = [
  {
    name: 'baseline/five statements',
    level: 'baseline',
    what: 'a plain ledger, five statements and a commit a transfer, pipelined; the best of 1, 8, 16 and 32 connections',
    run: (stage, size) => best(stage, size, fiveStatements),
  },
  {
    name: 'baseline/one function',
    level: 'baseline',
    what: 'a plain ledger, one PL/pgSQL call a transfer; the best of 1, 8, 16 and 32 connections',
    run: (stage, size) => best(stage, size, oneFunction),
  },
];
