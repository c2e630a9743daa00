/** The MAC of an API key's row: whoever inserts a key into the database, or gives one more scopes, has none that is valid. */
import type { Scope } from '../../identity/api-key.ts';
import { isRowMac, rowMac } from '../row-mac.ts';
import type { FoundApiKey } from './key-rows.ts';

/** What the MAC covers, beside ledger and key: as `api_key_signed` writes it. When a key was rotated or revoked is not in it. */
export type SignedKey = readonly [
  client: string,
  prefix: string,
  secretHash: string,
  scopes: readonly string[],
  expiresAtMicros: string | null,
  networks: readonly string[],
  rate: string | null,
];

/** As `api_key_find` writes it. */
export interface StoredApiKey
  extends Pick<FoundApiKey, 'ledger_id' | 'key_id' | 'expires_at' | 'revoked' | 'ahead'> {
  readonly signed: SignedKey;
  readonly mac: string | null;
}

const TABLE = 'api_key';

export const apiKeyMac = (rowKey: Buffer, ledgerId: number, id: number, signed: SignedKey): string =>
  rowMac(rowKey, TABLE, [ledgerId, String(id), ...signed]);

export const isGenuineKey = (
  rowKey: Buffer,
  ledgerId: number,
  id: number,
  signed: SignedKey,
  mac: string | null,
): boolean => isRowMac(mac, rowKey, TABLE, [ledgerId, String(id), ...signed]);

/** Undefined where the row has no valid MAC. */
export function genuineApiKey(stored: StoredApiKey, rowKey: Buffer): FoundApiKey | undefined {
  const { signed, mac, ...found } = stored;
  if (!isGenuineKey(rowKey, found.ledger_id, found.key_id, signed, mac)) return undefined;
  const [client, , secret_hash, scopes, , networks, rate] = signed;
  return { ...found, client, secret_hash, scopes: scopes as readonly Scope[], networks, rate };
}
