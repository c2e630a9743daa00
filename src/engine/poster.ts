/**
 * Posting to one ledger from one process: IDLE → OPENING → POSTING → RELEASING, and DISCARD or HALTED when the world
 * does not go along. Any number of processes may post to the same ledger.
 *   confirmed  head that the database acknowledged (or that was read)
 *   folded     confirmed plus the appends in flight; the fold's memory stands here
 *
 * Safety rests on the fence of `ledger_append` (head's number and link) and on the unique keys; the advisory lock only
 * makes turns fair. A missing answer is an unknown outcome and is never settled by reading: the same items go
 * through a new session, which either finds their keys or moves the head so that the old append can never commit.
 * Round trips: one a batch, one more to open a turn, one (behind the last append) to release it.
 */
import { type FailureCode, FailureError } from '../kernel/failure.ts';
import { batchColumns, linkOf, rareArgument } from './batch-rows.ts';
import { legsKnown } from './batch-weight.ts';
import type { Item } from './command.ts';
import { classify, Discard, Halt } from './discard.ts';
import { foldBatch, type ItemResult } from './fold.ts';
import { learn, learnWindows } from './learn.ts';
import { LookAhead } from './look-ahead.ts';
import { booksFromRow } from './periods/store.ts';
import { POSTER_DEFAULTS, type PosterDeps, type PosterOptions } from './poster-options.ts';
import { policyFromRow } from './proposals/proposal-row.ts';
import { giveUp, rejectEach, type Waiting, WaitingQueue } from './queue.ts';
import { readApart, readCustomersApart } from './read-apart.ts';
import { rowKeyOf } from './row-mac.ts';
import { EMPTY_LOG, type Head, LedgerState } from './state.ts';
import type { AppendAnswer, HeadAnswer, PostingSession } from './store.ts';
import { isNothing, NOTHING, wantedBy } from './wanted.ts';
import { wantedWindows } from './wanted-windows.ts';

/** Batches whose keys are all looked up after one was found used: replays come in runs. */
const LOOKUP_BATCHES = 16;
/**
 * A turn ends after this long even where nobody waits, so that the clock is read again. The pipeline runs dry between
 * turns: at one a second, by a trace of the system calls, for about a tenth of the time.
 */
const TURN_MS_MAX = 10_000;
/**
 * A turn that nobody waited for at its last append stays open this long with nothing to do: the next item then costs one round trip
 * in place of two (opening, append), and behind it none waits for the release.
 */
const LINGER_MS = 5;
/** Only appends tell whether others wait: a turn without any (replays) for this long ends as if they did. */
const DEAF_MS_MAX = 200;
const SWEEP_MS = 100;
/** A ledger without work gives its connection back: there may be more ledgers than connections. */
const RESTS_AFTER_MS = 30_000;
const BACKOFF_MS = 5;
const BACKOFF_MS_MAX = 500;
/** Failures of an item that can never be stored before its caller hears so. */
const ATTEMPTS_MAX = 8;
const itemsOf = (batch: readonly Waiting[]): Item[] => batch.map(({ item }) => item);

interface Flight {
  readonly batch: readonly Waiting[];
  readonly results: readonly ItemResult[];
  readonly head: Head;
  readonly keysLookedUp: boolean;
  readonly appends: boolean;
  readonly answer: Promise<AppendAnswer>;
}

export class Poster {
  readonly #deps: PosterDeps;
  readonly #options: PosterOptions;
  readonly #state: LedgerState;
  readonly #queue: WaitingQueue;
  readonly #ahead: LookAhead;
  #session: PostingSession | undefined;
  #confirmed: Head = EMPTY_LOG;
  #folded: Head = EMPTY_LOG;
  #clockOffsetMicros = 0;
  #lookups = 0;
  /** Another process changed the ledger between our last two turns: read hot accounts with the opening. */
  #contended = false;
  /** Discards since the last progress; certain ones out of the ordinary, of items in hand, since the last whole turn. */
  #failures = 0;
  #rejections = 0;
  #running: Promise<void> | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #resting: NodeJS.Timeout | undefined;
  #arrival: PromiseWithResolvers<void> | undefined;
  /** When the last append of this turn was answered, and whether the last batch had one. */
  #heardMs = 0;
  #appendedLast = true;
  #stopping = false;
  #overdue = false;
  #inFlight: Flight[] = [];
  #folding: readonly Waiting[] = [];
  /** Why posting is halted; undefined while all is well. */
  halted: string | undefined;

  constructor(ledgerId: number, deps: PosterDeps, options: PosterOptions = POSTER_DEFAULTS) {
    this.#deps = deps;
    this.#options = options;
    this.#state = new LedgerState(ledgerId, rowKeyOf(deps.linkKey));
    this.#queue = new WaitingQueue(options.queueMax, (item) => legsKnown(this.#state, item));
    this.#ahead = new LookAhead(this.#state, deps.readAhead);
  }

  /**
   * Puts items in line, side by side; one promise each. Fails with FailureError: overloaded, shutting_down,
   * ledger_halted, and after `patienceMs`, or once `gone`, database_unavailable (nothing was stored) or outcome_unknown.
   */
  submit(items: readonly Item[], patienceMs: number, gone?: AbortSignal): Promise<ItemResult>[] {
    if (this.#stopping) throw new FailureError('shutting_down');
    if (this.halted !== undefined) throw new FailureError('ledger_halted');
    if (items.length === 0) return [];
    const results = this.#queue.push(items, this.#deps.clock.monotonicMs() + patienceMs, gone);
    this.#arrival?.resolve();
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS);
    clearTimeout(this.#resting);
    this.#running ??= this.#run();
    return results;
  }

  /** True while a connection is kept. */
  get hasSession(): boolean {
    return this.#session !== undefined && this.#session.dead === undefined;
  }

  /** Gives the connection back when there is nothing to do; the next item opens another. */
  rest(): void {
    if (this.#running !== undefined) return;
    this.#session?.destroy('resting');
    this.#session = undefined;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Smaller with every certain failure after the first, so that an item that cannot be stored fails alone. */
  get #batchMax(): number {
    return Math.max(1, Math.floor(this.#options.batchMax / 4 ** Math.max(0, this.#rejections - 1)));
  }

  /** Takes no more, finishes what is in line within the grace (milliseconds), closes the session. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#arrival?.resolve();
    const timer = setTimeout(() => {
      this.#overdue = true;
      this.#queue.rejectAll('shutting_down');
      this.#session?.destroy('stopped');
    }, graceMs);
    await this.#running;
    clearTimeout(timer);
    clearTimeout(this.#resting);
    this.#session?.destroy('stopped');
  }

  async #run(): Promise<void> {
    while (this.#queue.size > 0 && this.halted === undefined) {
      try {
        await this.#turn();
        this.#failures = 0;
        this.#rejections = 0;
      } catch (error) {
        await this.#discard(error);
      }
    }
    this.#running = undefined;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    this.#resting = setTimeout(() => this.rest(), RESTS_AFTER_MS).unref();
  }

  /** One turn: open, post while there is work and nobody else waits too long, release. */
  async #turn(): Promise<void> {
    if (!this.#session || this.#session.dead !== undefined)
      this.#session = this.#deps.openSession(this.#state.ledgerId);
    const session = this.#session;
    const locked = await this.#open(session);
    const sinceMs = this.#deps.clock.monotonicMs();
    // Whoever gave up while the database was away is not posted for as soon as it is back.
    this.#queue.expire(sinceMs);
    let othersWait = false;
    this.#heardMs = sinceMs;
    this.#appendedLast = true;
    // Without the lock it is one batch: whoever holds it would be refused at the fence again and again.
    for (let batches = 0; locked || batches === 0; batches++) {
      if (this.#queue.size === 0 && (othersWait || !(await this.#lingers()))) break;
      const nowMs = this.#deps.clock.monotonicMs();
      const mayBeWaitedFor = othersWait || nowMs - this.#heardMs >= DEAF_MS_MAX;
      if (nowMs - sinceMs >= (mayBeWaitedFor ? this.#options.turnMs : TURN_MS_MAX)) break;
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
  }

  /** Waits a little for more to come; true when it came. */
  async #lingers(): Promise<boolean> {
    if (this.#stopping || !this.#appendedLast) return false;
    this.#arrival = Promise.withResolvers<void>();
    const timer = setTimeout(this.#arrival.resolve, LINGER_MS);
    await this.#arrival.promise;
    clearTimeout(timer);
    this.#arrival = undefined;
    return this.#queue.size > 0;
  }

  /** True when the ledger's lock was had; the fence keeps a turn without it safe. */
  async #open(session: PostingSession): Promise<boolean> {
    const state = this.#state;
    state.forgetAbsent();
    const items = itemsOf(this.#queue.peek(this.#batchMax));
    const wanted = wantedBy(state, items, true, this.#contended);
    const opened = await session.open(this.#confirmed, wanted);
    const { read } = opened;
    if (!opened.extends || read.head < this.#confirmed.number) {
      throw new Halt(`the stored log (head ${read.head}) does not continue event ${this.#confirmed.number}`);
    }
    this.#contended = read.head > this.#confirmed.number && this.#confirmed.number > 0;
    state.forgetTouched(opened.touched, opened.settings);
    this.#confirmed = { number: read.head, link: read.link, at: read.at };
    this.#folded = this.#confirmed;
    this.#ahead.begin(this.#confirmed);
    this.#clockOffsetMicros = opened.clock - this.#deps.clock.monotonicMs() * 1000;
    state.ahead = opened.ahead ?? undefined;
    state.books = booksFromRow(opened.books);
    state.hasPools = opened.pools;
    state.policy = policyFromRow(state, opened.policy);
    state.stops.hear(opened.switched);
    learn(state, read);
    state.noteAbsent(wanted);
    return opened.locked;
  }

  /** Takes the next batch, reads what it lacks, folds it and hands the append to the database without waiting. */
  async #foldNext(session: PostingSession): Promise<void> {
    const taken = this.#queue.take(this.#batchMax);
    this.#folding = taken;
    const withKeys = this.#lookups > 0;
    if (this.#lookups > 0) this.#lookups--;
    await this.#readMissing(session, itemsOf(taken), withKeys);
    // Now memory knows what captures and reversals weigh.
    const batch = this.#queue.cut(taken, this.#batchMax);
    this.#folding = batch;
    const items = itemsOf(batch);
    const on = this.#folded;
    const clock = Math.floor(this.#clockOffsetMicros + this.#deps.clock.monotonicMs() * 1000);
    // Nor before what memory was folded at last, which no event tells where it recorded nothing: windows moved on with it.
    const at = Math.max(on.at + 1, clock + (this.#state.ahead ?? 0), this.#state.time.at);
    const lacking = wantedWindows(this.#state, items, at);
    if (lacking.length > 0) learnWindows(this.#state, await this.#asFolded(session.readWindows(lacking, at)));
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
      const rare = rareArgument(rows.rare, columns.rare);
      answer = session.append(on, at, link, this.#deps.linkKey.version, columns, rare);
    } else if (results.some((result) => result.kind === 'failed')) answer = this.#stillAt(session, on);
    answer.catch(() => {});
    this.#folded = head;
    this.#ahead.reached(head);
    this.#inFlight.push({ batch, results, head, keysLookedUp: withKeys, appends: count > 0, answer });
    this.#folding = [];
    if (!this.#ahead.isReading) this.#ahead.start(this.#queue.lookAt(this.#options.lookahead));
  }

  /** What is denied without an event has no append to fence it: the head is asked for instead. */
  async #stillAt(session: PostingSession, on: Head): Promise<AppendAnswer> {
    const { head, link } = await session.read(NOTHING);
    return head === on.number && link === on.link ? 'done' : 'head';
  }

  /** Reads what a batch lacks and nobody read ahead. The read stands behind the append in flight. */
  async #readMissing(session: PostingSession, items: readonly Item[], withKeys: boolean): Promise<void> {
    await readApart(this.#state, items, session, (reading) => this.#asFolded(reading));
    await this.#readWanted(session, items, withKeys);
    await readCustomersApart(this.#state, items, session, (reading) => this.#asFolded(reading));
  }

  async #readWanted(session: PostingSession, items: readonly Item[], withKeys: boolean): Promise<void> {
    let wanted = wantedBy(this.#state, items, withKeys, false);
    if (isNothing(wanted)) return;
    if (this.#ahead.mayBring(wanted)) {
      await this.#ahead.wait();
      wanted = wantedBy(this.#state, items, withKeys, false);
      if (isNothing(wanted)) return;
    }
    learn(this.#state, await this.#asFolded(session.read(wanted)));
    this.#state.noteAbsent(wanted);
  }

  /** What stands at the head that memory is folded to. Fails with Discard where it is another one. */
  async #asFolded<A extends HeadAnswer>(reading: Promise<A>): Promise<A> {
    const read = await reading;
    if (read.head !== this.#folded.number || read.link !== this.#folded.link) throw new Discard('head');
    return read;
  }

  /** Waits for the oldest append; true when another process wants the turn. Fails with the cause of a discard. */
  async #settleOldest(): Promise<boolean> {
    const flight = this.#inFlight[0] as Flight;
    const answer = await flight.answer;
    if (answer !== 'done' && answer !== 'done_waiting') throw new Discard(answer);
    // The rest of the next append first: the database is idle until it has it (35 % of samples showed it waiting, 14 % so).
    await this.#session?.flushed();
    this.#inFlight.shift();
    this.#appendedLast = flight.appends;
    if (flight.appends) this.#heardMs = this.#deps.clock.monotonicMs();
    this.#confirmed = flight.head;
    this.#failures = 0;
    for (let i = 0; i < flight.batch.length; i++)
      (flight.batch[i] as Waiting).resolve(flight.results[i] as ItemResult);
    this.#state.evict(this.#confirmed.number, this.#options.accountsMax, this.#options.resultsMax);
    return answer === 'done_waiting';
  }

  /** DISCARD: the session goes with all that it had in flight; what was not confirmed is folded again. */
  async #discard(error: unknown): Promise<void> {
    const cause = await this.#settleUpToFailure(error);
    const [first] = this.#inFlight;
    const { kind, certain, cause: why, ordinary } = classify(cause, first?.keysLookedUp ?? false);
    const handed = this.#inFlight.flatMap((flight) => flight.batch);
    if (!certain) for (const waiting of handed) waiting.open = true;
    const culprits = first?.batch ?? this.#folding;
    const back = [...handed, ...this.#folding];
    this.#inFlight = [];
    this.#folding = [];
    this.#session?.destroy('discarded');
    this.#session = undefined;
    this.#folded = this.#confirmed;
    this.#ahead.end();
    this.#state.forgetNewerThan(this.#confirmed.number);
    // Should memory be what is wrong: nothing of it is used again.
    if (kind === 'bug') this.#state.forgetTouched(null, []);
    this.#lookups = LOOKUP_BATCHES;
    this.#failures++;
    if (certain && !ordinary && culprits.length > 0) this.#rejections++;
    this.#deps.log[ordinary ? 'info' : 'warn'](
      { ledger: this.#state.ledgerId, why, attempt: this.#failures },
      'posting session discarded',
    );
    if (kind === 'halt') return this.#halt(why, back);
    if (this.#overdue) return rejectEach(back, 'shutting_down');
    if (kind === 'full') {
      // All of the line: whoever comes later must not be posted before these.
      this.#queue.putBack(back);
      this.#queue.rejectUnopened('storage_full');
    } else if (kind === 'bug' && this.#rejections > ATTEMPTS_MAX)
      this.#putBackOpen(back, culprits, 'internal');
    else this.#queue.putBack(back);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(BACKOFF_MS * 2 ** (this.#failures - 1), BACKOFF_MS_MAX)),
    );
  }

  /** The cause of a discard is that of the oldest append that is not done; those before it are. */
  async #settleUpToFailure(cause: unknown): Promise<unknown> {
    try {
      while (this.#inFlight.length > 0) await this.#settleOldest();
      return cause;
    } catch (earlier) {
      return earlier;
    }
  }

  /** Rejects those that certainly did nothing; what is open stays in line until it is settled. */
  #putBackOpen(back: readonly Waiting[], rejected: readonly Waiting[], code: FailureCode): void {
    const gone = new Set(rejected);
    rejectEach(rejected, code);
    this.#queue.putBack(back.filter((waiting) => waiting.open || !gone.has(waiting)));
  }

  #halt(why: string, back: readonly Waiting[]): void {
    this.halted = why;
    this.#deps.log.fatal({ ledger: this.#state.ledgerId, why }, 'posting halted: an operator has to decide');
    rejectEach(back, 'ledger_halted');
    this.#queue.rejectAll('ledger_halted');
  }

  #sweep(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    this.#queue.expire(nowMs);
    for (const waiting of [...this.#inFlight.flatMap((flight) => flight.batch), ...this.#folding]) {
      if (!waiting.answered && nowMs >= waiting.deadlineMs) giveUp(waiting);
    }
  }
}
