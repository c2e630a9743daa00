/**
 * What a verification found: one row for each broken invariant, the first of them in full, and the number of all. A row
 * says what was checked, of which subject, what has to stand there and what does.
 */

/** What was compared: a word for each kind of check, stable for programs that read the report. */
export type Check =
  /** Numbers without gap, each event in one batch. */
  | 'order'
  /** Time grows from batch to batch and is the same in all events of one. */
  | 'time'
  /** A body that the fold cannot have written. */
  | 'body'
  /** What the fold makes of the recorded commands, and the columns derived from them. */
  | 'event'
  | 'leaf'
  | 'entries'
  | 'touched'
  | 'search'
  | 'accounts'
  | 'settings'
  | 'api_keys'
  | 'revocations'
  | 'rotations'
  | 'ledgers'
  | 'holds'
  /** Moves of a sandbox ledger's clock. */
  | 'clock'
  /** What was reversed of transfers: the rows themselves, and that no leg goes back beyond its amount. */
  | 'reversals'
  /** Entries that count at another time than when they were posted. */
  | 'effective'
  /** What holds gave back at accounts with limits: the rows themselves, and the sums that they repeat. */
  | 'limit_marks'
  /** What pools are, and what they counted: the rows themselves, and the sums that they repeat (pool-books.ts). */
  | 'pools'
  | 'pool_totals'
  /** Closes of the books and how far they are carried forward; nothing that counts before one is posted behind it. */
  | 'periods'
  /** With what accounts are carried forward at a close: what counts before it, of each account that has changed. */
  | 'carried'
  | 'operators'
  /** Customers and their factors: the rows themselves, and that no factor skips a state and no code is used twice. */
  | 'factors'
  /** Policies, proposals and decisions: the rows themselves, and that what needed a second person had one (proposal-books.ts). */
  | 'four_eyes'
  /** Sealed seeds and password hashes against the digests that rows name. */
  | 'secrets'
  /** The projection that the sweeper reads against the holds that are open. */
  | 'open_holds'
  /** Scheduled transfers: the rows themselves, and that each ends at most once and not before its time. */
  | 'schedules'
  /** The projection that the sweeper reads against the schedules that are still to come. */
  | 'open_schedules'
  | 'keys'
  /** The stored nodes of the log's Merkle tree, grown anew from the leaves. */
  | 'tree'
  /** Signed checkpoints: root, order and signature; and the keys that sign them. */
  | 'checkpoints'
  /** The HMAC over everything that a batch appended, and over the batch before it. */
  | 'link'
  /** The head that somebody wrote down earlier is still part of the log. */
  | 'head'
  /** Newest entries: in sum zero for each currency. */
  | 'balances'
  /** Rows of the installation itself, and rows of ledgers that do not exist. */
  | 'installation'
  /** The fold's own books, kept a second time (accounting.ts): what one entry adds to the one before. */
  | 'continuity'
  /** The entries of an event: in sum zero for each currency. */
  | 'sums'
  /** What accounts hold against the holds that are open. */
  | 'held'
  /** Captured amounts never fall and never exceed the hold; what has ended never changes. */
  | 'captures'
  /** No account gives more than it may without a second factor, nor with one of somebody else (step-up-books.ts). */
  | 'step_up'
  /** Nothing leaves an account whose owner has stopped, and nobody authorises who has not waited (stop-books.ts). */
  | 'stops'
  /** What was accepted against the limits of its accounts, added up anew (limit-books.ts). */
  | 'limits';

export interface Problem {
  readonly check: Check;
  /** Event that it shows at. */
  readonly number?: number | undefined;
  /** What is wrong: a row and the column of it, or a sum. */
  readonly subject: string;
  /** What follows from the recorded commands; long texts are cut to where the two differ. */
  readonly expected: string;
  /** What stands there. */
  readonly found: string;
}

/** Where a row is missing, or stands where there should be none. */
export const NO_ROW = 'no row';

const SHOWN_MAX = 100;
const EXCERPT_CHARS = 64;
/** Characters that are alike in front of the first difference. */
const EXCERPT_LEAD = 24;

export class Problems {
  readonly shown: Problem[] = [];
  count = 0;

  add({ number, expected, found, ...row }: Problem): void {
    this.count++;
    if (this.shown.length >= SHOWN_MAX) return;
    const from = Math.max(0, firstDifference(expected, found) - EXCERPT_LEAD);
    const excerpts = { expected: excerpt(expected, from), found: excerpt(found, from) };
    this.shown.push({ ...row, ...(number === undefined ? {} : { number }), ...excerpts });
  }
}

function firstDifference(one: string, other: string): number {
  let i = 0;
  while (i < one.length && one[i] === other[i]) i++;
  return i;
}

const excerpt = (text: string, from: number): string =>
  text.length <= EXCERPT_CHARS
    ? text
    : `${from > 0 ? '…' : ''}${text.slice(from, from + EXCERPT_CHARS)}${from + EXCERPT_CHARS < text.length ? '…' : ''}`;
