/** Which answers of a read beside the appends are believed. */
import { expect, test } from 'vitest';
import { type Item, makeItem } from '../../src/engine/command.ts';
import { accountFromRow } from '../../src/engine/learn.ts';
import { LookAhead } from '../../src/engine/look-ahead.ts';
import { type Head, LedgerState } from '../../src/engine/state.ts';
import type { AccountRow, ReadAnswer } from '../../src/engine/store.ts';

const LEDGER = 7;
const SHELL = { name: 'shell:test', client: 'shell', apiKey: undefined };
const head = (number: number): Head => ({ number, link: `link-${number}`, at: number });
const row = (id: number, credits: string): AccountRow => [
  ...([id, `a${id}`, 'liability', 'INR', null, null, null, false, false, false, '0', credits] as const),
  ...(['0', '0', 0, 0, 0, 1, null] as const),
];
const accountAt = (id: number, changed: number) => accountFromRow(row(id, '0'), changed);
const answerAt = ({ number, link }: Head, ...accounts: AccountRow[]): ReadAnswer => ({
  head: number,
  link,
  at: number,
  accounts,
  keys: null,
  api_keys: null,
  names: null,
  holds: null,
  schedules: null,
  not_held: null,
  operators: null,
});
const pay = (debit: number, credit: number): Item => {
  const leg = { debit: `a${debit}`, credit: `a${credit}`, amount: 1n, currency: 'INR' };
  return makeItem(LEDGER, { type: 'transfer.create', legs: [leg] }, SHELL, 'k', 'req_1');
};

/** A turn at event 10 that has asked for accounts 1 and 2. `answer` ends the read and waits until it is taken in. */
function asked() {
  const state = new LedgerState(LEDGER);
  const { promise, resolve, reject } = Promise.withResolvers<ReadAnswer>();
  const ahead = new LookAhead(state, () => promise);
  ahead.begin(head(10));
  ahead.start([pay(1, 2)]);
  const settle = async (end: () => void): Promise<string[]> => {
    end();
    await ahead.wait();
    return [...state.codes.keys()];
  };
  return {
    state,
    ahead,
    answer: (answer: ReadAnswer) => settle(() => resolve(answer)),
    fail: () => settle(() => reject(new Error('lost'))),
  };
}

test('an answer at the head where the turn began is believed', async () => {
  const { answer, state } = asked();
  expect(await answer(answerAt(head(10), row(1, '5'), row(2, '0')))).toEqual(['a1', 'a2']);
  expect(state.account('a1')?.credits).toBe(5n);
});

test('so is one at a head that the turn reached meanwhile, whether its append is known to be committed or not', async () => {
  const { ahead, answer } = asked();
  ahead.reached(head(20));
  expect(await answer(answerAt(head(20), row(1, '5')))).toEqual(['a1']);
});

test('not one at a head of somebody else, known by its number or by its link alone', async () => {
  expect(await asked().answer(answerAt(head(11), row(1, '5')))).toEqual([]);
  expect(await asked().answer({ ...answerAt(head(10), row(1, '5')), link: 'another' })).toEqual([]);
});

test('not one that a former turn asked for', async () => {
  const next = asked();
  next.ahead.begin(head(10));
  expect(await next.answer(answerAt(head(10), row(1, '5')))).toEqual([]);
  const discarded = asked();
  discarded.ahead.end();
  expect(await discarded.answer(answerAt(head(10), row(1, '5')))).toEqual([]);
});

test('not one from before a change that memory has let go of', async () => {
  const { state, ahead, answer } = asked();
  // Account 1 came over the posting connection, was changed by event 15, and evicted once that was confirmed.
  state.addAccount(accountAt(1, 15));
  ahead.reached(head(20));
  state.evict(20, 0, 0);
  expect(state.accounts.size).toBe(0);
  expect(await answer(answerAt(head(10), row(1, '5')))).toEqual([]);
});

test('one from after that change is believed', async () => {
  const { state, ahead, answer } = asked();
  state.addAccount(accountAt(1, 15));
  ahead.reached(head(20));
  state.evict(20, 0, 0);
  expect(await answer(answerAt(head(20), row(1, '5')))).toEqual(['a1']);
});

test('what memory holds is newer than any answer', async () => {
  const { state, answer } = asked();
  state.addAccount(accountAt(1, 15));
  await answer(answerAt(head(10), row(1, '5'), row(2, '0')));
  expect(state.account('a1')?.credits).toBe(0n);
  expect(state.account('a2')?.credits).toBe(0n);
});

test('a read that fails brings nothing, and the next one may begin', async () => {
  const { ahead, fail } = asked();
  expect(ahead.isReading).toBe(true);
  expect(await fail()).toEqual([]);
  expect(ahead.isReading).toBe(false);
});

test('a batch does not wait for ever', async () => {
  const { ahead } = asked();
  await ahead.wait();
  expect(ahead.isReading).toBe(true);
});

test('what memory holds is not asked for', () => {
  const state = new LedgerState(LEDGER);
  state.addAccount(accountAt(1, 5));
  state.addAccount(accountAt(2, 5));
  const ahead = new LookAhead(state, () => Promise.reject(new Error('asked')));
  ahead.begin(head(10));
  ahead.start([pay(1, 2)]);
  expect(ahead.isReading).toBe(false);
});
