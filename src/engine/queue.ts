/**
 * The waiting line of one ledger: intents in order of arrival, bounded, each with the caller that waits for it.
 *
 * A caller may stop waiting before its item is done. An item whose outcome is not open can be taken out and certainly
 * did nothing; an open one stays until it is settled. Members of a group share a deadline and leave together.
 */
import { type FailureCode, FailureError } from '../kernel/failure.ts';
import { endOfBatch, legsOf } from './batch-weight.ts';
import type { Item } from './command.ts';
import type { ItemResult } from './fold.ts';

export interface Waiting {
  readonly item: Item;
  /** Monotonic milliseconds after which the caller is told to come back. */
  readonly deadlineMs: number;
  /** Aborted: the caller was told that the outcome is open, and waits no more. */
  readonly gone: AbortSignal | undefined;
  /** True once an append that holds it had no certain answer: it may have been committed, or may yet be. */
  open: boolean;
  answered: boolean;
  /** Its accounts were read ahead, or asked for. */
  lookedAt: boolean;
  readonly resolve: (result: ItemResult) => void;
  readonly reject: (error: unknown) => void;
}

type Known = Parameters<typeof endOfBatch>[3];

/** What waits is weighed as it was sent: a capture takes as little memory in line as any request. */
const legsOfAll = (waits: readonly Waiting[]): number =>
  waits.reduce((sum, { item }) => sum + legsOf(item), 0);

export class WaitingQueue {
  #items: Waiting[] = [];
  #start = 0;
  #weight = 0;
  readonly #max: number;
  readonly #known: Known;

  constructor(max: number, known: Known = legsOf) {
    this.#max = max;
    this.#known = known;
  }

  get size(): number {
    return this.#items.length - this.#start;
  }

  /** Puts items in line together. Fails with `overloaded` and takes none when they would weigh more than the maximum with what waits. */
  push(items: readonly Item[], deadlineMs: number, gone?: AbortSignal): Promise<ItemResult>[] {
    const weight = items.reduce((sum, item) => sum + legsOf(item), 0);
    if (this.#weight + weight > this.#max) throw new FailureError('overloaded');
    this.#weight += weight;
    return items.map((item) => {
      const { promise, resolve, reject } = Promise.withResolvers<ItemResult>();
      // A caller may have gone; a rejection that nobody awaits must not end the process.
      promise.catch(() => {});
      const standing = { open: false, answered: false, lookedAt: false };
      this.#items.push({ item, deadlineMs, gone, ...standing, resolve, reject });
      return promise;
    });
  }

  /** The next batch, without taking it: at most `max` in weight, as far as it is known. */
  peek(max: number): readonly Waiting[] {
    return this.#items.slice(this.#start, endOfBatch(this.#items, this.#start, max, this.#known));
  }

  /** What of a batch still goes into one append, now that more is known of it; the rest stands in line again. */
  cut(taken: readonly Waiting[], max: number): readonly Waiting[] {
    const end = endOfBatch(taken, 0, max, this.#known);
    if (end === taken.length) return taken;
    this.putBack(taken.slice(end));
    return taken.slice(0, end);
  }

  take(max: number): readonly Waiting[] {
    const batch = this.peek(max);
    this.#start += batch.length;
    this.#weight -= legsOfAll(batch);
    if (this.#start > 4096 && this.#start * 2 > this.#items.length) this.#compact();
    return batch;
  }

  /** The next that nobody looked at, up to `max` in weight and one at least; they count as looked at from now on. */
  lookAt(max: number): readonly Item[] {
    let first = this.#items.length;
    while (first > this.#start && !(this.#items[first - 1] as Waiting).lookedAt) first--;
    const items: Item[] = [];
    for (let i = first, weight = 0; i < this.#items.length && weight < max; i++) {
      const waiting = this.#items[i] as Waiting;
      waiting.lookedAt = true;
      items.push(waiting.item);
      weight += legsOf(waiting.item);
    }
    return items;
  }

  putBack(batch: readonly Waiting[]): void {
    this.#items = [...batch, ...this.#items.slice(this.#start)];
    this.#start = 0;
    this.#weight += legsOfAll(batch);
  }

  /** Tells callers whose time is up, or who have gone. What is not open leaves the line: it certainly did nothing and never will. */
  expire(nowMs: number): void {
    const waits = this.#items.slice(this.#start);
    const isLate = ({ deadlineMs, gone }: Waiting): boolean => nowMs >= deadlineMs || gone?.aborted === true;
    if (!waits.some(isLate)) return;
    const kept: Waiting[] = [];
    for (const waiting of waits) {
      const late = isLate(waiting);
      if (late && waiting.open && !waiting.answered) giveUp(waiting);
      if (!late || waiting.open || waiting.answered) kept.push(waiting);
      else waiting.reject(new FailureError('database_unavailable'));
    }
    this.#items = kept;
    this.#start = 0;
    this.#weight = legsOfAll(kept);
  }

  /** Rejects what certainly did nothing; what is open stays in line. */
  rejectUnopened(code: FailureCode): void {
    const all = this.#items.slice(this.#start);
    this.#items = all.filter(({ open }) => open);
    this.#start = 0;
    this.#weight = legsOfAll(this.#items);
    for (const { open, reject } of all) if (!open) reject(new FailureError(code));
  }

  /** Empties the line. Callers of open items hear that their outcome is open, whatever the reason. */
  rejectAll(code: FailureCode): void {
    const all = this.#items.slice(this.#start);
    this.#items = [];
    this.#start = 0;
    this.#weight = 0;
    rejectEach(all, code);
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#start);
    this.#start = 0;
  }
}

/** Rejects items that leave the line for good. */
export function rejectEach(batch: readonly Waiting[], code: FailureCode): void {
  for (const waiting of batch) {
    if (waiting.open) giveUp(waiting);
    else waiting.reject(new FailureError(code));
  }
}

/** The caller hears that the outcome is open; the item itself stays where it is. */
export function giveUp(waiting: Waiting): void {
  waiting.answered = true;
  waiting.reject(new FailureError('outcome_unknown'));
}
