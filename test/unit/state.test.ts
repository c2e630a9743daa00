/** What the fold's memory asks the database for: above all keys whose answer would store nothing, so that no index corrects it. */
import { describe, expect, test } from 'vitest';
import { type Actor, type Command, makeItem } from '../../src/engine/command.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { wantedBy } from '../../src/engine/wanted.ts';
import { accountState, NO_TOTALS } from '../../src/ledger/account.ts';
import { limitsFromBases, NOTHING_RELEASED } from '../../src/ledger/limit.ts';

const LEDGER = 7;
const CLIENT: Actor = { name: 'key_00000070000000001', client: 'bank', apiKey: 1 };
const SHELL: Actor = { name: 'shell:test', client: 'shell', apiKey: undefined };
const BASE = { totals: NO_TOTALS, released: NOTHING_RELEASED };
const OPENING: Command = {
  type: 'account.create',
  code: 'bank',
  kind: 'asset',
  currency: 'INR',
  owner: null,
  settings: { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
};

const keysWanted = (actor: Actor, command: Command): readonly string[] =>
  wantedBy(new LedgerState(LEDGER), [makeItem(LEDGER, command, actor, 'k', 'req_1')], false, false).keys;

test('the key of an account that a client opens is looked up: another API key of the client may have opened it', () => {
  expect(keysWanted(CLIENT, OPENING)).toHaveLength(1);
});

test('the key of an account that is opened at the shell is left to the unique index', () => {
  expect(keysWanted(SHELL, OPENING)).toEqual([]);
});

const SETTINGS = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };

/** Accounts as of event 10. */
const memoryOf = (...ids: number[]): LedgerState => {
  const state = new LedgerState(LEDGER);
  for (const id of ids) {
    const identity = { id, code: `a${id}`, kind: 'liability', currency: 'INR', owner: null } as const;
    state.addAccount(accountState(identity, SETTINGS, NO_TOTALS, 10));
  }
  return state;
};

describe('accounts that another process touched', () => {
  const legs = [{ debit: 'a1', credit: 'a2', amount: 1n, currency: 'INR' }];
  const wanted = (state: LedgerState, fresh = false) => {
    const item = makeItem(LEDGER, { type: 'transfer.create', legs }, SHELL, 'k', 'req_1');
    const { accounts, totals, codes } = wantedBy(state, [item], false, fresh);
    return { accounts, totals, codes };
  };
  const whole = { accounts: [], totals: [], codes: ['a1'] };

  test('are read for their totals alone where others changed no more', () => {
    const state = memoryOf(1, 2);
    state.forgetTouched([1, 99], []);
    expect(state.account('a1')).toBeUndefined();
    expect(state.forgottenUpTo).toBe(10);
    expect(wanted(state)).toEqual({ accounts: [], totals: [1], codes: [] });
    expect(wanted(state, true)).toEqual({ accounts: [], totals: [1, 2], codes: [] });
  });

  test('have their pools read with them, which counted what they moved', () => {
    const state = memoryOf(1, 2);
    const account = state.accounts.get(1);
    if (account) account.settings = { ...account.settings, pools: [50] };
    state.hasPools = true;
    state.forgetTouched([1, 50], []);
    const item = makeItem(LEDGER, { type: 'transfer.create', legs }, SHELL, 'k', 'req_1');
    expect(wantedBy(state, [item], false, false)).toMatchObject({ totals: [1], pools: [50] });
  });

  test('are read whole where their settings were changed, then or in a later turn', () => {
    const state = memoryOf(1, 2);
    state.forgetTouched([1], [1]);
    expect(wanted(state)).toEqual(whole);
    const later = memoryOf(1, 2);
    later.forgetTouched([1], [2]);
    later.forgetTouched([1], [2]);
    expect(wanted(later).totals).toEqual([1]);
    later.forgetTouched([1], [1]);
    expect(wanted(later)).toEqual(whole);
  });

  test('are read whole where they were too many to name', () => {
    const state = memoryOf(1, 2);
    state.forgetTouched([1, 2], []);
    state.forgetTouched(null, []);
    expect(wanted(state)).toEqual({ accounts: [], totals: [], codes: ['a1', 'a2'] });
  });

  test('are read whole where they have limits, whose windows are not among the totals', () => {
    const state = memoryOf(1, 2);
    const [account] = state.accounts.values();
    if (account) account.limits = limitsFromBases([], { day: BASE, month: BASE }, [], NOTHING_RELEASED, 0);
    expect(wanted(state, true)).toEqual({ accounts: [1], totals: [2], codes: [] });
    state.forgetTouched([1], []);
    expect(wanted(state)).toEqual(whole);
  });

  test('are the first to go when memory is full', () => {
    const state = memoryOf(1, 2, 3);
    state.forgetTouched([3, 2], []);
    state.evict(20, 2, 0);
    expect([...state.outdated.keys()]).toEqual([2]);
    expect([...state.codes.keys()]).toEqual(['a1', 'a2']);
  });
});

describe('eviction', () => {
  const use = (state: LedgerState, id: number, number: number): void => {
    const account = state.accounts.get(id);
    if (account) account.changed = number;
  };

  test('drops the accounts that were not used for longest, with their codes', () => {
    const state = memoryOf(1, 2, 3, 4);
    use(state, 1, 11);
    state.evict(20, 2, 0);
    expect([...state.accounts.keys()]).toEqual([4, 1]);
    expect([...state.codes.keys()].sort()).toEqual(['a1', 'a4']);
    use(state, 4, 21);
    state.evict(30, 1, 0);
    expect([...state.accounts.keys()]).toEqual([4]);
  });

  test('spares what a batch in flight has changed, however much that is', () => {
    const state = memoryOf(1, 2, 3);
    for (const id of [1, 2]) use(state, id, 21);
    state.evict(20, 0, 0);
    expect([...state.accounts.keys()]).toEqual([1, 2]);
    state.evict(21, 0, 0);
    expect(state.accounts.size).toBe(0);
  });

  test('lets a key be looked up again whose result it drops', () => {
    const state = memoryOf();
    const item = makeItem(LEDGER, OPENING, SHELL, 'k', 'req_1');
    const wanted = (): readonly string[] => wantedBy(state, [item], true, false).keys;
    state.noteAbsent(wantedBy(state, [item], true, false));
    expect(wanted()).toEqual([]);
    state.addResult(item.key, { number: 5, fingerprint: item.fingerprint, code: '', body: '{}' });
    expect(wanted()).toEqual([]);
    state.evict(5, 0, 0);
    state.addResult('ffff', { number: 6, fingerprint: '', code: '', body: '{}' });
    state.evict(6, 0, 0);
    expect(wanted()).toEqual([item.key]);
  });
});
