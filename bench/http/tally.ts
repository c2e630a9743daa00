/** What the answers of a load came to. Transfers count, whether they came one a request or many. */
import type { Answered } from './connection.ts';

export interface Counts {
  posted: number;
  refused: number;
  /** Told to come back: 429 or 503 with Retry-After. */
  pushedBack: number;
  /** Of these, with an open outcome: their keys may have posted. */
  unknown: number;
  /** Reads that were answered. */
  reads: number;
  /** Any other answer, or none. */
  failed: number;
}

export const noCounts = (): Counts => ({
  posted: 0,
  refused: 0,
  pushedBack: 0,
  unknown: 0,
  reads: 0,
  failed: 0,
});

const BATCH_COUNTS = /"posted":(\d+),"refused":(\d+),"failed":(\d+)\}$/;

/** Counts one answer. The body decides, not the status alone: a 201 has to say that it posted. */
export function count(counts: Counts, { status, body, retryAfter }: Answered, transfers: number): void {
  if (transfers === 0 && status === 200) counts.reads++;
  else if (transfers === 1 && status === 201 && body.includes('"status":"posted"')) counts.posted++;
  else if (transfers === 1 && status === 422) counts.refused++;
  else if (transfers >= 1 && status === 200) countBatch(counts, body, transfers);
  else if ((status === 429 || status === 503) && retryAfter) {
    counts.pushedBack += transfers;
    if (body.includes('"outcome_unknown"')) counts.unknown += transfers;
  } else counts.failed += Math.max(1, transfers);
}

function countBatch(counts: Counts, body: string, transfers: number): void {
  const [, posted, refused, failed] = BATCH_COUNTS.exec(body) ?? [];
  if (Number(posted) + Number(refused) + Number(failed) !== transfers) counts.failed += transfers;
  else {
    counts.posted += Number(posted);
    counts.refused += Number(refused);
    counts.failed += Number(failed);
  }
}
