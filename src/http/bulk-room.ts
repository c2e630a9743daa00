/**
 * How much bulk work this process takes on at once, so that no number of clients makes it grow: bytes of batches that
 * are being read or posted, streams, and what all streams together have on their way. What does not fit is told so
 * (`overloaded`, come back) before anything of it is stored.
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
const STREAMS_MAX = 64;
/** Two batches at the database, and some that gather. */
const WINDOW_MAX = 4000;
const WINDOWS_MAX = 8000;

export class BulkRoom {
  #batchBytes = 0;
  readonly #streams = new Set<OpenStream>();

  /** Room for one batch, taken as its bytes arrive. Fails with `overloaded` where `announced` bytes would not fit. */
  batch(announced: number): BatchRoom {
    let taken = 0;
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
      leave: () => {
        this.#batchBytes -= taken;
        taken = 0;
      },
    };
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

interface OpenStream {
  readonly client: string;
  readonly weight: () => number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

export interface BatchRoom {
  /** Fails with `overloaded`. */
  take(bytes: number): void;
  leave(): void;
}

export interface StreamRoom {
  /** How much may be on its way, now. */
  readonly window: () => number;
  readonly leave: () => void;
}
