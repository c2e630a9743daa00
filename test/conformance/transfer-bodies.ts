/** The bodies of the table as they are sent. */
import { parseInput } from '../../src/engine/parse-input.ts';
import { transferRequest } from '../../src/engine/transfers/transfer-request.ts';
import { formatMicros } from '../../src/kernel/clock.ts';
import { FailureError } from '../../src/kernel/failure.ts';
import type { Ask, TransferBody } from './table.ts';

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

/** The code with which a request is malformed, before any ledger sees it. */
export function malformedBy(ask: Ask, foreign: string, now: number): string | undefined {
  if (ask.ask !== 'transfer') return undefined;
  try {
    parseInput(transferRequest, named(ask.body, foreign, now));
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return `failed ${error.code}`;
    throw error;
  }
}
