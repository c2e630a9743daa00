/**
 * `bahi account children`: the sum of a node of the chart of accounts and its direct children with theirs, of any number of accounts,
 * as of one moment. Children are printed page by page as they are added up; --json is one document of all of them.
 */
import type { Command } from 'commander';
import { accountChildren } from '../engine/accounts/account-children.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly under?: string;
  readonly sum?: boolean;
}

const COLUMNS = ['currency', 'normal_side', 'accounts', 'posted', 'held', 'available'] as const;
type Balances = readonly Readonly<Record<(typeof COLUMNS)[number], string | number>>[];

interface Page {
  readonly event_number: string;
  readonly path: string;
  readonly account_id: string | null;
  readonly accounts: number;
  readonly balances: Balances;
  readonly data: readonly { readonly path: string; readonly balances: Balances }[];
  readonly next_cursor: string | null;
}

const PAGE_CHILDREN = 1000;

export function addAccountChildren(parent: Command, shell: Shell): void {
  verb(
    parent,
    'children',
    'show a node of the chart of accounts and its direct children with their balances, however many accounts it has',
    'account children --ledger mumbai --under deposits --sum',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--under <path>', 'the node (default: the whole ledger)')
    .option('--sum', 'its sum alone, which takes fewer reads')
    .action(async ({ json, ledger, under, sum }: Options) => {
      const data: Page['data'][number][] = [];
      const { next_cursor: _, ...whole } = await withRuntime('account children', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        const limit = sum ? 0 : PAGE_CHILDREN;
        for (let cursor: string | undefined; ; ) {
          const input = { under, limit, ...(cursor === undefined ? {} : { cursor }) };
          const page = (await runUseCase(
            engine,
            callerAt(shell, ledger_id),
            accountChildren,
            input,
          )) as unknown as Page;
          if (json) data.push(...page.data);
          else if (page.data.length > 0) await print(listing(page.data));
          if (page.next_cursor === null) return page;
          cursor = page.next_cursor;
        }
      });
      if (json) await printJson({ ...whole, data, has_more: false });
      else await print(listing([{ path: whole.path || '(all)', balances: whole.balances }]));
    });
}

/** What has several currencies or sides takes several lines: its path stands on the first. */
const listing = (nodes: Page['data']): string =>
  table(
    ['account', 'currency', 'side', ...COLUMNS.slice(2)],
    nodes.flatMap(({ path, balances }) =>
      balances.map((balance, i) => [i > 0 ? '' : path, ...COLUMNS.map((column) => String(balance[column]))]),
    ),
    ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
  );
