/**
 * Secrets at rest: AES-256-GCM (NIST SP 800-38D), a fresh random nonce for each, and what it is and whom it belongs to as
 * associated data, so that a ciphertext put into another row does not open (OWASP ASVS 5.0.0 V11.3.3, V11.3.4).
 *
 *   format   1 byte version of the key | 12 bytes nonce | 16 bytes tag | ciphertext
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Version of the sealing key; a rotation adds the next one. */
const KEY_VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a secret is: table, column and row. */
export type SealContext = readonly [table: string, column: string, row: string];

const associated = (version: number, context: SealContext): Buffer =>
  Buffer.from(JSON.stringify([...context, version]));

export interface Sealer {
  seal(context: SealContext, text: string): Buffer;
  /** Fails with an Error where it was sealed for another place, under another key, or was changed. */
  open(context: SealContext, sealed: Buffer): string;
}

export function createSealer(key: Buffer): Sealer {
  return {
    seal(context, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(associated(KEY_VERSION, context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(KEY_VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open(context, sealed) {
      const version = sealed[0];
      if (version !== KEY_VERSION) throw new Error(`a secret is sealed under version ${version} of the key`);
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(associated(version, context));
      decipher.setAuthTag(tag);
      const body = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}
