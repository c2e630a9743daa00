/** What the answers of a load came to. Transfers count, whether they came one a request or many. */
import type { Answered } from './connection.ts';
import type { Request } from './requests.ts';
import type { LineCounts } from './stream-answer.ts';

export interface Counts {
  posted: number;
  /** Whole units that the posted ones moved; NaN where a request was posted in part, so that nobody can tell. */
  postedUnits: number;
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
  postedUnits: 0,
  refused: 0,
  pushedBack: 0,
  unknown: 0,
  reads: 0,
  failed: 0,
});

const BATCH_COUNTS =
  /"posted":(\d+),"held":\d+,"scheduled":\d+,"proposed":\d+,"refused":(\d+),"failed":(\d+)\}$/;

/** Counts one answer. The body decides, not the status alone: a 201 has to say that it posted. */
export function count(counts: Counts, answered: Answered, request: Request): void {
  const { status, body, retryAfter, lines } = answered;
  const { transfers } = request;
  if (transfers === 0 && status === 200) counts.reads++;
  else if (status === 201 && body.includes('"status":"posted"')) countMany(counts, ONE_POSTED, request);
  else if (status === 422) counts.refused++;
  else if (status === 200) countMany(counts, lines ?? batchCounts(body), request);
  else if ((status === 429 || status === 503) && retryAfter) {
    counts.pushedBack += transfers;
    if (body.includes('"outcome_unknown"')) counts.unknown += transfers;
  } else counts.failed += Math.max(1, transfers);
}

const ONE_POSTED: LineCounts = { posted: 1, refused: 0, failed: 0 };

function batchCounts(body: string): LineCounts {
  const [, posted, refused, failed] = BATCH_COUNTS.exec(body) ?? [];
  return { posted: Number(posted ?? 0), refused: Number(refused ?? 0), failed: Number(failed ?? 0) };
}

function countMany(counts: Counts, { posted, refused }: LineCounts, request: Request): void {
  counts.posted += posted;
  counts.postedUnits += posted === request.transfers ? request.units : posted === 0 ? 0 : Number.NaN;
  counts.refused += refused;
  counts.failed += request.transfers - posted - refused;
}
