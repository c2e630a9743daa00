/** Commands about API keys. */
import type { Scope } from '../identity/api-key.ts';
import type { Json } from '../kernel/canonical-json.ts';

export interface CreateApiKey {
  readonly type: 'key.create';
  readonly client: string;
  readonly scopes: readonly Scope[];
  readonly prefix: string;
  readonly secretHash: string;
  readonly expiresAt: number | null;
  /** CIDR blocks that it may be used from; absent: from anywhere. */
  readonly networks?: readonly string[];
  /** Requests in a unit of time, such as 100/s; absent: no limit. */
  readonly rate?: string;
}

/** Makes the successor of a key: same client, same scopes. */
export interface RotateApiKey {
  readonly type: 'key.rotate';
  /** The key that gets a successor. */
  readonly apiKey: number;
  readonly prefix: string;
  readonly secretHash: string;
  /** Of the successor. */
  readonly expiresAt: number | null;
  readonly networks?: readonly string[];
  readonly rate?: string;
  /** How long the key before it stays usable. */
  readonly overlapSeconds: number;
}

export interface RevokeApiKey {
  readonly type: 'key.revoke';
  readonly apiKey: number;
}

/** What a new API key is, but for whose it is. */
export const newKeyJson = ({
  prefix,
  secretHash,
  expiresAt,
  networks,
  rate,
}: CreateApiKey | RotateApiKey): Record<string, Json> => ({
  prefix,
  secret_hash: secretHash,
  expires_at: expiresAt === null ? null : String(expiresAt),
  ...(networks === undefined ? {} : { networks }),
  ...(rate === undefined ? {} : { rate }),
});
