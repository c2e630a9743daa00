/**
 * How much bulk work this process takes on at once, so that no number of clients makes it grow: bytes of batches that
 * are being read or posted, streams, and what all streams together have on their way. What does not fit is told so
 * (`overloaded`, come back) before anything of it is stored.
 *
 * Of the batches that were read, only as many are parsed and posted at a time as keep the database busy and leave places
 * in the line to single requests; the others wait for their turn, the longest first. Parsing a batch that the line then
 * refuses would cost as much as posting it.
 *
 * The streams share a window that is well below what may wait in the line of a ledger, and a line of theirs weighs in it
 * at least what it costs there, its legs: they do not fill it, so single requests beside them find a place. A stream
 * that rests takes nothing of the window, and a client at most half of the places that others leave: none shuts out the rest.
 */
import { FailureError } from '../kernel/failure.ts';

const MIB = 1024 * 1024;
/**
 * One of the largest batches, or five of ten thousand plain transfers, more than may wait in line anyway. Parsed and on
 * its way, a batch takes some twenty times its bytes.
 */
const BATCH_BYTES_MAX = 8 * MIB;
/** Some ten thousand plain transfers, half of the line; a larger batch is posted alone. */
const POSTING_BYTES_MAX = 2 * MIB;
/** How long a batch waits for its turn. */
const TURN_WAIT_MS = 2000;
const STREAMS_MAX = 64;
/** Two batches at the database, and some that gather. */
const WINDOW_MAX = 4000;
const WINDOWS_MAX = 8000;

export class BulkRoom {
  #batchBytes = 0;
  #postingBytes = 0;
  #waiting: Waiting[] = [];
  readonly #streams = new Set<OpenStream>();

  /** Room for one batch, taken as its bytes arrive. Fails with `overloaded` where `announced` bytes would not fit. */
  batch(announced: number): BatchRoom {
    let taken = 0;
    let posting = 0;
    const refuse = (more: number): void => {
      if (this.#batchBytes + more > BATCH_BYTES_MAX) throw new FailureError('overloaded');
    };
    refuse(announced);
    return {
      take: (bytes) => {
        refuse(bytes);
        this.#batchBytes += bytes;
        taken += bytes;
      },
      turn: async () => {
        await this.#turn(taken);
        posting = taken;
      },
      leave: () => {
        this.#batchBytes -= taken;
        this.#postingBytes -= posting;
        taken = 0;
        posting = 0;
        this.#admit();
      },
    };
  }

  #turn(bytes: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = {
      bytes,
      begin: () => {
        clearTimeout(timer);
        resolve();
      },
    };
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      reject(new FailureError('overloaded'));
      this.#admit();
    }, TURN_WAIT_MS);
    this.#waiting.push(waiting);
    this.#admit();
    return promise;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#postingBytes > 0 && this.#postingBytes + next.bytes > POSTING_BYTES_MAX) return;
      this.#waiting.shift();
      this.#postingBytes += next.bytes;
      next.begin();
    }
  }

  /** Room for one more stream; `weight` tells what it has on its way. Fails with `overloaded`. */
  enter(client: string, weight: () => number): StreamRoom {
    const own = [...this.#streams].filter((stream) => stream.client === client).length;
    const leftByOthers = STREAMS_MAX - (this.#streams.size - own);
    if (own * 2 >= leftByOthers) throw new FailureError('overloaded');
    const stream = { client, weight };
    this.#streams.add(stream);
    return { window: () => this.#windowOf(stream), leave: () => this.#streams.delete(stream) };
  }

  /** An even share, as far as those whose shares have shrunk have given theirs back; one line at least. */
  #windowOf(stream: OpenStream): number {
    const weights = [...this.#streams].map((each) => (each === stream ? 0 : each.weight()));
    const busy = 1 + weights.filter((weight) => weight > 0).length;
    return Math.max(1, Math.min(WINDOW_MAX, Math.floor(WINDOWS_MAX / busy), WINDOWS_MAX - sum(weights)));
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** What all streams have on their way, of at most WINDOWS_MAX and one slice each. */
  get onTheirWay(): number {
    return sum([...this.#streams].map(({ weight }) => weight()));
  }
}

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

interface OpenStream {
  readonly client: string;
  readonly weight: () => number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

export interface BatchRoom {
  /** Fails with `overloaded`. */
  take(bytes: number): void;
  /** Resolves when it may be parsed and posted. Fails with `overloaded` after some seconds. */
  turn(): Promise<void>;
  leave(): void;
}

export interface StreamRoom {
  /** How much may be on its way, now. */
  readonly window: () => number;
  readonly leave: () => void;
}
