/** The 10,000 most common passwords (OWASP ASVS 5.0.0 V6.2.4), of a list kept by those who measure password strength. */
import { dictionary } from '@zxcvbn-ts/language-common';

const COUNT = 10_000;

/** Those that no rule of length refuses already; in the order of the list, most common first. */
export function commonPasswords(charsMin: number): ReadonlySet<string> {
  const list = dictionary['passwords-common'] as readonly string[];
  return new Set(list.filter(({ length }) => length >= charsMin).slice(0, COUNT));
}
