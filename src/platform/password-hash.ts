/**
 * Password hashes: argon2id at the least that OWASP recommends (19 MiB, two passes, one lane), in PHC form.
 *
 * One at a time, on the thread pool: the event loop is never blocked. A storm of sign-ins takes half a core and 19 MiB and
 * leaves the rest to posting (resting-line.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { createLine } from './resting-line.ts';

/** OWASP Password Storage Cheat Sheet. The algorithm is 2: argon2id (a const enum, which type stripping cannot take in). */
const PARAMETERS = { algorithm: 2 as const, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** About three seconds' worth. */
const WAITING_MAX = 32;
/** Of a random text that nobody knows: verified where there is no hash, so that this takes the same work. */
const DUMMY =
  '$argon2id$v=19$m=19456,t=2,p=1$zaAV7xZXU4j7uMnHmiXK/Q$3778WyF6wZjIs/Zz53Mxq7k/VQTJ9+UYjhlBMggn7Wk';

export interface PasswordHasher {
  /** Who came now would be turned away. */
  isFull(): boolean;
  hash(password: string): Promise<string>;
  /** `weak`: hashed with lesser parameters than today's. Without a hash the same work is done, in vain. */
  verify(
    hash: string | undefined,
    password: string,
  ): Promise<{ readonly matches: boolean; readonly weak: boolean }>;
}

/** `overloaded` makes the error for whoever does not fit into the line. */
export function createPasswordHasher(
  overloaded: () => Error,
  waitingMax = WAITING_MAX,
  argon2: Pick<typeof import('@node-rs/argon2'), 'hash' | 'verify'> = { hash, verify },
): PasswordHasher {
  const { run: inTurn, isFull } = createLine({
    waitingMax,
    overloaded,
    nowMs: () => performance.now(),
    sleep,
  });
  return {
    isFull,
    hash: (password) => inTurn(() => argon2.hash(password, PARAMETERS)),
    verify: (stored, password) =>
      inTurn(async () => {
        const matches = await argon2.verify(stored ?? DUMMY, password);
        return { matches: matches && stored !== undefined, weak: stored !== undefined && isWeak(stored) };
      }),
  };
}

function isWeak(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored);
  return (
    memoryCost < PARAMETERS.memoryCost ||
    timeCost < PARAMETERS.timeCost ||
    parallelism < PARAMETERS.parallelism
  );
}
