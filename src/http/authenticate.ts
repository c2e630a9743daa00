/**
 * Who asks: an API key in `Authorization: Bearer` (RFC 6750 §2.1).
 *
 * Shape and checksum sort out what is no key of ours without a query. A key is read fresh for every query, so a
 * revocation acts at once; for commands a reading of up to a second ago will do, because the fold checks the standing
 * of the key again, exactly, in the order of the log. Unknown, revoked and expired keys get one and the same answer.
 */

import type { Actor } from '../engine/command.ts';
import type { FoundApiKey } from '../engine/reads.ts';
import type { Permission } from '../engine/use-case.ts';
import { isUsable, matchesHash, prefixOf, type Scope } from '../identity/api-key.ts';
import type { Clock } from '../kernel/clock.ts';
import { FailureError } from '../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER } from '../kernel/id.ts';

/** A key acts on its own ledger only; a key of the installation reaches no ledger. */
export type Realm = 'ledger' | 'installation';

export interface Authenticated {
  readonly actor: Actor;
  readonly ledgerId: number;
  readonly scopes: readonly Scope[];
}

export interface AuthenticatorDeps {
  findApiKey(prefix: string): Promise<FoundApiKey | null>;
  readonly clock: Clock;
}

export type Authenticator = (authorization: string | undefined, fresh: boolean) => Promise<Authenticated>;

const BEARER = /^Bearer +([A-Za-z0-9_]{1,128})$/i;
const CACHE_MS = 1000;
const CACHED_MAX = 10_000;
/** Compared in place of the hash that an unknown key does not have, so that both take the same steps. */
const NO_HASH = '0'.repeat(64);

interface Cached {
  readonly readMs: number;
  readonly found: Promise<FoundApiKey | null>;
}

/** The returned function fails with `unauthenticated`, and with the faults of `findApiKey`. */
export function createAuthenticator({ findApiKey, clock }: AuthenticatorDeps): Authenticator {
  const cache = new Map<string, Cached>();

  /** Concurrent commands of one key share one reading. */
  const findRecently = (prefix: string): Promise<FoundApiKey | null> => {
    const nowMs = clock.monotonicMs();
    const cached = cache.get(prefix);
    if (cached && nowMs - cached.readMs < CACHE_MS) return cached.found;
    const found = findApiKey(prefix);
    cache.delete(prefix);
    if (cache.size >= CACHED_MAX) cache.clear();
    cache.set(prefix, { readMs: nowMs, found });
    // Neither a failure nor "not there" is kept: a new key works at once, and guesses take no room.
    const forget = (): void => {
      if (cache.get(prefix)?.found === found) cache.delete(prefix);
    };
    found.then((row) => row ?? forget(), forget);
    return found;
  };

  return async (authorization, fresh) => {
    const token = BEARER.exec(authorization ?? '')?.[1] ?? '';
    const prefix = prefixOf(token);
    if (prefix === undefined) throw new FailureError('unauthenticated');
    const found = await (fresh ? findApiKey(prefix) : findRecently(prefix));
    const matches = matchesHash(token, found?.secret_hash ?? NO_HASH);
    if (
      !found ||
      !matches ||
      !isUsable({ revoked: found.revoked, expiresAt: found.expires_at }, clock.nowMicros())
    )
      throw new FailureError('unauthenticated');
    const { ledger_id: ledgerId, key_id: apiKey, client, scopes } = found;
    return { actor: { name: formatId('key', ledgerId, apiKey), client, apiKey }, ledgerId, scopes };
  };
}

/** Fails with `forbidden`: first the realm, then the scope. */
export function authorize(caller: Authenticated, realm: Realm, scope: Permission): void {
  const own: Realm = caller.ledgerId === INSTALLATION_LEDGER ? 'installation' : 'ledger';
  if (own !== realm)
    throw new FailureError(
      'forbidden',
      realm === 'ledger'
        ? 'This key belongs to the installation: use a key of the ledger.'
        : 'This key belongs to a ledger: use a key of the installation.',
    );
  if (!(caller.scopes as readonly Permission[]).includes(scope))
    throw new FailureError('forbidden', `The key lacks the scope ${scope}.`);
}
