/**
 * GET /v1/accounts/tree: the chart of accounts by the segments of codes (assets:cash:mumbai), with the balances of all
 * accounts at and below each node, as of one moment and without making any posting wait.
 *
 * A path may be the code of an account, begin the codes of others, or both; its own account is part of its sums. Sums
 * stand apart for each currency and normal side: what grows by debits is never set off against what grows by
 * credits, so a balance here is on the normal side as everywhere, and at the root the two sides of a currency are equal: the
 * trial balance. An account whose code is `tree` is read by its id.
 */
import { z } from 'zod';
import { exponentOf } from '../../kernel/currency.ts';
import { FailureError } from '../../kernel/failure.ts';
import { formatId } from '../../kernel/id.ts';
import { formatMinor } from '../../kernel/money.ts';
import { found, plainNumber } from '../page.ts';
import type { TreeSum } from '../read-rows.ts';
import { useCase } from '../use-case.ts';
import { token } from '../wire.ts';
import { balances } from './account-view.ts';

/** What one request adds up, and answers: less than a second, about a megabyte. */
const MOST = { accounts: 50_000, rows: 5000 };
/** More than a code can have. */
const DEPTH_MAX = 64;

const DEPTH_HELP = `use a whole number from 0 to ${DEPTH_MAX}`;

const input = z.strictObject({
  under: token
    .optional()
    .meta({ description: 'The node to begin at, such as assets:cash; the whole ledger without it.' }),
  depth: z
    .preprocess(
      plainNumber,
      z.number(DEPTH_HELP).int(DEPTH_HELP).min(0, DEPTH_HELP).max(DEPTH_MAX, DEPTH_HELP),
    )
    .optional()
    .meta({
      description: 'How many levels below that node to show; all without it. Sums are of all levels.',
    }),
});

/** Of a node: a row for each currency and normal side. */
export const treeBalances = z.array(
  balances.extend({
    currency: z.string(),
    normal_side: z.enum(['debit', 'credit']),
    accounts: z.int().meta({ description: 'How many accounts are added up.' }),
  }),
);

const node = z
  .strictObject({
    path: z.string().meta({ description: 'Empty for the whole ledger.' }),
    name: z.string().meta({ description: 'The last segment of the path.' }),
    depth: z.int().meta({ description: 'Levels below the node that was asked for.' }),
    account_id: z.string().nullable().meta({ description: 'The account whose code the path is.' }),
    has_children: z.boolean(),
    balances: treeBalances,
  })
  .meta({ id: 'AccountNode' });

const output = z.strictObject({
  event_number: z.string().meta({ description: 'The newest event that is in the sums.' }),
  data: z.array(node).meta({ description: 'Parents before their children, in the order of their paths.' }),
});

export const accountTree = useCase({
  name: 'account.tree',
  summary: 'Read the chart of accounts as a tree with the balances of each node',
  permission: 'accounts:read',
  kind: 'query',
  input,
  output,
  async run({ reads }, { ledgerId, input: { under = '', depth = null } }) {
    const tree = await reads.accountTree(ledgerId, { under, depth }, MOST);
    if (tree === undefined) throw new FailureError('tree_too_large');
    if (under !== '' && tree.rows.length === 0) throw new FailureError('not_found');
    const byPath = Map.groupBy(tree.rows, ({ path }) => path);
    return found({
      event_number: String(tree.number),
      data: [...byPath].map(([path, sums]) => nodeView(ledgerId, path, sums)),
    });
  },
});

function nodeView(ledgerId: number, path: string, sums: readonly TreeSum[]): Record<string, unknown> {
  const account = sums.find((sum) => sum.account !== null)?.account ?? null;
  return {
    path,
    name: path.slice(path.lastIndexOf(':') + 1),
    depth: sums[0]?.depth,
    account_id: account === null ? null : formatId('acc', ledgerId, account),
    has_children: sums.some(({ hasChildren }) => hasChildren),
    balances: sums.map(balanceView),
  };
}

export function balanceView({
  currency,
  debitNormal,
  accounts,
  posted,
  held,
}: Pick<TreeSum, 'currency' | 'debitNormal' | 'accounts' | 'posted' | 'held'>): Record<string, unknown> {
  const text = (minor: bigint): string => formatMinor(minor, exponentOf(currency));
  return {
    currency,
    normal_side: debitNormal ? 'debit' : 'credit',
    accounts,
    posted: text(posted),
    held: text(held),
    available: text(posted - held),
  };
}
