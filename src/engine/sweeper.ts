/**
 * What sweepers share: a look every second, and commands of the engine itself, many ledgers at once.
 *
 * Fair: a page is read over all ledgers, the longest overdue first, and may well be of one ledger alone. So every ledger has
 * its turn: those that a page was of are left out of the pages that follow until all others had theirs, and those that take
 * nothing now are left out until the next sweep. No ledger waits for more than one page of each other.
 */
import { FailureError } from '../kernel/failure.ts';
import type { Actor, Item } from './command.ts';
import { type Engine, PATIENCE_MS } from './use-case.ts';

const INTERVAL_MS = 1000;

export const ENGINE: Actor = { name: 'engine', client: 'engine', apiKey: undefined };

export interface Sweeper {
  /** Ends behind the sweep that is under way. */
  stop(): Promise<void>;
}

export interface SweeperDeps {
  readonly engine: Pick<Engine, 'posters' | 'reads'>;
  readonly newRequestId: () => string;
  readonly log: { warn(fields: object, message: string): void };
}

/** A page of what is due: the commands by ledger, and none for a ledger whose due things cannot be read. */
export interface DuePage {
  readonly byLedger: ReadonlyMap<number, readonly Item[]>;
  /** More may be due. */
  readonly isFull: boolean;
}

/** Sweeps `intervalMs` after the last sweep ended. */
export function startSweeper<D extends Pick<SweeperDeps, 'log'>>(
  complaint: string,
  deps: D,
  sweep: (deps: D, isStopped: () => boolean) => Promise<unknown>,
  intervalMs = INTERVAL_MS,
): Sweeper {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      await sweep(deps, () => stopped);
    } catch (cause) {
      deps.log.warn({ err: cause }, complaint);
    }
    if (!stopped) timer = next();
  };
  const next = (): NodeJS.Timeout =>
    setTimeout(() => {
      running = run();
    }, intervalMs).unref();
  timer = next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}

/**
 * Submits all that is due, pages of it, `read` leaving out the ledgers that it is given; returns how many commands were
 * recorded. Ends when nothing is due but what ledgers do not take now, or when it is stopped. Fails with DatabaseFault.
 */
export async function sweepFairly(
  posters: Engine['posters'],
  read: (except: readonly number[]) => Promise<DuePage>,
  isStopped: () => boolean = () => false,
): Promise<number> {
  const refusing = new Set(posters.halted.map(({ ledgerId }) => ledgerId));
  let recorded = 0;
  for (let goesOn = true; goesOn; ) {
    const turns = await takeTurns(posters, read, refusing, isStopped);
    for (const [ledgerId, count] of turns.counts) {
      if (count === 0) refusing.add(ledgerId);
      recorded += count;
    }
    goesOn = turns.isMore && !isStopped();
  }
  return recorded;
}

/** One page of each ledger at most; how much each recorded, and whether any may have more. */
async function takeTurns(
  posters: Engine['posters'],
  read: (except: readonly number[]) => Promise<DuePage>,
  refusing: ReadonlySet<number>,
  isStopped: () => boolean,
): Promise<{ readonly counts: ReadonlyMap<number, number>; readonly isMore: boolean }> {
  const had = new Set(refusing);
  const counts = new Map<number, number>();
  const submitted: Promise<unknown>[] = [];
  let isMore = false;
  try {
    for (let goesOn = true; goesOn; ) {
      const { byLedger, isFull } = await read([...had]);
      for (const [ledgerId, items] of byLedger) {
        had.add(ledgerId);
        const counted = submit(posters, ledgerId, items).then((count) => counts.set(ledgerId, count));
        submitted.push(counted);
      }
      isMore ||= isFull;
      goesOn = isFull && !isStopped();
    }
  } finally {
    await Promise.allSettled(submitted);
  }
  await Promise.all(submitted);
  return { counts, isMore };
}

/** How many of the items were recorded. What a ledger cannot take now is left for the next sweep. */
async function submit(posters: Engine['posters'], ledgerId: number, items: readonly Item[]): Promise<number> {
  if (items.length === 0) return 0;
  try {
    const results = await Promise.all(posters.submit(ledgerId, items, PATIENCE_MS));
    return results.filter(({ kind }) => kind === 'recorded').length;
  } catch (cause) {
    // Whoever cannot post says so itself.
    if (cause instanceof FailureError) return 0;
    throw cause;
  }
}
