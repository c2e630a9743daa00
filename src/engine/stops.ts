/**
 * Who has stopped all payments: every such customer of the ledger, in memory, since any transfer may be one of theirs. An opening
 * tells the newest event that switched one; what others switched since is read before the next batch is folded. A ledger in
 * which nobody ever stopped reads nothing, and each transfer pays for one comparison.
 */
export class Stops {
  readonly #owners = new Set<string>();
  /** The newest switch that memory knows of, and the newest that there is. */
  #known = 0;
  #newest = 0;

  /** True where nobody has stopped. */
  get isEmpty(): boolean {
    return this.#owners.size === 0;
  }

  has(owner: string | null): boolean {
    return owner !== null && this.#owners.has(owner);
  }

  /** The newest switch, as an opening tells it. */
  hear(newest: number): void {
    this.#newest = newest;
  }

  /** After which event there are switches that memory lacks; undefined: it has all. */
  get lackingAfter(): number | undefined {
    return this.#newest > this.#known ? this.#known : undefined;
  }

  /** What an event made of a customer's switch. */
  note(owner: string, stopped: boolean, number: number): void {
    if (stopped) this.#owners.add(owner);
    else this.#owners.delete(owner);
    this.#known = Math.max(this.#known, number);
  }

  /** All that was lacking has been noted. */
  caughtUp(): void {
    this.#known = Math.max(this.#known, this.#newest);
  }

  /** What discarded batches switched is not known any more, and so nothing is. */
  forgetNewerThan(number: number): void {
    if (this.#known > number) this.forget();
  }

  /** Whether there is anything to read is to be heard next. */
  forget(): void {
    this.#owners.clear();
    this.#known = 0;
  }
}
