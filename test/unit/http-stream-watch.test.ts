/** How long a stream waits for whom, on a clock of the test's own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StreamWatch } from '../../src/http/stream-watch.ts';

const LIMITS = { idleMs: 30_000, patienceMs: 10_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const state = { waits: false, asked: false, lines: 0, weight: 0, silentMs: 0 };
  const heard: string[] = [];
  const watch = new StreamWatch(
    LIMITS,
    { nowMicros: () => 0, monotonicMs: () => Date.now() },
    {
      stream: {
        get weight() {
          return state.weight;
        },
        get silentMs() {
          return state.silentMs;
        },
        stop: ({ code }) => heard.push(code),
        giveUp: () => heard.push('gave up'),
      },
      writer: {
        get waits() {
          return state.waits;
        },
      },
      lines: () => state.lines,
      asked: () => state.asked,
      cutOff: () => heard.push('cut off'),
    },
  );
  return { state, heard, watch };
}

test('a client that reads nothing for as long is cut off', () => {
  const { state, heard } = watched();
  state.waits = true;
  vi.advanceTimersByTime(LIMITS.idleMs - 1);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(LIMITS.patienceMs);
  expect(heard[0]).toBe('cut off');
});

test('a client that reads now and then is not', () => {
  const { state, heard } = watched();
  for (let i = 0; i < 10; i++) {
    state.waits = true;
    vi.advanceTimersByTime(LIMITS.idleMs / 2);
    state.waits = false;
    vi.advanceTimersByTime(LIMITS.idleMs / 2);
  }
  expect(heard).toEqual([]);
});

test('a client that sends no line is told so; bytes that end no line are no excuse', () => {
  const { state, heard } = watched();
  state.asked = true;
  vi.advanceTimersByTime(LIMITS.idleMs + LIMITS.patienceMs);
  expect(heard[0]).toBe('request_timeout');
});

test('a client that is waited for sends a line in time, or waits for an answer itself', () => {
  const { state, heard } = watched();
  state.asked = true;
  for (let i = 0; i < 10; i++) {
    state.lines++;
    vi.advanceTimersByTime(LIMITS.idleMs * 0.9);
  }
  state.weight = 1;
  vi.advanceTimersByTime(LIMITS.idleMs * 2);
  expect(heard).toEqual([]);
});

test('a ledger that settles nothing is given up, and nothing is looked at after the end', () => {
  const { state, heard, watch } = watched();
  state.silentMs = LIMITS.patienceMs + 1;
  vi.advanceTimersByTime(LIMITS.patienceMs);
  expect(heard[0]).toBe('gave up');
  watch.end();
  const before = heard.length;
  vi.advanceTimersByTime(LIMITS.idleMs);
  expect(heard).toHaveLength(before);
});
