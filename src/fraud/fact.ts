/**
 * Facts: what a rule may read. A ruleset does not read them itself: it says which it needs (`FactNeed`), and is handed their
 * values in that order, all as of one moment: after all events before the transfer at hand, which itself counts in none of them.
 *
 * A decision is about one payer and one payee: the account that a transfer debits, and the account or the outside beneficiary that
 * the money is for. A transfer with several is decided once for each pair, and the most severe outcome counts (decide.ts).
 * `amount` is all that the transfer takes of that payer, so that it cannot be split over legs.
 */
import type { ValueType } from './value.ts';

export const PARTIES = ['payer', 'payee'] as const;
export type Party = (typeof PARTIES)[number];

/** The last so many seconds, or the day or month of Indian Standard Time so far. */
export type Span = { readonly seconds: number } | { readonly calendar: 'day' | 'month' };

/** 31 days: as of limits. */
export const SPAN_SECONDS_MAX = 2_678_400;

/** What the command itself says. */
export const TRANSFER_FACTS = ['amount', 'currency', 'operation', 'local_hour', 'local_weekday'] as const;
export type TransferFact = (typeof TRANSFER_FACTS)[number];

/** `transfer`: posted at once; `capture` and `authorization`: of a hold, decided again. */
export const OPERATIONS = ['transfer', 'hold', 'capture', 'authorization', 'scheduled'] as const;

/** What the ledger knows of an account. */
export const ACCOUNT_FACTS = ['account_age', 'account_kind', 'has_owner', 'available'] as const;
export type AccountFact = (typeof ACCOUNT_FACTS)[number];

/**
 * What a window adds up. `largest`: of single transfers. `counterparties`: distinct accounts and beneficiaries on the other side;
 * `new_counterparties`: those among them whose first transfer of all stands inside the window.
 */
export const MEASURES = ['sum', 'count', 'largest', 'counterparties', 'new_counterparties'] as const;
export type Measure = (typeof MEASURES)[number];

export const DIRECTIONS = ['outgoing', 'incoming'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What a payer has been seen with. */
export const SEEN_SUBJECTS = ['payee', 'device', 'address', 'country'] as const;
export type SeenSubject = (typeof SEEN_SUBJECTS)[number];

/** What may stand on a list; the customer of a party is the owner of its account. */
export const LIST_SUBJECTS = [
  'payer',
  'payee',
  'payer_customer',
  'payee_customer',
  'device',
  'address',
  'country',
] as const;
export type ListSubject = (typeof LIST_SUBJECTS)[number];

/** One fact with its parameters: what the engine has to answer before a ruleset can decide. Equal needs are one. */
export type FactNeed =
  | { readonly kind: 'transfer'; readonly fact: TransferFact }
  | { readonly kind: 'account'; readonly of: Party; readonly fact: AccountFact }
  /** Boolean: both accounts have the same owner. */
  | { readonly kind: 'same_owner' }
  /**
   * What was accepted (posted or held) in the window, or refused there. A hold counts from its placement, once, by all of its
   * amount, and not again at capture; a release gives nothing back: as limits count. Refused: `count` of `outgoing` alone.
   */
  | {
      readonly kind: 'window';
      readonly of: Party;
      readonly direction: Direction;
      readonly measure: Measure;
      readonly span: Span;
      readonly attempts: 'accepted' | 'refused';
    }
  /** Boolean: nothing was ever accepted of this payer with this payee, device, address or country. */
  | { readonly kind: 'is_new'; readonly what: SeenSubject }
  /** Duration since the first that was accepted; missing where it is new. */
  | { readonly kind: 'first_seen'; readonly what: SeenSubject }
  /** Boolean: the subject stands on the list, unexpired. Missing where the subject is. */
  | { readonly kind: 'list'; readonly list: string; readonly of: ListSubject }
  /** What the bank recorded of the customer who owns the account, of the declared type; missing where it is of another. */
  | { readonly kind: 'attribute'; readonly of: Party; readonly name: string; readonly type: ValueType }
  /** What the client claims in the request (context.ts). */
  | { readonly kind: 'context'; readonly field: string }
  /** Integer: codes of the payer's customer that were refused in the window. */
  | { readonly kind: 'failed_authentications'; readonly span: Span }
  /**
   * Boolean: the payee gave money, directly or over at most `accounts − 2` others, that came to the payer within the span, and no leg of the
   * way differs from `amount` by more than `toleranceBps`: this transfer would close the circle.
   */
  | {
      readonly kind: 'cycle';
      readonly span: Span;
      readonly toleranceBps: number;
      readonly accounts: number;
    };

/** A fact of a ruleset: which, what its value is, and how people and reasons call it. */
export interface Fact {
  readonly need: FactNeed;
  /** `sum(payer, outgoing, 24h)`: one text for equal needs, different ones for different needs. */
  readonly key: string;
  readonly type: ValueType;
  /** True for what is personal data or may be: its value stands in the private part of an event alone. */
  readonly isPrivate: boolean;
  /** True for what the client claims and nobody has checked. */
  readonly isClaimed: boolean;
}
