/**
 * What the verbs about transfers share: how legs are named, the idempotency key, and the line that a person reads.
 *
 * Without --idempotency-key each call is a new request. With one it is safe to repeat: what was stored under it is answered again.
 */
import type { Command } from 'commander';
import type { UseCase } from '../engine/use-case.ts';
import { isToken, personalShape } from '../kernel/text.ts';
import { UsageError } from './errors.ts';
import { print, printJson } from './output.ts';
import { waitingSentence } from './proposed.ts';
import { answerUseCase, callerAt, ledgerOf, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, listed, verb } from './verb.ts';

export interface TransferOption extends LedgerOption {
  readonly idempotencyKey?: string;
}

const OPTIONS = {
  id: '<transfer>',
  legs: '--leg',
  scheduled_for: '--scheduled-for',
  hold: '--hold',
  effective_at: '--effective-at',
};

/** A verb about a transfer of a ledger. */
export const transferVerb = (parent: Command, usage: string, summary: string, example: string): Command =>
  verb(parent, usage, summary, example)
    .requiredOption(...LEDGER_OPTION)
    .option('--idempotency-key <key>', 'your own name for this request: makes it safe to repeat the call');

/** When it counts in reports, if not when it is posted. */
export const EFFECTIVE_OPTION = [
  '--effective-at <time>',
  'when it counts, of RFC 3339 (else when it is posted)',
] as const;

export const withAmounts = (command: Command, whole: string): Command =>
  command
    .option('--amount <amount>', `how much; without it ${whole}`)
    .option('--amounts <amounts>', 'how much of each leg, with commas between', listed);

export const withLegs = (command: Command): Command =>
  command
    .requiredOption(
      '--leg <leg>',
      'debit,credit,amount or debit,credit,amount,currency (else INR); as often as there are legs',
      (leg: string, before: readonly string[] = []) => [...before, leg],
    )
    .option('--reference <reference>', 'your own name for it')
    .option(...EFFECTIVE_OPTION);

/** Fails with UsageError. */
export const legOf = (text: string): Record<string, string> => {
  const [debit, credit, amount, currency = 'INR', ...more] = text.split(',');
  if (!debit || !credit || !amount || more.length > 0)
    throw new UsageError(`--leg is debit,credit,amount or debit,credit,amount,currency, not ${text}`);
  return { debit, credit, amount, currency };
};

/** Runs a use case on a transfer and prints what it answered. Fails with UsageError, and as answerUseCase does. */
export async function callTransfer<I>(
  shell: Shell,
  useCase: UseCase<I>,
  { ledger, idempotencyKey, json }: TransferOption,
  input: Record<string, unknown>,
): Promise<void> {
  if (
    idempotencyKey !== undefined &&
    (!isToken(idempotencyKey) || personalShape(idempotencyKey) !== undefined)
  )
    throw new UsageError(
      '--idempotency-key: use a random token of 1 to 64 characters of A-Z a-z 0-9 . _ : - that begins with a letter or digit',
    );
  const { body, replayed } = await withRuntime(useCase.name, async ({ engine }) => {
    const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
    const asked = idempotencyKey === undefined ? caller : { ...caller, idempotencyKey };
    return answerUseCase(engine, asked, useCase, input, OPTIONS);
  });
  if (json) await printJson(body);
  else {
    const again = replayed ? ', as answered before' : '';
    await print(
      waitingSentence(body) ??
        `Transfer ${body['id']} is ${body['status']}: event ${body['event_number']}${again}\n`,
    );
  }
}
