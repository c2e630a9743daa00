/** An API key on the wire: everything but the secret, which is stored nowhere. */
import { z } from 'zod';
import { formatMicros } from '../../kernel/clock.ts';
import { formatId } from '../../kernel/id.ts';
import type { ListedApiKey } from './key-rows.ts';

export const apiKey = z
  .strictObject({
    id: z.string().meta({ example: 'key_0k3m9c200000001h' }),
    client: z.string(),
    prefix: z
      .string()
      .meta({ description: 'The characters after bahi_live_, or bahi_test_, that find the key.' }),
    scopes: z.array(z.string()),
    expires_at: z.string().nullable(),
    revoked: z.boolean(),
    networks: z.array(z.string()).meta({ description: 'Where it may be used; none: anywhere.' }),
    rate: z.string().nullable().meta({ description: 'Requests in a unit of time; null: no limit.' }),
    successor: z.string().nullable().meta({ description: 'The key that it was rotated to.' }),
    last_used_at: z
      .string()
      .nullable()
      .meta({ description: 'When somebody last came with it, written by the minute; null: never.' }),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyView = (ledgerId: number, key: ListedApiKey): z.output<typeof apiKey> => ({
  id: formatId('key', ledgerId, key.key_id),
  client: key.client,
  prefix: key.prefix,
  scopes: [...key.scopes],
  expires_at: key.expires_at === null ? null : formatMicros(key.expires_at),
  revoked: key.revoked,
  networks: [...key.networks],
  rate: key.rate,
  successor: key.successor === null ? null : formatId('key', ledgerId, key.successor),
  last_used_at: key.used_at === null ? null : formatMicros(key.used_at),
});
