/** How lines leave: together, with their head first, and never ahead of a reader. */
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LineWriter } from '../../src/http/line-writer.ts';

/** A response whose reader takes what it is sent only when the test says so. */
class Outgoing extends Writable {
  readonly writes: string[] = [];
  headersSent = false;
  #taken: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 16, decodeStrings: false });
  }

  override _write(chunk: string, _: string, taken: () => void): void {
    this.writes.push(chunk);
    this.#taken = taken;
  }

  take(): void {
    this.#taken?.();
  }
}

function writing() {
  const outgoing = new Outgoing();
  let heads = 0;
  const writer = new LineWriter(outgoing as unknown as ServerResponse, () => {
    heads++;
    outgoing.headersSent = true;
  });
  return { outgoing, writer, heads: () => heads };
}

test('lines of one turn of the loop leave in one write, after one head', async () => {
  const { outgoing, writer, heads } = writing();
  expect(writer.begun).toBe(false);
  for (const line of ['a', 'b', 'c']) expect(writer.add(line)).toBeUndefined();
  expect(writer.begun).toBe(true);
  expect(outgoing.writes).toEqual([]);
  await turn();
  expect(outgoing.writes).toEqual(['a\nb\nc\n']);
  outgoing.take();
  writer.add('d');
  await turn();
  expect(outgoing.writes).toEqual(['a\nb\nc\n', 'd\n']);
  expect(heads()).toBe(1);
});

test('a reader that does not read is waited for until it has', async () => {
  const { outgoing, writer } = writing();
  writer.add('x'.repeat(70_000));
  const ready = writer.add('y');
  expect(ready).toBeInstanceOf(Promise);
  expect(writer.waits).toBe(true);
  outgoing.take();
  await turn();
  outgoing.take();
  await ready;
  expect(writer.waits).toBe(false);
});

test('the end waits for the last bytes, and somebody can see that it does', async () => {
  const { outgoing, writer } = writing();
  writer.add('a');
  const ended = writer.end();
  expect(outgoing.writes).toEqual(['a\n']);
  expect(writer.waits).toBe(true);
  outgoing.take();
  await ended;
});

test('without a line the end has a head alone', async () => {
  const { outgoing, writer, heads } = writing();
  await writer.end();
  expect(heads()).toBe(1);
  expect(outgoing.writes).toEqual([]);
});

test('whoever has gone is not waited for, and hears nothing', async () => {
  const { outgoing, writer, heads } = writing();
  writer.add('x'.repeat(70_000));
  const ready = writer.add('y');
  outgoing.destroy();
  await ready;
  expect(writer.add('z')).toBeUndefined();
  await writer.end();
  expect(heads()).toBe(1);
  expect(outgoing.writes).toHaveLength(1);
});
