/** `bahi sandbox clock`: shows where the clock of a sandbox ledger stands, or moves it forward. */
import type { Command } from 'commander';
import { getClock, moveClock } from '../engine/sandbox/clock.ts';
import { UsageError } from './errors.ts';
import { print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly advance?: string;
  readonly to?: string;
}

export function addSandboxClock(parent: Command, shell: Shell): void {
  verb(
    parent,
    'clock',
    'show the clock of a sandbox ledger, or move it forward',
    'sandbox clock --ledger trial --advance 86400',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--advance <seconds>', 'move it forward by so much')
    .option('--to <time>', 'move it forward to a time of RFC 3339, such as 2027-04-01T00:00:00+05:30')
    .action(async ({ ledger, advance, to, json }: Options) => {
      if (advance !== undefined && to !== undefined) throw new UsageError('name --advance or --to, not both');
      if (advance !== undefined && !/^[1-9]\d{0,8}$/.test(advance))
        throw new UsageError('--advance must be a whole number of seconds above zero');
      const clock = await withRuntime('sandbox clock', async ({ engine }) => {
        const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
        if (advance === undefined && to === undefined) return runUseCase(engine, caller, getClock, {});
        const input = advance === undefined ? { to } : { advance_seconds: Number(advance) };
        return runUseCase(engine, caller, moveClock, input);
      });
      if (json) await printJson(clock);
      else
        await print(
          `The clock of ${ledger} is at ${clock['now']}, ${clock['ahead_seconds']} s ahead of real time\n`,
        );
    });
}
