/** `bahi account update`: changes bounds and over-capture of an account, freezes, unfreezes, closes or opens it again. */
import { type Command, Option } from 'commander';
import { updateAccount } from '../engine/accounts/update-account.ts';
import { boundOf, PERCENT_OPTION } from './account-create.ts';
import { UsageError } from './errors.ts';
import { limitOf, type ShownLimit, sentenceOf } from './limit-option.ts';
import { print, printJson } from './output.ts';
import { waitingSentence } from './proposed.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

type Side = 'debits' | 'credits' | 'both';

interface Options extends LedgerOption {
  readonly floor?: string;
  readonly ceiling?: string;
  readonly overCapture?: string;
  readonly stepUpAbove?: string;
  readonly freeze?: Side;
  readonly unfreeze?: Side;
  readonly close?: boolean;
  readonly reopen?: boolean;
  readonly limit?: readonly string[];
  readonly unlimited?: boolean;
}

const SIDES: readonly Side[] = ['debits', 'credits', 'both'];

export function addAccountUpdate(parent: Command, shell: Shell): void {
  verb(
    parent,
    'update <account>',
    'change the bounds of an account, named by code or id, freeze, unfreeze, close or reopen it',
    'account update savings-7f3a --ledger mumbai --floor 0 --ceiling 200000',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--floor <amount>', 'least balance from now on, or none')
    .option('--ceiling <amount>', 'most balance from now on, or none')
    .option('--step-up-above <amount>', 'what it gives without a second factor of its owner, or none')
    .option('--over-capture <percent>', 'how much more than a hold its captures may take, or none')
    .addOption(new Option('--freeze <side>', 'take no more of these').choices(SIDES))
    .addOption(new Option('--unfreeze <side>', 'take these again').choices(SIDES))
    .option('--close', 'take nothing any more: only at a zero balance without holds')
    .option('--reopen', 'undo a close')
    .option('--limit <terms...>', 'all limits from now on, each as name:direction:window:amount[:count]')
    .option('--unlimited', 'no limits from now on')
    .action(async (account: string, options: Options) => {
      const changes = changesOf(options);
      const updated = await withRuntime('account update', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, options.ledger);
        const input = { id: account, ...changes };
        return runUseCase(engine, callerAt(shell, ledger_id), updateAccount, input, PERCENT_OPTION);
      });
      if (options.json) await printJson(updated);
      else await print(waitingSentence(updated) ?? sentences(updated));
    });
}

/** Fails with UsageError where nothing is to change, or the same thing in two ways. */
function changesOf(options: Options): Record<string, unknown> {
  const { floor, ceiling, overCapture, stepUpAbove, freeze, unfreeze, close, reopen, limit, unlimited } =
    options;
  if (close && reopen) throw new UsageError('name --close or --reopen, not both');
  if (limit && unlimited) throw new UsageError('name --limit or --unlimited, not both');
  const names = (side: Side, of: Side | undefined): boolean => of === side || of === 'both';
  const frozen = (side: 'debits' | 'credits'): boolean | undefined => {
    if (names(side, freeze) && names(side, unfreeze))
      throw new UsageError(`--freeze and --unfreeze both name ${side}`);
    return names(side, freeze) ? true : names(side, unfreeze) ? false : undefined;
  };
  const changes = {
    floor: boundOf(floor),
    ceiling: boundOf(ceiling),
    debits_frozen: frozen('debits'),
    credits_frozen: frozen('credits'),
    closed: close ? true : reopen ? false : undefined,
    over_capture_percent: boundOf(overCapture),
    step_up_above: boundOf(stepUpAbove),
    limits: unlimited ? [] : limit?.map(limitOf),
  };
  if (Object.values(changes).every((change) => change === undefined))
    throw new UsageError(
      'name what to change: --floor, --ceiling, --over-capture, --step-up-above, --freeze, --unfreeze, --close, --reopen, --limit or --unlimited',
    );
  return changes;
}

function sentences(account: Readonly<Record<string, unknown>>): string {
  const {
    id,
    floor,
    ceiling,
    debits_frozen,
    credits_frozen,
    closed,
    over_capture_percent: percent,
  } = account;
  const frozen = [...(debits_frozen ? ['debits'] : []), ...(credits_frozen ? ['credits'] : [])];
  const breached = (account['breached_bounds'] ?? []) as readonly string[];
  return [
    `Account ${id} is ${closed ? 'closed' : 'open'}: floor ${floor ?? 'none'}, ceiling ${ceiling ?? 'none'}, frozen: ${frozen.join(' and ') || 'nothing'}`,
    ...(percent === undefined ? [] : [`Captures may take ${percent} % more than a hold`]),
    ...((account['limits'] ?? []) as readonly ShownLimit[]).map(sentenceOf),
    ...breached.map((bound) => `Its balance stands outside of the ${bound}: it may only move back`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
