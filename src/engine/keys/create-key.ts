/**
 * Creates an API key of a ledger or, in the installation's log, of the installation: at the command line only.
 *
 * The token stands in this one answer and nowhere else. So a key is not replayed: the same idempotency key again is
 * `idempotency_key_reused`, because a second token was made and only the first one's hash is stored.
 */
import { z } from 'zod';
import { newApiKey, SCOPES, type Scope } from '../../identity/api-key.ts';
import { parseMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import { post, requireShell, useCase } from '../use-case.ts';
import { token } from '../wire.ts';

/** What a key of the installation may have; a key of a ledger may have all the others. */
const INSTALLATION_SCOPES: readonly Scope[] = ['ledgers:read'];
/** What only a key of a sandbox ledger may have. */
const SANDBOX_SCOPES: readonly Scope[] = ['sandbox:clock'];

const input = z.strictObject({
  client: token
    .refine((text) => text !== 'shell', 'shell is the client of everybody at the command line')
    .meta({ description: 'The banking app that holds the key; its idempotency keys survive rotation.' }),
  scopes: z.array(z.enum(SCOPES)).min(1, 'a key has at least one scope'),
  expires_at: z
    .string()
    .refine(
      (text) => parseMicros(text) !== undefined,
      'use a UTC time of RFC 3339, such as 2027-04-01T00:00:00Z',
    )
    .optional(),
});

const output = z.strictObject({
  token: z.string().meta({ description: 'The key itself, shown this once.' }),
  id: z.string(),
  client: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  expires_at: z.string().nullable(),
  created_at: z.string(),
});

export const createKey = useCase({
  name: 'key.create',
  summary: 'Create an API key',
  permission: 'shell',
  kind: 'command',
  input,
  output,
  async run(engine, call) {
    requireShell(call);
    const { client, scopes, expires_at } = call.input;
    const isSandbox = (await engine.reads.clock(call.ledgerId)) !== null;
    refuseScopes(call.ledgerId, isSandbox, scopes);
    const expiresAt = expires_at === undefined ? null : (parseMicros(expires_at) ?? null);
    if (expiresAt !== null && expiresAt <= engine.clock.nowMicros())
      throw invalid('/expires_at', 'a key that has expired already is of no use');
    const { token: secret, prefix, secretHash } = newApiKey(isSandbox ? 'test' : 'live');
    const answer = await post(engine, call, {
      type: 'key.create',
      client,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      prefix,
      secretHash,
      expiresAt,
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

const invalid = (pointer: string, message: string): FailureError =>
  new FailureError('invalid_request', undefined, [{ pointer, message }]);
