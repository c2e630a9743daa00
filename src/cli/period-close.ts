/**
 * `bahi period close`: closes the books of a ledger and carries the balances forward. The close holds from its own event on;
 * a verb that is killed while it carries forward leaves the rest to a server, or to `bahi period carry`.
 */
import type { Command } from 'commander';
import { carryNext } from '../engine/periods/carrier.ts';
import { closePeriod } from '../engine/periods/close-period.ts';
import { listPeriods } from '../engine/periods/list-periods.ts';
import { timeOption } from './account-target.ts';
import { grouped, note, print, printJson } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface CloseOptions extends LedgerOption {
  readonly until: string;
}

type Runtime = Parameters<Parameters<typeof withRuntime>[1]>[0];

export function addPeriodClose(parent: Command, shell: Shell): void {
  verb(
    parent,
    'close',
    'close the books: nothing that counts before is posted any more',
    'period close --ledger mumbai --until 2026-03-31',
  )
    .requiredOption(...LEDGER_OPTION)
    .requiredOption(
      '--until <time>',
      'up to when: a day of IST, all of it, or a time of RFC 3339, itself not',
    )
    .action(async ({ ledger, until, json }: CloseOptions) => {
      const closed_until = timeOption('until', until, 'end');
      const closed = await withRuntime('period close', async (runtime) => {
        const { ledger_id } = await ledgerOf(runtime.engine, ledger);
        await runUseCase(runtime.engine, callerAt(shell, ledger_id), closePeriod, { closed_until }, NAMES);
        return carryForward(runtime, shell, ledger_id);
      });
      if (json) await printJson(closed);
      else await print(sentence(ledger, closed));
    });
}

export function addPeriodCarry(parent: Command, shell: Shell): void {
  verb(parent, 'carry', 'carry forward what a close that was killed has left', 'period carry --ledger mumbai')
    .requiredOption(...LEDGER_OPTION)
    .action(async ({ ledger, json }: LedgerOption) => {
      const newest = await withRuntime('period carry', async (runtime) =>
        carryForward(runtime, shell, (await ledgerOf(runtime.engine, ledger)).ledger_id),
      );
      if (json) await printJson(newest ?? null);
      else await print(sentence(ledger, newest));
    });
}

const NAMES = { closed_until: '--until' };
/** A line of progress for so many events. */
const PROGRESS_EVENTS = 100;

/** Until nothing is left, by whomever; the newest close then. */
async function carryForward(
  { engine }: Runtime,
  shell: Shell,
  ledgerId: number,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const newest = async () => {
    const page = await runUseCase(engine, callerAt(shell, ledgerId), listPeriods, { limit: 1 });
    return (page['data'] as readonly Readonly<Record<string, unknown>>[])[0];
  };
  const deps = { engine, newRequestId: shell.newRequestId };
  for (let events = 1; (await carryNext(deps, ledgerId)) !== undefined; events++)
    if (events % PROGRESS_EVENTS === 0)
      await note(`${grouped(Number((await newest())?.['balances']))} balances carried forward\n`);
  return newest();
}

function sentence(ledger: string, period: Readonly<Record<string, unknown>> | undefined): string {
  if (!period) return `The books of ${ledger} were never closed\n`;
  const { closed_until, balances } = period;
  return `The books of ${ledger} are closed until ${closed_until}; ${grouped(Number(balances))} balances are carried forward\n`;
}
