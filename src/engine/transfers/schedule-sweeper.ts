/**
 * Executes scheduled transfers: looks every second for those whose time has come, in all ledgers, and submits one command
 * each, with what was asked for, to the queue of its ledger.
 *
 * Once, however many processes sweep: the fold executes only a schedule that is open and due, and each execution has one
 * idempotency key, so whoever comes second is given the stored result, or finds nothing to do. A process that dies between
 * two leaves the rest open for the next sweep, here or elsewhere; what was due while no process ran comes at once. What
 * cannot be done now (a ledger that is halted, a full queue, no database) is tried again.
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
import { commandOf, readEvent } from '../verify/command-of-event.ts';

const PAGE_SCHEDULES = 500;
/** Unique together with the schedule, which is in the path of the command. */
const KEY = 'execution';

export const startScheduleSweeper = (deps: SweeperDeps): Sweeper =>
  startSweeper('scheduled transfers could not be executed', deps, sweepSchedules);

/** All schedules that are due; returns how many were executed. Fails with DatabaseFault. */
export const sweepSchedules = (deps: SweeperDeps, isStopped?: () => boolean): Promise<number> =>
  sweepFairly(deps.engine.posters, (except) => readPage(deps, except), isStopped);

async function readPage(
  { engine, newRequestId, log }: SweeperDeps,
  except: readonly number[],
): Promise<DuePage> {
  const byLedger = new Map<number, Item[]>();
  const due = await engine.reads.schedules.due(except, PAGE_SCHEDULES);
  for (const [ledgerId, schedule, body] of due) {
    const items = byLedger.get(ledgerId) ?? [];
    byLedger.set(ledgerId, items);
    let transfer: ReturnType<typeof commandOf>;
    try {
      transfer = commandOf(readEvent(body), ledgerId);
    } catch (cause) {
      // Not as the fold wrote it: the verifier says more. The others are not to wait for it.
      log.warn({ err: cause, ledgerId, schedule }, 'a scheduled transfer cannot be read');
      continue;
    }
    if (transfer.type !== 'transfer.create') continue;
    const command = { type: 'transfer.execute', schedule, transfer } as const;
    items.push(makeItem(ledgerId, command, ENGINE, KEY, newRequestId()));
  }
  return { byLedger, isFull: due.length >= PAGE_SCHEDULES };
}
