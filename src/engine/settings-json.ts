/** Settings of accounts as canonical JSON writes them. */
import type { Json } from '../kernel/canonical-json.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatMinor } from '../kernel/money.ts';
import type { SettingsChange } from '../ledger/account.ts';
import { formatPercent } from '../ledger/over-capture.ts';
import { termsJson } from './limit-json.ts';

/** Settings on the wire; bounds need the account's currency, and null says that there is none. Over-capture is left out where there is none. */
export function settingsJson(settings: SettingsChange, currency?: string): Record<string, Json> {
  const bound = (name: string, minor: bigint | null | undefined): Record<string, Json> =>
    currency === undefined || minor === undefined
      ? {}
      : { [name]: minor === null ? null : formatMinor(minor, exponentOf(currency)) };
  const flag = (name: string, value: boolean | undefined): Record<string, Json> =>
    value === undefined ? {} : { [name]: value };
  return {
    ...bound('floor', settings.floor),
    ...bound('ceiling', settings.ceiling),
    ...flag('debits_frozen', settings.debitsFrozen),
    ...flag('credits_frozen', settings.creditsFrozen),
    ...flag('closed', settings.closed),
    ...percentJson(settings.overCaptureBps),
    ...bound('step_up_above', settings.stepUpAbove),
    ...(currency === undefined || settings.limits === undefined
      ? {}
      : { limits: settings.limits.map((limit) => termsJson(limit, currency)) }),
  };
}

const percentJson = (bps: number | null | undefined): Record<string, Json> =>
  bps === undefined ? {} : { over_capture_percent: bps === null ? null : formatPercent(bps) };
