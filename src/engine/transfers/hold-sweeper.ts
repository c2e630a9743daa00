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
import { ENGINE, type Sweeper, type SweeperDeps, startSweeper, submitAll } from './sweeper.ts';

/** A page that is full is followed by the next one at once. */
const PAGE_HOLDS = 500;
/** Unique together with the hold, which is in the path of the command. */
const KEY = 'expiry';

export const startHoldSweeper = (deps: SweeperDeps): Sweeper =>
  startSweeper('holds could not be swept', deps, async () => (await sweepHolds(deps)) === PAGE_HOLDS);

/** One page of holds that are due; returns how many of them expired. Fails with DatabaseFault. */
export async function sweepHolds({ engine, newRequestId }: SweeperDeps): Promise<number> {
  const { posters, reads } = engine;
  const halted = posters.halted.map(({ ledgerId }) => ledgerId);
  const byLedger = new Map<number, Item[]>();
  for (const [ledgerId, hold] of await reads.holdsDue(halted, PAGE_HOLDS)) {
    const items = byLedger.get(ledgerId) ?? [];
    items.push(makeItem(ledgerId, { type: 'transfer.expire', hold }, ENGINE, KEY, newRequestId()));
    byLedger.set(ledgerId, items);
  }
  return submitAll(posters, byLedger);
}
