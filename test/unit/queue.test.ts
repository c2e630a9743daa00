/** The waiting line: order of arrival, groups that stay whole, callers who stop waiting. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Group, Item } from '../../src/engine/command.ts';
import type { ItemResult } from '../../src/engine/fold.ts';
import { giveUp, WaitingQueue } from '../../src/engine/queue.ts';
import { FailureError } from '../../src/kernel/failure.ts';

const DONE: ItemResult = { kind: 'failed', code: 'not_found' };

function item(name: string, group?: Group): Item {
  return {
    command: { type: 'key.revoke', apiKey: 1 },
    actor: { name: 'shell:test', client: 'shell', apiKey: undefined },
    idempotencyKey: name,
    request: 'r',
    group,
    key: name,
    fingerprint: '',
    decides: undefined,
  };
}
const group = (name: string, size: number): Item[] => {
  const of = { size };
  return Array.from({ length: size }, (_, i) => item(`${name}${i}`, of));
};
const names = (batch: readonly { readonly item: Item }[]): string[] =>
  batch.map((waiting) => waiting.item.key);
const codeOf = (promise: Promise<ItemResult>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof FailureError ? error.code : 'another error'),
  );

describe('a batch', () => {
  test('is what waits, in order of arrival, up to the maximum', () => {
    const queue = new WaitingQueue(100);
    queue.push([item('a'), item('b')], 1);
    queue.push([item('c')], 1);
    expect(names(queue.peek(2))).toEqual(['a', 'b']);
    expect(names(queue.take(2))).toEqual(['a', 'b']);
    expect(queue.size).toBe(1);
    expect(names(queue.take(2))).toEqual(['c']);
    expect(names(queue.take(2))).toEqual([]);
  });

  test('never cuts a group: one that does not fit waits for the next, one that never fits goes alone', () => {
    const queue = new WaitingQueue(100);
    queue.push([item('a')], 1);
    queue.push(group('g', 3), 1);
    queue.push(group('h', 9), 1);
    queue.push([item('z')], 1);
    expect(names(queue.take(3))).toEqual(['a']);
    expect(names(queue.take(3))).toEqual(['g0', 'g1', 'g2']);
    expect(queue.take(3)).toHaveLength(9);
    expect(names(queue.take(3))).toEqual(['z']);
  });

  test('and a line count legs, since those are what an append and a memory hold', () => {
    const queue = new WaitingQueue(12);
    const leg = { debit: 'a', credit: 'b', amount: 1n, currency: 'INR' };
    const heavy = (name: string, legs: number): Item => ({
      ...item(name),
      command: { type: 'transfer.create', legs: Array.from({ length: legs }, () => leg) },
    });
    queue.push([heavy('a', 2), heavy('b', 2), heavy('c', 7), item('z')], 1);
    expect(() => queue.push([item('y')], 1)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    const taken = queue.take(5);
    expect(names(taken)).toEqual(['a', 'b']);
    queue.push([heavy('d', 4)], 1);
    queue.putBack(taken);
    expect(() => queue.push([item('y')], 1)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    expect(names(queue.take(5))).toEqual(['a', 'b']);
    expect(names(queue.take(5))).toEqual(['c']);
    expect(names(queue.take(5))).toEqual(['z', 'd']);
  });

  test('keeps order and groups, however batches are taken, put back and taken again', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 });
    const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.boolean()), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(arrivals, moves, (sizes, taken) => {
        const queue = new WaitingQueue(1000);
        const all = sizes.flatMap((size, i) => (size === 1 ? [item(`${i}`)] : group(`${i}-`, size)));
        queue.push(all, 1);
        const out: string[] = [];
        for (const [max, back] of taken) {
          const batch = queue.take(max);
          expect(batch.length <= max || batch.length === batch[0]?.item.group?.size).toBe(true);
          for (const waiting of batch) {
            const { group: of } = waiting.item;
            if (of) expect(batch.filter((other) => other.item.group === of)).toHaveLength(of.size);
          }
          if (back) queue.putBack(batch);
          else out.push(...names(batch));
        }
        expect([...out, ...names(queue.take(1000))]).toEqual(all.map(({ key }) => key));
      }),
    );
  });

  test('that was put back stands before what came later', () => {
    const queue = new WaitingQueue(100);
    queue.push([item('a'), item('b')], 1);
    const batch = queue.take(2);
    queue.push([item('c')], 1);
    queue.putBack(batch);
    expect(names(queue.take(9))).toEqual(['a', 'b', 'c']);
  });

  test('keeps the order through ten thousand items', () => {
    const queue = new WaitingQueue(20_000);
    queue.push(
      Array.from({ length: 10_000 }, (_, i) => item(String(i))),
      1,
    );
    const out: string[] = [];
    while (queue.size > 0) out.push(...names(queue.take(7)));
    expect(out).toEqual(Array.from({ length: 10_000 }, (_, i) => String(i)));
  });
});

describe('a full line', () => {
  test('takes none of what does not fit whole', () => {
    const queue = new WaitingQueue(3);
    queue.push([item('a'), item('b')], 1);
    expect(() => queue.push([item('c'), item('d')], 1)).toThrow(FailureError);
    expect(queue.size).toBe(2);
    queue.push([item('c')], 1);
    expect(names(queue.take(9))).toEqual(['a', 'b', 'c']);
    queue.push([item('d'), item('e'), item('f')], 1);
    expect(queue.size).toBe(3);
  });
});

describe('a caller whose time is up', () => {
  test('hears that nothing was stored, and the item leaves the line', async () => {
    const queue = new WaitingQueue(9);
    const [early] = queue.push([item('a')], 10);
    queue.push([item('b')], 11);
    queue.expire(9);
    expect(queue.size).toBe(2);
    queue.expire(10);
    expect(await codeOf(early as Promise<ItemResult>)).toBe('database_unavailable');
    expect(names(queue.take(9))).toEqual(['b']);
  });

  test('hears that the outcome is open where it is, and the item stays to be settled', async () => {
    const queue = new WaitingQueue(9);
    const [answer] = queue.push([item('a')], 10);
    const batch = queue.take(1);
    for (const waiting of batch) waiting.open = true;
    queue.putBack(batch);
    queue.expire(10);
    queue.expire(20);
    expect(await codeOf(answer as Promise<ItemResult>)).toBe('outcome_unknown');
    expect(names(queue.take(9))).toEqual(['a']);
  });

  test('and who heard that already leaves an item that must not be dropped as certain', () => {
    const queue = new WaitingQueue(9);
    queue.push([item('a')], 10);
    const batch = queue.take(1);
    for (const waiting of batch) giveUp(waiting);
    queue.putBack(batch);
    queue.expire(20);
    expect(names(queue.take(9))).toEqual(['a']);
  });

  test('or who has gone leaves the line at the next look, and only what is open stays', async () => {
    const queue = new WaitingQueue(9);
    const caller = new AbortController();
    queue.push([item('a'), item('b'), item('c')], Number.POSITIVE_INFINITY, caller.signal);
    queue.push([item('z')], Number.POSITIVE_INFINITY);
    const batch = queue.take(1);
    for (const waiting of batch) waiting.open = true;
    queue.putBack(batch);
    queue.expire(10);
    expect(queue.size).toBe(4);
    caller.abort();
    queue.expire(10);
    expect(names(queue.take(9))).toEqual(['a', 'z']);
    queue.push(
      Array.from({ length: 9 }, (_, i) => item(String(i))),
      1,
    );
  });

  test('is told for every member of a group at once, so that a group is never cut', async () => {
    const queue = new WaitingQueue(9);
    const answers = queue.push(group('g', 3), 10);
    queue.push([item('a')], 99);
    queue.expire(10);
    expect(await Promise.all(answers.map(codeOf))).toEqual(Array(3).fill('database_unavailable'));
    expect(names(queue.take(9))).toEqual(['a']);
  });
});

test('emptying the line tells every caller why, and those whose outcome is open that it is', async () => {
  const queue = new WaitingQueue(9);
  const answers = queue.push([item('a'), item('b')], 10);
  const batch = queue.take(1);
  for (const waiting of batch) waiting.open = true;
  queue.putBack(batch);
  queue.rejectAll('shutting_down');
  expect(await Promise.all(answers.map(codeOf))).toEqual(['outcome_unknown', 'shutting_down']);
  expect(queue.size).toBe(0);
});

test('a result reaches the caller who waits for it', async () => {
  const queue = new WaitingQueue(9);
  const [first, second] = queue.push([item('a'), item('b')], 10);
  for (const waiting of queue.take(9)) waiting.resolve({ ...DONE });
  expect(await first).toEqual(DONE);
  expect(await second).toEqual(DONE);
});
