/**
 * A ledger that is served, and loads on it. At the end what was acknowledged is held against what the ledger holds: as many
 * transfers, and as much money. An acknowledged transfer that is not there fails the run, and so does one too many.
 */
import { join } from 'node:path';
import { assert } from '../../src/kernel/assert.ts';
import { openingTransfers } from '../seed.ts';
import { withSql } from '../server.ts';
import type { BenchLedger, Size, Stage } from '../workload.ts';
import type { LoadReport } from './load.ts';
import { runLoad } from './run-load.ts';
import { type BenchServer, startServer } from './server.ts';

/** What a load acknowledged, as far as it is new to the ledger. */
export type Acknowledged = Pick<
  LoadReport['total'],
  'posted' | 'postedUnits' | 'refused' | 'unknown' | 'failed'
>;

export interface Load {
  readonly [option: string]: string | number;
}

/** Numbers of intents that one load never reaches: the next one begins there. */
const INTENTS_MAX = 2 ** 27;

export class ServedLedger {
  readonly ledger: BenchLedger;
  readonly #token: string;
  readonly #acknowledged: Acknowledged[] = [];
  readonly servers: readonly BenchServer[];
  #loads = 0;

  private constructor(ledger: BenchLedger, token: string, servers: readonly BenchServer[]) {
    this.ledger = ledger;
    this.#token = token;
    this.servers = servers;
  }

  /** As many server processes as asked for, with their log written to a file as in production. */
  static async open(
    stage: Stage,
    size: Size,
    servers = 1,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ServedLedger> {
    const ledger = await stage.freshLedger({ accounts: size.accounts });
    const token = await stage.apiKey(ledger);
    const running = await Promise.all(
      Array.from({ length: servers }, () =>
        startServer({
          environment: { ...ledger.environment, LOG_LEVEL: 'info', ...environment },
          logFile: join(stage.dataDir, 'serve.log'),
        }),
      ),
    );
    return new ServedLedger(ledger, token, running);
  }

  /** `server`: which of them. Intents are new unless the load says `first`. */
  async load(size: Size, load: Load, server = 0): Promise<LoadReport> {
    const report = await runLoad({
      accounts: size.accounts,
      seconds: size.seconds,
      // Code that was compiled in the first seconds only is not what serves for hours.
      warmup: size.seconds,
      first: this.#loads++ * INTENTS_MAX,
      ...load,
      url: this.servers[server]?.url ?? '',
      token: this.#token,
    });
    if (load['repeat'] === undefined) this.#acknowledged.push(report.total);
    return report;
  }

  /** What replays acknowledged once. */
  note(acknowledged: Acknowledged): void {
    this.#acknowledged.push(acknowledged);
  }

  /** Ends the servers. Fails when the ledger holds other than what was acknowledged; peak memory of the largest. */
  async close(size: Size): Promise<{ memoryBytesMax?: number }> {
    const peaks = await Promise.all(this.servers.map((server) => server.memoryBytesMax()));
    await Promise.all(this.servers.map((server) => server.stop()));
    const sum = (of: (each: Acknowledged) => number): number =>
      this.#acknowledged.reduce((total, each) => total + (of(each) ?? Number.NaN), 0);
    const open = sum((each) => each.unknown + each.failed);
    const stored = await storedTransfers(this.ledger, openingTransfers(size.accounts));
    requireSame(
      'posted transfers',
      stored.posted,
      sum((each) => each.posted),
      open,
    );
    requireSame(
      'refused transfers',
      stored.refused,
      sum((each) => each.refused),
      open,
    );
    const units = sum((each) => each.postedUnits);
    if (open === 0 && !Number.isNaN(units)) requireSame('units moved', stored.units, units, 0);
    const memoryBytesMax = Math.max(...peaks.map((peak) => peak ?? 0));
    return memoryBytesMax === 0 ? {} : { memoryBytesMax };
  }
}

/** `open`: how many more may be there, since nobody heard what became of them. */
function requireSame(what: string, stored: number, acknowledged: number, open: number): void {
  assert(
    stored >= acknowledged && stored <= acknowledged + open,
    `the ledger holds ${stored} ${what}, and ${acknowledged} were acknowledged (${open} open)`,
  );
}

/** By plain SQL, without the openings. */
async function storedTransfers(ledger: BenchLedger, openings: number) {
  const rows = await withSql(
    ledger.owner,
    (sql) => sql<{ posted: number; refused: number; units: number }[]>`
      select
        (select count(*)::integer from bahi.event where type = 'transfer.create' and code is null) as posted,
        (select count(*)::integer from bahi.event where type = 'transfer.create' and code is not null) as refused,
        (select coalesce(sum(e.debits) / 100, 0)::float8
          from bahi.account a cross join lateral (
            select n.debits from bahi.entry n
            where n.ledger_id = a.ledger_id and n.account_id = a.account_id order by n.position desc limit 1
          ) e
          where a.owner is not null) as units`,
  );
  const [row] = rows;
  assert(row !== undefined, 'an aggregate has one row');
  return { ...row, posted: row.posted - openings };
}
