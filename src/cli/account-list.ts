/** `bahi account list`: the accounts of a ledger with their balances, newest first, as many as are asked for. */
import type { Command } from 'commander';
import { listAccounts } from '../engine/accounts/list-accounts.ts';
import type { Caller, Engine } from '../engine/use-case.ts';
import { UsageError } from './errors.ts';
import { note, print, printJson, table } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly code?: string;
  readonly owner?: string;
  readonly limit: string;
}

interface Account {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly currency: string;
  readonly floor: string | null;
  readonly ceiling: string | null;
  readonly balances: { readonly posted: string; readonly available: string };
}

const PAGE_MAX = 100;

export function addAccountList(parent: Command, shell: Shell): void {
  verb(parent, 'list', 'list accounts with their balances, newest first', 'account list --ledger mumbai')
    .requiredOption(...LEDGER_OPTION)
    .option('--code <code>', 'only the account with this code')
    .option('--owner <uuid>', 'only accounts of this customer')
    .option('--limit <n>', 'at most this many, or all', '100')
    .action(async ({ json, ledger, limit, code, owner }: Options) => {
      const max =
        limit === 'all' ? Number.POSITIVE_INFINITY : /^[1-9]\d{0,8}$/.test(limit) ? Number(limit) : 0;
      if (max === 0) throw new UsageError('--limit must be a whole number above zero, or all');
      const { data, more } = await withRuntime('account list', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        return collect(engine, callerAt(shell, ledger_id), { code, owner }, max);
      });
      if (json) return printJson({ data, has_more: more });
      await print(listing(data));
      if (more) await note(`There are more: --limit all lists every account.\n`);
    });
}

/** Follows the pages up to `max` accounts. */
async function collect(
  engine: Engine,
  caller: Caller,
  filters: Record<string, string | undefined>,
  max: number,
): Promise<{ readonly data: readonly Account[]; readonly more: boolean }> {
  const data: Account[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE_MAX, max - data.length);
    const page = await runUseCase(engine, caller, listAccounts, { ...filters, limit, cursor });
    data.push(...(page['data'] as Account[]));
    cursor = (page['next_cursor'] as string | null) ?? undefined;
  } while (cursor !== undefined && data.length < max);
  return { data, more: cursor !== undefined };
}

const listing = (accounts: readonly Account[]): string =>
  table(
    ['id', 'code', 'kind', 'currency', 'posted', 'available', 'floor', 'ceiling'],
    accounts.map(({ id, code, kind, currency, floor, ceiling, balances }) => {
      const { posted, available } = balances;
      return [id, code, kind, currency, posted, available, floor ?? 'none', ceiling ?? 'none'];
    }),
    ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right'],
  );
