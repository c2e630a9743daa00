/** What sweepers share: a look every second, and commands of the engine itself, many ledgers at once. */
import { FailureError } from '../../kernel/failure.ts';
import type { Actor, Item } from '../command.ts';
import { type Engine, PATIENCE_MS } from '../use-case.ts';

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

/** Sweeps a second after the last sweep ended; `sweep` tells whether another one should follow at once. */
export function startSweeper(
  complaint: string,
  { log }: SweeperDeps,
  sweep: () => Promise<boolean>,
): Sweeper {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      while (!stopped && (await sweep()));
    } catch (cause) {
      log.warn({ err: cause }, complaint);
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

/** How many of the items were recorded. What a ledger cannot take now is left for the next sweep. */
export async function submitAll(
  posters: Engine['posters'],
  byLedger: ReadonlyMap<number, readonly Item[]>,
): Promise<number> {
  const counts = [...byLedger].map(async ([ledgerId, items]) => {
    try {
      const results = await Promise.all(posters.submit(ledgerId, items, PATIENCE_MS));
      return results.filter(({ kind }) => kind === 'recorded').length;
    } catch (cause) {
      // Whoever cannot post says so itself.
      if (cause instanceof FailureError) return 0;
      throw cause;
    }
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
