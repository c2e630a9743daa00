/** The turns that a sweep gives to ledgers: one that has much to do, or takes nothing, keeps no other one waiting. */
import { expect, test } from 'vitest';
import { type Item, makeItem } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import type { Posters } from '../../src/engine/posters.ts';
import { type DuePage, ENGINE, sweepFairly } from '../../src/engine/sweeper.ts';
import { FailureError } from '../../src/kernel/failure.ts';

const PAGE = 5;
const recorded = {
  kind: 'recorded',
  replayed: false,
  result: { number: 1, fingerprint: '', code: '', body: '' },
} as const satisfies ItemResult;

/** Holds that are due, as a database would tell them: the longest overdue first, which are those of the first ledgers. */
class Due {
  readonly #holds: (readonly [ledgerId: number, hold: number])[] = [];
  /** Ledger and number of commands of everything that was submitted, in order. */
  readonly submitted: [ledgerId: number, count: number][] = [];
  readonly refusing = new Set<number>();
  /** Never answers until told to. */
  silent: { readonly ledgerId: number; readonly answered: Promise<void> } | undefined;

  constructor(counts: Readonly<Record<number, number>>) {
    for (const [ledgerId, count] of Object.entries(counts))
      for (let hold = 1; hold <= count; hold++) this.#holds.push([Number(ledgerId), hold]);
  }

  get left(): number {
    return this.#holds.length;
  }

  readonly posters = {
    halted: [],
    submit: (ledgerId: number, items: readonly Item[]) => {
      this.submitted.push([ledgerId, items.length]);
      if (this.refusing.has(ledgerId)) throw new FailureError('overloaded');
      const ended = new Set(items.map(({ command }) => 'hold' in command && command.hold));
      for (let i = this.#holds.length - 1; i >= 0; i--) {
        const [of, hold] = this.#holds[i] as readonly [number, number];
        if (of === ledgerId && ended.has(hold)) this.#holds.splice(i, 1);
      }
      const { silent } = this;
      return items.map(async () => {
        if (silent?.ledgerId === ledgerId) await silent.answered;
        return recorded;
      });
    },
  } as unknown as Posters;

  readonly read = async (except: readonly number[]): Promise<DuePage> => {
    const page = this.#holds.filter(([ledgerId]) => !except.includes(ledgerId)).slice(0, PAGE);
    const byLedger = new Map<number, Item[]>();
    for (const [ledgerId, hold] of page) {
      const items = byLedger.get(ledgerId) ?? [];
      items.push(makeItem(ledgerId, { type: 'transfer.expire', hold }, ENGINE, 'expiry', 'req'));
      byLedger.set(ledgerId, items);
    }
    return { byLedger, isFull: page.length === PAGE };
  };
}

test('a ledger with more than a page of work has one page, and then all others have theirs', async () => {
  const due = new Due({ 1: 12, 2: 1, 3: 7 });
  expect(await sweepFairly(due.posters, due.read)).toBe(20);
  expect(due.submitted).toEqual([
    [1, 5],
    [2, 1],
    [3, 4],
    [1, 5],
    [3, 3],
    [1, 2],
  ]);
  expect(due.left).toBe(0);
});

test('a ledger that takes nothing is asked once in a sweep, and no other one waits for it', async () => {
  const due = new Due({ 1: 12, 2: 6, 3: 1 });
  due.refusing.add(1);
  expect(await sweepFairly(due.posters, due.read)).toBe(7);
  expect(due.submitted.filter(([ledgerId]) => ledgerId === 1)).toEqual([[1, 5]]);
  expect(due.left).toBe(12);
});

test('a ledger that does not answer yet keeps no other one from being asked', async () => {
  const due = new Due({ 1: 5, 2: 5, 3: 1 });
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  due.silent = { ledgerId: 1, answered };
  const swept = sweepFairly(due.posters, due.read);
  await expect
    .poll(() => due.submitted)
    .toEqual([
      [1, 5],
      [2, 5],
      [3, 1],
    ]);
  answer();
  expect(await swept).toBe(11);
});

test('what cannot be read of a ledger keeps no other one waiting, nor the sweep going', async () => {
  const due = new Due({ 1: 6, 2: 1 });
  const read = async (except: readonly number[]): Promise<DuePage> => {
    const { byLedger, isFull } = await due.read(except);
    return { byLedger: new Map([...byLedger].map(([id, items]) => [id, id === 1 ? [] : items])), isFull };
  };
  expect(await sweepFairly(due.posters, read)).toBe(1);
  expect(due.submitted).toEqual([[2, 1]]);
});

test('a sweep that is stopped asks for no further page', async () => {
  const due = new Due({ 1: 12, 2: 6 });
  expect(await sweepFairly(due.posters, due.read, () => true)).toBe(5);
});

test('a database that is lost meanwhile fails the sweep, behind what was submitted', async () => {
  const due = new Due({ 1: 5, 2: 5 });
  const read = async (except: readonly number[]): Promise<DuePage> => {
    if (except.length > 0) throw new Error('lost');
    return due.read(except);
  };
  await expect(sweepFairly(due.posters, read)).rejects.toThrow('lost');
  expect(due.left).toBe(5);
});
