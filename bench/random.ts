/**
 * Chance from a seed: the same seed gives the same load everywhere.
 */

/** Uniform 32-bit numbers (Mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Ranks from 0 with probability proportional to 1 / (rank + 1): Zipf with exponent 1.0, by its cumulative table. */
export function zipf(count: number, next: () => number): () => number {
  const cumulative = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank++) {
    total += 1 / (rank + 1);
    cumulative[rank] = total;
  }
  return () => {
    const wanted = (next() / 2 ** 32) * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

function randomTail(next: () => number): string {
  return `${hex(0x8000 | (next() & 0x3fff), 4)}-${hex(next(), 8)}${hex(next() & 0xffff, 4)}`;
}

/** UUIDs of version 4 (RFC 9562 §5.4): in no order. */
export const uuidsV4 = (next: () => number) => (): string => {
  const head = hex(next(), 8);
  const middle = next();
  return `${head}-${hex(middle >>> 16, 4)}-4${hex(middle & 0xfff, 3)}-${randomTail(next)}`;
};

const KEYS_PER_MS = 32;

/** UUIDs of version 7 (RFC 9562 §5.7): in the order of a clock that starts at `fromMs` and counts keys. */
export function uuidsV7(next: () => number, fromMs: number): () => string {
  let made = 0;
  return () => {
    const time = hex(fromMs + Math.floor(made / KEYS_PER_MS), 12);
    made++;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(next() & 0xfff, 3)}-${randomTail(next)}`;
  };
}
