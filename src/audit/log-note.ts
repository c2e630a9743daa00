/**
 * What a log signs: its checkpoints as notes (C2SP signed-note, tlog-checkpoint), under Ed25519 keys named as the log.
 *
 * A log is named by the installation's random id and the ledger's: no two logs anywhere share a name, and none tells who it
 * belongs to. A signature covers the name, so that one key may sign for every log of an installation.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { formatLedgerId } from '../kernel/id.ts';
import { noteKeyId } from './note.ts';

/** Type 1 of C2SP signed-note. */
const ED25519 = 1;

/** The first line of a log's checkpoints, and the name of the keys that sign them. */
export const logOrigin = (installation: string, ledgerId: number): string =>
  `bahi/${installation}/${formatLedgerId(ledgerId)}`;

/** The text of a checkpoint (C2SP tlog-checkpoint), its last line feed included. */
export const checkpointText = (origin: string, size: number, root: Buffer): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`;

/** A key that signs. */
export interface LogSigner {
  /** 32 bytes. */
  readonly publicKey: Buffer;
  readonly privateKey: KeyObject;
}

/** The private key as the text that is sealed: the `d` of its JWK (RFC 8037). */
export function newLogKey(): { readonly publicKey: Buffer; readonly secret: string } {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { publicKey: Buffer.from(String(x), 'base64url'), secret: String(d) };
}

/** Undefined where the secret is not that of this public key. */
export function logSigner(publicKey: Buffer, secret: string): LogSigner | undefined {
  const x = publicKey.toString('base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x, d: secret };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return createPublicKey(privateKey).export({ format: 'jwk' }).x === x
    ? { publicKey, privateKey }
    : undefined;
}

const typed = (publicKey: Buffer): Buffer => Buffer.concat([Buffer.of(ED25519), publicKey]);

/** What a verifier is given: name+id+key. */
export const logKeyText = (name: string, publicKey: Buffer): string =>
  `${name}+${noteKeyId(name, typed(publicKey))}+${typed(publicKey).toString('base64')}`;

/** The text, an empty line, and a line of signature by each key, in the name of the log. */
export function signedNote(text: string, name: string, signers: readonly LogSigner[]): string {
  const lines = signers.map(({ publicKey, privateKey }) => {
    const id = Buffer.from(noteKeyId(name, typed(publicKey)), 'hex');
    const signature = sign(null, Buffer.from(text), privateKey);
    return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}
