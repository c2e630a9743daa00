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
import { commandOf, readEvent } from '../verify/command-of-event.ts';
import { ENGINE, type Sweeper, type SweeperDeps, startSweeper, submitAll } from './sweeper.ts';

/** A page that is full is followed by the next one at once. */
const PAGE_SCHEDULES = 500;
/** Unique together with the schedule, which is in the path of the command. */
const KEY = 'execution';

export const startScheduleSweeper = (deps: SweeperDeps): Sweeper =>
  startSweeper(
    'scheduled transfers could not be executed',
    deps,
    async () => (await sweepSchedules(deps)) === PAGE_SCHEDULES,
  );

/** One page of schedules that are due; returns how many were executed. Fails with DatabaseFault. */
export async function sweepSchedules({ engine, newRequestId, log }: SweeperDeps): Promise<number> {
  const { posters, reads } = engine;
  const halted = posters.halted.map(({ ledgerId }) => ledgerId);
  const byLedger = new Map<number, Item[]>();
  for (const [ledgerId, schedule, body] of await reads.schedules.due(halted, PAGE_SCHEDULES)) {
    let transfer: ReturnType<typeof commandOf>;
    try {
      transfer = commandOf(readEvent(body), ledgerId);
    } catch (cause) {
      // Not as the fold wrote it: the verifier says more. The others are not to wait for it.
      log.warn({ err: cause, ledgerId, schedule }, 'a scheduled transfer cannot be read');
      continue;
    }
    if (transfer.type !== 'transfer.create') continue;
    const items = byLedger.get(ledgerId) ?? [];
    const command = { type: 'transfer.execute', schedule, transfer } as const;
    items.push(makeItem(ledgerId, command, ENGINE, KEY, newRequestId()));
    byLedger.set(ledgerId, items);
  }
  return submitAll(posters, byLedger);
}
