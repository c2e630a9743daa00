/**
 * Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures by named keys.
 *
 * A verifier's key is written `name+id+key`, id being eight hexadecimal digits: the first four bytes of SHA-256 over
 * name, a line feed, the type and the public key; key being base64 of the type and the public key. Known are Ed25519 (type
 * 1), which signs the text, and a witness's cosignature (type 4, C2SP tlog-cosignature), which signs a time beside it.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { strictBase64 } from '../kernel/base64.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export interface NoteKey {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly type: 'ed25519' | 'cosignature';
  readonly publicKey: KeyObject;
}

export interface OpenedNote {
  /** What was signed, its last line feed included. */
  readonly text: string;
  /** When a witness signed, seconds since 1970; undefined for a log's own signature. */
  readonly signedAt: number | undefined;
  /** Lines of signatures by other keys: not looked at. */
  readonly otherSignatures: number;
}

const TYPES: Readonly<Record<number, NoteKey['type']>> = { 1: 'ed25519', 4: 'cosignature' };
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const NOTE_CHARS_MAX = 1_000_000;
const SIGNATURES_MAX = 100;

const isName = (text: string): boolean => text !== '' && !/[\s+]/u.test(text);

/** The key that a verifier was given, or what is wrong with it. */
export function parseNoteKey(text: string): Result<NoteKey, string> {
  const [name = '', id = '', ...rest] = text.trim().split('+');
  const bytes = strictBase64(rest.join('+'));
  if (!isName(name) || !/^[0-9a-f]{8}$/.test(id) || !bytes)
    return err('a key is written name+id+key, such as log.example/mumbai+0a1b2c3d+AdE…');
  const type = TYPES[bytes[0] ?? 0];
  if (!type)
    return err(`keys of type ${bytes[0] ?? 'none'} are not known here: use Ed25519 or a cosignature`);
  if (bytes.length !== 1 + PUBLIC_KEY_BYTES) return err(`an Ed25519 key has ${PUBLIC_KEY_BYTES} bytes`);
  if (noteKeyId(name, bytes) !== id)
    return err(`the id of this key is ${noteKeyId(name, bytes)}, not ${id}: it was changed`);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  return ok({ name, id, type, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) });
}

/** Eight hexadecimal digits. */
export const noteKeyId = (name: string, typeAndKey: Buffer): string =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typeAndKey]), 'hex').slice(0, 2 * KEY_ID_BYTES);

/** The text of a note that this key has signed, or why it proves nothing. */
export function openNote(note: string, key: NoteKey): Result<OpenedNote, string> {
  if (note.length > NOTE_CHARS_MAX) return err('it is longer than a note may be');
  // Control characters but the line feed have no place in a note.
  if (/[^\P{Cc}\n]/u.test(note)) return err('it has control characters, so it is no note');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n'))
    return err('it is no note: a text, an empty line, and lines of signatures');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) return err(`it has more than ${SIGNATURES_MAX} signatures`);
  let opened: OpenedNote | undefined;
  let otherSignatures = 0;
  for (const line of lines) {
    const [, name = '', base64 = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = strictBase64(base64);
    if (!isName(name) || !bytes || bytes.length <= KEY_ID_BYTES)
      return err('a line of its signatures is malformed');
    if (name !== key.name || bytes.toString('hex', 0, KEY_ID_BYTES) !== key.id) {
      otherSignatures++;
      continue;
    }
    if (opened) return err('this key has signed it twice');
    const signedAt = signatureTime(text, bytes.subarray(KEY_ID_BYTES), key);
    if (signedAt === false)
      return err('the signature of this key does not fit the text: one of the two was changed');
    opened = { text, signedAt, otherSignatures: 0 };
  }
  if (!opened) return err(`it has no signature by ${key.name} (${key.id})`);
  return ok({ ...opened, otherSignatures });
}

/** False where the signature does not fit; the time that a witness states. */
function signatureTime(
  text: string,
  signature: Buffer,
  { type, publicKey }: NoteKey,
): number | undefined | false {
  if (type === 'ed25519')
    return signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), publicKey, signature)
      ? undefined
      : false;
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return false;
  const time = Number(signature.readBigUInt64BE());
  const signed = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
  return verify(null, signed, publicKey, signature.subarray(TIME_BYTES)) ? time : false;
}
