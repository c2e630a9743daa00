/** `bahi policy`: which actions of a ledger need a second person. */
import type { Command } from 'commander';
import { getPolicy } from '../engine/proposals/get-policy.ts';
import { setPolicy } from '../engine/proposals/set-policy.ts';
import { UsageError } from './errors.ts';
import { print, printJson } from './output.ts';
import { waitingSentence } from './proposed.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, listed, verb } from './verb.ts';

interface SetOptions extends LedgerOption {
  readonly action?: readonly string[];
  readonly above?: readonly string[];
  readonly none?: boolean;
  readonly expiresInSeconds?: string;
}

interface Rule {
  readonly action: string;
  readonly above?: string;
  readonly currency?: string;
}

const NAMES = { rules: '--action or --above', expires_in_seconds: '--expires-in-seconds' };

export function addPolicyVerbs(program: Command, shell: Shell): void {
  const parent = program.command('policy').description('show and set which actions need a second person');
  verb(parent, 'show', 'show which actions need a second person', 'policy show --ledger mumbai')
    .requiredOption(...LEDGER_OPTION)
    .action(async ({ ledger, json }: LedgerOption) => {
      const policy = await withRuntime('policy show', async ({ engine }) => {
        const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
        return runUseCase(engine, caller, getPolicy, {});
      });
      if (json) await printJson(policy);
      else await print(sentence(ledger, policy['rules'] as readonly Rule[]));
    });
  verb(
    parent,
    'set',
    'set which actions need a second person, in place of what held before',
    'policy set --ledger mumbai --action adjustment,unfreeze --above INR:100000',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--action <actions>', 'adjustment, bounds or unfreeze; several with commas between', listed)
    .option('--above <currency:amount>', 'transfers of more than this; once for each currency', listed)
    .option('--none', 'no action at all')
    .option('--expires-in-seconds <seconds>', 'how long a proposal waits (else a day)')
    .action(async ({ ledger, json, ...options }: SetOptions) => {
      const input = inputOf(options);
      const policy = await withRuntime('policy set', async ({ engine }) => {
        const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
        return runUseCase(engine, caller, setPolicy, input, NAMES);
      });
      if (json) await printJson(policy);
      else await print(waitingSentence(policy) ?? sentence(ledger, policy['rules'] as readonly Rule[]));
    });
}

/** Fails with UsageError. */
function inputOf({ action = [], above = [], none, expiresInSeconds }: Omit<SetOptions, 'ledger' | 'json'>) {
  const isEmpty = action.length + above.length === 0;
  if (isEmpty !== (none === true)) throw new UsageError('name --action or --above, or --none for no action');
  const seconds = expiresInSeconds === undefined ? {} : { expires_in_seconds: Number(expiresInSeconds) };
  const amounts = above.map((text) => {
    const [currency = '', amount] = text.split(':');
    if (amount === undefined)
      throw new UsageError(`--above is currency:amount, such as INR:100000, not ${text}`);
    return { action: 'transfer', above: amount, currency };
  });
  return { rules: [...action.map((one) => ({ action: one })), ...amounts], ...seconds };
}

function sentence(ledger: string, rules: readonly Rule[]): string {
  if (rules.length === 0) return `No action needs a second person in ${ledger}\n`;
  const named = rules.map(({ action, above, currency }) =>
    above === undefined ? action : `${action} above ${above} ${currency}`,
  );
  return `A second person is needed in ${ledger} for: ${named.join(', ')}, and the policy itself\n`;
}
