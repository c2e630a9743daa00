/**
 * Idempotency keys of an import: a row is named by the bytes of its file and the line that it stands on.
 *
 *   import:<id>:<line>     a payment             import:<id>:a<line>   an account
 *   import:<id>:o<line>    its opening balance   import:<currency>     the account that opening balances come from
 *
 * The id of a file is the beginning of its SHA-256, the accounts file's own for its accounts: so the same accounts
 * beside another file of payments open nothing twice. A name given with --id stands for both, so that a file that
 * grew can be imported again: the lines that it had before are known.
 */
import { isToken, personalShape } from '../../kernel/text.ts';

const ID_CHARS = 32;
/** With prefix, letter and line, a key stays within the 64 characters of a token. */
export const IMPORT_ID_CHARS_MAX = 40;

export const idOfDigest = (sha256: string): string => sha256.slice(0, ID_CHARS);

/** True for what --id may be. */
export const isImportId = (text: string): boolean =>
  text.length <= IMPORT_ID_CHARS_MAX && isToken(text) && personalShape(text) === undefined;

export const paymentKey = (id: string, line: number): string => `import:${id}:${line}`;
export const accountKey = (id: string, line: number): string => `import:${id}:a${line}`;
export const openingKey = (id: string, line: number): string => `import:${id}:o${line}`;

/** Code of the equity account that opening balances of a currency come from. */
export const openingAccountCode = (currency: string): string => `opening-balances-${currency.toLowerCase()}`;
export const openingAccountKey = (currency: string): string => `import:${currency}`;
