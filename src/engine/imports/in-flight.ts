/**
 * A bounded window of items on their way through the queue of one ledger, settled in the order of the file.
 *
 * Items never expire one by one: the first to leave would let its followers be posted before it, and the next import
 * would post it after them. So the queue keeps them for ever, what was stored is always a beginning of the file, and
 * patience is kept here: when nothing is settled for that long, the import as a whole gives up.
 *
 * Items go in slices, since a promise and a closure for each were a fifth of what an import allocated.
 */
import { FailureError } from '../../kernel/failure.ts';
import type { Item } from '../command.ts';
import type { ItemResult } from '../fold.ts';
import type { Posters } from '../posters.ts';

/**
 * Two batches at the database, and two that gather: their accounts are read ahead. With twice as many, more of them outlive
 * the young generation, and collecting takes a tenth more of the processor.
 */
const ITEMS_MAX = 4000;
const WATCH_MS = 250;
const OVERLOADED_WAIT_MS = 20;

/** Items that were submitted together, with the lines that they stand on. */
export interface Slice {
  readonly lines: readonly number[];
  readonly items: readonly Item[];
}

interface Submitted {
  readonly lines: readonly number[];
  readonly results: readonly Promise<ItemResult>[];
}

export interface InFlightOptions {
  readonly posters: Posters;
  readonly ledgerId: number;
  /** Without any progress for this long, milliseconds, it gives up. */
  readonly patienceMs: number;
  readonly onSettled: (line: number, outcome: ItemResult) => void;
}

export class InFlight {
  readonly #options: InFlightOptions;
  #submitted: Submitted[] = [];
  #size = 0;
  #progressMs = performance.now();
  #abandoned = false;
  readonly #watch: NodeJS.Timeout;
  /** Never resolves; fails with `database_unavailable` when patience is at its end. */
  readonly gaveUp: Promise<never>;

  constructor(options: InFlightOptions) {
    this.#options = options;
    const { promise, reject } = Promise.withResolvers<never>();
    this.gaveUp = promise;
    promise.catch(() => {});
    this.#watch = setInterval(() => this.#look(reject), WATCH_MS);
  }

  /** Submits a slice; waits while the window or the line is full. Fails with FailureError. */
  async add({ lines, items }: Slice): Promise<void> {
    while (this.#size > 0 && this.#size + items.length > ITEMS_MAX) await this.#settleOldest();
    if (this.#size === 0) this.#progressMs = performance.now();
    let results = this.#submit(items);
    while (!results) {
      if (this.#size > 0) await this.#settleOldest();
      else await new Promise((resolve) => setTimeout(resolve, OVERLOADED_WAIT_MS));
      results = this.#submit(items);
    }
    this.#submitted.push({ lines, results });
    this.#size += items.length;
  }

  /** Waits for everything. */
  async drain(): Promise<void> {
    while (this.#size > 0) await this.#settleOldest();
  }

  /** Nobody waits any more for what is still on its way, and nothing more is added. */
  abandon(): void {
    this.#abandoned = true;
    clearInterval(this.#watch);
    for (const { results } of this.#submitted) for (const result of results) result.catch(() => {});
    this.#submitted = [];
    this.#size = 0;
  }

  /** Undefined: the line is full. */
  #submit(items: readonly Item[]): readonly Promise<ItemResult>[] | undefined {
    if (this.#abandoned) throw new FailureError('shutting_down');
    const { posters, ledgerId } = this.#options;
    try {
      return posters.submit(ledgerId, items, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (error instanceof FailureError && error.code === 'overloaded') return undefined;
      throw error;
    }
  }

  async #settleOldest(): Promise<void> {
    const { lines, results } = this.#submitted[0] as Submitted;
    for (let i = 0; i < results.length; i++) {
      const outcome = await (results[i] as Promise<ItemResult>);
      if (this.#abandoned) throw new FailureError('shutting_down');
      this.#options.onSettled(lines[i] as number, outcome);
    }
    this.#submitted.shift();
    this.#size -= results.length;
    this.#progressMs = performance.now();
  }

  #look(giveUp: (error: FailureError) => void): void {
    if (performance.now() - this.#progressMs < this.#options.patienceMs) return;
    const seconds = Math.round(this.#options.patienceMs / 1000);
    const detail = `Nothing was posted for ${seconds} s. Start the same import again: it goes on where it stopped.`;
    giveUp(new FailureError('database_unavailable', detail));
  }
}
