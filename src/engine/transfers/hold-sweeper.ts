/**
 * Records the expiry of holds: looks every second for those whose time has come, in all ledgers, and submits one command
 * each to the queue of its ledger.
 *
 * It only makes room again and writes down what has happened; that an expired hold is never captured is the fold's doing,
 * whenever this comes. Any number of processes may sweep at once: each expiry has one idempotency key, so whoever comes
 * second is given the stored result, or finds nothing to do. A process that dies between two holds leaves the rest open
 * for the next sweep. What cannot be done now (a ledger that is halted, a full queue, no database) is tried again.
 */
import { FailureError } from '../../kernel/failure.ts';
import { type Actor, type Item, makeItem } from '../command.ts';
import { type Engine, PATIENCE_MS } from '../use-case.ts';

const INTERVAL_MS = 1000;
/** A page that is full is followed by the next one at once. */
const PAGE_HOLDS = 500;
const ENGINE: Actor = { name: 'engine', client: 'engine', apiKey: undefined };
/** Unique together with the hold, which is in the path of the command. */
const KEY = 'expiry';

export interface HoldSweeper {
  /** Ends behind the sweep that is under way. */
  stop(): Promise<void>;
}

export interface SweeperDeps {
  readonly engine: Pick<Engine, 'posters' | 'reads'>;
  readonly newRequestId: () => string;
  readonly log: { warn(fields: object, message: string): void };
}

export function startHoldSweeper(deps: SweeperDeps): HoldSweeper {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      while (!stopped && (await sweepHolds(deps)) === PAGE_HOLDS);
    } catch (cause) {
      deps.log.warn({ err: cause }, 'holds could not be swept');
    }
    if (!stopped) timer = next();
  };
  const next = (): NodeJS.Timeout =>
    setTimeout(() => {
      running = run();
    }, INTERVAL_MS).unref();
  timer = next();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}

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
  const expired = [...byLedger].map(async ([ledgerId, items]) => {
    try {
      const results = await Promise.all(posters.submit(ledgerId, items, PATIENCE_MS));
      return results.filter(({ kind }) => kind === 'recorded').length;
    } catch (cause) {
      // Left for the next sweep; whoever cannot post says so itself.
      if (cause instanceof FailureError) return 0;
      throw cause;
    }
  });
  return (await Promise.all(expired)).reduce((sum, count) => sum + count, 0);
}
