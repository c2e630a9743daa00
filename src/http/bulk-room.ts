/**
 * How much bulk work this process takes on at once, so that no number of clients makes it grow: bytes of batches that
 * are being read or posted, streams, and what all streams together have on their way. What does not fit is told so
 * (`overloaded`, come back) before anything of it is stored.
 *
 * The streams share a window that is well below what may wait in the line of a ledger, and a line of theirs weighs in it
 * at least what it costs there, its legs: they do not fill it, so single requests beside them find a place.
 */
import type { ItemStream } from '../engine/item-stream.ts';
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
  readonly #streams = new Set<ItemStream>();
  /** Streams that have not opened yet count, too. */
  #entered = 0;

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

  /** Room for one more stream. Fails with `overloaded`. */
  enter(): StreamRoom {
    if (this.#entered >= STREAMS_MAX) throw new FailureError('overloaded');
    this.#entered++;
    let opened: ItemStream | undefined;
    return {
      window: () => Math.min(WINDOW_MAX, Math.floor(WINDOWS_MAX / this.#entered)),
      opened: (stream) => {
        opened = stream;
        this.#streams.add(stream);
      },
      leave: () => {
        this.#entered--;
        if (opened) this.#streams.delete(opened);
      },
    };
  }

  get streams(): number {
    return this.#entered;
  }

  /** What all streams have on their way, of at most WINDOWS_MAX and one slice each. */
  get onTheirWay(): number {
    let sum = 0;
    for (const { weight } of this.#streams) sum += weight;
    return sum;
  }
}

export interface BatchRoom {
  /** Fails with `overloaded`. */
  take(bytes: number): void;
  leave(): void;
}

export interface StreamRoom {
  readonly window: () => number;
  opened(stream: ItemStream): void;
  leave(): void;
}
