/**
 * A node of the chart of accounts, added up page by page: what is known of it after some pages, and how that goes from one page to
 * the next, in the cursor. Pure.
 *
 * Every page is of the same event, so what has been added up stays true. A child may take several pages; until its last account is in
 * it stays open, and is told of whole or not at all.
 */
import { assert } from '../../kernel/assert.ts';
import type { ChildrenPage, ChildSum } from '../reads-tree.ts';

export type Sum = Pick<ChildSum, 'currency' | 'debitNormal' | 'accounts' | 'posted' | 'held'>;

export interface Child {
  readonly path: string;
  readonly account: number | null;
  readonly hasChildren: boolean;
  readonly sums: readonly Sum[];
}

/** What some pages have come to. */
export interface Progress {
  /** The event that all pages are of. */
  readonly number: number;
  /** Where the next page begins; null: there is none. */
  readonly low: string | null;
  /** The account whose code the node's path is. */
  readonly account: number | null;
  /** Of the node, by what has been added up so far. */
  readonly sums: readonly Sum[];
  /** Of which more may come. */
  readonly open: Child | null;
}

const added = (one: readonly Sum[], other: readonly Sum[]): Sum[] => {
  const sums = new Map<string, Sum>();
  for (const { currency, debitNormal, accounts, posted, held } of [...one, ...other]) {
    const key = `${currency}${debitNormal ? 0 : 1}`;
    const before = sums.get(key) ?? { accounts: 0, posted: 0n, held: 0n };
    sums.set(key, {
      currency,
      debitNormal,
      accounts: before.accounts + accounts,
      posted: before.posted + posted,
      held: before.held + held,
    });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
};

/** What is known with one page more, and the children that are whole now. */
export function withPage(
  before: Progress | undefined,
  page: ChildrenPage,
): { readonly progress: Progress; readonly children: readonly Child[] } {
  assert(before === undefined || before.number === page.number, 'all pages are of one event');
  const children = new Map<string, Child>();
  if (before?.open) children.set(before.open.path, before.open);
  let account = before?.account ?? null;
  for (const sum of page.sums) {
    if (sum.path === null) {
      account ??= sum.account;
      continue;
    }
    const child = children.get(sum.path);
    children.set(sum.path, {
      path: sum.path,
      account: child?.account ?? sum.account,
      hasChildren: child?.hasChildren === true || sum.hasChildren,
      sums: added(child?.sums ?? [], [sum]),
    });
  }
  const whole = [...children.values()];
  const newest = whole.at(-1);
  const isOpen = newest !== undefined && page.last?.startsWith(`${newest.path}:`) === true;
  if (isOpen) whole.pop();
  return {
    progress: {
      number: page.number,
      low: page.to,
      account,
      sums: added(before?.sums ?? [], page.sums),
      open: isOpen ? newest : null,
    },
    children: whole,
  };
}

type SumText = readonly [
  currency: string,
  debitNormal: 0 | 1,
  accounts: number,
  posted: string,
  held: string,
];
type ProgressText = readonly [
  number: number,
  low: string,
  account: number | null,
  sums: readonly SumText[],
  open: readonly [path: string, account: number | null, hasChildren: 0 | 1, sums: readonly SumText[]] | null,
];

const sumText = ({ currency, debitNormal, accounts, posted, held }: Sum): SumText => [
  currency,
  debitNormal ? 1 : 0,
  accounts,
  String(posted),
  String(held),
];

/** Requires that there is a next page. */
export function progressText({ number, low, account, sums, open }: Progress): string {
  assert(low !== null, 'a page more is to come');
  const text: ProgressText = [
    number,
    low,
    account,
    sums.map(sumText),
    open && [open.path, open.account, open.hasChildren ? 1 : 0, open.sums.map(sumText)],
  ];
  return JSON.stringify(text);
}

const sumOfText = ([currency, debitNormal, accounts, posted, held]: SumText): Sum => ({
  currency,
  debitNormal: debitNormal === 1,
  accounts,
  posted: BigInt(posted),
  held: BigInt(held),
});

/** Inverse of progressText. */
export function progressOfText(text: string): Progress {
  const [number, low, account, sums, open] = JSON.parse(text) as ProgressText;
  return {
    number,
    low,
    account,
    sums: sums.map(sumOfText),
    open: open && {
      path: open[0],
      account: open[1],
      hasChildren: open[2] === 1,
      sums: open[3].map(sumOfText),
    },
  };
}
