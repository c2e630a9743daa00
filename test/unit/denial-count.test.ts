/** Failures about nobody: counted by source and minute, bounded, and told once. */
import { expect, test } from 'vitest';
import { DenialCount } from '../../src/engine/operators/denial-count.ts';

const MINUTE = 60_000_000;
let now = 0;
const clock = { nowMicros: () => now, monotonicMs: () => 0 };
const fresh = (): DenialCount => new DenialCount(clock, Buffer.alloc(32));

test('a minute is told when it is over, once, with a count for each source', () => {
  now = 5 * MINUTE + 1;
  const denials = fresh();
  for (const address of ['203.0.113.9', '203.0.113.9', '2001:db8::1', undefined]) denials.count(address);
  expect(denials.take()).toEqual([]);
  now = 6 * MINUTE;
  const told = denials.take();
  expect(told.map(({ minute, count }) => [minute, count])).toEqual([
    [5 * MINUTE, 2],
    [5 * MINUTE, 1],
    [5 * MINUTE, 1],
  ]);
  expect(JSON.stringify(told)).not.toMatch(/203\.|db8/);
  expect(denials.take()).toEqual([]);
  denials.giveBack(told.slice(1));
  expect(denials.take()).toEqual(told.slice(1));
});

test('more sources than there is room for are counted together', () => {
  now = 8 * MINUTE;
  const denials = fresh();
  for (let i = 0; i < 1500; i++) denials.count(`10.0.${i >> 8}.${i & 255}`);
  const told = denials.take(true);
  expect(told).toHaveLength(1001);
  expect(told.at(-1)).toMatchObject({ source: 'others', count: 500 });
});
