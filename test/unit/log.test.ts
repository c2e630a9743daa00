/** The server's log: lines are gathered for a round of the event loop, and nothing waits behind a warning. */
import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog } from '../../src/platform/log.ts';

function gatheringLog() {
  const writes: string[] = [];
  const log = createLog('info', { write: (text) => writes.push(text) });
  const messages = (): string[][] =>
    writes.map((text) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).msg])));
  return { log, messages };
}

test('lines of one round are written together, in order, and once', async () => {
  const { log, messages } = gatheringLog();
  log.info('one');
  log.info('two');
  expect(messages()).toEqual([]);
  await nextRound();
  log.info('three');
  await nextRound();
  await nextRound();
  expect(messages()).toEqual([['one', 'two'], ['three']]);
});

test('a warning is written at once, behind what came before it', async () => {
  const { log, messages } = gatheringLog();
  log.info('before');
  log.warn('now');
  expect(messages()).toEqual([['before', 'now']]);
  log.error('and now');
  expect(messages()).toEqual([['before', 'now'], ['and now']]);
  await nextRound();
  expect(messages()).toHaveLength(2);
});

test('what is gathered is bounded', () => {
  const { log, messages } = gatheringLog();
  for (let i = 0; i < 1_000; i++) log.info('x'.repeat(100));
  expect(messages().flat().length).toBeGreaterThan(500);
});

test('an orderly end leaves no line behind', () => {
  const before = new Set(process.listeners('exit'));
  const { log, messages } = gatheringLog();
  log.info('last');
  for (const listener of process.listeners('exit')) if (!before.has(listener)) listener.call(process, 0);
  expect(messages()).toEqual([['last']]);
});
