/**
 * Who asks: an API key in `Authorization: Bearer` (RFC 6750 §2.1).
 *
 * Shape and checksum sort out what is no key of ours without a query. A key is read fresh for every query, so a
 * revocation acts at once; for commands a reading of up to a second ago will do, because the fold checks the standing
 * of the key again, exactly, in the order of the log. Who was let in by such a reading is remembered with it, so that
 * another command with the same key costs one hash of it. Unknown, revoked and expired keys get one and the same answer.
 */

import type { Actor } from '../engine/command.ts';
import type { DeniedCaller } from '../engine/denials/denial-command.ts';
import type { FoundApiKey } from '../engine/keys/key-rows.ts';
import type { Permission } from '../engine/use-case.ts';
import {
  assumedPrefix,
  isRelabelled,
  isUsable,
  type KeyMode,
  matchesHash,
  modeOf,
  prefixOf,
  type Scope,
} from '../identity/api-key.ts';
import { networkCheck } from '../identity/network.ts';
import { parseRate, type Rate } from '../identity/rate.ts';
import type { OperatorPermission } from '../identity/role.ts';
import type { Clock } from '../kernel/clock.ts';
import { FailureError } from '../kernel/failure.ts';
import { formatId, INSTALLATION_LEDGER } from '../kernel/id.ts';

/**
 * A key acts on its own ledger only; a key of the installation reaches no ledger. What is of `operator` takes the session of
 * one, or makes it.
 */
export type Realm = 'ledger' | 'installation' | 'operator';

export interface Authenticated {
  readonly actor: Actor;
  readonly ledgerId: number;
  readonly sandbox: boolean;
  readonly scopes: readonly (Scope | OperatorPermission)[];
  /** The ledgers that an operator knows of; undefined: all, or no operator. */
  readonly ledgers?: readonly number[];
  /** Number of the session, where it is an operator's. */
  readonly session?: number;
  /** Whether the key may be used from an address; undefined: from any. */
  readonly allows: ((address: string) => boolean) | undefined;
  /** How many requests its client may send; undefined: any number. */
  readonly rate: Rate | undefined;
}

export interface AuthenticatorDeps {
  findApiKey(prefix: string): Promise<FoundApiKey | null>;
  /** Told of a key that is good, at each reading of it: of one that is used all the time, once a second. */
  noteUse?(ledgerId: number, apiKey: number): void;
  readonly clock: Clock;
}

export type Authenticator = (
  authorization: string | undefined,
  fresh: boolean,
) => Authenticated | Promise<Authenticated>;

const BEARER = /^Bearer +([A-Za-z0-9_]{1,128})$/i;
const CACHE_MS = 1000;
const CACHED_MAX = 10_000;
/** Compared in place of the hash that an unknown key does not have, so that both take the same steps. */
const NO_HASH = '0'.repeat(64);

/** Why a key of the other mode does not do, by the mode that was to be opened. */
const OTHER_MODE: Readonly<Record<KeyMode, string>> = {
  live: 'A test key (bahi_test_) never opens a live ledger: send a key of the live ledger, as it was given to you.',
  test: 'A live key (bahi_live_) never opens a sandbox ledger: send a test key, as it was given to you.',
};

interface Cached {
  readonly readMs: number;
  readonly found: Promise<FoundApiKey | null>;
  /** Set once a token matched. */
  admitted?: { readonly row: FoundApiKey; readonly caller: Authenticated };
}

/** A denial of somebody who is known all the same: the credential is right, and over. */
export class EndedCredential extends FailureError {
  readonly ledgerId: number;
  readonly who: DeniedCaller;
  constructor(ledgerId: number, who: DeniedCaller, detail?: string) {
    super('unauthenticated', detail);
    this.ledgerId = ledgerId;
    this.who = who;
  }
}

/** The token; empty where there is none, or none that could be one. */
export const bearerOf = (authorization: string | undefined): string =>
  BEARER.exec(authorization ?? '')?.[1] ?? '';

/** The returned function fails with `unauthenticated`, and with the faults of `findApiKey`. */
export function createAuthenticator({ findApiKey, noteUse, clock }: AuthenticatorDeps): Authenticator {
  const cache = new Map<string, Cached>();

  /** Concurrent commands of one key share one reading. */
  const findRecently = (prefix: string): Cached => {
    const nowMs = clock.monotonicMs();
    const recent = cache.get(prefix);
    if (recent && nowMs - recent.readMs < CACHE_MS) return recent;
    const found = findApiKey(prefix);
    cache.delete(prefix);
    if (cache.size >= CACHED_MAX) cache.clear();
    const cached: Cached = { readMs: nowMs, found };
    cache.set(prefix, cached);
    // Neither a failure nor "not there" is kept: a new key works at once, and guesses take no room.
    const forget = (): void => {
      if (cache.get(prefix) === cached) cache.delete(prefix);
    };
    found.then((row) => row ?? forget(), forget);
    return cached;
  };

  const isCurrent = ({ revoked, expires_at: expiresAt, ahead }: FoundApiKey): boolean =>
    isUsable({ revoked, expiresAt }, clock.nowMicros() + (ahead ?? 0));

  /** Undefined: nobody that we know of, which is not to say that nobody is. */
  const admittedRecently = (token: string): Authenticated | undefined => {
    const cached = cache.get(assumedPrefix(token));
    if (!cached?.admitted || clock.monotonicMs() - cached.readMs >= CACHE_MS) return undefined;
    const { row, caller } = cached.admitted;
    return matchesHash(token, row.secret_hash) && isCurrent(row) ? caller : undefined;
  };

  const authenticate = async (token: string, fresh: boolean): Promise<Authenticated> => {
    const prefix = prefixOf(token);
    if (prefix === undefined)
      throw new FailureError('unauthenticated', isRelabelled(token) ? OTHER_MODE[modeOf(token)] : undefined);
    const cached = fresh ? undefined : findRecently(prefix);
    const row = await (cached?.found ?? findApiKey(prefix));
    const matches = matchesHash(token, row?.secret_hash ?? NO_HASH);
    if (!row || !matches) throw new FailureError('unauthenticated');
    const { ledger_id: ledgerId, key_id: apiKey, client, scopes, networks, rate } = row;
    const name = formatId('key', ledgerId, apiKey);
    if (!isCurrent(row)) throw new EndedCredential(ledgerId, { key: name });
    const sandbox = row.ahead !== null;
    if (sandbox !== (modeOf(token) === 'test'))
      throw new EndedCredential(ledgerId, { key: name }, OTHER_MODE[sandbox ? 'test' : 'live']);
    const allows = networks.length === 0 ? undefined : networkCheck(networks);
    const actor = { name, client, apiKey };
    const caller = {
      actor,
      ledgerId,
      scopes,
      sandbox,
      allows,
      rate: rate === null ? undefined : parseRate(rate),
    };
    if (cached) cached.admitted = { row, caller };
    noteUse?.(ledgerId, apiKey);
    return caller;
  };

  return (authorization, fresh) => {
    const token = bearerOf(authorization);
    return (fresh ? undefined : admittedRecently(token)) ?? authenticate(token, fresh);
  };
}

/**
 * Fails with `address_not_permitted`: also where the client's address cannot be told, since somebody forwards whom
 * BAHI_TRUSTED_PROXIES does not name. Cheap for a key without networks: `addressOf` is not asked.
 */
export function requireAddress({ allows }: Authenticated, addressOf: () => string | undefined): void {
  if (allows === undefined) return;
  const address = addressOf();
  if (address === undefined || !allows(address)) throw new FailureError('address_not_permitted');
}

/** Fails with `forbidden`: first the realm, then the scope. */
export function authorize(caller: Authenticated, realm: Realm, scope: Permission): void {
  if (realm === 'operator') throw new FailureError('forbidden', 'This takes the session of an operator.');
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
