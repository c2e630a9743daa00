/** Bytes that a run added to its database and to the log that PostgreSQL writes ahead. */
import { assert } from '../../src/kernel/assert.ts';
import { withSql } from '../server.ts';
import type { BenchLedger } from '../workload.ts';

export interface Usage {
  readonly diskBytes: number;
  readonly walBytes: number;
}

export async function usageOf(ledger: BenchLedger): Promise<Usage> {
  const [row] = await withSql(
    ledger.owner,
    (sql) => sql<{ disk: string; wal: string }[]>`
      select pg_database_size(current_database()) as disk, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as wal`,
  );
  assert(row !== undefined, 'sizes have one row');
  return { diskBytes: Number(row.disk), walBytes: Number(row.wal) };
}
