/** Which windows that slide are read before a batch is folded: of every account that one of its commands may move. */
import { expect, test } from 'vitest';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { transferCommand } from '../../src/engine/transfers/create-transfer.ts';
import { wantedWindows } from '../../src/engine/wanted-windows.ts';
import { accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import { limitsFromBases, NOTHING_RELEASED } from '../../src/ledger/limit.ts';
import { SlidingWindow } from '../../src/ledger/sliding.ts';

const LEDGER = 7;
const SECOND = 1_000_000;
const SETTINGS = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };
const SHELL = { name: 'shell:test', client: 'shell', apiKey: undefined };
const HOLD = 20;
const ORIGINAL = 21;
const NOTHING = { sum: 0n, count: 0, moved: 0n };
const BASE = { totals: NO_TOTALS, released: NOTHING_RELEASED };

/** Accounts a1 and a2 with a window of 10 seconds, whose one point in memory stands at second 5 and is not the last; a3 without. */
function memory(): LedgerState {
  const state = new LedgerState(LEDGER);
  for (const id of [1, 2, 3]) {
    const identity = { id, code: `a${id}`, kind: 'liability', currency: 'INR', owner: null } as const;
    const account = accountState(identity, SETTINGS, NO_TOTALS, 10);
    const terms = { name: 'burst', direction: 'outgoing', window: '10s', amount: 1n, count: null } as const;
    const limits = [{ ...terms, since: 0, base: NOTHING }];
    const point = { at: 5 * SECOND, sum: 1n, count: 1, moved: 1n };
    const window = new SlidingWindow(10, state.time, NOTHING, [point], false);
    if (id !== 3)
      account.limits = limitsFromBases(limits, { day: BASE, month: BASE }, [window], NOTHING_RELEASED, 0);
    state.addAccount(account);
    state.noteLimits(account);
  }
  const leg = { debit: 1, credit: 3, currency: 'INR', amount: 1n, captured: 0n };
  state.holds.set(HOLD, { id: HOLD, status: 'held', expiresAt: 1, legs: [leg], changed: 1, passedBy: 1 });
  const legs = [{ debit: 3, credit: 1, currency: 'INR', amount: 1n, reversed: 0n }];
  state.originals.set(ORIGINAL, { id: ORIGINAL, kind: 'posted', legs, changed: 1, passedBy: 1 });
  return state;
}

const transfer = transferCommand({
  legs: [
    { debit: 'a3', credit: 'a2', amount: '1.00', currency: 'INR' },
    { debit: 'a1', credit: 'a3', amount: '1.00', currency: 'INR' },
  ],
});

const wanted = (command: Command, seconds: number): readonly number[] =>
  wantedWindows(memory(), [makeItem(LEDGER, command, SHELL, 'k', 'req_1')], seconds * SECOND);

test.each<[string, Command, readonly number[]]>([
  ['a transfer', transfer, [2, 1]],
  ['a scheduled transfer', { type: 'transfer.execute', schedule: 30, transfer }, [2, 1]],
  ['a capture', { type: 'transfer.capture', hold: HOLD, final: false }, [1]],
  ['a void', { type: 'transfer.void', hold: HOLD }, [1]],
  ['an expiry', { type: 'transfer.expire', hold: HOLD }, [1]],
  ['a reversal', { type: 'transfer.reverse', transfer: ORIGINAL }, [1]],
  ['a change of its account', { type: 'account.update', account: 2, currency: 'INR', change: {} }, [2]],
])(
  '%s wants the windows of its accounts whose points in memory are used up, and no others',
  (_, command, ids) => {
    expect(wanted(command, 14)).toEqual([]);
    expect(wanted(command, 15)).toEqual(ids);
  },
);

test('a ledger that never had a window that slides wants none', () => {
  expect(
    wantedWindows(new LedgerState(LEDGER), [makeItem(LEDGER, transfer, SHELL, 'k', 'req_1')], 1),
  ).toEqual([]);
});
