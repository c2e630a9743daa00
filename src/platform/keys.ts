/**
 * The keys of the engine, derived from the master key (HKDF-SHA-256, RFC 5869), one for each purpose, so that none can
 * stand in for another. None of them is ever stored.
 */
import { hkdfSync } from 'node:crypto';

const derive = (master: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, '', `bahi ${purpose} v1`, 32));

/** Authenticates the links of batches. */
export const linkSecret = (master: Buffer): Buffer => derive(master, 'link');

/** Authenticates cursors of lists. */
export const cursorSecret = (master: Buffer): Buffer => derive(master, 'cursor');

/** Seals secrets at rest. */
export const sealSecret = (master: Buffer): Buffer => derive(master, 'seal');

/** Makes pseudonyms of addresses that failed sign-ins came from. */
export const sourceSecret = (master: Buffer): Buffer => derive(master, 'source');
