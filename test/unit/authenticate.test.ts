/** Who is let in again within the second for which a reading of the key will do, and who is not. */
import { expect, test } from 'vitest';
import type { FoundApiKey } from '../../src/engine/keys/key-rows.ts';
import { createAuthenticator } from '../../src/http/authenticate.ts';
import { type KeyMode, newApiKey } from '../../src/identity/api-key.ts';

/** A key, an authenticator over it, and a clock that stands until it is moved. */
function desk(more: Partial<FoundApiKey> = {}, mode: KeyMode = 'live') {
  const { token, prefix, secretHash } = newApiKey(mode);
  let row: FoundApiKey | null = {
    ledger_id: 1,
    key_id: 2,
    client: 'app',
    secret_hash: secretHash,
    scopes: ['transfers:write'],
    expires_at: null,
    revoked: false,
    ahead: null,
    networks: [],
    rate: null,
    ...more,
  };
  let [ms, reads] = [0, 0];
  const authenticate = createAuthenticator({
    findApiKey: async (wanted) => {
      reads++;
      return wanted === prefix ? row : null;
    },
    clock: { monotonicMs: () => ms, nowMicros: () => ms * 1000 },
  });
  const ask = async (sent = token, fresh = false): Promise<string> => {
    try {
      return (await authenticate(`Bearer ${sent}`, fresh)).actor.client;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return {
    token,
    ask,
    passMs: (passed: number): void => {
      ms += passed;
    },
    become: (next: Partial<FoundApiKey> | null): void => {
      row = next && row && { ...row, ...next };
    },
    reads: (): number => reads,
  };
}

test('a key is read once a second for commands, and each time for queries', async () => {
  const { ask, passMs, reads, token } = desk();
  expect([await ask(), await ask(), await ask(), reads()]).toEqual(['app', 'app', 'app', 1]);
  passMs(999);
  expect([await ask(), reads()]).toEqual(['app', 1]);
  passMs(1);
  expect([await ask(), reads()]).toEqual(['app', 2]);
  expect([await ask(token, true), await ask(token, true), reads()]).toEqual(['app', 'app', 4]);
});

test('who shares the prefix of a key that was let in is no further for it', async () => {
  const { ask, token } = desk();
  expect(await ask()).toBe('app');
  const other = (at: number): string =>
    token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1);
  const guesses = [20, token.length - 1, 0].map(other);
  for (const sent of [
    ...guesses,
    token.slice(0, -1),
    `${token}a`,
    token.slice(10, 18),
    'x',
    token.toUpperCase(),
  ])
    expect([sent, await ask(sent)]).toEqual([sent, 'unauthenticated']);
  expect(await ask()).toBe('app');
});

test('a key that expires within the second is refused from then on', async () => {
  const { ask, passMs } = desk({ expires_at: 500_000 });
  expect(await ask()).toBe('app');
  passMs(499);
  expect(await ask()).toBe('app');
  passMs(1);
  expect(await ask()).toBe('unauthenticated');
});

test('what a key had a second ago counts no longer', async () => {
  const { ask, become, passMs } = desk();
  expect(await ask()).toBe('app');
  become({ revoked: true });
  passMs(1000);
  expect(await ask()).toBe('unauthenticated');
});

test('a key whose ledger is of the other mode opens nothing, cached or not, and an own one does', async () => {
  for (const [mode, ahead, answer] of [
    ['test', null, 'unauthenticated'],
    ['live', 0, 'unauthenticated'],
    ['test', 0, 'app'],
    ['live', null, 'app'],
  ] as const) {
    const { ask, token } = desk({ ahead }, mode);
    expect([await ask(), await ask(), await ask(token, true)]).toEqual([answer, answer, answer]);
  }
});

test('a key of a sandbox ledger expires by the clock of its ledger', async () => {
  expect(await desk({ ahead: 0, expires_at: 5 }, 'test').ask()).toBe('app');
  expect(await desk({ ahead: 5, expires_at: 5 }, 'test').ask()).toBe('unauthenticated');
});
