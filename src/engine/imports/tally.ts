/** What the items of one phase came to. */
import type { ItemResult } from '../fold.ts';

export interface Tally {
  /** Carried out now. */
  done: number;
  /** Refused now, by code: final. */
  readonly refused: Record<string, number>;
  /** Known from an earlier import: nothing moved. */
  replayed: number;
  /** Nothing stored, by code: a key that another row used. */
  readonly failed: Record<string, number>;
  /** Line of the first that failed. */
  firstFailedLine: number | undefined;
}

export const emptyTally = (): Tally => ({
  done: 0,
  refused: {},
  replayed: 0,
  failed: {},
  firstFailedLine: undefined,
});

export function count(tally: Tally, line: number, outcome: ItemResult): void {
  if (outcome.kind === 'failed') {
    tally.failed[outcome.code] = (tally.failed[outcome.code] ?? 0) + 1;
    tally.firstFailedLine ??= line;
  } else if (outcome.replayed) {
    tally.replayed++;
  } else if (outcome.result.code === '') {
    tally.done++;
  } else {
    const { code } = outcome.result;
    tally.refused[code] = (tally.refused[code] ?? 0) + 1;
  }
}

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, n) => total + n, 0);
