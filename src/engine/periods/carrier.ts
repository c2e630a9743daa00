/**
 * Carries balances forward behind a close: asks for the next accounts, submits one command for them, until nothing is left.
 *
 * Any number of processes may do so at once, and any may die: each command says behind which account it goes on, so the fold
 * takes the first that does and stores nothing for the others, which ask how far it is. What cannot be done now (a ledger
 * that is halted, a full queue, no database) is tried again. Posters wait for one event of ACCOUNTS_MAX accounts at most.
 */
import { FailureError } from '../../kernel/failure.ts';
import { type Actor, makeItem } from '../command.ts';
import { type Engine, PATIENCE_MS } from '../use-case.ts';

const INTERVAL_MS = 5000;
/** Of one event: some milliseconds of the append. */
const ACCOUNTS_MAX = 500;
const ENGINE: Actor = { name: 'engine', client: 'engine', apiKey: undefined };

export interface CarrierDeps {
  readonly engine: Pick<Engine, 'posters' | 'reads'>;
  readonly newRequestId: () => string;
}

export interface Carrier {
  /** Ends behind the event that is under way. */
  stop(): Promise<void>;
}

export function startCarrier(
  deps: CarrierDeps & { readonly log: { warn(fields: object, message: string): void } },
): Carrier {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const { posters, reads } = deps.engine;
  const carryAll = async (ledgerId: number): Promise<void> => {
    try {
      while (!stopped && (await carryNext(deps, ledgerId)) !== undefined);
    } catch (cause) {
      // Left for the next time; whoever cannot post says so itself.
      if (!(cause instanceof FailureError)) throw cause;
    }
  };
  const run = async (): Promise<void> => {
    try {
      const halted = posters.halted.map(({ ledgerId }) => ledgerId);
      for (const ledgerId of await reads.periods.due(halted)) {
        if (stopped) break;
        await carryAll(ledgerId);
      }
    } catch (cause) {
      deps.log.warn({ err: cause }, 'balances could not be carried forward');
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

/**
 * Carries the next accounts of a ledger forward, or finds that somebody else has; true where that was the last of them.
 * Undefined where nothing is left. Fails with DatabaseFault, FailureError.
 */
export async function carryNext(
  { engine, newRequestId }: CarrierDeps,
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
