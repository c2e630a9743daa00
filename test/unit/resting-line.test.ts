/** The line in which password hashes are made: one at a time, with rests that leave half of a core to others. */
import { expect, test } from 'vitest';
import { createLine } from '../../src/platform/resting-line.ts';

interface Bench {
  readonly line: ReturnType<typeof createLine>;
  /** What happened, each with its time on a clock that only work and rests move. */
  readonly seen: string[];
  work(name: string, tookMs: number, fails?: boolean): Promise<string>;
}

function bench(waitingMax = 10): Bench {
  let nowMs = 1000;
  const seen: string[] = [];
  const line = createLine({
    waitingMax,
    overloaded: () => new Error('overloaded'),
    nowMs: () => nowMs,
    sleep: async (ms) => {
      seen.push(`rest ${ms}`);
      await Promise.resolve();
      nowMs += ms;
    },
  });
  const work = (name: string, tookMs: number, fails = false): Promise<string> =>
    line.run(async () => {
      seen.push(`${name} at ${nowMs - 1000}`);
      await Promise.resolve();
      nowMs += tookMs;
      if (fails) throw new Error(name);
      return name;
    });
  return { line, seen, work };
}

test('while others wait, a rest follows that is as long as the work, and none follows the last', async () => {
  const { seen, work } = bench();
  await Promise.all([work('a', 30), work('b', 50), work('c', 20)]);
  expect(seen).toEqual(['a at 0', 'rest 30', 'b at 60', 'rest 50', 'c at 160']);
});

test('whoever is alone is not kept waiting', async () => {
  const { seen, work } = bench();
  for (const name of ['a', 'b']) await work(name, 30);
  expect(seen).toEqual(['a at 0', 'b at 30']);
});

test('work that fails is followed by its rest and by the next one', async () => {
  const { seen, work } = bench();
  const settled = await Promise.allSettled([work('a', 30, true), work('b', 20)]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(seen).toEqual(['a at 0', 'rest 30', 'b at 60']);
});

test('what does not fit is turned away, and there is room again afterwards', async () => {
  const { work, line } = bench(2);
  const works = [work('a', 1), work('b', 1), work('c', 1)];
  expect(line.isFull()).toBe(true);
  const settled = await Promise.allSettled(works);
  expect(line.isFull()).toBe(false);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(await work('d', 1)).toBe('d');
});
