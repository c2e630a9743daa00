/**
 * Recovery codes, of operators and of customers: ten of 140 random bits, shown once, stored as SHA-256, used once each
 * (OWASP ASVS 5.0.0 V6.5.1, V6.5.2: at least 112 bits need no slow hash).
 */
import { sha256Hex } from '../kernel/canonical-json.ts';
import { randomChars } from './random-text.ts';

const RECOVERY_CODES = 10;
const RECOVERY_CHARS = 28;

/** In four groups, for those who copy them by hand. */
export function newRecoveryCodes(): { readonly codes: string[]; readonly hashes: string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    (randomChars(RECOVERY_CHARS).match(/.{7}/g) as string[]).join('-'),
  );
  return { codes, hashes: codes.map(recoveryHash) };
}

/** Groups and letter case do not count. */
export const recoveryHash = (code: string): string => sha256Hex(code.replaceAll(/[\s-]/g, '').toLowerCase());
