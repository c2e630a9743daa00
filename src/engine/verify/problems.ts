/** What a verification found: the first problems in full, and the number of all. */

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
  | 'ledgers'
  | 'holds'
  /** The projection that the sweeper reads against the holds that are open. */
  | 'open_holds'
  | 'keys'
  /** The HMAC over everything that a batch appended, and over the batch before it. */
  | 'link'
  /** The head that somebody wrote down earlier is still part of the log. */
  | 'head'
  /** Newest entries: in sum zero for each currency. */
  | 'balances';

export interface Problem {
  readonly check: Check;
  /** Event that it shows at. */
  readonly number?: number;
  readonly detail: string;
}

const SHOWN_MAX = 100;

export class Problems {
  readonly shown: Problem[] = [];
  count = 0;

  add(check: Check, number: number | undefined, detail: string): void {
    this.count++;
    if (this.shown.length < SHOWN_MAX)
      this.shown.push({ check, ...(number === undefined ? {} : { number }), detail });
  }
}
