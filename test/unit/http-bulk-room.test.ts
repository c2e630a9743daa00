/** How much bulk work is let in at once. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BulkRoom } from '../../src/http/bulk-room.ts';
import type { FailureError } from '../../src/kernel/failure.ts';

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

const idle = () => 0;

test('a client takes at most half of the places that others leave, so the next one always finds some', () => {
  const room = new BulkRoom();
  const places = (client: string): number => {
    for (let taken = 0; ; taken++) {
      try {
        room.enter(client, idle);
      } catch {
        return taken;
      }
    }
  };
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(places)).toEqual([32, 16, 8, 4, 2, 1, 1, 0]);
  expect(room.streams).toBe(64);
  expect(() => room.enter('a', idle)).toThrow(overloaded);
});

test('a stream that leaves gives its place back, once', () => {
  const room = new BulkRoom();
  const streams = Array.from({ length: 32 }, () => room.enter('a', idle));
  expect(() => room.enter('a', idle)).toThrow(overloaded);
  streams[0]?.leave();
  streams[0]?.leave();
  expect(room.streams).toBe(31);
  room.enter('a', idle);
  expect(() => room.enter('a', idle)).toThrow(overloaded);
});

test('streams at work share one window; those that rest take nothing of it', () => {
  const room = new BulkRoom();
  const weights = Array.from({ length: 20 }, () => 0);
  const streams = weights.map((_, i) => room.enter(`client ${i}`, () => weights[i] as number));
  expect(streams.map(({ window }) => window())).toEqual(Array(20).fill(4000));
  weights.fill(100, 0, 4);
  expect(streams[0]?.window()).toBe(2000);
  expect(streams[19]?.window()).toBe(1600);
  expect(room.onTheirWay).toBe(400);
});

test('a stream that opens while others fill the window has a line at a time until they have shrunk', () => {
  const room = new BulkRoom();
  const weights = [4000, 4000, 0];
  const streams = weights.map((_, i) => room.enter('a', () => weights[i] as number));
  const windows = () => streams.map(({ window }) => window());
  expect(windows()).toEqual([4000, 4000, 1]);
  weights[2] = 1;
  expect(windows()).toEqual([2666, 2666, 1]);
  weights.splice(0, 2, 2666, 2666);
  expect(windows()).toEqual([2666, 2666, 2666]);
});

describe('the turns of batches', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const read = (room: BulkRoom, bytes: number) => {
    const batch = room.batch(bytes);
    batch.take(bytes);
    const state = { is: 'waiting' };
    batch
      .turn()
      .then(() => 'posting')
      .catch((error: FailureError) => error.code)
      .then((is) => Object.assign(state, { is }));
    return { batch, state };
  };
  const settled = () => vi.advanceTimersByTimeAsync(0);

  test('come in the order in which they were read, as room is left', async () => {
    const room = new BulkRoom();
    const batches = [1, 0.75, 0.5, 0.25].map((size) => read(room, size * MIB));
    const states = () => batches.map(({ state }) => state.is);
    await settled();
    expect(states()).toEqual(['posting', 'posting', 'waiting', 'waiting']);
    batches[0]?.batch.leave();
    await settled();
    expect(states()).toEqual(['posting', 'posting', 'posting', 'posting']);
  });

  test('one that is larger than all that may be posted at a time is posted alone', async () => {
    const room = new BulkRoom();
    const small = read(room, 1);
    const large = read(room, 5 * MIB);
    await settled();
    expect(large.state.is).toBe('waiting');
    small.batch.leave();
    await settled();
    expect(large.state.is).toBe('posting');
    const next = read(room, 1);
    await settled();
    expect(next.state.is).toBe('waiting');
  });

  test('one that waits for long is told to come back, and stands in the way of none behind it', async () => {
    const room = new BulkRoom();
    const first = read(room, 1.5 * MIB);
    const second = read(room, MIB);
    await vi.advanceTimersByTimeAsync(1000);
    const third = read(room, 0.5 * MIB);
    await vi.advanceTimersByTimeAsync(1000);
    expect([first, second, third].map(({ state }) => state.is)).toEqual(['posting', 'overloaded', 'posting']);
  });
});
