/**
 * Stops posting to ledgers whose log is not signed: the signer raised an alarm, or it is too far behind, or there is none. Every
 * server watches for itself, so it does not matter which one signs. Posting goes on by itself once the log is signed again.
 *
 * A log that has no checkpoint yet is not behind: it was just made, or comes from before there were any.
 */
import type { Posters } from '../posters.ts';
import { type Sweeper, startSweeper } from '../sweeper.ts';
import type { AuditStore, LogStatus } from './store.ts';

const INTERVAL_MS = 1000;
const MICROS = 1_000_000;

export interface WatchDeps {
  readonly engine: { readonly posters: Pick<Posters, 'haltUnsigned'> };
  readonly store: Pick<AuditStore, 'status'>;
  readonly lagMaxSeconds: number;
  readonly log: {
    warn(fields: object, message: string): void;
    fatal(fields: object, message: string): void;
  };
}

/** Why nobody posts to this ledger now; undefined: all is well. */
export const unsignedReason = (
  { alarm, lagMicros }: Pick<LogStatus, 'alarm' | 'lagMicros'>,
  lagMaxSeconds: number,
): string | undefined => {
  if (alarm !== null) return alarm;
  if (lagMicros <= lagMaxSeconds * MICROS) return undefined;
  return `Its oldest event without a checkpoint is ${Math.round(lagMicros / MICROS)} s old, and ${lagMaxSeconds} s are allowed: look at the log of the server that signs, or start one.`;
};

export class LogWatch {
  readonly #deps: WatchDeps;
  #halted: ReadonlyMap<number, string> = new Map();

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  /** Fails with DatabaseFault: then all stays as it was. */
  async look(): Promise<void> {
    const { engine, store, lagMaxSeconds, log } = this.#deps;
    const halted = new Map<number, string>();
    for (const status of await store.status(false)) {
      const why = unsignedReason(status, lagMaxSeconds);
      if (why !== undefined) halted.set(status.ledgerId, why);
    }
    for (const [ledger, why] of halted)
      if (!this.#halted.has(ledger))
        log.fatal({ ledger, why }, 'posting stopped: the log is not signed; see bahi status');
    for (const ledger of this.#halted.keys())
      if (!halted.has(ledger)) log.warn({ ledger }, 'posting goes on: the log is signed');
    this.#halted = halted;
    engine.posters.haltUnsigned(halted);
  }
}

export function startLogWatch(deps: WatchDeps): Sweeper {
  const watch = new LogWatch(deps);
  return startSweeper('how far logs are signed could not be read', deps, () => watch.look(), INTERVAL_MS);
}
