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

/** The returned function does the work in its turn; fails with `overloaded` and with what the work fails with. */
export function createLine({ waitingMax, overloaded, nowMs, sleep }: LineDeps) {
  /** The one that is at work included. */
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= waitingMax) throw overloaded();
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
}
