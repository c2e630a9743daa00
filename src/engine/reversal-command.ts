/** What a reversal asks for. */
import type { Json } from '../kernel/canonical-json.ts';

export interface ReverseTransfer {
  readonly type: 'transfer.reverse';
  /** Number of the transfer that is reversed. */
  readonly transfer: number;
  /**
   * Decimals without trailing zeros: one text for all legs together, or one for each of them; absent for all that is left.
   * What they are in minor units only the transfer tells.
   */
  readonly amount?: string | readonly string[];
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The members of its request. */
export const reversalJson = ({ amount, reference, metadata }: ReverseTransfer): Record<string, Json> => ({
  ...(amount === undefined ? {} : typeof amount === 'string' ? { amount } : { amounts: [...amount] }),
  ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
  ...(reference === undefined ? {} : { reference }),
});
