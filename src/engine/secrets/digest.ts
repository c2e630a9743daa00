/** What the log says of a sealed secret. */
import { hash } from 'node:crypto';

/** SHA-256, hexadecimal: of a ciphertext with a random nonce, so it tells nothing about the text. */
export const digestOfSealed = (sealed: Buffer): string => hash('sha256', sealed, 'hex');
