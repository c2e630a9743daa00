/**
 * GET /v1/accounts/tree/children: a node of the chart of accounts, however many accounts stand below it: its sum and its direct
 * children with theirs, page by page, all as of the event that the first page takes as its last.
 *
 * A page adds up a bounded number of accounts and nobody waits for it. What the pages so far came to goes along in the
 * cursor, and is told with the number of accounts that are in it: `balances` is the sum of the node once no page is left. A child is told
 * of once it is whole, so a page may list none and still have more behind it. Without children (limit 0) fewer pages are needed.
 */
import { z } from 'zod';
import { FailureError } from '../../kernel/failure.ts';
import { formatId } from '../../kernel/id.ts';
import { openText, sealText } from '../cursor.ts';
import { found, plainNumber } from '../page.ts';
import { useCase } from '../use-case.ts';
import { token } from '../wire.ts';
import { balanceView, treeBalances } from './account-tree.ts';
import { type Child, progressOfText, progressText, withPage } from './node-sums.ts';

/** Looked at by one request: 0.2 to 0.4 s on a busy machine of two cores. */
const ACCOUNTS_MAX = 20_000;
const LIMIT_MAX = 1000;
const LIMIT_DEFAULT = 100;
/** A cursor is part of a URL. It takes well over a hundred sums, each of a currency and a side; a node of more is refused. */
const CURSOR_MAX = 12_000;

const LIMIT_HELP = `use a whole number from 0 to ${LIMIT_MAX}`;

const input = z.strictObject({
  under: token
    .optional()
    .meta({ description: 'The node, such as deposits:retail; the whole ledger without it.' }),
  limit: z
    .preprocess(
      plainNumber,
      z
        .number(LIMIT_HELP)
        .int(LIMIT_HELP)
        .min(0, LIMIT_HELP)
        .max(LIMIT_MAX, LIMIT_HELP)
        .default(LIMIT_DEFAULT),
    )
    .meta({ description: 'About how many children one page lists; 0 for the sum of the node alone.' }),
  cursor: z
    .string()
    .max(CURSOR_MAX, 'this is no cursor')
    .optional()
    .meta({ description: 'next_cursor of the page before, asked for with the same under and limit.' }),
});

const child = z
  .strictObject({
    path: z.string(),
    name: z.string().meta({ description: 'The last segment of the path.' }),
    account_id: z.string().nullable().meta({ description: 'The account whose code the path is.' }),
    has_children: z.boolean(),
    balances: treeBalances,
  })
  .meta({ id: 'AccountChild' });

const output = z.strictObject({
  event_number: z
    .string()
    .meta({ description: 'The newest event that is in the sums: the same on every page.' }),
  path: z.string().meta({ description: 'Empty for the whole ledger.' }),
  account_id: z.string().nullable().meta({ description: 'The account whose code the path is.' }),
  accounts: z
    .int()
    .meta({ description: 'How many accounts have been added up, those of earlier pages included.' }),
  balances: treeBalances.meta({
    description:
      'What those accounts come to: the balances of the node where has_more is false, and only there.',
  }),
  data: z
    .array(child)
    .meta({ description: 'Children whose last account is in, in the order of their codes.' }),
  has_more: z.boolean(),
  next_cursor: z.string().nullable(),
});

export const accountChildren = useCase({
  name: 'account.children',
  summary: 'Read the children of a node of the chart of accounts and their balances, page by page',
  permission: 'accounts:read',
  kind: 'query',
  input,
  output,
  async run({ reads, cursorKey }, { ledgerId, input: { under = '', limit, cursor } }) {
    const binding = { useCase: 'account.children', ledgerId, filters: { under, limit } };
    const before = cursor === undefined ? undefined : progressOfText(openText(cursorKey, binding, cursor));
    const range = {
      number: before?.number ?? null,
      low: before?.low ?? null,
      open: before?.open?.path ?? null,
    };
    const page = await reads.tree.children(ledgerId, under, range, {
      accounts: ACCOUNTS_MAX,
      children: limit,
    });
    const { progress, children } = withPage(before, page);
    const { number, sums, account, low } = progress;
    if (under !== '' && low === null && sums.length === 0) throw new FailureError('not_found');
    const next = low === null ? null : sealText(cursorKey, binding, progressText(progress));
    if (next !== null && next.length > CURSOR_MAX) throw new FailureError('tree_too_large');
    return found({
      event_number: String(number),
      path: under,
      account_id: account === null ? null : formatId('acc', ledgerId, account),
      accounts: sums.reduce((all, { accounts }) => all + accounts, 0),
      balances: sums.map(balanceView),
      data: children.map((one) => childView(ledgerId, one)),
      has_more: next !== null,
      next_cursor: next,
    });
  },
});

const childView = (
  ledgerId: number,
  { path, account, hasChildren, sums }: Child,
): Record<string, unknown> => ({
  path,
  name: path.slice(path.lastIndexOf(':') + 1),
  account_id: account === null ? null : formatId('acc', ledgerId, account),
  has_children: hasChildren,
  balances: sums.map(balanceView),
});
