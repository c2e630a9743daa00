/** Texts that are drawn by chance: characters of base 32, and a checksum by which a mistyped one is told. */
import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../kernel/canonical-json.ts';

const BASE32 = '0123456789abcdefghijklmnopqrstuv';

/** Uniform characters of base 32, five bits each: the low ones of random bytes. */
export const randomChars = (count: number): string =>
  Array.from(randomBytes(count), (byte) => BASE32[byte & 31]).join('');

/** 30 bits of SHA-256 over what stands before. */
export const checksum = (text: string): string =>
  (Number.parseInt(sha256Hex(text).slice(0, 8), 16) >>> 2).toString(32).padStart(6, '0');
