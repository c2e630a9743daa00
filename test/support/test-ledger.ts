/**
 * A random ledger to verify, and changes to it: made by a superuser with the triggers off, in a transaction that is
 * verified from inside and rolled back.
 */
import type { ReservedSql } from 'postgres';
import type { Sql } from '../../src/db/connect.ts';
import {
  type Check,
  type ExpectedHead,
  type VerifyReport,
  verifyLedger,
} from '../../src/engine/verify/verify-ledger.ts';
import { testPool } from './cluster.ts';
import { openTestEngine, type TestEngine } from './engine.ts';
import { runWorkload } from './workload.ts';

export interface TestLedger {
  readonly engine: TestEngine;
  readonly ledger: number;
  /** Names the workload in a failure. */
  readonly seed: number;
  /** The last transfer: from one fresh account to another, with nothing after it. */
  readonly last: number;
  readonly serve: Sql;
  readonly admin: Sql;
  verify(sql: Sql, expectHead?: ExpectedHead): Promise<VerifyReport>;
  /** Changes the database, verifies it, and takes the change back. */
  changed(change: (sql: ReservedSql) => Promise<unknown>, expectHead?: ExpectedHead): Promise<VerifyReport>;
  stop(): Promise<void>;
}

export const checksOf = ({ problems }: VerifyReport): Check[] => [
  ...new Set(problems.map(({ check }) => check)),
];

/** `seed` repeats a workload. */
export async function openTestLedger(
  rounds: number,
  seed = Math.floor(Math.random() * 2 ** 31),
): Promise<TestLedger> {
  const engine = await openTestEngine();
  const ledger = engine.ledgerId;
  await runWorkload(engine, seed, rounds);
  for (const code of ['till', 'payee', 'thief'])
    await engine.run('account.create', { code, kind: 'asset', currency: 'INR' });
  const { body } = await engine.pay('payee', 'till', '10', { reference: 'last' });
  const serve = testPool(engine.database.serve);
  const admin = testPool(engine.database.admin);
  const verify: TestLedger['verify'] = (sql, expectHead) =>
    verifyLedger({ sql, linkKey: engine.linkKey, ledgerId: ledger, expectHead });
  return {
    engine,
    ledger,
    seed,
    last: Number(body['event_number']),
    serve,
    admin,
    verify,
    changed: async (change, expectHead) => {
      const session = await admin.reserve();
      try {
        await session`begin`;
        await session`set local session_replication_role = replica`;
        await session`set local search_path = bahi`;
        await change(session);
        return await verify(session, expectHead);
      } finally {
        await session`rollback`;
        session.release();
      }
    },
    stop: async () => {
      await Promise.all([serve.end({ timeout: 5 }), admin.end({ timeout: 5 })]);
      await engine.stop();
    },
  };
}
