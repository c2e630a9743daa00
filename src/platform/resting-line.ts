/**
 * A line of work that is done one after the other, with a rest between: while others wait, as long a rest follows each as it
 * took. So a storm takes half of one core, whatever its size, and the rest of the machine's time is left to others. What does
 * not fit into the line is turned away.
 */

export interface LineDeps {
  readonly waitingMax: number;
  /** For whoever does not fit. */
  readonly overloaded: () => Error;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

export interface Line {
  /** Does the work in its turn. Fails with `overloaded` and with what the work fails with. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Who came now would be turned away. */
  isFull(): boolean;
}

export function createLine({ waitingMax, overloaded, nowMs, sleep }: LineDeps): Line {
  /** The one that is at work included. */
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const isFull = (): boolean => waiting >= waitingMax;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isFull()) throw overloaded();
    waiting++;
    let startedMs = 0;
    const turn = last.then(() => {
      startedMs = nowMs();
      return work();
    });
    const rest = (): Promise<unknown> | undefined => (waiting > 1 ? sleep(nowMs() - startedMs) : undefined);
    last = turn.then(rest, rest);
    try {
      return await turn;
    } finally {
      waiting--;
    }
  };
  return { run, isFull };
}
