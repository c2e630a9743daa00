/** The posters of this process, one a ledger, made when the first command comes. */
import { FailureError } from '../kernel/failure.ts';
import type { Item } from './command.ts';
import type { ItemResult } from './fold.ts';
import { Poster } from './poster.ts';
import { POSTER_DEFAULTS, type PosterDeps, type PosterOptions } from './poster-options.ts';

export class Posters {
  readonly #deps: PosterDeps;
  readonly #options: PosterOptions;
  readonly #byLedger = new Map<number, Poster>();
  #stopping = false;

  constructor(deps: PosterDeps, options: PosterOptions = POSTER_DEFAULTS) {
    this.#deps = deps;
    this.#options = options;
  }

  /** See Poster.submit. Requires a ledger that exists: a caller's key or the command line has found it. */
  submit(ledgerId: number, items: readonly Item[], patienceMs: number): Promise<ItemResult>[] {
    let poster = this.#byLedger.get(ledgerId);
    if (!poster) {
      if (this.#stopping) throw new FailureError('shutting_down');
      poster = new Poster(ledgerId, this.#deps, this.#options);
      this.#byLedger.set(ledgerId, poster);
    }
    return poster.submit(items, patienceMs);
  }

  /** Ledgers whose posting is halted, with the reason. */
  get halted(): readonly { readonly ledgerId: number; readonly why: string }[] {
    return [...this.#byLedger].flatMap(([ledgerId, { halted: why }]) =>
      why === undefined ? [] : [{ ledgerId, why }],
    );
  }

  /** Finishes what is in line everywhere within the grace, milliseconds. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#byLedger.values()].map((poster) => poster.stop(graceMs)));
  }
}
