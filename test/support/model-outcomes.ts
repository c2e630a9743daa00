/** What the model ledger says becomes of an intent, and what it remembers of one. */
export type Predicted =
  | {
      readonly kind: 'event';
      readonly number: number;
      readonly code: string;
      readonly leg: number | undefined;
    }
  | { readonly kind: 'replay'; readonly number: number; readonly code: string }
  | { readonly kind: 'failed'; readonly code: string };

export interface Remembered {
  readonly content: string;
  readonly number: number;
  readonly code: string;
  readonly group: { readonly of: object; readonly size: number; readonly place: number } | undefined;
}

export type Recorded = { readonly code: string; readonly leg?: number };
export type Unrecorded =
  | 'not_found'
  | 'account_not_permitted'
  | 'bounds_not_permitted'
  | 'live_ledger'
  | 'forbidden';
