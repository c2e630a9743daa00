/**
 * Public ids.
 *
 * A subject of a ledger (account, transfer, client, key, close of the books, operator, session, factor, proposal) is named by the number
 * of the event that created it, so its id is that number with the ledger's own id in front: `acc_` + 7 + 9 characters of
 * base 32. An id that was made in another ledger therefore never resolves: it reads as unknown, which is
 * also all that its holder may learn. Ledger ids are random, so ids tell nothing about other tenants.
 */

export type Prefix = 'acc' | 'trf' | 'cli' | 'key' | 'per' | 'opr' | 'ses' | 'fac' | 'pol' | 'prp';

/** The installation's own log: what belongs to no ledger. */
export const INSTALLATION_LEDGER = 0;
export const LEDGER_ID_MAX = 2 ** 31 - 1;
/** Positions are number × 256 + leg and stay exact in a double. */
export const NUMBER_MAX = 2 ** 45 - 1;

const LEDGER_CHARS = 7;
const NUMBER_CHARS = 9;
const ID = /^(acc|trf|cli|key|per|opr|ses|fac|pol|prp)_([0-9a-v]{7})([0-9a-v]{9})$/;
const LEDGER = /^ldg_([0-9a-v]{7})$/;

let lastLedger: readonly [id: number, text: string] = [-1, ''];

/** The last one is kept: ids of one ledger come in runs. */
function ledgerText(ledgerId: number): string {
  if (lastLedger[0] !== ledgerId) lastLedger = [ledgerId, ledgerId.toString(32).padStart(LEDGER_CHARS, '0')];
  return lastLedger[1];
}

export const formatLedgerId = (ledgerId: number): string => `ldg_${ledgerText(ledgerId)}`;

/** The ledger's number, or undefined when the text is no ledger id. */
export function parseLedgerId(text: string): number | undefined {
  const match = LEDGER.exec(text);
  if (!match) return undefined;
  const id = Number.parseInt(match[1] as string, 32);
  return id <= LEDGER_ID_MAX ? id : undefined;
}

export const formatId = (prefix: Prefix, ledgerId: number, number: number): string =>
  `${prefix}_${ledgerText(ledgerId)}${number.toString(32).padStart(NUMBER_CHARS, '0')}`;

/** The number inside an id of this kind and this ledger; undefined for anything else, a foreign id included. */
export function parseId(prefix: Prefix, ledgerId: number, text: string): number | undefined {
  const match = ID.exec(text);
  if (!match || match[1] !== prefix || match[2] !== ledgerText(ledgerId)) return undefined;
  return Number.parseInt(match[3] as string, 32);
}

const ACCOUNT_ID = /^acc_[0-9a-v]{16}$/;

/** An account may be named by id or by code; no code has the shape of an id, so the two never meet. */
export const isAccountId = (text: string): boolean => text.length === 20 && ACCOUNT_ID.test(text);
