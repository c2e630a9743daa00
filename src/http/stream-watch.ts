/** What a stream waits for, and for how long it may: one timer for each stream looks at all of it. */
import type { ItemStream } from '../engine/item-stream.ts';
import type { Clock } from '../kernel/clock.ts';
import { FailureError } from '../kernel/failure.ts';

export interface StreamLimits {
  /** The client sends no line, or reads no answer. */
  readonly idleMs: number;
  /** Nothing that was taken is settled. */
  readonly patienceMs: number;
}

export const STREAM_LIMITS: StreamLimits = { idleMs: 30_000, patienceMs: 10_000 };

export interface Watched {
  readonly stream: Pick<ItemStream, 'weight' | 'silentMs' | 'stop' | 'giveUp'>;
  readonly writer: { readonly waits: boolean };
  /** Lines read so far. */
  readonly lines: () => number;
  /** True while the client is waited for. */
  readonly asked: () => boolean;
  /** The client does not read: there is nobody to be told. */
  readonly cutOff: () => void;
}

const LOOKS = 8;

export class StreamWatch {
  readonly #limits: StreamLimits;
  readonly #clock: Clock;
  readonly #watched: Watched;
  readonly #timer: NodeJS.Timeout;
  #lines = -1;
  #quietSinceMs = 0;
  #readMs = 0;

  constructor(limits: StreamLimits, clock: Clock, watched: Watched) {
    this.#limits = limits;
    this.#clock = clock;
    this.#watched = watched;
    this.#readMs = clock.monotonicMs();
    const everyMs = Math.ceil(Math.min(limits.idleMs, limits.patienceMs) / LOOKS);
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { stream, writer, lines, asked, cutOff } = this.#watched;
    const { idleMs, patienceMs } = this.#limits;
    const nowMs = this.#clock.monotonicMs();
    if (stream.silentMs > patienceMs) stream.giveUp();
    if (!writer.waits) this.#readMs = nowMs;
    else if (nowMs - this.#readMs > idleMs) cutOff();
    const isQuiet = asked() && stream.weight === 0 && lines() === this.#lines;
    if (!isQuiet) this.#quietSinceMs = nowMs;
    else if (nowMs - this.#quietSinceMs > idleMs) stream.stop(new FailureError('request_timeout'));
    this.#lines = lines();
  }
}
