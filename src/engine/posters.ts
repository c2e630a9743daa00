/** The posters of this process, one a ledger, made when the first command comes. */
import { FailureError } from '../kernel/failure.ts';
import type { Item } from './command.ts';
import type { ItemResult } from './fold.ts';
import { Poster } from './poster.ts';
import { POSTER_DEFAULTS, type PosterDeps, type PosterOptions } from './poster-options.ts';

/** Connections kept for posting, one a ledger; only ledgers that are at work right now may be more. */
export const SESSIONS_MAX = 32;

export class Posters {
  readonly #deps: PosterDeps;
  readonly #options: PosterOptions;
  readonly #byLedger = new Map<number, Poster>();
  #stopping = false;
  /** Ledgers that nobody may post to now, with the reason (audit/log-watch.ts). */
  #unsigned: ReadonlyMap<number, string> = new Map();

  constructor(deps: PosterDeps, options: PosterOptions = POSTER_DEFAULTS) {
    this.#deps = deps;
    this.#options = options;
  }

  /** See Poster.submit. Requires a ledger that exists: a caller's key or the command line has found it. */
  submit(
    ledgerId: number,
    items: readonly Item[],
    patienceMs: number,
    gone?: AbortSignal,
  ): Promise<ItemResult>[] {
    if (this.#unsigned.has(ledgerId)) throw new FailureError('ledger_halted');
    let poster = this.#byLedger.get(ledgerId);
    if (!poster) {
      if (this.#stopping) throw new FailureError('shutting_down');
      poster = new Poster(ledgerId, this.#deps, this.#options);
    }
    // The map keeps the order of use: the least recently used poster stands first.
    this.#byLedger.delete(ledgerId);
    this.#byLedger.set(ledgerId, poster);
    if (!poster.hasSession) this.#makeRoom();
    return poster.submit(items, patienceMs, gone);
  }

  /** Lets posters that rest give their connections back, the longest unused first, until one more is allowed. */
  #makeRoom(): void {
    const connected = [...this.#byLedger.values()].filter((poster) => poster.hasSession);
    for (const poster of connected.slice(0, Math.max(0, connected.length + 1 - SESSIONS_MAX))) poster.rest();
  }

  /** Ledgers whose posting is halted, with the reason. */
  get halted(): readonly { readonly ledgerId: number; readonly why: string }[] {
    const unsigned = [...this.#unsigned].map(([ledgerId, why]) => ({ ledgerId, why }));
    const own = [...this.#byLedger].flatMap(([ledgerId, { halted: why }]) =>
      why === undefined || this.#unsigned.has(ledgerId) ? [] : [{ ledgerId, why }],
    );
    return [...unsigned, ...own];
  }

  /** Takes no more for these ledgers, and again for all others. What is in line is finished. */
  haltUnsigned(ledgers: ReadonlyMap<number, string>): void {
    this.#unsigned = ledgers;
  }

  /** Finishes what is in line everywhere within the grace, milliseconds. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#byLedger.values()].map((poster) => poster.stop(graceMs)));
  }
}
