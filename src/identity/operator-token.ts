/**
 * What an operator holds in hand: tokens of sessions and invitations. All of them are 130 random bits and more, shown once and
 * stored as SHA-256 (OWASP ASVS 5.0.0 V7.2.3: at least 112 bits need no slow hash).
 *
 * A session's token is its prefix, 9 characters that are the operator's number, 26 that are secret, and 6 of checksum, by
 * which a mistyped one is told without asking the database. An invitation has no number: it goes with the operator's name.
 */
import { sha256Hex } from '../kernel/canonical-json.ts';
import { checksum, randomChars } from './random-text.ts';

const SESSION = 'bahi_op_';
const SESSION_TOKEN = /^bahi_op_([0-9a-v]{9})[0-9a-v]{26}[0-9a-v]{6}$/;
const INVITATION = 'bahi_inv_';

export interface Issued {
  /** Shown once, stored nowhere. */
  readonly token: string;
  readonly hash: string;
}

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
