/** Under which name an intent is stored, so that it is found again and stands near what was stored beside it. */
import { hash } from 'node:crypto';

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const NUMBERED = /^(.+:[a-z]?)([0-9]{1,9})$/;

/**
 * The UUID of an intent, 32 hex digits: hash of its scope (client, operation, ids in the path) and the client's key.
 * The unique index over random keys made postings a quarter to a third slower than one that grows at one place. So two kinds of
 * names keep their order in the first 48 bits: UUIDv7 (RFC 9562) by its time, and what ends in a colon, at most a letter, and a number (the rows
 * of an import) by that number, beside others of the same beginning.
 */
export function storedKey(scope: readonly string[], idempotencyKey: string): string {
  const digest = hash('sha256', `${scope.join('\x1f')}\x1f${idempotencyKey}`, 'hex');
  const order = orderOf(idempotencyKey);
  return order === undefined ? digest.slice(0, 32) : order + digest.slice(0, 20);
}

/** 12 hex digits by which neighbours in time are neighbours in the index; undefined: no order is known. */
function orderOf(idempotencyKey: string): string | undefined {
  const v7 = UUID_V7.exec(idempotencyKey);
  if (v7) return `${v7[1]}${v7[2]}`.toLowerCase();
  const numbered = NUMBERED.exec(idempotencyKey);
  if (!numbered) return undefined;
  const [, beginning, number] = numbered as unknown as [string, string, string];
  let place = 0;
  for (let i = 0; i < beginning.length; i++) place = (place * 31 + beginning.charCodeAt(i)) & 0xffff;
  return place.toString(16).padStart(4, '0') + Number(number).toString(16).padStart(8, '0');
}
