/** What is stored of closes beside the events of a batch. */
import type { Policy } from '../../identity/four-eyes.ts';
import type { BooksState, CarriedRow } from '../../ledger/period.ts';
import type { RareRows } from '../batch-rows.ts';
import { type PolicyRow, policyOf } from '../proposals/proposal-row.ts';
import type { StoredBatch } from './store.ts';

/** The policy behind a batch that the fold did not follow. */
export function storedPolicy(policy: Policy | undefined, rare: RareRows | null): Policy | undefined {
  const newest = rare?.policies.at(-1) as PolicyRow | undefined;
  return newest ? policyOf(newest) : policy;
}

/** The rows of balances that stand beside an event. */
export const carriedAt = ({ rare }: StoredBatch, number: number): CarriedRow[] =>
  ((rare?.carried ?? []) as string[][])
    .filter((row) => row[2] === String(number))
    .map(([account = '', , , debits = '', credits = '']) => [account, debits, credits]);

/** Where the closing of the books stands behind a batch that the fold did not follow. */
export function storedBooks(books: BooksState | undefined, rare: RareRows | null): BooksState | undefined {
  let now = books;
  for (const [number, until] of (rare?.periods ?? []) as string[][])
    now = { period: Number(number), closedUntil: Number(until), carriedTo: 0, accounts: 0, carried: false };
  for (const [, , to, accounts, last] of (rare?.progress ?? []) as unknown[][])
    if (now) now = { ...now, carriedTo: Number(to), accounts: Number(accounts), carried: last === true };
  return now;
}
