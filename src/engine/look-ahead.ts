/**
 * Reads the accounts that waiting items lack, over the pool and beside the appends in flight, so that a ledger with
 * more accounts than memory holds does not stop for them: on the posting connection the read stands behind an append
 * and the next append behind the fold of what it brought.
 *
 * Why an answer may be believed although appends go on meanwhile: an account (or a pool) that memory lacks is changed by no batch
 * in flight (those hold theirs in memory), and by nobody else (the fence would refuse our next append). So its state
 * at the head of the answer is its state now, unless memory held it in between and let go of it. An answer counts only
 * within the turn that asked, at a head of that turn with its link, and when nothing newer than it was forgotten.
 * Whatever is not brought in time is read over the posting connection.
 */
import type { Item } from './command.ts';
import { learnAccounts } from './learn.ts';
import type { Head, LedgerState } from './state.ts';
import type { ReadAnswer } from './store.ts';
import { isNothing, NOTHING, type Wanted, wantedBy } from './wanted.ts';

/** A batch waits this long for an answer that is on its way before it asks for itself. */
const WAIT_MS = 50;

export type ReadAhead = (ledgerId: number, wanted: Wanted) => Promise<ReadAnswer>;

export class LookAhead {
  readonly #state: LedgerState;
  readonly #read: ReadAhead;
  /** Links of the heads of this turn: those folded to, committed or not. */
  readonly #links = new Map<number, string>();
  #turn = 0;
  #reading: { readonly done: Promise<void>; readonly turn: number; waitedInVain: boolean } | undefined;

  constructor(state: LedgerState, read: ReadAhead) {
    this.#state = state;
    this.#read = read;
  }

  /** A turn begins at this head. What was asked for before counts no more. */
  begin(head: Head): void {
    this.end();
    this.reached(head);
  }

  end(): void {
    this.#turn++;
    this.#links.clear();
  }

  reached({ number, link }: Head): void {
    this.#links.set(number, link);
  }

  /** True while an answer is on its way; the next items are looked at when it is there. */
  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** True when waiting may spare a batch a read of its own. */
  mayBring({ accounts, totals, codes, pools }: Wanted): boolean {
    const reading = this.#reading;
    return (
      accounts.length + totals.length + codes.length + pools.length > 0 &&
      reading?.turn === this.#turn &&
      !reading.waitedInVain
    );
  }

  /** Asks for what these items lack. Requires that nothing is on its way. */
  start(items: readonly Item[]): void {
    const { accounts, totals, codes, pools } = wantedBy(this.#state, items, false, false);
    const wanted: Wanted = { ...NOTHING, accounts, totals, codes, pools };
    if (isNothing(wanted)) return;
    const turn = this.#turn;
    const learnt = (answer: ReadAnswer): void => {
      const isOurs = this.#turn === turn && this.#links.get(answer.head) === answer.link;
      if (isOurs && this.#state.forgottenUpTo <= answer.head) learnAccounts(this.#state, answer);
    };
    // A read that failed is made again over the posting connection.
    const done = this.#read(this.#state.ledgerId, wanted)
      .then(learnt, () => {})
      .finally(() => {
        this.#reading = undefined;
      });
    this.#reading = { done, turn, waitedInVain: false };
  }

  /** Waits for the answer on its way, but not long, and not twice. */
  async wait(): Promise<void> {
    const reading = this.#reading;
    if (!reading) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      reading.waitedInVain = true;
      resolve();
    }, WAIT_MS);
    await Promise.race([reading.done, promise]);
    clearTimeout(timer);
  }
}
