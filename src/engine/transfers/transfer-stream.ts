/**
 * Transfers without end: one a line, each an intent of its own with its own key, answered in the order of the lines.
 *
 * They are decided in that order, too, and none is let go of for being late, so what is stored is always a beginning of
 * what was taken. Patience is kept by the adapter, which gives up as a whole: all that no append holds then leaves the
 * queue together. A line that is no transfer fails alone; a failure that lies outside of the items (no standing, no
 * database) stops the stream, since whatever follows would be posted before what failed.
 *
 * Memory: what is taken and not answered is bounded by the window; an answer that the client does not read keeps its place in it.
 */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import type { Item } from '../command.ts';
import type { ItemResult } from '../fold.ts';
import { type ItemStream, type ItemStreamOptions, type SentLine, weightOf } from '../item-stream.ts';
import { parseInput } from '../parse-input.ts';
import { ITEM_STATUSES, noItems } from '../render.ts';
import type { Caller, Engine } from '../use-case.ts';
import {
  answerOfItem,
  batchItem,
  failureOf,
  isCommon,
  isPlainItem,
  itemOf,
  itemResult,
  itemText,
  settled,
} from './batch-item.ts';

/** While the line of the ledger is full, it is tried again this often. */
const OVERLOADED_WAIT_MS = 20;

export const streamResult = z
  .strictObject({
    ...itemResult.shape,
    line: z.int().meta({ description: 'Number of the line, from one; with ended, the last line answered.' }),
    idempotency_key: z.string().optional().meta({ description: 'Absent where the line is malformed.' }),
    status: z.enum([...ITEM_STATUSES, 'ended']).meta({
      description:
        'failed: the problem says what to do. ended: the stream was stopped after this line; later ones were not taken.',
    }),
    replayed: z.boolean().optional(),
  })
  .meta({ id: 'StreamResult', description: 'The answer to one line.' });

interface Slice {
  readonly lines: readonly number[];
  readonly keys: readonly (string | undefined)[];
  readonly outcomes: readonly (Promise<ItemResult> | FailureError)[];
  readonly weight: number;
}

export const openTransferStream = (engine: Engine, caller: Caller, options: ItemStreamOptions): ItemStream =>
  new TransferStream(engine, caller, options);

class TransferStream implements ItemStream {
  readonly #engine: Engine;
  readonly #caller: Caller;
  readonly #options: ItemStreamOptions;
  #slices: Slice[] = [];
  /** The next line to answer, in the first slice. */
  #next = 0;
  #lastLine = 0;
  #progressMs = 0;
  /** The client does not read: silence is its own. */
  #held = false;
  #overloaded = false;
  #gaveUp = false;
  #isAnswering = false;
  #answering: Promise<void> | undefined;
  #roomMade = Promise.withResolvers<void>();
  readonly #givenUp = Promise.withResolvers<void>();
  /** Takes out of the line what no append holds. */
  readonly #gone = new AbortController();
  readonly tally = noItems();
  weight = 0;
  stopped: FailureError | undefined;

  constructor(engine: Engine, caller: Caller, options: ItemStreamOptions) {
    this.#engine = engine;
    this.#caller = caller;
    this.#options = options;
  }

  get silentMs(): number {
    const waits = !this.#held && (this.#overloaded || this.weight > 0);
    return waits ? this.#nowMs() - this.#progressMs : 0;
  }

  async add(sent: readonly SentLine[]): Promise<void> {
    const items: Item[] = [];
    const keys: (string | undefined)[] = [];
    const malformed = new Map<number, FailureError>();
    let weight = 0;
    for (const [i, line] of sent.entries()) {
      const item = this.#itemOf(line.sent);
      if (item instanceof FailureError) malformed.set(i, item);
      else items.push(item);
      keys.push(item instanceof FailureError ? undefined : item.idempotencyKey);
      weight += weightOf(line);
    }
    while (this.weight > 0 && this.weight + weight > this.#options.window() && !this.stopped)
      await this.#roomMade.promise;
    const results = await this.#submit(items);
    if (!results) return;
    let next = 0;
    const outcomes = sent.map((_, i) => malformed.get(i) ?? (results[next++] as Promise<ItemResult>));
    this.#slices.push({ lines: sent.map(({ line }) => line), keys, outcomes, weight });
    if (this.weight === 0) this.#progressMs = this.#nowMs();
    this.weight += weight;
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    this.#answering = this.#answerAll();
    // A bug: whoever drains the stream hears of it.
    this.#answering.catch(() => this.stop(new FailureError('internal')));
  }

  stop(cause: FailureError): void {
    if (this.stopped) return;
    this.stopped = cause;
    this.#roomMade.resolve();
    this.#options.onStop();
  }

  giveUp(): void {
    this.#gaveUp = true;
    this.#gone.abort();
    this.stop(new FailureError(this.weight > 0 ? 'outcome_unknown' : 'overloaded'));
    for (const slice of this.#slices) {
      for (; this.#next < slice.lines.length; this.#next++) {
        const outcome = slice.outcomes[this.#next];
        const unknown = outcome instanceof FailureError ? outcome : new FailureError('outcome_unknown');
        this.#answer(slice, this.#next, unknown);
      }
      this.#next = 0;
    }
    this.#slices = [];
    this.weight = 0;
    this.#givenUp.resolve();
  }

  async drain(): Promise<string | undefined> {
    await Promise.race([this.#answering, this.#givenUp.promise]);
    if (!this.stopped) return undefined;
    const { code } = this.stopped;
    const again = `Send every line after ${this.#lastLine} again, with the same idempotency keys`;
    const detail =
      code === 'outcome_unknown'
        ? `${again}, and those that failed with outcome_unknown: nothing moves twice.`
        : `${again}: none of them was taken.`;
    const { problem } = answerOfItem(
      new FailureError(code, `${this.stopped.message}. ${detail}`),
      this.#caller.requestId,
    );
    return JSON.stringify({ line: this.#lastLine, status: 'ended', problem });
  }

  /** The item that a line asks for, or why it is none. */
  #itemOf(value: unknown): Item | FailureError {
    try {
      if (value instanceof FailureError) throw value;
      if (isPlainItem(value)) return itemOf(this.#caller, value);
      refuseBatch(value);
      return itemOf(this.#caller, parseInput(batchItem, value));
    } catch (error) {
      if (error instanceof FailureError) return error;
      throw error;
    }
  }

  /** Undefined: the stream is stopped. */
  async #submit(items: readonly Item[]): Promise<readonly Promise<ItemResult>[] | undefined> {
    const { posters } = this.#engine;
    while (!this.stopped) {
      try {
        const results = posters.submit(
          this.#caller.ledgerId,
          items,
          Number.POSITIVE_INFINITY,
          this.#gone.signal,
        );
        this.#overloaded = false;
        return results;
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        if (error.code === 'overloaded') await this.#waitOverloaded();
        else this.stop(error);
      }
    }
    return undefined;
  }

  async #waitOverloaded(): Promise<void> {
    if (!this.#overloaded && this.weight === 0) this.#progressMs = this.#nowMs();
    this.#overloaded = true;
    await new Promise((resolve) => setTimeout(resolve, OVERLOADED_WAIT_MS));
  }

  async #answerAll(): Promise<void> {
    for (let slice = this.#slices[0]; slice; slice = this.#slices[0]) {
      while (this.#next < slice.lines.length) {
        const outcome = slice.outcomes[this.#next] as Promise<ItemResult> | FailureError;
        const known = outcome instanceof FailureError ? outcome : await settled(outcome);
        if (this.#gaveUp) return;
        const ready = this.#answer(slice, this.#next++, known);
        if (ready) await this.#hold(ready);
        if (this.#gaveUp) return;
      }
      this.#progressMs = this.#nowMs();
      this.#slices.shift();
      this.#next = 0;
      this.weight -= slice.weight;
      this.#roomMade.resolve();
      this.#roomMade = Promise.withResolvers();
    }
    this.#isAnswering = false;
  }

  async #hold(ready: Promise<void>): Promise<void> {
    this.#held = true;
    await ready;
    this.#held = false;
    this.#progressMs = this.#nowMs();
  }

  #answer(slice: Slice, i: number, outcome: ItemResult | FailureError): Promise<void> | undefined {
    const line = slice.lines[i] as number;
    const key = slice.keys[i];
    const code = failureOf(outcome);
    if (code !== undefined && isCommon(code)) this.stop(new FailureError(code));
    const answer = itemText(`"line":${line},`, key, outcome, this.#caller);
    this.tally[answer.status]++;
    if (answer.replayed) this.tally.replayed++;
    this.#lastLine = line;
    return this.#options.onAnswer(answer.text);
  }

  #nowMs(): number {
    return this.#engine.clock.monotonicMs();
  }
}

/** What belongs to a batch in one document is told so: nobody may believe that lines were posted as one. */
function refuseBatch(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const [name] = ['atomic', 'transfers'].filter((field) => Object.hasOwn(value, field));
  if (name === undefined) return;
  const message =
    'each line is one transfer and stands alone: send a whole or atomic batch as application/json';
  throw new FailureError('invalid_request', undefined, [{ pointer: `/${name}`, message }]);
}
