/** `bahi transfer create`: posts a transfer, places a hold, or schedules a transfer for a time to come. */
import type { Command } from 'commander';
import { createTransfer } from '../engine/transfers/create-transfer.ts';
import { UsageError } from './errors.ts';
import type { Shell } from './shell.ts';
import { callTransfer, legOf, type TransferOption, transferVerb, withLegs } from './transfer-call.ts';

interface Options extends TransferOption {
  readonly leg: readonly string[];
  readonly reference?: string;
  readonly effectiveAt?: string;
  readonly hold?: string;
  readonly scheduledFor?: string;
}

export function addTransferCreate(parent: Command, shell: Shell): void {
  withLegs(
    transferVerb(
      parent,
      'create',
      'post a transfer, hold its amounts, or schedule it',
      'transfer create --ledger mumbai --leg savings-7f3a,savings-9c21,1250.50 --hold 86400',
    ),
  )
    .option('--hold <seconds>', 'hold the amounts for so long in place of moving them')
    .option('--scheduled-for <time>', 'post it from a time of RFC 3339 on, such as 2026-12-01T09:00:00+05:30')
    .action(async (options: Options) => {
      const { leg, reference, hold, scheduledFor, effectiveAt } = options;
      if (hold !== undefined && !/^[1-9]\d{0,8}$/.test(hold))
        throw new UsageError('--hold must be a whole number of seconds above zero');
      await callTransfer(shell, createTransfer, options, {
        legs: leg.map(legOf),
        reference,
        hold: hold === undefined ? undefined : { expires_in_seconds: Number(hold) },
        scheduled_for: scheduledFor,
        effective_at: effectiveAt,
      });
    });
}
