/** `bahi transfer reverse`: moves back what a transfer moved, all that is left of it or a part. */
import type { Command } from 'commander';
import { reverseTransfer } from '../engine/transfers/reverse-transfer.ts';
import type { Shell } from './shell.ts';
import {
  callTransfer,
  EFFECTIVE_OPTION,
  type TransferOption,
  transferVerb,
  withAmounts,
} from './transfer-call.ts';

interface Options extends TransferOption {
  readonly amount?: string;
  readonly amounts?: readonly string[];
  readonly reference?: string;
  readonly effectiveAt?: string;
}

export function addTransferReverse(parent: Command, shell: Shell): void {
  withAmounts(
    transferVerb(
      parent,
      'reverse <transfer>',
      'reverse a transfer, whole or in part',
      'transfer reverse trf_0k3m9c200000001h --ledger mumbai --amount 250.00 --idempotency-key refund-1042',
    ),
    'all that is left',
  )
    .option('--reference <reference>', 'your own name for it')
    .option(...EFFECTIVE_OPTION)
    .action((id: string, options: Options) => {
      const { amount, amounts, reference, effectiveAt: effective_at } = options;
      const input = { id, amount, amounts, reference, effective_at };
      return callTransfer(shell, reverseTransfer, options, input);
    });
}
