/**
 * Request ids: `req_` + 20 characters of base 32 (100 random bits), made here for every request. What a client sends
 * under that name is ignored: ids stand in the log for ever, and a client's text could carry anything.
 */
import { randomBytes } from 'node:crypto';

const BASE32 = '0123456789abcdefghijklmnopqrstuv';
const CHARS = 20;

export function newRequestId(): string {
  let id = 'req_';
  for (const byte of randomBytes(CHARS)) id += BASE32[byte & 31];
  return id;
}
