/** Base64 (RFC 4648 §4) that has one reading: padded, without line breaks, its unused bits zero. */

/** Undefined for any other text; node would skip what it does not know. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
