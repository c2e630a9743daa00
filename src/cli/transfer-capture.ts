/** `bahi transfer capture`: moves what a transfer holds, all or part of it. */
import type { Command } from 'commander';
import { captureTransfer } from '../engine/transfers/capture-hold.ts';
import type { Shell } from './shell.ts';
import { callTransfer, type TransferOption, transferVerb, withAmounts } from './transfer-call.ts';

interface Options extends TransferOption {
  readonly amount?: string;
  readonly amounts?: readonly string[];
  readonly final?: boolean;
}

export function addTransferCapture(parent: Command, shell: Shell): void {
  withAmounts(
    transferVerb(
      parent,
      'capture <transfer>',
      'capture a hold, whole or in part',
      'transfer capture trf_0k3m9c200000001h --ledger mumbai --amount 1000.00 --final',
    ),
    'all that remains',
  )
    .option('--final', 'give back what remains after this capture')
    .action((id: string, options: Options) => {
      const { amount, amounts, final } = options;
      return callTransfer(shell, captureTransfer, options, { id, amount, amounts, final });
    });
}
