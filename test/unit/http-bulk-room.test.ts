/** How much bulk work is let in at once. */
import { expect, test } from 'vitest';
import { BulkRoom } from '../../src/http/bulk-room.ts';

const MIB = 1024 * 1024;
const overloaded = expect.objectContaining({ code: 'overloaded' });

test('batches are let in until their bytes are as many as may be, and leave their room behind', () => {
  const room = new BulkRoom();
  const first = room.batch(4 * MIB);
  const second = room.batch(4 * MIB);
  first.take(4 * MIB);
  second.take(4 * MIB);
  expect(() => room.batch(1)).toThrow(overloaded);
  expect(() => second.take(1)).toThrow(overloaded);
  first.leave();
  first.leave();
  const third = room.batch(4 * MIB);
  third.take(4 * MIB);
  expect(() => room.batch(1)).toThrow(overloaded);
});

test('a batch whose length is not announced is stopped by its bytes', () => {
  const room = new BulkRoom();
  const batch = room.batch(0);
  batch.take(8 * MIB);
  expect(() => batch.take(1)).toThrow(overloaded);
});

test('streams share one window, and no more may be open than have a share worth having', () => {
  const room = new BulkRoom();
  const first = room.enter();
  expect(first.window()).toBe(4000);
  const others = Array.from({ length: 63 }, () => room.enter());
  expect(first.window()).toBe(125);
  expect(() => room.enter()).toThrow(overloaded);
  for (const other of others) other.leave();
  expect(first.window()).toBe(4000);
  expect(room.streams).toBe(1);
});
