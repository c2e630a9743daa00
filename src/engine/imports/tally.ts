/** What the items of one phase came to. */
import type { ItemResult } from '../fold.ts';

export interface Tally {
  /** Carried out now. */
  done: number;
  /** Needs a second person now: nothing moved. */
  proposed: number;
  /** Waits for a second factor, and ends in minutes without one. */
  held: number;
  /** Refused now, by code: final. */
  readonly refused: Record<string, number>;
  /** Known from an earlier import: nothing moved. */
  replayed: number;
  /** How many of the replayed had been held then. */
  replayedHeld: number;
  /** How many of the replayed had been refused then, by code; the others had been carried out. */
  readonly replayedRefused: Record<string, number>;
  /** Nothing stored, by code: a key that another row used. */
  readonly failed: Record<string, number>;
  /** Line of the first that failed. */
  firstFailedLine: number | undefined;
}

export const emptyTally = (): Tally => ({
  done: 0,
  proposed: 0,
  held: 0,
  refused: {},
  replayed: 0,
  replayedHeld: 0,
  replayedRefused: {},
  failed: {},
  firstFailedLine: undefined,
});

/** The type is an event's last member. */
const isProposal = (body: string): boolean => body.endsWith(',"type":"proposal.create"}');
/** How the data of a transfer begin that waits: its challenge is the first member, and no text of a file has a quote. */
const CHALLENGE = '"data":{"challenge":{';

export function count(tally: Tally, line: number, outcome: ItemResult): void {
  if (outcome.kind === 'failed') {
    add(tally.failed, outcome.code);
    tally.firstFailedLine ??= line;
    return;
  }
  const { body, code } = outcome.result;
  const isHeld = body.includes(CHALLENGE);
  if (outcome.replayed) {
    tally.replayed++;
    if (isHeld) tally.replayedHeld++;
    if (code !== '') add(tally.replayedRefused, code);
  } else if (isProposal(body)) tally.proposed++;
  else if (isHeld) tally.held++;
  else if (code === '') tally.done++;
  else add(tally.refused, code);
}

const add = (counts: Record<string, number>, code: string): void => {
  counts[code] = (counts[code] ?? 0) + 1;
};

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, n) => total + n, 0);
