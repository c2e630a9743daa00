/**
 * A request without end: one item a line in (application/x-ndjson), one answer a line out, in order, as they commit.
 *
 *   the client sends faster than the ledger posts     the request is read no further until there is room
 *   the client does not read its answers              nothing more is posted for it, then read; at last it is cut off
 *   the client goes away                              what was taken is settled; what it heard of is committed
 *   the client falls silent                           the stream ends and says so
 *   the database is away                              the stream waits with it; at last it says what is open, and ends
 *   the server ends                                   what was taken is answered, and the last line says what to send again
 *
 * The status goes out with the first answer. A stream that is stopped before it took a line is answered with a problem
 * like any other; each line taken has its answer, and what stopped the stream stands in a last line with `ended`.
 */
import { type ItemStream, type SentLine, weightOf } from '../engine/item-stream.ts';
import type { Caller, Engine, StreamKind } from '../engine/use-case.ts';
import { FailureError } from '../kernel/failure.ts';
import type { RequestContext } from './answer.ts';
import { parseJson } from './body.ts';
import { BodyChunks } from './body-chunks.ts';
import type { BulkRoom, StreamRoom } from './bulk-room.ts';
import { LineSplitter } from './line-splitter.ts';
import { LineWriter } from './line-writer.ts';
import type { Metrics } from './metrics.ts';
import { problemOf } from './problem.ts';
import { errorFields, type HttpLog } from './request-log.ts';
import { type StreamLimits, StreamWatch } from './stream-watch.ts';

export const NDJSON_TYPE = 'application/x-ndjson';
/** More than a hundred legs with all that may stand beside them. */
export const LINE_BYTES_MAX = 65_536;

export interface StreamDeps {
  readonly engine: Engine;
  readonly room: BulkRoom;
  readonly log: HttpLog;
  readonly limits: StreamLimits;
  readonly metrics: Metrics;
}

/** Requires an authorised caller. Fails with what stopped the request before a line of it was taken; answers what stopped it later. */
export async function answerStream(
  c: RequestContext,
  kind: StreamKind,
  caller: Caller,
  deps: StreamDeps,
): Promise<FailureError | undefined> {
  const ending = c.env.life?.endless(c.env.incoming);
  if (ending?.aborted) throw new FailureError('shutting_down');
  let exchange: Exchange | undefined;
  const room = deps.room.enter(caller.actor.client, () => exchange?.weight ?? 0);
  try {
    exchange = new Exchange(c, kind, caller, deps, room);
    await exchange.run(ending);
    return exchange.stopped;
  } finally {
    room.leave();
  }
}

class Exchange {
  readonly #c: RequestContext;
  readonly #deps: StreamDeps;
  readonly #room: StreamRoom;
  readonly #chunks: BodyChunks;
  readonly #writer: LineWriter;
  readonly #stream: ItemStream;
  #lines = 0;
  #tooLong: FailureError | undefined;
  /** Why nobody hears the rest. */
  #lost: 'client_gone' | 'client_not_reading' | undefined;

  constructor(c: RequestContext, kind: StreamKind, caller: Caller, deps: StreamDeps, room: StreamRoom) {
    this.#c = c;
    this.#deps = deps;
    this.#room = room;
    this.#chunks = new BodyChunks(c.env.incoming);
    this.#writer = new LineWriter(c.env.outgoing, () => {
      c.env.outgoing.writeHead(200, { ...c.get('frameHeaders'), 'Content-Type': NDJSON_TYPE });
    });
    this.#stream = kind.open(deps.engine, caller, {
      window: room.window,
      onAnswer: (text) => this.#writer.add(text),
      onStop: () => this.#chunks.stop(),
    });
  }

  get stopped(): FailureError | undefined {
    return this.#stream.stopped;
  }

  get weight(): number {
    return this.#stream.weight;
  }

  async run(ending: AbortSignal | undefined): Promise<void> {
    const onEnding = (): void => this.#stream.stop(new FailureError('shutting_down'));
    const watch = new StreamWatch(this.#deps.limits, this.#deps.engine.clock, {
      stream: this.#stream,
      writer: this.#writer,
      lines: () => this.#lines,
      asked: () => this.#chunks.asked,
      cutOff: () => this.#cutOff(),
    });
    const { outgoing } = this.#c.env;
    outgoing.once('close', () => {
      if (!outgoing.writableFinished && !this.#stream.stopped) this.#lost ??= 'client_gone';
    });
    ending?.addEventListener('abort', onEnding);
    try {
      await this.#exchange();
      await this.#writer.end();
    } finally {
      ending?.removeEventListener('abort', onEnding);
      watch.end();
      this.#count();
    }
  }

  #cutOff(): void {
    this.#lost ??= 'client_not_reading';
    this.#c.env.outgoing.destroy();
  }

  async #exchange(): Promise<void> {
    try {
      await this.#take();
      const last = await this.#stream.drain();
      if (this.#stream.stopped && !this.#writer.begun) throw this.#stream.stopped;
      if (last !== undefined) this.#writer.add(last);
    } catch (error) {
      if (!this.#writer.begun) throw error;
      this.#broken(error);
    }
  }

  async #take(): Promise<void> {
    const splitter = new LineSplitter(LINE_BYTES_MAX);
    for (let chunk = await this.#chunks.next(); chunk; chunk = await this.#chunks.next()) {
      splitter.feed(chunk);
      for (let slice = this.#read(splitter); slice.length > 0; slice = this.#read(splitter))
        await this.#stream.add(slice);
      if (this.#tooLong) this.#stream.stop(this.#tooLong);
    }
    const rest = this.#chunks.end === 'complete' ? splitter.last() : undefined;
    if (rest === undefined) return;
    await this.#stream.add(this.#sent(rest));
    if (this.#tooLong) this.#stream.stop(this.#tooLong);
  }

  /** The next lines that are there: at most half a window, so that one half may be read while the other is posted. */
  #read(splitter: LineSplitter): SentLine[] {
    const slice: SentLine[] = [];
    const weightMax = this.#room.window() / 2;
    let weight = 0;
    while (weight < weightMax && !this.#stream.stopped && !this.#tooLong) {
      const bytes = splitter.next();
      if (bytes === undefined) break;
      for (const sent of this.#sent(bytes)) {
        slice.push(sent);
        weight += weightOf(sent);
      }
    }
    return slice;
  }

  /** A line without anything on it asks for nothing. */
  #sent(bytes: Buffer | 'too_long'): SentLine[] {
    const line = ++this.#lines;
    if (bytes === 'too_long') {
      // Where it ends cannot be known without reading on for ever, and what follows was hardly meant as lines.
      const detail = `Line ${line} is longer than ${LINE_BYTES_MAX} bytes: put each item on a line of its own`;
      this.#tooLong = new FailureError('body_too_large', detail);
      return [];
    }
    return bytes.length === 0 ? [] : [{ line, bytes: bytes.length, sent: parsedLine(bytes) }];
  }

  /** A bug after the first answer: the status has gone out. */
  #broken(error: unknown): void {
    const requestId = this.#c.get('requestId');
    const { body, cause } = problemOf(error, requestId);
    if (cause !== undefined)
      this.#deps.log.error({ request: requestId, ...errorFields(cause) }, 'request failed');
    this.#writer.add(JSON.stringify({ line: this.#lines, status: 'ended', problem: body }));
  }

  #count(): void {
    const why = this.#lost ?? this.#stream.stopped?.code;
    const { tally } = this.#stream;
    this.#deps.metrics.items(tally);
    this.#c.set('tally', { lines: this.#lines, ...tally, ...(why === undefined ? {} : { ended: why }) });
  }
}

/** The JSON of a line, or the FailureError that says why it has none. */
export function parsedLine(bytes: Buffer): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    return error;
  }
}
