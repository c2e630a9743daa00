/** The roll-up in memory, which the examples show and the database is held against; and what is asked of the reader. */
import { describe, expect, test } from 'vitest';
import { accountTree } from '../../src/engine/accounts/account-tree.ts';
import type { Call, Engine } from '../../src/engine/use-case.ts';
import { rollUp } from '../../src/http/openapi-tree.ts';
import { type AccountKind, accountState, NO_TOTALS } from '../../src/ledger/account.ts';

const account = (id: number, code: string, kind: AccountKind, debits: bigint, heldCredits = 0n) =>
  accountState(
    { id, code, kind, currency: 'INR', owner: null },
    { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
    { ...NO_TOTALS, debits, heldCredits },
    0,
  );

describe('a roll-up', () => {
  const accounts = [
    account(3, 'a:b', 'asset', 5n, 2n),
    account(1, 'a', 'liability', 7n),
    account(2, 'a-c', 'asset', 100n),
  ];

  test('adds up what is at and below each node, each side on its own', () => {
    expect(
      rollUp(accounts, 'a', 1).map((sum) => [sum.path, sum.debitNormal, sum.posted, sum.held, sum.account]),
    ).toEqual([
      ['a', true, 5n, 2n, null],
      ['a', false, -7n, 0n, 1],
      ['a:b', true, 5n, 2n, 3],
    ]);
  });

  test('puts a node before what is below it, and that before its neighbours', () => {
    expect(rollUp(accounts, '', 9).map(({ path }) => path)).toEqual(['', '', 'a', 'a', 'a:b', 'a-c']);
  });
});

test('a tree that is too large is told as such, and never in part', async () => {
  const engine = { reads: { accountTree: async () => undefined } } as unknown as Engine;
  const call = { ledgerId: 1, input: {} } as Call<Record<string, never>>;
  await expect(accountTree.run(engine, call)).rejects.toMatchObject({ code: 'tree_too_large' });
});
