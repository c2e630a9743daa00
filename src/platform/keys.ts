/**
 * The data keys of an installation from before they were random and wrapped: derived from its master key (HKDF-SHA-256,
 * RFC 5869), one for each purpose. They are wrapped at its next start, and stay what they are.
 */
import { hkdfSync } from 'node:crypto';

export const derivedKey = (master: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, '', `bahi ${purpose} v1`, 32));
