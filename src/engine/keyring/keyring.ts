/**
 * The keys that the engine works with, one for each purpose, so that none can stand in for another: random, and stored
 * wrapped under a key that is outside the database (platform/key-provider.ts).
 *
 * A data key may be wrapped under two such keys at once: that is how the master key is replaced while servers run. `rewrap`
 * adds the wrapping under the next one, servers are started with it one after the other, `retire` takes the old wrapping away.
 * The data keys stay what they are: links, MACs and sealed secrets go on as before.
 */
import { randomBytes } from 'node:crypto';
import type { KeyringStore, WrappedKey } from './store.ts';

export const KEY_PURPOSES = ['link', 'cursor', 'seal', 'source'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];
export type Keyring = Readonly<Record<KeyPurpose, Buffer>>;

/** Who wraps data keys: the master key of this machine, or a key management service. */
export interface KeyProvider {
  /** Names the key that wraps; it says nothing of the key itself. */
  readonly currentKeyId: string;
  /** `context` is what the data key is for: one that is put in another's place does not unwrap. */
  wrap(context: string, dataKey: Buffer): Promise<Buffer>;
  /** Fails with an Error where it was wrapped under another key or for something else, or was changed. */
  unwrap(context: string, wrapped: Buffer): Promise<Buffer>;
}

/** The key that wraps is not one of those under which the data keys are wrapped. */
export class UnknownWrappingKey extends Error {
  override readonly name = 'UnknownWrappingKey';
}

const DATA_KEY_BYTES = 32;
const contextOf = (purpose: string, installation: string): string => `${purpose}|${installation}`;

/**
 * Reads the data keys; what is missing is made and stored, and of two processes that make it at once the first counts.
 * `derived` gives the keys of an installation from before they were wrapped.
 * Fails with UnknownWrappingKey.
 */
export async function openKeyring(
  store: KeyringStore,
  provider: KeyProvider,
  installation: string,
  derived: (purpose: KeyPurpose) => Buffer,
): Promise<Keyring> {
  let rows = await store.wrapped();
  if (rows.length > 0 && !rows.some(({ wrapping }) => wrapping === provider.currentKeyId))
    throw new UnknownWrappingKey(provider.currentKeyId);
  const missing = KEY_PURPOSES.filter((purpose) => !rows.some((row) => row.purpose === purpose));
  if (missing.length > 0) {
    const isOlder = rows.length === 0 && (await store.hasLinkKey());
    const made = missing.map(async (purpose): Promise<WrappedKey> => {
      const key = isOlder ? derived(purpose) : randomBytes(DATA_KEY_BYTES);
      const wrapped = await provider.wrap(contextOf(purpose, installation), key);
      return { purpose, wrapping: provider.currentKeyId, wrapped };
    });
    await store.add(await Promise.all(made), true);
    rows = await store.wrapped();
  }
  return unwrapped(rows, provider, installation);
}

async function unwrapped(
  rows: readonly WrappedKey[],
  provider: KeyProvider,
  installation: string,
): Promise<Keyring> {
  const keys = KEY_PURPOSES.map(async (purpose) => {
    const row = rows.find((each) => each.purpose === purpose && each.wrapping === provider.currentKeyId);
    if (!row) throw new UnknownWrappingKey(provider.currentKeyId);
    const key = await provider.unwrap(contextOf(purpose, installation), row.wrapped).catch(() => {
      throw new UnknownWrappingKey(provider.currentKeyId);
    });
    return [purpose, key] as const;
  });
  return Object.fromEntries(await Promise.all(keys)) as Record<KeyPurpose, Buffer>;
}

/** Wraps all data keys under `next` as well; doing it again changes nothing. Fails with UnknownWrappingKey. */
export async function rewrap(
  store: KeyringStore,
  provider: KeyProvider,
  next: KeyProvider,
  installation: string,
): Promise<number> {
  const keys = await unwrapped(await store.wrapped(), provider, installation);
  const rows = KEY_PURPOSES.map(
    async (purpose): Promise<WrappedKey> => ({
      purpose,
      wrapping: next.currentKeyId,
      wrapped: await next.wrap(contextOf(purpose, installation), keys[purpose]),
    }),
  );
  return store.add(await Promise.all(rows), false);
}
