/** Accounts and moments as verbs name them. */
import { formatMicros, istDay, parseMoment } from '../kernel/clock.ts';
import { FailureError } from '../kernel/failure.ts';
import { UsageError, VerbFailed } from './errors.ts';

/** Says where an account can be found that this ledger does not have. */
export const refuseUnknownAccount =
  (account: string, ledger: string) =>
  (error: unknown): never => {
    if (!(error instanceof FailureError) || error.code !== 'not_found' || error.detail !== undefined)
      throw error;
    throw new VerbFailed(
      'not_found',
      `There is no account ${account} in this ledger: bahi account list --ledger ${ledger} shows them`,
    );
  };

/**
 * A time as the API takes it: `start` or `end` of a half open period, or `last`, the last moment that a day has. A day
 * alone is one of Indian Standard Time. Fails with UsageError.
 */
export function timeOption(option: string, text: string, of: 'start' | 'end' | 'last'): string {
  const day = istDay(text);
  const micros =
    day === undefined ? parseMoment(text) : of === 'start' ? day.start : of === 'end' ? day.end : day.end - 1;
  if (micros !== undefined) return formatMicros(micros);
  throw new UsageError(
    `--${option}: use a day (of IST) such as 2026-04-01, or a time of RFC 3339 such as 2026-04-01T09:30:00+05:30`,
  );
}
