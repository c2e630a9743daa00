/**
 * Carries balances forward behind a close: asks for the next accounts, submits one command for them, until nothing is left.
 *
 * Any number of processes may do so at once, and any may die: each command says behind which account it goes on, so the fold
 * takes the first that does and stores nothing for the others, which ask how far it is. What cannot be done now (a ledger
 * that is halted, a full queue, no database) is tried again. Posters wait for one event of ACCOUNTS_MAX accounts at most.
 */
import { FailureError } from '../../kernel/failure.ts';
import { makeItem } from '../command.ts';
import { ENGINE, type Sweeper, type SweeperDeps, startSweeper } from '../sweeper.ts';
import { PATIENCE_MS } from '../use-case.ts';

const INTERVAL_MS = 5000;
/** Of one event: some milliseconds of the append. */
const ACCOUNTS_MAX = 500;

export const startCarrier = (deps: SweeperDeps): Sweeper =>
  startSweeper('balances could not be carried forward', deps, carryDue, INTERVAL_MS);

/** One event of each ledger in turn: a large one holds none up, and one that fails is left for the next time. */
async function carryDue(deps: SweeperDeps, isStopped: () => boolean): Promise<void> {
  const { posters, reads } = deps.engine;
  let due = await reads.periods.due(posters.halted.map(({ ledgerId }) => ledgerId));
  while (due.length > 0) {
    const unfinished: number[] = [];
    for (const ledgerId of due) {
      if (isStopped()) return;
      if (await carriesOn(deps, ledgerId)) unfinished.push(ledgerId);
    }
    due = unfinished;
  }
}

async function carriesOn(deps: SweeperDeps, ledgerId: number): Promise<boolean> {
  try {
    return (await carryNext(deps, ledgerId)) === false;
  } catch (cause) {
    // Whoever cannot post says so itself.
    if (!(cause instanceof FailureError))
      deps.log.warn({ err: cause, ledger: ledgerId }, 'balances could not be carried forward');
    return false;
  }
}

/**
 * Carries the next accounts of a ledger forward, or finds that somebody else has; true where that was the last of them.
 * Undefined where nothing is left. Fails with DatabaseFault, FailureError.
 */
export async function carryNext(
  { engine, newRequestId }: Pick<SweeperDeps, 'engine' | 'newRequestId'>,
  ledgerId: number,
  accounts = ACCOUNTS_MAX,
): Promise<boolean | undefined> {
  const command = await engine.reads.periods.next(ledgerId, accounts);
  if (!command) return undefined;
  const key = `carry:${command.after}${command.last ? ':last' : ''}`;
  const item = makeItem(ledgerId, command, ENGINE, key, newRequestId());
  const [result] = await Promise.all(engine.posters.submit(ledgerId, [item], PATIENCE_MS));
  return result?.kind === 'recorded' && command.last;
}
