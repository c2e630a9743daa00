/**
 * Wraps data keys (engine/keyring/keyring.ts says what for) under a key that is derived from the master key. A key management service fits the same interface: `wrap`
 * and `unwrap` are its calls, `currentKeyId` its name of the key, and nothing else of the engine sees the difference.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { createSealer } from './seal.ts';

/** Requires 32 bytes. */
export function localKeyProvider(master: Buffer) {
  const key = Buffer.from(hkdfSync('sha256', master, '', 'bahi wrap v1', 32));
  const currentKeyId = `local-${createHmac('sha256', key).update('key id').digest('hex').slice(0, 16)}`;
  const sealer = createSealer(key);
  const place = (context: string) => ['data_key', context, currentKeyId] as const;
  return {
    currentKeyId,
    wrap: async (context: string, dataKey: Buffer): Promise<Buffer> =>
      sealer.seal(place(context), dataKey.toString('base64')),
    unwrap: async (context: string, wrapped: Buffer): Promise<Buffer> =>
      Buffer.from(sealer.open(place(context), wrapped), 'base64'),
  };
}
