/** What a poster needs and how it behaves. */
import type { Clock } from '../kernel/clock.ts';
import type { LinkKey } from './batch-rows.ts';
import type { ReadAhead } from './look-ahead.ts';
import type { PostingSession } from './store.ts';

export interface PosterDeps {
  readonly clock: Clock;
  readonly linkKey: LinkKey;
  /** Over another connection. */
  readonly readAhead: ReadAhead;
  /** A new connection each time; it is used until its first failure. */
  readonly openSession: (ledgerId: number) => PostingSession;
  readonly log: {
    info(fields: Record<string, unknown>, message: string): void;
    warn(fields: Record<string, unknown>, message: string): void;
    fatal(fields: Record<string, unknown>, message: string): void;
  };
}

export interface PosterOptions {
  /** Legs in one append (what has none counts as one); a group is never cut. */
  readonly batchMax: number;
  /** Appends in flight on the one connection: with two, Node folds while the database works. */
  readonly depth: number;
  /** How long a turn lasts once another process waits, milliseconds. */
  readonly turnMs: number;
  /** Waiting legs whose accounts are read ahead in one go. */
  readonly lookahead: number;
  /** Legs in line. */
  readonly queueMax: number;
  readonly accountsMax: number;
  readonly resultsMax: number;
}

export const POSTER_DEFAULTS: PosterOptions = {
  batchMax: 1000,
  depth: 2,
  turnMs: 50,
  lookahead: 2000,
  queueMax: 20_000,
  accountsMax: 200_000,
  resultsMax: 5_000,
};
