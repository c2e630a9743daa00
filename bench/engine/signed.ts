/** Uniform transfers while the log is signed as in a server: what that costs, how late checkpoints come, how long proofs take. */
import { proveInclusion } from '../../src/engine/audit/desk.ts';
import { AuditStore } from '../../src/engine/audit/store.ts';
import { defined } from '../../src/kernel/assert.ts';
import { withSql } from '../server.ts';
import type { BenchLedger, Measured, Size, Stage, Workload } from '../workload.ts';
import { loadOf, measureJob, touchAll } from './workloads.ts';

const PROOFS = 500;
const PROOFS_WARM = 20;

export const signedWorkload: Workload = {
  name: 'engine/signed',
  level: 'engine',
  what: 'uniform, while the log is signed in the same process, as a server does',
  run: async (stage: Stage, size: Size): Promise<Measured> => {
    const ledger = await stage.freshLedger({ accounts: size.accounts });
    const measured = await measureJob(ledger, {
      warmUp: [touchAll(size.accounts)],
      load: loadOf('uniform', size.accounts),
      transfers: size.transfers,
      signed: true,
    });
    return {
      ...measured,
      more: {
        ...measured.more,
        mergeDelayMsP99: await mergeDelayMs(ledger),
        proofMsP99: await proofMs(ledger),
      },
    };
  },
};

/** From the time of an event to its checkpoint, of 99 events in a hundred; those of the seed were there before. */
const mergeDelayMs = ({ owner, ledgerId }: BenchLedger): Promise<number> =>
  withSql(owner, async (sql) => {
    const [row] = await sql<{ ms: number }[]>`
      select percentile_disc(0.99) within group (order by extract(epoch from c.signed_at - e.at))::float8 * 1000 as ms
      from bahi.checkpoint c join bahi.event e on e.ledger_id = c.ledger_id and e.number > c.previous_size and e.number <= c.size
      where c.ledger_id = ${ledgerId} and c.previous_size > 0`;
    return row?.ms ?? 0;
  });

/** Of 99 proofs in a hundred, of random events under the newest checkpoint. */
const proofMs = ({ owner, ledgerId }: BenchLedger): Promise<number> =>
  withSql(owner, async (sql) => {
    const store = new AuditStore(sql);
    const desk = { store, installation: '' };
    const newest = defined(await store.newest(ledgerId), 'a checkpoint');
    const took: number[] = [];
    for (let i = 0; i < PROOFS_WARM + PROOFS; i++) {
      const index = (i * 7_919) % newest.size;
      const sinceMs = performance.now();
      await proveInclusion(desk, ledgerId, index, newest.size, newest);
      if (i >= PROOFS_WARM) took.push(performance.now() - sinceMs);
    }
    took.sort((a, b) => a - b);
    return took[Math.floor(took.length * 0.99)] ?? 0;
  });
