/** What a reversal asks for. */
import type { Json } from '../kernel/canonical-json.ts';
import { formatMicros } from '../kernel/clock.ts';

export interface ReverseTransfer {
  readonly type: 'transfer.reverse';
  /** Number of the transfer that is reversed. */
  readonly transfer: number;
  /**
   * Decimals without trailing zeros: one text for all legs together, or one for each of them; absent for all that is left.
   * What they are in minor units only the transfer tells.
   */
  readonly amount?: string | readonly string[];
  /** When it counts in reports, microseconds since 1970; absent: when it is posted, whenever the original counts. */
  readonly effectiveAt?: number;
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The members of its request. */
export const reversalJson = ({
  amount,
  effectiveAt,
  reference,
  metadata,
}: ReverseTransfer): Record<string, Json> => ({
  ...(amount === undefined ? {} : typeof amount === 'string' ? { amount } : { amounts: [...amount] }),
  ...(effectiveAt === undefined ? {} : { effective_at: formatMicros(effectiveAt) }),
  ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
  ...(reference === undefined ? {} : { reference }),
});
