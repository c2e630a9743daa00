/**
 * Latencies in a log-linear histogram, as HdrHistogram keeps them: exact below 256 µs, then 128 steps for each doubling
 * (less than 0.8 % off), in 4 KB however many there are.
 */

import type { Latency } from '../workload.ts';

const EXACT = 256;
const STEPS = 128;
const DOUBLINGS = 24;

export class Histogram {
  readonly #counts = new Float64Array(EXACT + STEPS * DOUBLINGS);
  #count = 0;
  #maxMicros = 0;

  get count(): number {
    return this.#count;
  }

  addMs(ms: number): void {
    this.#add(ms * 1000, 1);
  }

  #add(value: number, count: number): void {
    const micros = Math.max(0, Math.round(value));
    const index = indexOf(micros);
    this.#counts[index] = (this.#counts[index] as number) + count;
    this.#count += count;
    if (micros > this.#maxMicros) this.#maxMicros = micros;
  }

  /**
   * What a client would have seen that had gone on asking every `intervalMs` (Tene's correction, as
   * HdrHistogram's copyCorrectedForCoordinatedOmission): a wait of k intervals hides k - 1 requests, each waiting one interval less.
   */
  corrected(intervalMs: number): Histogram {
    const copy = new Histogram();
    const interval = intervalMs * 1000;
    this.#counts.forEach((count, index) => {
      if (count === 0) return;
      const micros = Math.min(highestOf(index), this.#maxMicros);
      copy.#add(micros, count);
      for (let hidden = micros - interval; interval > 0 && hidden >= interval; hidden -= interval)
        copy.#add(hidden, count);
    });
    return copy;
  }

  /** Milliseconds below which that share of the values lies. */
  percentileMs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] as number;
      if (seen >= rank) return Math.min(highestOf(index), this.#maxMicros) / 1000;
    }
    return this.#maxMicros / 1000;
  }

  percentiles(): Latency {
    return {
      p50: this.percentileMs(0.5),
      p95: this.percentileMs(0.95),
      p99: this.percentileMs(0.99),
      p999: this.percentileMs(0.999),
      max: this.#maxMicros / 1000,
    };
  }
}

function indexOf(micros: number): number {
  if (micros < EXACT) return micros;
  const doubling = Math.min(31 - Math.clz32(Math.min(micros, 2 ** 31)) - 7, DOUBLINGS);
  const step = Math.min(Math.floor(micros / 2 ** doubling), 2 * STEPS - 1) - STEPS;
  return EXACT + (doubling - 1) * STEPS + step;
}

/** The highest value that falls under an index. */
function highestOf(index: number): number {
  if (index < EXACT) return index;
  const doubling = Math.floor((index - EXACT) / STEPS) + 1;
  const step = ((index - EXACT) % STEPS) + STEPS;
  return (step + 1) * 2 ** doubling - 1;
}
