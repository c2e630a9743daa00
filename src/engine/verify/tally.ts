/** How many rows of each kind a ledger has. */

/** Kinds of rows that are counted. */
export type Tallied =
  | 'batches'
  | 'accounts'
  | 'settings'
  | 'api_keys'
  | 'api_key_macs'
  | 'revocations'
  | 'rotations'
  | 'ledgers'
  | 'holds'
  | 'clock'
  | 'reversals'
  | 'effective'
  | 'limit_marks'
  | 'schedules'
  | 'periods'
  | 'progress'
  | 'carried'
  | 'operators'
  | 'customers'
  | 'pools'
  | 'pool_totals'
  | 'policies'
  | 'proposals'
  | 'proposal_decisions'
  | 'search';

/** Rows up to a number; and the first number beyond the newest batch at which one stands. */
export type Tally = Readonly<Record<Tallied, readonly [rows: number, beyond: number | null]>>;
