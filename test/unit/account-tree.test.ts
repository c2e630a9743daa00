/** The roll-up in memory, which the examples show and the database is held against; and what is asked of the reader. */
import { describe, expect, test } from 'vitest';
import { accountChildren } from '../../src/engine/accounts/account-children.ts';
import { accountTree } from '../../src/engine/accounts/account-tree.ts';
import type { ChildrenPage } from '../../src/engine/reads-tree.ts';
import type { Call, Engine } from '../../src/engine/use-case.ts';
import { rollUp } from '../../src/http/openapi-tree.ts';
import { CURRENCIES } from '../../src/kernel/currency.ts';
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

describe('a node whose pages go on', () => {
  /** A first page with so many sums of the node and of a child that is not whole yet. */
  const asked = (count: number) => {
    const sums: ChildrenPage['sums'] = [null, 'd:a'].flatMap((path) =>
      CURRENCIES.slice(0, count).map((currency) => ({
        path,
        account: null,
        hasChildren: true,
        currency,
        debitNormal: false,
        accounts: 10_000,
        posted: 9_000_000_000_000_000_000n,
        held: 9_000_000_000_000_000_000n,
      })),
    );
    const page: ChildrenPage = { number: 7, sums, last: 'd:a:1', to: 'd:a:1 ' };
    const engine = { cursorKey: Buffer.alloc(32), reads: { tree: { children: async () => page } } };
    const call = { ledgerId: 1, input: accountChildren.input.parse({ under: 'd' }) };
    return accountChildren.run(engine as unknown as Engine, call as Call<typeof call.input>);
  };

  test('in many currencies has a cursor that fits into a URL', async () => {
    const { body } = await asked(40);
    expect(body).toMatchObject({ accounts: 800_000, data: [], has_more: true });
    expect(String(body['next_cursor']).length).toBeLessThanOrEqual(12_000);
  });

  test('in so many that no cursor would take them is told as too large', async () => {
    await expect(asked(CURRENCIES.length)).rejects.toMatchObject({ code: 'tree_too_large' });
  });
});
