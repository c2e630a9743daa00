/** What goes into one append, by the legs that it may change. */
import { describe, expect, test } from 'vitest';
import { endOfBatch, legsKnown } from '../../src/engine/batch-weight.ts';
import { type Command, type Group, type Item, makeItem } from '../../src/engine/command.ts';
import type { HoldState } from '../../src/ledger/hold.ts';
import { SHELL } from '../support/arbitrary-commands.ts';

const leg = { debit: 'a', credit: 'b', amount: 1n, currency: 'INR' };
const legs = (count: number) => Array.from({ length: count }, () => leg);
const transfer = (count: number): Command => ({ type: 'transfer.create', legs: legs(count) });
const capture = (hold: number): Command => ({ type: 'transfer.capture', hold, final: false });
const waiting = (command: Command, group?: Group) => ({
  item: makeItem(1, command, SHELL, 'key', 'request', group),
});
const held = (id: number, count: number): [number, HoldState] => [
  id,
  {
    id,
    expiresAt: 0,
    status: 'held',
    changed: id,
    passedBy: id,
    legs: legs(count).map(() => ({ debit: 1, credit: 2, currency: 'INR', amount: 1n, captured: 0n })),
  },
];
const memory = {
  holds: new Map([held(1, 40), held(2, 1)]),
  originals: new Map([
    [
      3,
      {
        id: 3,
        changed: 3,
        passedBy: 3,
        legs: legs(30).map(() => ({ debit: 1, credit: 2, currency: 'INR', amount: 1n, reversed: 0n })),
      },
    ],
  ]),
} as unknown as Parameters<typeof legsKnown>[0];
const known = (item: Item) => legsKnown(memory, item);
const end = (max: number, ...commands: Command[]): number =>
  endOfBatch(
    commands.map((command) => waiting(command)),
    0,
    max,
    known,
  );

describe('a batch', () => {
  test.each<[string, Command]>([
    ['a capture', capture(1)],
    ['a void', { type: 'transfer.void', hold: 1 }],
    ['an expiry', { type: 'transfer.expire', hold: 1 }],
  ])('weighs %s as the hold that memory knows', (_, command) => {
    expect(end(100, command, command, command)).toBe(2);
    expect(end(120, command, command, command)).toBe(3);
    expect(end(39, command, command)).toBe(1);
  });

  test('weighs a reversal as the transfer that memory knows', () => {
    const reversal: Command = { type: 'transfer.reverse', transfer: 3 };
    expect(end(89, reversal, reversal, reversal)).toBe(2);
  });

  test('weighs a transfer that executes a schedule by its legs', () => {
    const execution = { type: 'transfer.execute', schedule: 9, transfer: transfer(25) } as Command;
    expect(end(60, execution, execution, execution)).toBe(2);
  });

  test('weighs what memory does not know as one leg', () => {
    expect(end(3, capture(8), capture(9), capture(8), capture(9))).toBe(3);
  });

  test('weighs what memory does not know as the heaviest before it, which it may be about', () => {
    expect(end(100, transfer(40), capture(9), capture(9), capture(9))).toBe(2);
    expect(end(100, capture(9), transfer(40), capture(2), capture(2))).toBe(4);
  });

  test('never cuts a group, and goes on from where it is told', () => {
    const group = { size: 2 };
    const all = [
      waiting(transfer(9)),
      waiting(transfer(4), group),
      waiting(transfer(4), group),
      waiting(transfer(1)),
    ];
    expect([0, 1, 3].map((start) => endOfBatch(all, start, 10, known))).toEqual([1, 4, 4]);
    expect(endOfBatch(all, 1, 3, known)).toBe(3);
  });
});
