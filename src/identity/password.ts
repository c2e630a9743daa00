/**
 * What a password must be: NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0.0 V6.2. Length alone and no list of common ones;
 * no rules of composition, no truncation, no change of any character.
 */

/** Beside a second factor, which an operator always has (alone it would be 15). */
const PASSWORD_CHARS_MIN = 8;
/** Only so that a megabyte is not hashed; 64 must be accepted. */
const PASSWORD_CHARS_MAX = 256;

export const PASSWORD_RULE = `${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters of any kind, taken as they are; none of the most common ones.`;

/** What is wrong, as advice; undefined: nothing. Counts code points, as people count. */
export function passwordProblem(password: string, isCommon: (text: string) => boolean): string | undefined {
  const { length } = [...password];
  if (length < PASSWORD_CHARS_MIN) return `use at least ${PASSWORD_CHARS_MIN} characters`;
  if (length > PASSWORD_CHARS_MAX) return `use at most ${PASSWORD_CHARS_MAX} characters`;
  // A lone surrogate has no UTF-8, so that two different ones would be hashed as the same.
  if (!password.isWellFormed()) return 'use valid Unicode';
  if (isCommon(password.toLowerCase())) return 'this is one of the most common passwords: use another';
  return undefined;
}
