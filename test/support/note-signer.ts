/** Signs notes with keys of its own, as a log or a witness does (C2SP signed-note, tlog-cosignature). */
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';

export interface NoteSigner {
  /** What a verifier is given. */
  readonly key: string;
  /** The line that it puts under a text. */
  signatureOf(text: string): string;
}

export function noteSigner(name: string, type: 1 | 4 = 1, at = 1_700_000_000): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = Buffer.concat([Buffer.of(type), publicBytes(publicKey)]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'buffer').subarray(0, 4);
  const time = Buffer.alloc(type === 4 ? 8 : 0);
  if (type === 4) time.writeBigUInt64BE(BigInt(at));
  return {
    key: `${name}+${id.toString('hex')}+${bytes.toString('base64')}`,
    signatureOf(text) {
      const signed = type === 4 ? `cosignature/v1\ntime ${at}\n${text}` : text;
      const signature = Buffer.concat([id, time, sign(null, Buffer.from(signed), privateKey)]);
      return `— ${name} ${signature.toString('base64')}\n`;
    },
  };
}

const publicBytes = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
