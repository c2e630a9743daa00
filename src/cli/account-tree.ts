/** `bahi account tree`: the chart of accounts, indented by the segments of codes, with the balances of each node. */
import type { Command } from 'commander';
import { accountTree } from '../engine/accounts/account-tree.ts';
import { print, printJson, table } from './output.ts';
import { callerAt, ledgerOf, runUseCase, type Shell, withRuntime } from './shell.ts';
import { LEDGER_OPTION, type LedgerOption, verb } from './verb.ts';

interface Options extends LedgerOption {
  readonly under?: string;
  readonly depth?: string;
}

interface Node {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly balances: readonly Readonly<Record<Column, string | number>>[];
}

type Column = (typeof COLUMNS)[number];

const COLUMNS = ['currency', 'normal_side', 'accounts', 'posted', 'held', 'available'] as const;

export function addAccountTree(parent: Command, shell: Shell): void {
  verb(
    parent,
    'tree',
    'show the chart of accounts as a tree, by the segments of codes, with the balances of each node',
    'account tree --ledger mumbai --under assets:cash --depth 1',
  )
    .requiredOption(...LEDGER_OPTION)
    .option('--under <path>', 'the node to begin at (default: the whole ledger)')
    .option('--depth <n>', 'levels below it to show (default: all)')
    .action(async ({ json, ledger, under, depth }: Options) => {
      const tree = await withRuntime('account tree', async ({ engine }) => {
        const { ledger_id } = await ledgerOf(engine, ledger);
        return runUseCase(engine, callerAt(shell, ledger_id), accountTree, { under, depth });
      });
      if (json) await printJson(tree);
      else await print(listing(tree['data'] as readonly Node[]));
    });
}

/** A node of several currencies or sides takes several lines: its name stands on the first. */
const listing = (nodes: readonly Node[]): string =>
  table(
    ['account', 'currency', 'side', ...COLUMNS.slice(2)],
    nodes.flatMap(({ path, name, depth, balances }) =>
      balances.map((balance, i) => [
        i > 0 ? '' : '  '.repeat(depth) + (depth === 0 ? path || '(all)' : name || "''"),
        ...COLUMNS.map((column) => String(balance[column])),
      ]),
    ),
    ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
  );
