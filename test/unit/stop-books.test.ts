/**
 * The second books of stops and waits: they agree with what the fold writes, and name what the fold would get wrong: a payment of
 * somebody who has stopped, an authorisation that came too early, a switch that turned by itself.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BatchRows } from '../../src/engine/batch-rows.ts';
import { type Command, makeItem } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { LedgerState } from '../../src/engine/state.ts';
import { Accounting } from '../../src/engine/verify/accounting.ts';
import { Problems } from '../../src/engine/verify/problems.ts';
import type { Json } from '../../src/kernel/canonical-json.ts';
import { SHELL } from '../support/arbitrary-commands.ts';

const LEDGER = 7;
const AT = 1_800_000_000_000_000;
const HOUR = 3_600_000_000;
const ASHA = 'b7e4a1c2-6f0d-4b8e-9a53-0d1c2e3f4a5b';
const NAME = 'acc_0000007000000001';
/** Numbers of the events of GIVEN. */
const [ACCOUNT, FACTOR] = [1, 4];

const open = (code: string, owner: string | null): Command => ({
  type: 'account.create',
  code,
  kind: 'liability',
  currency: 'INR',
  owner,
  settings: { floor: null, ceiling: null, debitsFrozen: false, creditsFrozen: false, closed: false },
});
const pay = (amount: bigint, more: Partial<Extract<Command, { type: 'transfer.create' }>> = {}): Command => ({
  type: 'transfer.create',
  legs: [{ debit: 'asha', credit: 'shop', amount, currency: 'INR' }],
  ...more,
});
const stop: Command = { type: 'customer.stop', customer: ASHA };
const resume = (timeStep: number): Command => ({
  type: 'customer.resume',
  customer: ASHA,
  resumption: { proof: { factor: FACTOR, timeStep }, waitSeconds: 3600 },
});
const capture = (hold: number): Command => ({ type: 'transfer.capture', hold, final: false });
const authorize = (hold: number, timeStep: number): Command => ({
  type: 'transfer.capture',
  hold,
  final: true,
  authorization: { customer: ASHA, factor: FACTOR, timeStep, firstFactor: { method: 'pin', at: AT } },
});
const asks = (stepUpAbove: bigint): Command => ({
  type: 'account.update',
  account: ACCOUNT,
  currency: 'INR',
  change: { stepUpAbove },
  waitSeconds: 3600,
});
/** Asha gives 10 without a second factor, and has one that waits for an hour. */
const GIVEN: readonly Command[] = [
  open('asha', ASHA),
  open('shop', null),
  asks(10n),
  {
    type: 'factor.enrol',
    customer: ASHA,
    enrolment: { label: null, seedDigest: '5'.repeat(64), confirmWithinSeconds: 900, proof: undefined },
  },
  {
    type: 'factor.confirm',
    customer: ASHA,
    confirmation: { factor: FACTOR, timeStep: 1, recoveryHashes: ['r'], waitSeconds: 3600 },
  },
];

let state: LedgerState;
let head: number;
let now: number;
let problems: Problems;
let accounting: Accounting;

beforeEach(() => {
  state = new LedgerState(LEDGER);
  state.owners.keepsAll = true;
  head = 0;
  now = AT;
  problems = new Problems();
  accounting = new Accounting(LEDGER, problems);
  expect(see(GIVEN)).toEqual([]);
  now += HOUR;
});

/** Folds commands as one batch, spoils what comes out, and shows it to the books. */
function see(
  commands: readonly Command[],
  spoil: (rows: BatchRows) => void = () => {},
  seenAt = () => now,
): string[] {
  now++;
  const items = commands.map((command, i) => makeItem(LEDGER, command, SHELL, `k-${head}-${i}`, 'req'));
  const { rows, results } = foldBatch(state, head, now, items);
  expect(results.map((result) => result.kind === 'recorded' && result.result.code)).toEqual(
    items.map(() => ''),
  );
  head += rows.events.length;
  spoil(rows);
  accounting.see(rows, seenAt());
  return problems.shown.map(({ check, subject }) => `${check}: ${subject}`);
}

/** The fold as it would be without a rule: it has not heard of the stop. */
function unheard(commands: readonly Command[]): string[] {
  state.stops.note(ASHA, false, head);
  return see(commands);
}

/** The guard of the first version of a customer that the batch makes: stopped, switched, when, waits until. */
const guardOf = (rows: BatchRows): Json[] => (rows.rare.customers[0] as Json[])[5] as Json[];
const guarded = (at: number, value: Json) => (rows: BatchRows) => {
  guardOf(rows)[at] = value;
};

describe('the books agree with what the fold writes', () => {
  test('of stops, of payments before and behind them, and of waits', () => {
    expect(see([pay(5n), pay(9n, { holdSeconds: 900 }), stop])).toEqual([]);
    expect(see([{ type: 'transfer.void', hold: 7 }, resume(2), pay(5n)])).toEqual([]);
    now += HOUR;
    expect(see([pay(50n), authorize(12, 3), asks(20n), asks(5n)])).toEqual([]);
  });

  test('of corrections by hand', () => {
    see([stop]);
    const legs = [{ debit: 'asha', credit: 'shop', amount: 9n, currency: 'INR' }];
    expect(see([{ type: 'transfer.adjust', legs, reason: 'typo' }])).toEqual([]);
  });
});

describe('the books find', () => {
  test.each<[string, Command, (() => Command) | undefined]>([
    ['a transfer', pay(1n), undefined],
    ['a hold', pay(1n, { holdSeconds: 900 }), undefined],
    ['a capture', pay(1n, { holdSeconds: 900 }), () => capture(6)],
  ])('%s behind a stop', (_, command, behind) => {
    if (behind) see([command]);
    see([stop]);
    expect(unheard([behind?.() ?? command])).toEqual([`stops: ${NAME}, whose owner has stopped`]);
  });

  test('a transfer behind a stop of the same batch, and none before it', () => {
    see([stop]);
    see([resume(2)]);
    const found = see([pay(1n), stop], (rows) => {
      const [first, second] = rows.events;
      if (!first || !second) throw new Error('two events');
      // The stop as if it had come first.
      (rows.rare.customers[0] as Json[])[1] = String(head - 1);
      guardOf(rows)[1] = String(head - 1);
      for (const entry of rows.entries) Object.assign(entry, { position: entry.position + 256 });
      rows.events.splice(0, 2, { ...first, type: second.type }, { ...second, type: first.type });
    });
    expect(found).toContain(`stops: ${NAME}, whose owner has stopped`);
  });

  test('an authorisation of somebody who waits', () => {
    see([stop, resume(2)]);
    see([pay(50n)]);
    const customer = state.customer(ASHA);
    if (!customer) throw new Error('a customer');
    const { waitsUntil: _, ...unwaiting } = customer;
    state.addCustomer(unwaiting);
    const found = see([authorize(8, 3)], guarded(3, String(customer.waitsUntil)));
    expect(found).toContain('stops: time of the authorisation');
  });

  test('an authorisation with a factor that waits', () => {
    see([pay(50n)]);
    expect(see([authorize(6, 2)], undefined, () => AT + HOUR - 1)).toContain(
      'stops: time of the authorisation',
    );
  });

  test.each<[string, (rows: BatchRows) => void]>([
    ['a switch that turned by itself', guarded(0, false)],
    ['a switch of another event', guarded(1, '5')],
  ])('%s', (_, spoil) => {
    see([stop]);
    const wrong = { factor: FACTOR, timeStep: null };
    const counted: Command = { type: 'factor.remove', customer: ASHA, ...wrong };
    const item = makeItem(LEDGER, counted, SHELL, 'wrong', 'req');
    const { rows } = foldBatch(state, head, ++now, [item]);
    spoil(rows);
    accounting.see(rows, now);
    expect(problems.shown.map(({ subject }) => subject)).toEqual(['switch of the customer']);
  });

  test('a wait that gets shorter', () => {
    see([stop, resume(2)]);
    const found = see([stop], guarded(3, String(AT)));
    expect(found).toEqual(['stops: wait of the customer']);
  });
});

test('nothing is said of what a batch that was left out may have switched', () => {
  see([stop]);
  accounting.lose();
  expect(unheard([pay(1n)])).toEqual([]);
});
