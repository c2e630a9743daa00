/**
 * Authenticates rows that give somebody rights, so that an administrator of the database cannot write one: HMAC-SHA-256 under
 * a key that is outside the database. A row without a valid MAC counts as if it were not there, and is told of.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { LinkKey } from './batch-rows.ts';

/** Derived from the key of the links, which the fold's owner and the verifier both have. The label is older than the rows of API keys. */
export const rowKeyOf = ({ secret, installation }: Pick<LinkKey, 'secret' | 'installation'>): Buffer =>
  createHmac('sha256', secret).update(`operator rows v1|${installation}`).digest();

const digestOf = (rowKey: Buffer, table: string, columns: readonly Json[]): Buffer =>
  createHmac('sha256', rowKey)
    .update(canonicalJson([table, ...columns]))
    .digest();

/** Lower-case hex. */
export const rowMac = (rowKey: Buffer, table: string, columns: readonly Json[]): string =>
  digestOf(rowKey, table, columns).toString('hex');

/** False for what is no MAC at all, too. */
export function isRowMac(
  mac: string | null,
  rowKey: Buffer,
  table: string,
  columns: readonly Json[],
): boolean {
  const found = Buffer.from(mac ?? '', 'hex');
  const expected = digestOf(rowKey, table, columns);
  return found.length === expected.length && timingSafeEqual(found, expected);
}
