/**
 * What an operator holds in hand: tokens of sessions, invitations, recovery codes. All of them are 130 random bits and
 * more, shown once and stored as SHA-256 (OWASP ASVS 5.0.0 V7.2.3, V6.5.1, V6.5.2: at least 112 bits need no slow hash).
 *
 * A session's token is its prefix, 9 characters that are the operator's number, 26 that are secret, and 6 of checksum, by
 * which a mistyped one is told without asking the database. An invitation has no number: it goes with the operator's name.
 */
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../kernel/canonical-json.ts';

const SESSION = 'bahi_op_';
const SESSION_TOKEN = /^bahi_op_([0-9a-v]{9})[0-9a-v]{26}[0-9a-v]{6}$/;
const INVITATION = 'bahi_inv_';
const BASE32 = '0123456789abcdefghijklmnopqrstuv';
const RECOVERY_CODES = 10;
const RECOVERY_CHARS = 28;

export interface Issued {
  /** Shown once, stored nowhere. */
  readonly token: string;
  readonly hash: string;
}

/** Uniform characters of base 32: the low five bits of random bytes. */
const randomChars = (count: number): string =>
  Array.from(randomBytes(count), (byte) => BASE32[byte & 31]).join('');

/** 30 bits of SHA-256 over what stands before. */
const checksum = (text: string): string =>
  (Number.parseInt(sha256Hex(text).slice(0, 8), 16) >>> 2).toString(32).padStart(6, '0');

const issue = (text: string): Issued => {
  const token = text + checksum(text);
  return { token, hash: sha256Hex(token) };
};

export const newInvitation = (): Issued => issue(INVITATION + randomChars(26));

export const newSessionToken = (operator: number): Issued =>
  issue(SESSION + operator.toString(32).padStart(9, '0') + randomChars(26));

/** The operator's number; undefined when shape or checksum show that this is no token of a session. */
export function operatorOfToken(token: string): number | undefined {
  const match = SESSION_TOKEN.exec(token);
  if (!match || checksum(token.slice(0, -6)) !== token.slice(-6)) return undefined;
  return Number.parseInt(match[1] as string, 32);
}

export const isSessionToken = (token: string): boolean => token.startsWith(SESSION);

/** Ten codes of 140 bits each, in four groups for those who copy them by hand. */
export function newRecoveryCodes(): { readonly codes: string[]; readonly hashes: string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    (randomChars(RECOVERY_CHARS).match(/.{7}/g) as string[]).join('-'),
  );
  return { codes, hashes: codes.map(recoveryHash) };
}

/** Groups and letter case do not count. */
export const recoveryHash = (code: string): string => sha256Hex(code.replaceAll(/[\s-]/g, '').toLowerCase());
