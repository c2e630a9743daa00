/** What may become of an account: the diagram in its module against the fold, every state with every change. */
import { describe, expect, test } from 'vitest';
import { emptyRows } from '../../src/engine/batch-rows.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { defined } from '../../src/kernel/assert.ts';
import type { AccountSettings, SettingsChange } from '../../src/ledger/account.ts';
import { SHELL } from '../support/arbitrary-commands.ts';
import { diagramOf } from '../support/diagram.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const [BANK, ACCOUNT] = [1, 2];
const FREE = { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false };

/** A ledger with a bank and one account, folded one command a batch. */
class Accounts {
  readonly state = new LedgerState(LEDGER);
  head = 0;
  rows = emptyRows();

  constructor(settings: Partial<AccountSettings>) {
    const open = (code: string, kind: 'asset' | 'liability') =>
      this.fold({ type: 'account.create', code, kind, currency: 'INR', owner: null, settings: FREE });
    open('bank', 'asset');
    open('a', 'liability');
    expect(this.change(settings)).toBe('');
  }

  /** The refusal, or nothing. */
  fold(command: Command): string {
    const items = [makeItem(LEDGER, command, SHELL, `k${this.head}`, 'req')];
    const { rows, results } = foldBatch(this.state, this.head, AT, items);
    this.rows = rows;
    this.head += rows.events.length;
    const [result] = results;
    return result?.kind === 'recorded' ? result.result.code : 'failed';
  }

  change(change: SettingsChange): string {
    return this.fold({ type: 'account.update', account: ACCOUNT, currency: 'INR', change });
  }

  pay(debit: string, credit: string, holdSeconds?: number): string {
    const legs = [{ debit, credit, amount: 5n, currency: 'INR' }];
    const held = holdSeconds === undefined ? {} : { holdSeconds };
    return this.fold({ type: 'transfer.create', legs, ...held });
  }

  get settings(): AccountSettings {
    return defined(this.state.accounts.get(ACCOUNT), 'the account').settings;
  }
}

const DIAGRAM = diagramOf('account');
const WORDS = {
  closed: ['open', 'closed', 'close', 'reopen'],
  debitsFrozen: ['free', 'frozen', 'freeze', 'unfreeze'],
  creditsFrozen: ['free', 'frozen', 'freeze', 'unfreeze'],
} as const;
type Part = keyof typeof WORDS;
const PARTS = Object.keys(WORDS) as Part[];
const STATES = [false, true].flatMap((closed) =>
  [false, true].flatMap((debitsFrozen) =>
    [false, true].map((creditsFrozen) => ({ ...FREE, closed, debitsFrozen, creditsFrozen })),
  ),
);
const wordOf = (part: Part, settings: AccountSettings): string => WORDS[part][settings[part] ? 1 : 0];

describe('the diagram', () => {
  test('has a transition each way, and nothing else', () => {
    expect([...DIAGRAM.keys()]).toEqual(['open close', 'closed reopen', 'free freeze', 'frozen unfreeze']);
  });

  const cases = STATES.flatMap((from) =>
    PARTS.flatMap((part) => [false, true].map((to) => [from, part, to] as const)),
  );
  test.each(cases)(
    '%o with %s set to %s becomes what it says, and nothing else changes',
    (from, part, to) => {
      const of = new Accounts(from);
      const action = WORDS[part][to ? 2 : 3];
      expect(of.change({ [part]: to })).toBe('');
      // What is set to what it is already is no transition.
      const reached = DIAGRAM.get(`${wordOf(part, from)} ${action}`) ?? [wordOf(part, from)];
      expect([wordOf(part, of.settings)]).toEqual(reached);
      expect(of.settings).toEqual({ ...from, [part]: to });
    },
  );
});

describe.each(STATES.filter(({ closed }) => !closed))('an account that is not empty, %o', (from) => {
  test.each([
    ['has received', ['bank', 'a'], undefined],
    ['has paid', ['a', 'bank'], undefined],
    ['pays by a hold', ['a', 'bank'], 60],
    ['receives by a hold', ['bank', 'a'], 60],
  ] as const)(
    'and %s is not closed: the refusal has its code and changes nothing',
    (_, [debit, credit], hold) => {
      const of = new Accounts({});
      expect(of.pay(debit, credit, hold)).toBe('');
      expect(of.change(from)).toBe('');
      const before = structuredClone([of.state.accounts.get(ACCOUNT), of.state.accounts.get(BANK)]);
      expect(of.change({ closed: true })).toBe('account_not_empty');
      expect([of.state.accounts.get(ACCOUNT), of.state.accounts.get(BANK)]).toEqual(before);
      expect([of.rows.entries, of.rows.rare.settings, of.rows.rare.accounts]).toEqual([[], [], []]);
    },
  );
});

test('an account whose money went out again is closed, takes no transfer, and takes them again once it is reopened', () => {
  const of = new Accounts({});
  expect([of.pay('bank', 'a'), of.pay('a', 'bank'), of.change({ closed: true })]).toEqual(['', '', '']);
  expect([of.pay('bank', 'a'), of.pay('a', 'bank')]).toEqual(['account_closed', 'account_closed']);
  expect([of.change({ closed: false }), of.pay('bank', 'a')]).toEqual(['', '']);
});
