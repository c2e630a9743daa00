/**
 * Over-capture: how much more than a hold reserves its captures may take, as a setting of the payer's account.
 *
 * A percentage with two decimals, kept as an integer number of basis points (hundredths of a percent). It is that of the
 * moment of the capture: a change of the setting holds for open holds, too, and takes back nothing that was captured.
 */
import { formatMinor, parseMinor } from '../kernel/money.ts';

/** 100 %: a hold is at most doubled. */
export const OVER_CAPTURE_BPS_MAX = 10_000;

const DECIMALS = 2;
const BPS_PER_WHOLE = 10_000n;

/** Basis points of a decimal string of percent, above 0 and at most 100, with at most two decimals; undefined: it is none. */
export function parsePercent(text: string): number | undefined {
  const bps = parseMinor(text, DECIMALS);
  return bps.ok && bps.value > 0n && bps.value <= OVER_CAPTURE_BPS_MAX ? Number(bps.value) : undefined;
}

/** Canonical decimal string with both decimals. */
export const formatPercent = (bps: number): string => formatMinor(BigInt(bps), DECIMALS);

/** What captures may take beyond an amount, minor units, rounded down. */
export const overCaptureOf = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / BPS_PER_WHOLE;
