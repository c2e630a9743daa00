/**
 * Password hashes: argon2id at the least that OWASP recommends (19 MiB, two passes, one lane), in PHC form.
 *
 * One at a time, on the thread pool: the event loop is never blocked. While others wait in line, as long a rest follows each
 * as it took: a storm of sign-ins takes half a core and 19 MiB, and leaves the rest to posting. What does not fit into the line
 * is turned away.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { hash, parseOptions, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet. The algorithm is 2: argon2id (a const enum, which type stripping cannot take in). */
const PARAMETERS = { algorithm: 2 as const, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** About three seconds' worth. */
const WAITING_MAX = 32;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** `weak`: hashed with lesser parameters than today's. Without a hash the same work is done, in vain. */
  verify(
    hash: string | undefined,
    password: string,
  ): Promise<{ readonly matches: boolean; readonly weak: boolean }>;
}

/** `overloaded` makes the error for whoever does not fit into the line. */
export function createPasswordHasher(overloaded: () => Error, waitingMax = WAITING_MAX): PasswordHasher {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= waitingMax) throw overloaded();
    waiting++;
    let startedMs = 0;
    const turn = last.then(() => {
      startedMs = performance.now();
      return work();
    });
    const rest = (): Promise<void> | undefined =>
      waiting > 1 ? sleep(performance.now() - startedMs) : undefined;
    last = turn.then(rest, rest);
    try {
      return await turn;
    } finally {
      waiting--;
    }
  };
  let dummy: Promise<string> | undefined;
  return {
    hash: (password) => inTurn(() => hash(password, PARAMETERS)),
    verify: (stored, password) =>
      inTurn(async () => {
        dummy ??= hash('nobody has this password', PARAMETERS);
        const against = stored ?? (await dummy);
        const matches = await verify(against, password);
        return { matches: matches && stored !== undefined, weak: isWeak(against) };
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
