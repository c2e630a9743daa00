/**
 * The roll-up of the example ledger, over accounts in memory: what the SQL function account_tree does over the index, in the
 * plainest words. The tests hold one against the other.
 */
import type { TreeSum } from '../engine/read-rows.ts';
import type { ChildrenPage } from '../engine/reads-tree.ts';
import { type AccountState, balancesOf, isDebitNormal } from '../ledger/account.ts';

export function rollUp(accounts: readonly AccountState[], under: string, depthMax: number): TreeSum[] {
  const base = segmentsOf(under);
  const sums = new Map<string, TreeSum>();
  for (const account of accounts) {
    const { id, code, kind, currency } = account.identity;
    const segments = segmentsOf(code);
    if (base.some((segment, i) => segments[i] !== segment)) continue;
    const { posted, held } = balancesOf(kind, account);
    for (let depth = 0; depth <= Math.min(depthMax, segments.length - base.length); depth++) {
      const path = segments.slice(0, base.length + depth);
      const debitNormal = isDebitNormal(kind);
      // The order of a tree: a parent before its children, whatever characters stand in the names beside it.
      const key = [path.join('\x01'), currency, debitNormal ? 0 : 1].join('\0');
      const isOwn = path.length === segments.length;
      const sum = sums.get(key);
      sums.set(key, {
        path: path.join(':'),
        depth,
        currency,
        debitNormal,
        account: isOwn ? id : (sum?.account ?? null),
        hasChildren: !isOwn || sum?.hasChildren === true,
        accounts: (sum?.accounts ?? 0) + 1,
        posted: (sum?.posted ?? 0n) + posted,
        held: (sum?.held ?? 0n) + held,
      });
    }
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}

/** All children of a node on one page: the account of the node itself, and what is one level below. */
export function childrenOf(accounts: readonly AccountState[], under: string, number: number): ChildrenPage {
  const [own, below] = [rollUp(accounts, under, 0), rollUp(accounts, under, 1)];
  const account = own.find((sum) => sum.account !== null)?.account;
  const itself = accounts.filter(({ identity }) => identity.id === account);
  const sums = [...rollUp(itself, under, 0), ...below.filter(({ depth }) => depth === 1)];
  return {
    number,
    sums: sums.map(({ depth, ...sum }) => ({ ...sum, path: depth === 0 ? null : sum.path })),
    last: null,
    to: null,
  };
}

const segmentsOf = (path: string): string[] => (path === '' ? [] : path.split(':'));
