/**
 * Creates an API key of a ledger or, in the installation's log, of the installation: at the command line only.
 *
 * The token stands in this one answer and nowhere else. So a key is not replayed: the same idempotency key again is
 * `idempotency_key_reused`, because a second token was made and only the first one's hash is stored.
 */
import { z } from 'zod';
import { newApiKey, SCOPES, type Scope } from '../../identity/api-key.ts';
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { post, requireShell, useCase } from '../use-case.ts';
import { token } from '../wire.ts';
import { expiresAt, futureOf, invalid, networks, rate } from './new-key-input.ts';

/** What a key of the installation may have; a key of a ledger may have all the others. */
const INSTALLATION_SCOPES: readonly Scope[] = ['ledgers:read'];
/** What only a key of a sandbox ledger may have. */
const SANDBOX_SCOPES: readonly Scope[] = ['sandbox:clock'];

const input = z.strictObject({
  client: token
    .refine((text) => text !== 'shell', 'shell is the client of everybody at the command line')
    .meta({ description: 'The banking app that holds the key; its idempotency keys survive rotation.' }),
  scopes: z.array(z.enum(SCOPES)).min(1, 'a key has at least one scope'),
  networks: networks.optional(),
  rate: rate.optional(),
  expires_at: expiresAt,
});

export const newKey = z.strictObject({
  token: z.string().meta({ description: 'The key itself, shown this once.' }),
  id: z.string(),
  client: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.string().nullable(),
  networks: z.array(z.string()).optional(),
  rate: z.string().optional(),
  created_at: z.string(),
});

export const createKey = useCase({
  name: 'key.create',
  summary: 'Create an API key',
  permission: 'shell',
  kind: 'command',
  input,
  output: newKey,
  async run(engine, call) {
    requireShell(call);
    const { client, scopes, expires_at, networks: allowed = [], rate: limit = null } = call.input;
    const sandbox = await engine.reads.clock(call.ledgerId);
    refuseScopes(call.ledgerId, sandbox !== null, scopes);
    const ends = futureOf(expires_at, sandbox?.now ?? engine.clock.nowMicros());
    const { token: secret, prefix, secretHash } = newApiKey(sandbox === null ? 'live' : 'test');
    const answer = await post(engine, call, {
      type: 'key.create',
      client,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      prefix,
      secretHash,
      expiresAt: ends,
      ...(allowed.length === 0 ? {} : { networks: allowed }),
      ...(limit === null ? {} : { rate: limit }),
    });
    return { ...answer, body: { token: secret, ...answer.body } };
  },
});

function refuseScopes(ledgerId: number, isSandbox: boolean, scopes: readonly Scope[]): void {
  const ofInstallation = ledgerId === INSTALLATION_LEDGER;
  for (const [i, scope] of scopes.entries()) {
    if (SANDBOX_SCOPES.includes(scope) && !isSandbox)
      throw invalid(`/scopes/${i}`, `${scope} is a scope of a sandbox ledger's keys`);
    if (INSTALLATION_SCOPES.includes(scope) === ofInstallation) continue;
    throw invalid(
      `/scopes/${i}`,
      ofInstallation
        ? `${scope} is a scope of a ledger's keys`
        : `${scope} is a scope of the installation's keys`,
    );
  }
}
