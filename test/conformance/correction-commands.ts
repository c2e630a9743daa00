/** Reversals and adjustments of the table as commands. */
import type { AdjustTransfer } from '../../src/engine/command.ts';
import { parseInput } from '../../src/engine/parse-input.ts';
import type { ReverseTransfer } from '../../src/engine/reversal-command.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { transferRequest } from '../../src/engine/transfers/transfer-request.ts';
import { defined } from '../../src/kernel/assert.ts';
import { parseMoment } from '../../src/kernel/clock.ts';
import { trimDecimal } from '../../src/kernel/money.ts';
import type { AdjustmentBody, ReversalBody } from './table.ts';

/** `transfer` is the number of what is reversed. */
export function reversalOf(transfer: number, body: ReversalBody): ReverseTransfer {
  const { amount, amounts, effective_at: at } = body;
  const asked = amounts?.map(trimDecimal) ?? (amount === undefined ? undefined : trimDecimal(amount));
  const all = asked === undefined ? {} : { amount: asked };
  const dated = at === undefined ? {} : { effectiveAt: defined(parseMoment(at), 'a time') };
  return { type: 'transfer.reverse', transfer, ...all, ...dated };
}

export function adjustmentOf({ legs, effective_at, reason }: AdjustmentBody): AdjustTransfer {
  const dated = effective_at === undefined ? {} : { effective_at };
  const {
    type: _,
    holdSeconds: _hold,
    sourceTime: _time,
    exchange: _exchange,
    ...asked
  } = transferCommand(parseInput(transferRequest, { legs, ...dated }));
  return { type: 'transfer.adjust', ...asked, reason };
}
