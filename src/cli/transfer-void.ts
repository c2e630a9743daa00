/** `bahi transfer void`: gives back all that a hold still reserves. */
import type { Command } from 'commander';
import { voidTransfer } from '../engine/transfers/void-hold.ts';
import type { Shell } from './shell.ts';
import { callTransfer, type TransferOption, transferVerb } from './transfer-call.ts';

export function addTransferVoid(parent: Command, shell: Shell): void {
  transferVerb(
    parent,
    'void <transfer>',
    'void a hold',
    'transfer void trf_0k3m9c200000001h --ledger mumbai',
  ).action((id: string, options: TransferOption) => callTransfer(shell, voidTransfer, options, { id }));
}
