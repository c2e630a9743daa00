/**
 * MACs for API keys that are older than MACs: given once, by the process that brings the installation over the migration
 * which asks for them. A key that comes to stand without one afterwards was not made by the engine, and stays without.
 */
import { apiKeyMac } from './key-mac.ts';
import type { KeyStore } from './store.ts';

export const MACS_MIGRATION = '0015_api_key_macs.sql';

/** Fails with DatabaseFault. */
export async function signApiKeys(store: KeyStore, rowKey: Buffer): Promise<void> {
  const unsigned = await store.unsigned();
  await store.sign(
    unsigned.map(([ledgerId, id, signed]) => ({
      ledgerId,
      id,
      mac: apiKeyMac(rowKey, ledgerId, id, signed),
    })),
  );
}
