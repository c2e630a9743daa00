/**
 * Posting to one ledger from one process: IDLE → OPENING → POSTING → RELEASING, and DISCARD or HALTED when the world
 * does not go along. Any number of processes may post to the same ledger.
 *
 *   confirmed  head that the database acknowledged (or that was read)
 *   folded     confirmed plus the appends in flight; the fold's memory stands here
 *
 * Safety rests on the fence of `ledger_append` (head's number and link) and on the unique keys; the advisory lock only
 * makes turns fair. A missing answer is an unknown outcome and is never settled by reading: the same items go
 * through a new session, which either finds their keys or moves the head so that the old append can never commit.
 *
 * Round trips: one a batch, one more to open a turn, one (behind the last append) to release it.
 */
import type { Clock } from '../kernel/clock.ts';
import { type FailureCode, FailureError } from '../kernel/failure.ts';
import { batchColumns, type LinkKey, linkOf } from './batch-rows.ts';
import type { Item } from './command.ts';
import { classify, Discard, Halt } from './discard.ts';
import { foldBatch, type ItemResult } from './fold.ts';
import { learn } from './learn.ts';
import { giveUp, type Waiting, WaitingQueue } from './queue.ts';
import { EMPTY_LOG, type Head, isNothing, LedgerState } from './state.ts';
import type { AppendAnswer, PostingSession } from './store.ts';

export interface PosterDeps {
  readonly clock: Clock;
  readonly linkKey: LinkKey;
  /** A new connection each time; it is used until its first failure. */
  readonly openSession: (ledgerId: number) => PostingSession;
  readonly log: {
    warn(fields: Record<string, unknown>, message: string): void;
    fatal(fields: Record<string, unknown>, message: string): void;
  };
}

/** How a poster behaves; the figures are measured, see POSTER_DEFAULTS. */
export interface PosterOptions {
  readonly batchMax: number;
  /** Appends in flight on the one connection: with two, Node folds while the database works. */
  readonly depth: number;
  /** How long a turn lasts once another process waits, milliseconds. */
  readonly turnMs: number;
  readonly queueMax: number;
  readonly accountsMax: number;
  readonly resultsMax: number;
}

export const POSTER_DEFAULTS: PosterOptions = {
  batchMax: 1000,
  depth: 2,
  turnMs: 50,
  queueMax: 20_000,
  accountsMax: 200_000,
  resultsMax: 20_000,
};

/** Batches whose keys are all looked up after one was found used: replays come in runs. */
const LOOKUP_BATCHES = 16;
const SWEEP_MS = 100;
const BACKOFF_MS = 5;
const BACKOFF_MS_MAX = 500;
/** Certain failures of the same item before it is taken for our bug. */
const ATTEMPTS_MAX = 8;

interface Flight {
  readonly batch: readonly Waiting[];
  readonly results: readonly ItemResult[];
  readonly head: Head;
  readonly keysLookedUp: boolean;
  readonly answer: Promise<AppendAnswer>;
}

export class Poster {
  readonly #deps: PosterDeps;
  readonly #options: PosterOptions;
  readonly #state: LedgerState;
  readonly #queue: WaitingQueue;
  #session: PostingSession | undefined;
  #confirmed: Head = EMPTY_LOG;
  #folded: Head = EMPTY_LOG;
  #clockOffsetMicros = 0;
  #lookups = 0;
  /** Another process changed the ledger between our last two turns: read hot accounts with the opening. */
  #contended = false;
  #failures = 0;
  #running: Promise<void> | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #stopping = false;
  #inFlight: Flight[] = [];
  #folding: readonly Waiting[] = [];
  /** Why posting is halted; undefined while all is well. */
  halted: string | undefined;

  constructor(ledgerId: number, deps: PosterDeps, options: PosterOptions = POSTER_DEFAULTS) {
    this.#deps = deps;
    this.#options = options;
    this.#state = new LedgerState(ledgerId);
    this.#queue = new WaitingQueue(options.queueMax);
  }

  /**
   * Puts items in line, side by side; one promise each. Fails with FailureError: overloaded, shutting_down,
   * ledger_halted, and after `patienceMs` database_unavailable (nothing was stored) or outcome_unknown.
   */
  submit(items: readonly Item[], patienceMs: number): Promise<ItemResult>[] {
    if (this.#stopping) throw new FailureError('shutting_down');
    if (this.halted !== undefined) throw new FailureError('ledger_halted');
    const results = this.#queue.push(items, this.#deps.clock.monotonicMs() + patienceMs);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS);
    this.#running ??= this.#run();
    return results;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** After repeated certain failures, one at a time: the item that cannot be stored then fails alone. */
  get #batchMax(): number {
    return this.#failures > ATTEMPTS_MAX / 2 ? 1 : this.#options.batchMax;
  }

  /** Takes no more, finishes what is in line within the grace (milliseconds), closes the session. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const overdue = setTimeout(() => this.#queue.rejectAll(new FailureError('shutting_down')), graceMs);
    await this.#running;
    clearTimeout(overdue);
    this.#session?.destroy('stopped');
    clearInterval(this.#sweeper);
  }

  async #run(): Promise<void> {
    while (this.#queue.size > 0 && this.halted === undefined) {
      try {
        await this.#turn();
        this.#failures = 0;
      } catch (error) {
        await this.#discard(error);
      }
    }
    this.#running = undefined;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  /** One turn: open, post while there is work and nobody else waits too long, release. */
  async #turn(): Promise<void> {
    if (!this.#session || this.#session.dead !== undefined)
      this.#session = this.#deps.openSession(this.#state.ledgerId);
    const session = this.#session;
    await this.#open(session);
    const endsMs = this.#deps.clock.monotonicMs() + this.#options.turnMs;
    let othersWait = false;
    while (this.#queue.size > 0) {
      if (othersWait && this.#deps.clock.monotonicMs() >= endsMs) break;
      await this.#foldNext(session);
      // With nothing left to fold, waiting for an answer lets the next batch gather.
      while (
        this.#inFlight.length >= this.#options.depth ||
        (this.#queue.size === 0 && this.#inFlight.length > 0)
      ) {
        othersWait = (await this.#settleOldest()) || othersWait;
      }
    }
    const released = session.release();
    released.catch(() => {});
    while (this.#inFlight.length > 0) await this.#settleOldest();
    await released;
    this.#state.evict(this.#confirmed.number, this.#options.accountsMax, this.#options.resultsMax);
  }

  async #open(session: PostingSession): Promise<void> {
    const state = this.#state;
    state.forgetAbsent();
    const items = this.#queue.peek(this.#batchMax).map((waiting) => waiting.item);
    const wanted = state.wanted(items, true, this.#contended);
    const opened = await session.open(this.#confirmed, wanted);
    const { read } = opened;
    if (!opened.extends || read.head < this.#confirmed.number) {
      throw new Halt(`the stored log (head ${read.head}) does not continue event ${this.#confirmed.number}`);
    }
    this.#contended = read.head > this.#confirmed.number && this.#confirmed.number > 0;
    state.forgetTouched(opened.touched);
    this.#confirmed = { number: read.head, link: read.link, at: read.at };
    this.#folded = this.#confirmed;
    this.#clockOffsetMicros = opened.clock - this.#deps.clock.monotonicMs() * 1000;
    learn(state, read);
    state.noteAbsent(wanted);
  }

  /** Takes the next batch, reads what it lacks, folds it and hands the append to the database without waiting. */
  async #foldNext(session: PostingSession): Promise<void> {
    const batch = this.#queue.take(this.#batchMax);
    this.#folding = batch;
    const items = batch.map((waiting) => waiting.item);
    const withKeys = this.#lookups > 0;
    if (this.#lookups > 0) this.#lookups--;
    await this.#readMissing(session, items, withKeys);

    const now = Math.floor(this.#clockOffsetMicros + this.#deps.clock.monotonicMs() * 1000);
    const on = this.#folded;
    const at = Math.max(on.at + 1, now);
    const { rows, results } = foldBatch(this.#state, on.number, at, items);
    if (results.some((result) => result.kind === 'recorded' && result.replayed))
      this.#lookups = LOOKUP_BATCHES;

    let answer: Promise<AppendAnswer> = Promise.resolve('done');
    let head = on;
    const count = rows.events.length;
    if (count > 0) {
      const columns = batchColumns(rows);
      const link = linkOf(this.#deps.linkKey, this.#state.ledgerId, on, at, count, columns);
      head = { number: on.number + count, link, at };
      answer = session.append(on, at, link, this.#deps.linkKey.version, columns);
      answer.catch(() => {});
    }
    this.#folded = head;
    this.#inFlight.push({ batch, results, head, keysLookedUp: withKeys, answer });
    this.#folding = [];
  }

  async #readMissing(session: PostingSession, items: readonly Item[], withKeys: boolean): Promise<void> {
    const wanted = this.#state.wanted(items, withKeys, false);
    if (isNothing(wanted)) return;
    const read = await session.read(wanted);
    if (read.head !== this.#folded.number || read.link !== this.#folded.link) throw new Discard('head');
    learn(this.#state, read);
    this.#state.noteAbsent(wanted);
  }

  /** Waits for the oldest append; true when another process wants the turn. Fails with the cause of a discard. */
  async #settleOldest(): Promise<boolean> {
    const flight = this.#inFlight[0] as Flight;
    const answer = await flight.answer;
    if (answer !== 'done' && answer !== 'done_waiting') throw new Discard(answer);
    this.#inFlight.shift();
    this.#confirmed = flight.head;
    for (let i = 0; i < flight.batch.length; i++)
      (flight.batch[i] as Waiting).resolve(flight.results[i] as ItemResult);
    return answer === 'done_waiting';
  }

  /** DISCARD: the session goes with all that it had in flight; what was not confirmed is folded again. */
  async #discard(error: unknown): Promise<void> {
    let cause = error;
    while (this.#inFlight.length > 0) {
      try {
        await this.#settleOldest();
      } catch (earlier) {
        cause = earlier;
        break;
      }
    }
    const verdict = classify(cause, this.#inFlight[0]?.keysLookedUp ?? false);
    const handed = this.#inFlight.flatMap((flight) => flight.batch);
    if (!verdict.certain) for (const waiting of handed) waiting.open = true;
    const back = [...handed, ...this.#folding];
    this.#inFlight = [];
    this.#folding = [];
    this.#session?.destroy('discarded');
    this.#session = undefined;
    this.#folded = this.#confirmed;
    this.#state.forgetNewerThan(this.#confirmed.number);
    this.#lookups = LOOKUP_BATCHES;
    this.#failures++;
    const { cause: why } = verdict;
    this.#deps.log.warn(
      { ledger: this.#state.ledgerId, why, attempt: this.#failures },
      'posting session discarded',
    );
    if (verdict.kind === 'halt') return this.#halt(why, back);
    const failure =
      verdict.kind === 'fail'
        ? verdict.code
        : this.#failures > ATTEMPTS_MAX && verdict.certain
          ? 'internal'
          : undefined;
    this.#queue.putBack(failure === undefined ? back : this.#fail(back, failure));
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(BACKOFF_MS * 2 ** (this.#failures - 1), BACKOFF_MS_MAX)),
    );
  }

  /** Rejects items that certainly did nothing; the others stay in line and their callers hear that the outcome is open. */
  #fail(batch: readonly Waiting[], code: FailureCode): readonly Waiting[] {
    for (const waiting of batch) {
      if (waiting.open) giveUp(waiting);
      else waiting.reject(new FailureError(code));
    }
    return batch.filter((waiting) => waiting.open);
  }

  #halt(why: string, back: readonly Waiting[]): void {
    this.halted = why;
    this.#deps.log.fatal({ ledger: this.#state.ledgerId, why }, 'posting halted: an operator has to decide');
    for (const waiting of back) waiting.reject(new FailureError('ledger_halted'));
    this.#queue.rejectAll(new FailureError('ledger_halted'));
  }

  #sweep(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#queue.expire(nowMs);
    for (const waiting of [...this.#inFlight.flatMap((flight) => flight.batch), ...this.#folding]) {
      if (!waiting.answered && nowMs >= waiting.deadlineMs) giveUp(waiting);
    }
  }
}
