/** `bahi transfer adjust`: posts a correction by hand, with the reason for it. */
import type { Command } from 'commander';
import { adjustTransfer } from '../engine/transfers/adjust-transfer.ts';
import type { Shell } from './shell.ts';
import { callTransfer, legOf, type TransferOption, transferVerb, withLegs } from './transfer-call.ts';

interface Options extends TransferOption {
  readonly leg: readonly string[];
  readonly reason: string;
  readonly reference?: string;
  readonly effectiveAt?: string;
}

export function addTransferAdjust(parent: Command, shell: Shell): void {
  withLegs(
    transferVerb(
      parent,
      'adjust',
      'post a correction by hand',
      'transfer adjust --ledger mumbai --leg savings-9c21,savings-7f3a,10.00 --reason duplicate-posting',
    ),
  )
    .requiredOption('--reason <reason>', 'your own code for why it is corrected')
    .action((options: Options) => {
      const { leg, reason, reference, effectiveAt: effective_at } = options;
      const input = { legs: leg.map(legOf), reason, reference, effective_at };
      return callTransfer(shell, adjustTransfer, options, input);
    });
}
