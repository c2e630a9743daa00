/**
 * Account names in journals: `Liabilities:280`, with the code in an alphabet that hledger and beancount both take.
 *
 * Letters and digits stay; every other byte becomes `-` and two upper-case hexadecimal digits; what does not begin
 * with an upper-case letter or a digit gets `X--` in front, which the rest of the rule never produces. So the code can
 * be read back from the name, and no two codes share one.
 */
import type { AccountKind } from '../../ledger/account.ts';

const ROOTS: Readonly<Record<AccountKind, string>> = {
  asset: 'Assets',
  liability: 'Liabilities',
  equity: 'Equity',
  income: 'Income',
  expense: 'Expenses',
};

const MARK = 'X--';

export const journalAccount = (kind: AccountKind, code: string): string =>
  `${ROOTS[kind]}:${encodeCode(code)}`;

export function encodeCode(code: string): string {
  const encoded = code.replace(/[^A-Za-z0-9]/gu, (character) => {
    let bytes = '';
    for (const byte of Buffer.from(character))
      bytes += `-${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return bytes;
  });
  return /^[A-Z0-9]/.test(encoded) ? encoded : MARK + encoded;
}

/** Inverse of encodeCode; undefined for what it never produces. */
export function decodeCode(name: string): string | undefined {
  const encoded = name.startsWith(MARK) ? name.slice(MARK.length) : name;
  if (!/^(?:[A-Za-z0-9]|-[0-9A-F]{2})*$/.test(encoded)) return undefined;
  const bytes = encoded.replace(/-([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const code = Buffer.from(bytes, 'latin1').toString('utf8');
  return encodeCode(code) === name ? code : undefined;
}
