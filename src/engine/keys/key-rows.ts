/** API keys as they are read: by whoever lets callers in, and by whoever lists them. */
import type { Scope } from '../../identity/api-key.ts';

export interface FoundApiKey {
  readonly ledger_id: number;
  readonly key_id: number;
  readonly client: string;
  readonly secret_hash: string;
  readonly scopes: readonly Scope[];
  readonly expires_at: number | null;
  readonly revoked: boolean;
  /** By how many microseconds the clock of a sandbox ledger is ahead; null: the ledger is live. */
  readonly ahead: number | null;
  /** CIDR blocks that it may be used from; none: from anywhere. */
  readonly networks: readonly string[];
  /** Requests in a unit of time, such as 100/s; null: no limit. */
  readonly rate: string | null;
}

export interface ListedApiKey extends Omit<FoundApiKey, 'ledger_id' | 'secret_hash' | 'ahead'> {
  readonly prefix: string;
  /** Number of the key that follows it. */
  readonly successor: number | null;
  /** Microseconds since 1970, null: never, as far as is noted. */
  readonly used_at: number | null;
}
