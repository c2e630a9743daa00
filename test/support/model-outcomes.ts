/** What the model ledger says becomes of an intent, and what it remembers of one. */
export type Predicted =
  | {
      readonly kind: 'event';
      readonly number: number;
      readonly code: string;
      readonly leg: number | undefined;
      /** A second person is needed: nothing is done. */
      readonly proposed?: true;
    }
  | { readonly kind: 'replay'; readonly number: number; readonly code: string; readonly proposed?: true }
  | { readonly kind: 'failed'; readonly code: string };

export interface Remembered {
  readonly content: string;
  readonly number: number;
  readonly code: string;
  readonly proposed?: true;
  readonly group: { readonly of: object; readonly size: number; readonly place: number } | undefined;
}

export type Recorded = { readonly code: string; readonly leg?: number; readonly proposed?: true };
export type Unrecorded =
  | 'not_found'
  | 'account_not_permitted'
  | 'bounds_not_permitted'
  | 'live_ledger'
  | 'own_proposal'
  | 'proposal_decided'
  | 'proposal_expired'
  | 'proposal_hash_mismatch'
  | 'proposer_not_active'
  | 'forbidden';
