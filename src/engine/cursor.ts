/**
 * Cursors: where a list goes on, in 32 characters that only this installation can make.
 *
 * Almost every list is ordered by one number (an event's number, an entry's position), so a cursor is that number and a
 * direction, and stays true whatever is inserted. A MAC (HMAC-SHA-256, truncated to 16 bytes: NIST SP 800-107 §5.3)
 * binds it to ledger, use case and filters; with any other of these, or altered in one bit, it is refused.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { FailureError } from '../kernel/failure.ts';

/** What a cursor belongs to: the same list is asked for again only with the same three. */
export interface CursorBinding {
  readonly useCase: string;
  readonly ledgerId: number;
  readonly filters: Readonly<Record<string, Json | undefined>>;
}

export interface Cursor {
  /** The rows beyond this number are wanted; it is none of them. */
  readonly beyond: number;
  /** Against the order of the list: the page before. */
  readonly backward: boolean;
}

const PAYLOAD_BYTES = 8;
const MAC_BYTES = 16;
/** 24 bytes without padding bits: one cursor has one spelling. */
const SHAPE = /^[A-Za-z0-9_-]{32}$/;

export function sealCursor(key: Buffer, binding: CursorBinding, cursor: Cursor): string {
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  payload.writeBigUInt64BE(BigInt(cursor.beyond) * 2n + (cursor.backward ? 1n : 0n));
  return Buffer.concat([payload, macOf(key, binding, payload)]).toString('base64url');
}

/** Inverse of sealCursor. Fails with `invalid_cursor` for anything that it did not make for this binding. */
export function openCursor(key: Buffer, binding: CursorBinding, text: string): Cursor {
  if (!SHAPE.test(text)) throw new FailureError('invalid_cursor');
  const bytes = Buffer.from(text, 'base64url');
  const payload = bytes.subarray(0, PAYLOAD_BYTES);
  if (!timingSafeEqual(bytes.subarray(PAYLOAD_BYTES), macOf(key, binding, payload)))
    throw new FailureError('invalid_cursor');
  const value = payload.readBigUInt64BE();
  return { beyond: Number(value >> 1n), backward: (value & 1n) === 1n };
}

/** As sealCursor, of a list whose pages go on from more than a number: a text, which whoever holds the cursor can read. */
export function sealText(key: Buffer, binding: CursorBinding, text: string): string {
  return Buffer.concat([macOfText(key, binding, text), Buffer.from(text)]).toString('base64url');
}

/** Inverse of sealText. Fails with `invalid_cursor` for anything that it did not make for this binding. */
export function openText(key: Buffer, binding: CursorBinding, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(MAC_BYTES).toString();
  if (bytes.length < MAC_BYTES || bytes.toString('base64url') !== cursor)
    throw new FailureError('invalid_cursor');
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOfText(key, binding, text)))
    throw new FailureError('invalid_cursor');
  return text;
}

/** Its input begins with a bracket, and so with a number that is above that of any event: no cursor of the other kind has it. */
const macOfText = (key: Buffer, { useCase, ledgerId, filters }: CursorBinding, text: string): Buffer =>
  createHmac('sha256', key)
    .update(canonicalJson([useCase, ledgerId, filters, text]))
    .digest()
    .subarray(0, MAC_BYTES);

/** The payload has a fixed length and JSON is self-delimiting, so no two inputs read alike. */
const macOf = (key: Buffer, { useCase, ledgerId, filters }: CursorBinding, payload: Buffer): Buffer =>
  createHmac('sha256', key)
    .update(payload)
    .update(canonicalJson([useCase, ledgerId, filters]))
    .digest()
    .subarray(0, MAC_BYTES);
