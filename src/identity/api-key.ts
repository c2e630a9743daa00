/**
 * API keys: `bahi_live_`, of a sandbox ledger `bahi_test_`, + 8 characters that find the row + 26 that are secret (130 bits) + 6 of checksum.
 *
 * The checksum lets a scanner or a client tell a mistyped key without asking the database. Stored is the SHA-256 of
 * the whole key (OWASP ASVS 5.0.0 V11.4: a fast hash is enough for 128 random bits and more).
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { sha256Hex } from '../kernel/canonical-json.ts';
import { checksum, randomChars } from './random-text.ts';

export const SCOPES = [
  'accounts:read',
  'accounts:write',
  'accounts:unrestricted',
  'transfers:read',
  'transfers:write',
  'transfers:unrestricted',
  'transfers:reverse',
  'transfers:adjust',
  'periods:close',
  'factors:manage',
  'transfers:authorize',
  'proposals:read',
  'proposals:approve',
  'payments:stop',
  'payments:resume',
  'ledgers:read',
  'audit:read',
  'sandbox:clock',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a decision must know of a key; changes only by events of its own log. */
export interface ApiKeyState {
  readonly id: number;
  readonly client: string;
  readonly scopes: readonly Scope[];
  /** Microseconds since 1970, null for never. */
  expiresAt: number | null;
  revoked: boolean;
  /** It has a successor. */
  rotated: boolean;
  /** Who created it or rotated the key before it. */
  readonly madeBy: string;
  /** Number of the newest event that changed it. */
  changed: number;
}

export interface NewApiKey {
  /** The key itself: shown once, stored nowhere. */
  readonly token: string;
  readonly prefix: string;
  readonly secretHash: string;
}

/** What a key opens: live ledgers (and the installation), or sandbox ledgers. */
export type KeyMode = 'live' | 'test';

const SHAPE = /^bahi_(?:live|test)_([0-9a-v]{8})[0-9a-v]{26}[0-9a-v]{6}$/;
const PREFIX_START = 'bahi_live_'.length;
const PREFIX_CHARS = 8;

export function newApiKey(mode: KeyMode = 'live'): NewApiKey {
  const prefix = randomChars(PREFIX_CHARS);
  const text = `bahi_${mode}_${prefix}${randomChars(26)}`;
  const token = text + checksum(text);
  return { token, prefix, secretHash: sha256Hex(token) };
}

/** The part that finds the row; undefined when shape or checksum show that this is no key of ours. */
export function prefixOf(token: string): string | undefined {
  const match = SHAPE.exec(token);
  return match && checksum(token.slice(0, -6)) === token.slice(-6) ? match[1] : undefined;
}

/** Of a text with the shape of a key. */
export const modeOf = (token: string): KeyMode => (token.startsWith('bahi_test_') ? 'test' : 'live');

/** True for a key whose beginning somebody has changed from one mode to the other. */
export const isRelabelled = (token: string): boolean =>
  SHAPE.test(token) &&
  prefixOf(`bahi_${modeOf(token) === 'test' ? 'live' : 'test'}_${token.slice(PREFIX_START)}`) !== undefined;

/** What stands where a key has its prefix: nothing about the text is checked. */
export const assumedPrefix = (token: string): string =>
  token.slice(PREFIX_START, PREFIX_START + PREFIX_CHARS);

/** Compares in constant time. */
export const matchesHash = (token: string, secretHashHex: string): boolean =>
  timingSafeEqual(hash('sha256', token, 'buffer'), Buffer.from(secretHashHex, 'hex'));

/** Usable at this moment; the fold asks it again with the time of the posting. */
export const isUsable = (key: Pick<ApiKeyState, 'revoked' | 'expiresAt'>, nowMicros: number): boolean =>
  !key.revoked && (key.expiresAt === null || nowMicros < key.expiresAt);
