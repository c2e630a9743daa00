/**
 * Everything that use cases about operators and customers need of the machine, in one piece (engine/operators/desk.ts and
 * engine/customers/desk.ts say what).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { commonPasswords } from './common-passwords.ts';
import { createPasswordHasher } from './password-hash.ts';
import { qrCode } from './qr-code.ts';
import { createSealer } from './seal.ts';
import { newTotpSecret, totpStep, totpUri } from './totp.ts';

const SHORTEST = 8;

/** `overloaded` makes the error for whoever does not fit into the line for a hash. */
export function identityMachine(sealKey: Buffer, overloaded: () => Error) {
  const hasher = createPasswordHasher(overloaded);
  const sealer = createSealer(sealKey);
  let common: ReadonlySet<string> | undefined;
  return {
    isBusy: hasher.isFull,
    hashPassword: hasher.hash,
    verifyPassword: hasher.verify,
    isCommonPassword: (password: string): boolean => {
      common ??= commonPasswords(SHORTEST);
      return common.has(password);
    },
    newTotpSecret,
    totpUri,
    totpStep,
    qrCode,
    seal: sealer.seal,
    open: sealer.open,
    wait: (ms: number): Promise<void> => sleep(ms),
  };
}
