/** Reversals and adjustments as the wire may produce them, of any transfer. */
import fc from 'fast-check';
import type { AdjustTransfer, CreateTransfer } from '../../src/engine/command.ts';
import type { ReverseTransfer } from '../../src/engine/reversal-command.ts';
import { NUMBER_MAX } from '../../src/kernel/id.ts';

export const anyReversal = (
  token: fc.Arbitrary<string>,
  decimal: fc.Arbitrary<string>,
): fc.Arbitrary<ReverseTransfer> =>
  fc.record(
    {
      type: fc.constant('transfer.reverse' as const),
      transfer: fc.integer({ min: 1, max: NUMBER_MAX }),
      amount: fc.oneof(decimal, fc.array(decimal, { minLength: 1, maxLength: 5 })),
      effectiveAt: fc.integer({ min: 0, max: 9_000_000_000_000_000 }),
      reference: token,
      metadata: fc.dictionary(token, token, { maxKeys: 5, noNullPrototype: true }),
    },
    { requiredKeys: ['type', 'transfer'] },
  );

export const anyAdjustment = (
  transfer: fc.Arbitrary<CreateTransfer>,
  token: fc.Arbitrary<string>,
): fc.Arbitrary<AdjustTransfer> =>
  fc
    .tuple(transfer, token)
    .map(([{ sourceTime: _, holdSeconds: _hold, exchange: _exchange, ...asked }, reason]) => ({
      ...asked,
      type: 'transfer.adjust' as const,
      reason,
    }));
