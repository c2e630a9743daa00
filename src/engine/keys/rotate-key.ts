/**
 * Gives an API key a successor, at the command line only: one event makes the new key, of the same client with the same
 * scopes, and sets the end of the one before it, so that a banking app can change over while both are good. Idempotency keys belong to the
 * client: what was sent with the one may be sent again with the other.
 *
 * As in create-key.ts the token stands in this one answer, and a rotation is not replayed.
 */
import { z } from 'zod';
import { newApiKey } from '../../identity/api-key.ts';
import { FailureError } from '../../kernel/failure.ts';
import { parseId } from '../../kernel/id.ts';
import { post, requireShell, useCase } from '../use-case.ts';
import { newKey } from './create-key.ts';
import { expiresAt, futureOf, networks, rate } from './new-key-input.ts';

const OVERLAP_SECONDS = 86_400;
const OVERLAP_SECONDS_MAX = 90 * 86_400;

export const rotateKey = useCase({
  name: 'key.rotate',
  summary: 'Make the successor of an API key',
  permission: 'shell',
  kind: 'command',
  input: z.strictObject({
    id: z.string().max(64).meta({ example: 'key_0k3m9c200000001h' }),
    overlap_seconds: z.int().min(0).max(OVERLAP_SECONDS_MAX).default(OVERLAP_SECONDS),
    /** Of the successor; absent: the networks of the key before it. */
    networks: networks.optional(),
    /** As with the networks; null: no limit. */
    rate: rate.optional(),
    expires_at: expiresAt,
  }),
  output: newKey.extend({ replaces: z.strictObject({ id: z.string(), ends_at: z.string() }) }),
  async run(engine, call) {
    requireShell(call);
    const { id, overlap_seconds: overlapSeconds, expires_at, networks: wanted, rate: asked } = call.input;
    const apiKey = parseId('key', call.ledgerId, id);
    const keys = await engine.reads.listApiKeys(call.ledgerId);
    const before = keys.find(({ key_id }) => key_id === apiKey);
    if (apiKey === undefined || before === undefined) throw new FailureError('not_found');
    const sandbox = await engine.reads.clock(call.ledgerId);
    const ends = futureOf(expires_at, sandbox?.now ?? engine.clock.nowMicros());
    // A key never changes its networks or its rate, so what was read of them holds.
    const allowed = wanted ?? before.networks;
    const limit = asked === undefined ? before.rate : asked;
    const { token: secret, prefix, secretHash } = newApiKey(sandbox === null ? 'live' : 'test');
    const answer = await post(engine, call, {
      type: 'key.rotate',
      apiKey,
      prefix,
      secretHash,
      expiresAt: ends,
      ...(allowed.length === 0 ? {} : { networks: allowed }),
      ...(limit === null ? {} : { rate: limit }),
      overlapSeconds,
    });
    return answer.status === 201 ? { ...answer, body: { token: secret, ...answer.body } } : answer;
  },
});
