/**
 * The second factor for one capture, bound by us to what the hold moves: the challenge is a keyed hash over the hold, its
 * amounts, currencies, payers and payees, made by the fold alone, so that it is the same at every reading of the log and nobody
 * without the key can foretell it. What the banking app says of its own first factor is recorded as asserted by it.
 */

import type { Json } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';
import { exponentOf } from '../kernel/currency.ts';
import { formatId } from '../kernel/id.ts';
import { formatMinor } from '../kernel/money.ts';
import type { HoldState } from '../ledger/hold.ts';
import { rowMac } from './row-mac.ts';
import type { LedgerState } from './state.ts';

export const FIRST_FACTORS = ['pin', 'password', 'biometric', 'device', 'other'] as const;

export interface FirstFactor {
  readonly method: (typeof FIRST_FACTORS)[number];
  /** Microseconds since 1970. */
  readonly at: number;
}

export interface Authorization {
  /** The random UUID that owns the account of the payer. */
  readonly customer: string;
  /** Number of the factor. */
  readonly factor: number;
  /** That its code matched; null: none. */
  readonly timeStep: number | null;
  readonly firstFactor: FirstFactor;
}

const firstFactorJson = ({ method, at }: FirstFactor): Record<string, Json> => ({
  method,
  at: formatMicros(at),
});

/** What is asked for. Which code it was is no part of it: an idempotency key names one attempt. */
export const askedJson = ({ customer, factor, firstFactor }: Authorization): Record<string, Json> => ({
  customer,
  factor: String(factor),
  first_factor: firstFactorJson(firstFactor),
});

/** As the event has it. */
export const authorizationJson = (
  state: LedgerState,
  { customer, factor, timeStep, firstFactor }: Authorization,
  hold: HoldState | undefined,
): Record<string, Json> => ({
  customer,
  factor: formatId('fac', state.ledgerId, factor),
  first_factor: firstFactorJson(firstFactor),
  ...(hold ? { challenge: challengeOf(state, hold) } : {}),
  ...(timeStep === null ? {} : { time_step: timeStep }),
});

const CHALLENGE_CHARS = 32;

/** 128 bits, hexadecimal. */
export const challengeOf = (
  { ledgerId, rowKey }: Pick<LedgerState, 'ledgerId' | 'rowKey'>,
  { id, legs }: Pick<HoldState, 'id' | 'legs'>,
): string =>
  rowMac(rowKey, 'challenge', [
    formatId('trf', ledgerId, id),
    ...legs.map(({ debit, credit, amount, currency }) => [
      formatId('acc', ledgerId, debit),
      formatId('acc', ledgerId, credit),
      formatMinor(amount, exponentOf(currency)),
      currency,
    ]),
  ]).slice(0, CHALLENGE_CHARS);
