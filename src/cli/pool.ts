/** `bahi pool create|update|list|show`: limits over several accounts together. */
import type { Command } from 'commander';
import { createPool } from '../engine/pools/create-pool.ts';
import { getPool } from '../engine/pools/get-pool.ts';
import { listPools } from '../engine/pools/list-pools.ts';
import { updatePool } from '../engine/pools/update-pool.ts';
import { FailureError } from '../kernel/failure.ts';
import { UsageError, VerbFailed } from './errors.ts';
import { limitOf, type ShownLimit, sentenceOf } from './limit-option.ts';
import { type LimitUse, usageTable } from './limit-table.ts';
import { note, print, printJson, table } from './output.ts';
import { waitingSentence } from './proposed.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, listed, verb } from './verb.ts';

interface CreateOptions extends LedgerOption {
  readonly currency: string;
  readonly owner?: string;
  readonly accounts?: readonly string[];
  readonly limit?: readonly string[];
}

interface UpdateOptions extends LedgerOption {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly limit?: readonly string[];
  readonly unlimited?: boolean;
}

interface ShownPool {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly owner: string | null;
  readonly members?: number;
  readonly limits: readonly ShownLimit[];
}

const LISTED_MAX = 100;
const OPTIONS = { id: '<pool>' };
const TERMS = 'all limits from now on, each as name:direction:window:amount[:count]';

export function addPool(program: Command, shell: Shell): void {
  const pool = program
    .command('pool')
    .description('limit several accounts together, such as all of a customer');
  addCreate(pool, shell);
  addUpdate(pool, shell);
  addList(pool, shell);
  addShow(pool, shell);
}

function addCreate(parent: Command, shell: Shell): void {
  verb(
    parent,
    'create <name>',
    'limit all accounts of a customer together, or accounts that are listed',
    'pool create customer-7f3a --ledger mumbai --currency INR --owner b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b --limit daily:outgoing:day:200000:40',
  )
    .requiredOption(...LEDGER_OPTION)
    .requiredOption('--currency <code>', 'currency of its accounts')
    .option('--owner <uuid>', 'the customer: all accounts in the currency, those to come as well')
    .option('--accounts <accounts>', 'in place of a customer: accounts by code or id, with commas', listed)
    .option('--limit <terms...>', TERMS)
    .action(async (name: string, { ledger, json, currency, owner, accounts, limit = [] }: CreateOptions) => {
      if ((owner === undefined) === (accounts === undefined))
        throw new UsageError('name --owner or --accounts, one of them');
      const input = { name, currency, owner, accounts, limits: limit.map(limitOf) };
      const created = await withRuntime('pool create', async ({ engine }) =>
        runUseCase(engine, callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id), createPool, input),
      );
      if (json) return printJson(created);
      await print(`${sentences(created)}Accounts in it: ${created['joined']}\n`);
    });
}

function addUpdate(parent: Command, shell: Shell): void {
  verb(
    parent,
    'update <pool>',
    'change the limits of a pool, named by name or id, or which accounts it lists',
    'pool update salaries --ledger mumbai --add wages-1,wages-2 --limit daily:outgoing:day:500000',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--add <accounts>', 'accounts that join, by code or id, with commas', listed)
    .option('--remove <accounts>', 'accounts that leave, by code or id, with commas', listed)
    .option('--limit <terms...>', TERMS)
    .option('--unlimited', 'no limits from now on')
    .action(async (id: string, { ledger, json, add, remove, limit, unlimited }: UpdateOptions) => {
      if (limit && unlimited) throw new UsageError('name --limit or --unlimited, not both');
      if (!add && !remove && !limit && !unlimited)
        throw new UsageError('name what to change: --add, --remove, --limit or --unlimited');
      const input = { id, add, remove, limits: unlimited ? [] : limit?.map(limitOf) };
      const updated = await withRuntime('pool update', async ({ engine }) =>
        runUseCase(
          engine,
          callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id),
          updatePool,
          input,
          OPTIONS,
        ).catch(refuseUnknownPool(id, ledger)),
      );
      if (json) return printJson(updated);
      await print(waitingSentence(updated) ?? changeSentences(updated));
    });
}

function addList(parent: Command, shell: Shell): void {
  verb(parent, 'list', 'list the newest pools', 'pool list --ledger mumbai')
    .requiredOption(...LEDGER_OPTION)
    .action(async ({ ledger, json }: LedgerOption) => {
      const { data, has_more } = await withRuntime('pool list', async ({ engine }) => {
        const caller = callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id);
        return runUseCase(engine, caller, listPools, { limit: LISTED_MAX });
      });
      if (json) return printJson({ data, has_more });
      const rows = (data as readonly ShownPool[]).map(({ id, name, currency, owner, members, limits }) => [
        id,
        name,
        currency,
        owner ?? `${members} accounts`,
        limits.map((limit) => limit.name).join(', ') || 'none',
      ]);
      await print(table(['id', 'name', 'currency', 'of', 'limits'], rows));
      if (has_more) await note(`There are more: these are the newest ${LISTED_MAX}.\n`);
    });
}

function addShow(parent: Command, shell: Shell): void {
  verb(
    parent,
    'show <pool>',
    'show a pool, named by name or id, and what is used of its limits',
    'pool show customer-7f3a --ledger mumbai',
  )
    .requiredOption(...LEDGER_OPTION)
    .action(async (id: string, { ledger, json }: LedgerOption) => {
      const shown = await withRuntime('pool show', async ({ engine }) =>
        runUseCase(
          engine,
          callerAt(shell, (await ledgerOf(engine, ledger)).ledger_id),
          getPool,
          { id },
          OPTIONS,
        ).catch(refuseUnknownPool(id, ledger)),
      );
      if (json) return printJson(shown);
      const { limits, accounts } = shown as { limits: readonly LimitUse[]; accounts?: readonly string[] };
      await print(
        headline(shown) + usageTable(limits) + (accounts ?? []).map((account) => `${account}\n`).join(''),
      );
    });
}

/** Says where a pool can be found that this ledger does not have. */
const refuseUnknownPool =
  (pool: string, ledger: string) =>
  (error: unknown): never => {
    if (!(error instanceof FailureError) || error.code !== 'not_found') throw error;
    throw new VerbFailed(
      'not_found',
      `There is no pool ${pool} in this ledger: bahi pool list --ledger ${ledger} shows them`,
    );
  };

function headline(pool: Readonly<Record<string, unknown>>): string {
  const { id, name, currency, owner, members } = pool;
  const of = owner === null ? `${members} accounts` : `all accounts of ${owner}`;
  return `Pool ${name} (${id}): ${of} in ${currency}\n`;
}

const changeSentences = (pool: Readonly<Record<string, unknown>>): string =>
  `${sentences(pool)}Joined: ${pool['joined']}, left: ${pool['parted']}\n`;

const sentences = (pool: Readonly<Record<string, unknown>>): string =>
  headline(pool) +
  (pool['limits'] as readonly ShownLimit[]).map((limit) => `${sentenceOf(limit)}\n`).join('');
