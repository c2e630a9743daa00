/**
 * Sliding windows: what a limit counts over the last so many seconds, exact to the microsecond.
 *
 * What was counted at a moment counts until its length later, and no longer then: used = total now − total at `at − length`.
 * The total at that moment moves on with time, so the points in time at which it grew are kept, each with the total after
 * it: those that are still inside, oldest first. Memory keeps the oldest of them and asks for more when they are used up
 * (`lacks`), so that a window costs the same however much happens in it.
 */
import { assert } from '../kernel/assert.ts';

/** 31 days. */
export const SLIDING_SECONDS_MAX = 2_678_400;
const SECONDS = /^([1-9]\d{0,6})s$/;
/** Points that memory keeps of a window: more are read when these have fallen out of it. */
export const POINTS_MAX = 64;

/** A cumulative total of one direction. */
export interface Total {
  readonly sum: bigint;
  readonly count: number;
  /** Never falls, and grows with whatever counts, in whichever direction it counts. */
  readonly moved: bigint;
}

/** A moment, microseconds since 1970, and the total after all that happened at it. */
export interface Point extends Total {
  readonly at: number;
}

/** The time of a ledger's batch at hand, which all its windows share. */
export interface LedgerTime {
  at: number;
  /** Points that memory keeps of a window. */
  pointsMax: number;
}

/** Length of a window such as 3600s; undefined: it is no sliding one. */
export function slidingSeconds(window: string): number | undefined {
  const seconds = Number(SECONDS.exec(window)?.[1] ?? 0);
  return seconds > 0 && seconds <= SLIDING_SECONDS_MAX ? seconds : undefined;
}

export class SlidingWindow {
  readonly #lengthMicros: number;
  readonly #time: LedgerTime;
  #base: Total;
  #points: Point[];
  /** False where there are newer points than those in memory. */
  #isComplete: boolean;

  /** `points` are those behind the base, oldest first. */
  constructor(
    seconds: number,
    time: LedgerTime,
    base: Total,
    points: readonly Point[] = [],
    isComplete = true,
  ) {
    this.#lengthMicros = seconds * 1_000_000;
    this.#time = time;
    this.#base = base;
    this.#points = [...points];
    this.#isComplete = isComplete;
  }

  /** True where memory cannot tell what counts at this moment. */
  lacks(at: number): boolean {
    const newest = this.#points.at(-1);
    return !this.#isComplete && (newest === undefined || newest.at <= at - this.#lengthMicros);
  }

  /** The total that does not count any more. */
  get base(): Total {
    this.#slide();
    return this.#base;
  }

  /** When the oldest of what counts falls out; null where nothing counts. */
  get freesAt(): number | null {
    this.#slide();
    const [oldest] = this.#points;
    return oldest === undefined ? null : oldest.at + this.#lengthMicros;
  }

  /** Takes in the total as it is now, grown or taken back to what it was before this moment. */
  note(now: Total): void {
    if (!this.#isComplete) return;
    this.#slide();
    const { at, pointsMax } = this.#time;
    if (this.#points.at(-1)?.at === at) this.#points.pop();
    const before = this.#points.at(-1) ?? this.#base;
    if (now.moved === before.moved) return;
    if (this.#points.length >= pointsMax) this.#isComplete = false;
    else this.#points.push({ ...now, at });
  }

  #slide(): void {
    const { at } = this.#time;
    assert(!this.lacks(at), 'the points of a window were read before it was asked for what counts');
    const inside = this.#points.findIndex((point) => point.at > at - this.#lengthMicros);
    const gone = inside === -1 ? this.#points.length : inside;
    if (gone === 0) return;
    this.#base = this.#points[gone - 1] as Point;
    this.#points = this.#points.slice(gone);
  }
}
