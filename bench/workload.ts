/**
 * What the benchmark is made of: a workload puts a load on a fresh ledger of the stage and says what it measured.
 *
 * A workload never verifies and never cleans up: whoever runs it verifies every ledger that it took, and drops it. So
 * no workload can forget to, and a fast wrong result fails.
 */
import type { DatabaseOptions } from '../src/db/postgres-url.ts';

export type Level = 'engine' | 'http' | 'bulk' | 'import' | 'baseline' | 'process' | 'rules';

/** How much is done. Both sizes run the same code. */
export interface Size {
  readonly name: 'smoke' | 'standard';
  /** Accounts of a seeded ledger, each with OPENING_UNITS. */
  readonly accounts: number;
  /** Transfers of one measured run of an engine workload. */
  readonly transfers: number;
  /** How long a measured run lasts that is bounded by time. */
  readonly seconds: number;
}

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface Measured {
  readonly operations: number;
  readonly seconds: number;
  readonly latencyMs?: Latency;
  /** Peak resident memory of the process under test. */
  readonly memoryBytesMax?: number;
  /** Over what the ledger came to; equal in every round. Empty where time, not a count, ends the run. */
  readonly resultHash: string;
  /** Further figures by name, with the unit last: walBytesPerTransfer. */
  readonly more?: Readonly<Record<string, number>>;
}

export interface Workload {
  /** Unique, level first: `engine/uniform`. Figures to check refer to it. */
  readonly name: string;
  readonly level: Level;
  /** One sentence for the report. */
  readonly what: string;
  /** What counts: operations a second (the default), or the seconds that one took. */
  readonly unit?: 'per second' | 'seconds';
  run(stage: Stage, size: Size, round: number): Promise<Measured>;
}

/** One line of a scaling plot: the same workload at several values of one thing. */
export interface Curve {
  readonly name: string;
  readonly what: string;
  /** What x counts: accounts, connections. */
  readonly x: string;
  readonly points: readonly number[];
  /** Called in the order of the points, several times for each. */
  run(stage: Stage, size: Size, point: number): Promise<Measured>;
  /** As `run`, on a fresh ledger: an early point again, in turns with a later one that is held against it. */
  beside?(stage: Stage, size: Size, point: number): Promise<Measured>;
  /** After the last point: verifies a ledger that the curve kept. */
  finish?(stage: Stage): Promise<void>;
}

/** A new ledger on a database of its own. Accounts are named a0, a1, …; floor 0, OPENING_UNITS each. */
export interface BenchLedger {
  readonly name: string;
  readonly ledgerId: number;
  readonly accounts: number;
  readonly owner: DatabaseOptions;
  readonly serve: DatabaseOptions;
  /** Variables with which a process of this product serves the ledger's database (DATABASE_URL, BAHI_MASTER_KEY, …). */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Stage {
  /** For files of a workload; goes with the stage. */
  readonly dataDir: string;
  /** A clone of a database that was seeded once, through the engine. */
  freshLedger(options: { readonly accounts: number }): Promise<BenchLedger>;
  /** A ledger without accounts that stays with the data directory, for what grows from point to point. */
  keptLedger(name: string): Promise<BenchLedger>;
  /** Fails when the ledger is not sound. */
  verify(ledger: BenchLedger): Promise<void>;
  /** A new API key with all scopes of a client; the token. */
  apiKey(ledger: BenchLedger): Promise<string>;
}

export const CURRENCY = 'INR';
/** Parameters of tb-perf: opening balance 1,000,000 and amounts from 1 to 1,000 units (here: rupees). */
export const OPENING_UNITS = 1_000_000;
export const AMOUNT_UNITS_MAX = 1_000;
export const SEED = 20_261_122;

export const accountCode = (index: number): string => `a${index}`;
