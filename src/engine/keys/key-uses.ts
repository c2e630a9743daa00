/**
 * When API keys were used last. Whoever lets callers in notes it in memory; once a minute all that was noted goes to the
 * database in one call, so a key costs each server at most one row a minute, and a request nothing. What the last minute
 * of a server noted is lost when it is killed; the end of one that stops in order writes it.
 */
import type { Clock } from '../../kernel/clock.ts';

const INTERVAL_MS = 60_000;

/** A key that was used so many milliseconds ago. */
export interface KeyUse {
  readonly ledgerId: number;
  readonly apiKey: number;
  readonly ageMs: number;
}

export interface KeyUsesDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Fails with DatabaseFault. */
  record(uses: readonly KeyUse[]): Promise<void>;
  readonly log: { warn(fields: object, message: string): void };
}

interface Noted {
  readonly ledgerId: number;
  readonly apiKey: number;
  atMs: number;
}

export class KeyUses {
  readonly #deps: KeyUsesDeps;
  #noted = new Map<string, Noted>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: KeyUsesDeps) {
    this.#deps = deps;
  }

  note(ledgerId: number, apiKey: number): void {
    const atMs = this.#deps.clock.monotonicMs();
    const name = `${ledgerId}/${apiKey}`;
    const noted = this.#noted.get(name);
    if (noted) noted.atMs = atMs;
    else this.#noted.set(name, { ledgerId, apiKey, atMs });
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), INTERVAL_MS).unref();
  }

  /** Writes what was noted since the last time; what cannot be written now is kept for the next. Never fails. */
  flush(): Promise<void> {
    this.#running = this.#running.then(() => this.#write());
    return this.#running;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const { clock, record, log } = this.#deps;
    const noted = this.#noted;
    if (noted.size === 0) return;
    this.#noted = new Map();
    const nowMs = clock.monotonicMs();
    try {
      await record(
        [...noted.values()].map(({ ledgerId, apiKey, atMs }) => ({
          ledgerId,
          apiKey,
          ageMs: Math.round(nowMs - atMs),
        })),
      );
    } catch (cause) {
      for (const [name, use] of noted) if (!this.#noted.has(name)) this.#noted.set(name, use);
      log.warn({ err: cause }, 'uses of API keys could not be noted');
    }
  }
}
