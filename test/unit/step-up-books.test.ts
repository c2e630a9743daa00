/**
 * The second books of second factors: they agree with what the fold writes, and name what the fold would get wrong: too much without
 * a factor, with one of somebody else, or with a code that nothing used up.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BatchRows, EventRow } from '../../src/engine/batch-rows.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { Accounting } from '../../src/engine/verify/accounting.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import type { Json } from '../../src/kernel/canonical-json.ts';
import { SHELL } from '../support/arbitrary-commands.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const ASHA = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const RAVI = '0c9d2e5f-1a7b-4c3d-8e6f-5a4b3c2d1e0f';
/** Numbers of the events of GIVEN. */
const [ASHA_1, SHOP, FACTOR] = [2, 3, 6];

const open = (code: string, owner: string | null): Command => ({
  type: 'account.create',
  code,
  kind: 'liability',
  currency: 'INR',
  owner,
  settings: { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
});
const pay = (amount: bigint, holdSeconds?: number, ...more: (readonly [string, bigint])[]): Command => ({
  type: 'transfer.create',
  legs: [['asha', amount] as const, ...more].map(([debit, of]) => ({
    debit,
    credit: debit === 'shop' ? 'bank' : 'shop',
    amount: of,
    currency: 'INR',
  })),
  ...(holdSeconds === undefined ? {} : { holdSeconds }),
});
const asks = (account: number, stepUpAbove: bigint | null): Command => ({
  type: 'account.update',
  account,
  currency: 'INR',
  change: { stepUpAbove },
});
const capture = (hold: number, ...amounts: string[]): Command => ({
  type: 'transfer.capture',
  hold,
  final: false,
  amounts,
});
const authorize = (hold: number, timeStep: number): Command => ({
  type: 'transfer.capture',
  hold,
  final: true,
  authorization: { customer: ASHA, factor: FACTOR, timeStep, firstFactor: { method: 'pin', at: AT } },
});
/** Asha gives 10 without a second factor, and has one. */
const GIVEN: readonly Command[] = [
  open('bank', null),
  open('asha', ASHA),
  open('shop', RAVI),
  asks(SHOP, 5n),
  asks(ASHA_1, 10n),
  {
    type: 'factor.enrol',
    customer: ASHA,
    enrolment: { label: null, seedDigest: '5'.repeat(64), confirmWithinSeconds: 900, proof: undefined },
  },
  {
    type: 'factor.confirm',
    customer: ASHA,
    confirmation: { factor: FACTOR, timeStep: 1, recoveryHashes: ['r'], waitSeconds: 0 },
  },
];

let state: LedgerState;
let head: number;
let problems: Problems;
let accounting: Accounting;

beforeEach(() => {
  state = new LedgerState(LEDGER);
  state.owners.keepsAll = true;
  head = 0;
  problems = new Problems();
  accounting = new Accounting(LEDGER, problems);
  expect(see(GIVEN)).toEqual([]);
});

/** Folds commands as one batch, spoils what comes out, and shows it to the books. */
function see(commands: readonly Command[], spoil: (rows: BatchRows) => void = () => {}): string[] {
  const items = commands.map((command, i) => makeItem(LEDGER, command, SHELL, `k-${head}-${i}`, 'req'));
  const { rows, results } = foldBatch(state, head, AT + head, items);
  expect(results.map((result) => result.kind === 'recorded' && result.result.code)).toEqual(
    items.map(() => ''),
  );
  const first = head + 1;
  head += rows.events.length;
  spoil(rows);
  accounting.see(rows, AT + first);
  return problems.shown.map(({ check, subject, found }) => `${check}: ${subject}, ${found}`);
}

/** The fold as it would be without a rule: the account asks for nothing while it folds. */
function unasked(commands: readonly Command[], account = ASHA_1): string[] {
  const of = state.accounts.get(account);
  if (!of) throw new Error('no account');
  const { stepUpAbove: _, ...rest } = of.settings;
  const before = of.settings;
  of.settings = rest;
  const found = see(commands, () => {
    of.settings = before;
  });
  return found;
}

const event = ({ events }: BatchRows, i: number): EventRow => events[i] as EventRow;
const says = (i: number, what: string, other: string) => (rows: BatchRows) => {
  rows.events[i] = { ...event(rows, i), body: event(rows, i).body.replace(what, other) };
};
const NAME = 'acc_0000007000000002';

describe('the books agree with what the fold writes', () => {
  test('of transfers, holds, captures and authorisations', () => {
    expect(see([pay(10n), pay(11n), authorize(9, 2), pay(50n, 900), capture(11, '0.06')])).toEqual([]);
    expect(see([capture(11, '0.04'), asks(ASHA_1, 0n), authorize(11, 3)])).toEqual([]);
  });

  test('of an account that gave more before it asked', () => {
    see([asks(ASHA_1, null), pay(90n), pay(60n, 900, ['shop', 4n]), capture(10, '0.5', '0')]);
    see([asks(ASHA_1, 10n)]);
    expect(see([capture(10, '0', '0.04')])).toEqual([]);
  });

  test('of corrections by hand', () => {
    const legs = [{ debit: 'asha', credit: 'shop', amount: 90n, currency: 'INR' }];
    expect(see([{ type: 'transfer.adjust', legs, reason: 'typo' }])).toEqual([]);
  });
});

describe('the books find', () => {
  test('a transfer of more without a second factor', () => {
    expect(unasked([pay(6n, undefined, ['asha', 5n])])).toEqual([
      `step_up: ${NAME} without a second factor, 11`,
    ]);
  });

  test('a capture of more without a second factor, what was captured before included', () => {
    see([pay(50n, 900), capture(8, '0.06')]);
    expect(unasked([capture(8, '0.05')])).toEqual([`step_up: ${NAME} without a second factor, 11`]);
  });

  test('a setting from the event on that makes it, and no sooner', () => {
    see([asks(ASHA_1, null)]);
    expect(see([pay(11n), asks(ASHA_1, 10n), pay(9n)])).toEqual([]);
    expect(unasked([pay(11n)])).toEqual([`step_up: ${NAME} without a second factor, 11`]);
  });

  test('an authorisation that used no code up', () => {
    see([pay(11n)]);
    expect(see([authorize(8, 2)], (rows) => void rows.rare.customers.pop())).toContain(
      'step_up: code that authorised, none',
    );
  });

  test('an authorisation with another code than the one that was used up', () => {
    see([pay(11n)]);
    expect(see([authorize(8, 2)], says(0, '"time_step":2', '"time_step":3'))).toEqual([
      'step_up: code that authorised, 2',
    ]);
  });

  test('an authorisation by somebody who does not own the account', () => {
    see([pay(11n)]);
    const found = see([authorize(8, 2)], (rows) => {
      says(0, `"customer":"${ASHA}"`, `"customer":"${RAVI}"`)(rows);
      (rows.rare.customers[0] as Json[])[2] = RAVI;
    });
    expect(found).toContain(`step_up: ${NAME}: who authorised, ${RAVI}`);
  });
});

test('nothing is said of what a batch that was left out may have changed', () => {
  see([pay(50n, 900), capture(8, '0.06')]);
  accounting.lose();
  expect(unasked([capture(8, '0.05'), pay(11n)])).toEqual([]);
});
