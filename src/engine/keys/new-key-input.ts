/** What a new API key and the successor of one are asked for alike. */
import { z } from 'zod';
import { NETWORKS_MAX, parseNetwork } from '../../identity/network.ts';
import { parseRate } from '../../identity/rate.ts';
import { parseMicros } from '../../kernel/clock.ts';
import { FailureError } from '../../kernel/failure.ts';

const network = z
  .string()
  .max(64)
  .transform((text, context) => {
    const parsed = parseNetwork(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.error });
    return z.NEVER;
  });

export const networks = z
  .array(network)
  .max(NETWORKS_MAX, `a key has at most ${NETWORKS_MAX} networks`)
  .refine((list) => new Set(list).size === list.length, 'name each network once');

export const rate = z
  .string()
  .refine(
    (text) => parseRate(text) !== undefined,
    'use requests in a unit of time such as 100/s: 1 to 1000000, with s, m, h or d',
  )
  .nullable()
  .meta({ description: 'Requests that the client may send to each class of routes; null: no limit.' });

export const expiresAt = z
  .string()
  .refine(
    (text) => parseMicros(text) !== undefined,
    'use a UTC time of RFC 3339, such as 2027-04-01T00:00:00Z',
  )
  .optional();

/** Microseconds since 1970, null for never. Fails with invalid_request when it is past. */
export function futureOf(text: string | undefined, nowMicros: number): number | null {
  const micros = text === undefined ? null : (parseMicros(text) ?? null);
  if (micros !== null && micros <= nowMicros)
    throw invalid('/expires_at', 'a key that has expired already is of no use');
  return micros;
}

export const invalid = (pointer: string, message: string): FailureError =>
  new FailureError('invalid_request', undefined, [{ pointer, message }]);
