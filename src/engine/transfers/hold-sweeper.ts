/**
 * Records the expiry of holds: looks every second for those whose time has come, in all ledgers, and submits one command
 * each to the queue of its ledger.
 *
 * It only makes room again and writes down what has happened; that an expired hold is never captured is the fold's doing,
 * whenever this comes. Any number of processes may sweep at once: each expiry has one idempotency key, so whoever comes
 * second is given the stored result, or finds nothing to do. A process that dies between two holds leaves the rest open
 * for the next sweep. What cannot be done now (a ledger that is halted, a full queue, no database) is tried again.
 */
import { type Item, makeItem } from '../command.ts';
import {
  type DuePage,
  ENGINE,
  type Sweeper,
  type SweeperDeps,
  startSweeper,
  sweepFairly,
} from '../sweeper.ts';

const PAGE_HOLDS = 500;
/** Unique together with the hold, which is in the path of the command. */
const KEY = 'expiry';

export const startHoldSweeper = (deps: SweeperDeps): Sweeper =>
  startSweeper('holds could not be swept', deps, sweepHolds);

/** All holds that are due; returns how many of them expired. Fails with DatabaseFault. */
export const sweepHolds = (deps: SweeperDeps, isStopped?: () => boolean): Promise<number> =>
  sweepFairly(deps.engine.posters, (except) => readPage(deps, except), isStopped);

async function readPage({ engine, newRequestId }: SweeperDeps, except: readonly number[]): Promise<DuePage> {
  const byLedger = new Map<number, Item[]>();
  const due = await engine.reads.holdsDue(except, PAGE_HOLDS);
  for (const [ledgerId, hold] of due) {
    const items = byLedger.get(ledgerId) ?? [];
    items.push(makeItem(ledgerId, { type: 'transfer.expire', hold }, ENGINE, KEY, newRequestId()));
    byLedger.set(ledgerId, items);
  }
  return { byLedger, isFull: due.length >= PAGE_HOLDS };
}
