/**
 * Canonical JSON (RFC 8785) and the hashes over it.
 *
 * Leaves, fingerprints and stored answers depend on one byte-exact form. Values are strings, booleans, null, small
 * integers, arrays and plain objects; 64-bit numbers and amounts travel as strings, since RFC 8785 numbers are doubles.
 */
import { createHash, hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { defined } from './assert.ts';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** RFC 8785 text; throws on lone surrogates, NaN and bigint. */
export const canonicalJson = (value: Json): string =>
  defined(canonicalize(value), 'a JSON value has a canonical form');

export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** RFC 6962 §2.1: leaf hash, SHA-256(0x00 ‖ data), as lower-case hex. */
export const leafHash = (data: string): string => hash('sha256', `\0${data}`, 'hex');

/** SHA-256 over several texts with an unambiguous separator (none of them may contain U+001F). */
export function digestOf(parts: Iterable<string>): string {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part).update('\x1f');
  return digest.digest('hex');
}
