/**
 * Strings that clients choose: codes, references, idempotency keys, metadata.
 *
 * They stand in leaves for ever, so they may carry no personal data: a narrow alphabet keeps names and free text
 * out, and the shapes of PAN, Aadhaar and Indian mobile numbers are refused wherever they stand alone between
 * separators. A UUID between separators is passed over: its digits are random and match by chance (0.9 % of them).
 */

const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

const ALONE_BEFORE = '(?<![A-Za-z0-9])';
const ALONE_AFTER = '(?![A-Za-z0-9])';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const WHOLE_UUID = new RegExp(`^${UUID}$`, 'i');
const UUIDS = new RegExp(`${ALONE_BEFORE}${UUID}${ALONE_AFTER}`, 'gi');
const PERSONAL_SHAPES: readonly (readonly [string, RegExp])[] = [
  ['PAN', new RegExp(`${ALONE_BEFORE}[A-Za-z]{5}[0-9]{4}[A-Za-z]${ALONE_AFTER}`)],
  ['Aadhaar number', new RegExp(`${ALONE_BEFORE}[2-9][0-9]{3}[._:-]?[0-9]{4}[._:-]?[0-9]{4}${ALONE_AFTER}`)],
  [
    'mobile number',
    new RegExp(`${ALONE_BEFORE}(?:(?:0|91)[._:-]?)?[6-9][0-9]{4}[._:-]?[0-9]{5}${ALONE_AFTER}`),
  ],
];

export const TOKEN_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$';
export const METADATA_BYTES_MAX = 1024;

export const isUuid = (text: string): boolean => WHOLE_UUID.test(text);

/** True when the text has the alphabet and length of a client-chosen string. */
export const isToken = (text: string): boolean => TOKEN.test(text);

/** Every shape has them. */
const FOUR_DIGITS = /[0-9]{4}/;

/** The kind of personal data that the text has the shape of; undefined when it has none. */
export function personalShape(text: string): string | undefined {
  if (!FOUR_DIGITS.test(text)) return undefined;
  const rest = text.replace(UUIDS, ' ');
  return PERSONAL_SHAPES.find(([, shape]) => shape.test(rest))?.[0];
}
