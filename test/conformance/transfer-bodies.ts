/** The bodies of the table as they are sent. */
import { formatMicros } from '../../src/kernel/clock.ts';
import type { TransferBody } from './table.ts';

export const MICROS = 1_000_000;

/** What is sent: `foreign` in place of its word, and times from `now` on, in microseconds. */
export const named = (
  { legs, exchange, reference, hold, effective_at, scheduled_in }: TransferBody,
  foreign: string,
  now: number,
): Record<string, unknown> => ({
  ...(legs === undefined
    ? {}
    : { legs: legs.map((leg) => ({ ...leg, credit: leg.credit === '@foreign' ? foreign : leg.credit })) }),
  ...(exchange === undefined ? {} : { exchange }),
  ...(reference === undefined ? {} : { reference }),
  ...(hold === undefined ? {} : { hold }),
  ...(effective_at === undefined ? {} : { effective_at }),
  ...(scheduled_in === undefined ? {} : { scheduled_for: formatMicros(now + scheduled_in * MICROS) }),
});
