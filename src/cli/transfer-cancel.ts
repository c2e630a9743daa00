/** `bahi transfer cancel`: takes back a scheduled transfer that has not been executed. */
import type { Command } from 'commander';
import { cancelTransfer } from '../engine/transfers/cancel-schedule.ts';
import type { Shell } from './shell.ts';
import { callTransfer, type TransferOption, transferVerb } from './transfer-call.ts';

export function addTransferCancel(parent: Command, shell: Shell): void {
  transferVerb(
    parent,
    'cancel <transfer>',
    'cancel a scheduled transfer',
    'transfer cancel trf_0k3m9c200000001h --ledger mumbai',
  ).action((id: string, options: TransferOption) => callTransfer(shell, cancelTransfer, options, { id }));
}
