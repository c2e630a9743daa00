/** Revokes an API key, at the command line only: exact for money, since every posting checks the key in its ledger's own log. */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { parseId } from '../../kernel/id.ts';
import { post, requireShell, useCase } from '../use-case.ts';

export const revokeKey = useCase({
  name: 'key.revoke',
  summary: 'Revoke an API key',
  permission: 'shell',
  kind: 'command',
  input: z.strictObject({ id: z.string().max(64).meta({ example: 'key_0k3m9c200000001h' }) }),
  output: z.strictObject({ id: z.string(), revoked_at: z.string() }),
  async run(engine, call) {
    requireShell(call);
    const apiKey = parseId('key', call.ledgerId, call.input.id);
    if (apiKey === undefined) throw new FailureError('not_found');
    return post(engine, call, { type: 'key.revoke', apiKey });
  },
});
