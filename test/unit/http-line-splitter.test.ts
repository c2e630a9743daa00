/** Bytes to lines, held against splitting the whole text at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/http/line-splitter.ts';

const MAX = 20;

/** The lines of chunks as text, up to one that is too long. */
function linesOf(chunks: readonly Buffer[], bytesMax = MAX): string[] {
  const splitter = new LineSplitter(bytesMax);
  const lines: string[] = [];
  for (const chunk of chunks) {
    splitter.feed(chunk);
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
      lines.push(line === 'too_long' ? line : line.toString('latin1'));
      if (line === 'too_long') return lines;
    }
  }
  const last = splitter.last();
  if (last !== undefined) lines.push(last === 'too_long' ? last : last.toString('latin1'));
  return lines;
}

/** The same, from the whole text. */
function expected(bytes: Buffer, bytesMax = MAX): string[] {
  const pieces = bytes.toString('latin1').split('\n');
  if (pieces.at(-1) === '') pieces.pop();
  const lines = pieces.map((piece) => (piece.endsWith('\r') ? piece.slice(0, -1) : piece));
  const long = lines.findIndex((line) => line.length > bytesMax);
  return long === -1 ? lines : [...lines.slice(0, long), 'too_long'];
}

/** Bytes among which ends of lines are frequent, and cuts at random places. */
const text = fc
  .array(fc.oneof(fc.constantFrom(0x0a, 0x0d, 0x7b, 0xc3, 0xa9, 0xff), fc.integer({ min: 0, max: 255 })), {
    maxLength: 120,
  })
  .map((bytes) => Buffer.from(bytes));

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set(at.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

test('however the bytes are cut into chunks, the lines are those of the whole text', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 12 }), (bytes, at) => {
      expect(linesOf(cut(bytes, at))).toEqual(expected(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('a chunk for every byte makes no difference', () => {
  fc.assert(
    fc.property(text, (bytes) => {
      expect(linesOf([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected(bytes));
    }),
  );
});

test.each([
  ['a\nb\n', ['a', 'b']],
  ['a\nb', ['a', 'b']],
  ['a\r\nb\r', ['a', 'b']],
  ['\n\r\n\n', ['', '', '']],
  ['', []],
  ['x'.repeat(MAX), ['x'.repeat(MAX)]],
  [`${'x'.repeat(MAX)}\r\ny`, ['x'.repeat(MAX), 'y']],
  [`a\n${'x'.repeat(MAX + 1)}\nb`, ['a', 'too_long']],
  [`${'x'.repeat(MAX + 1)}`, ['too_long']],
])('%j', (given, lines) => {
  expect(linesOf([Buffer.from(given)])).toEqual(lines);
});

test('a line without an end is found to be too long before it is kept', () => {
  const splitter = new LineSplitter(MAX);
  const results = Array.from({ length: MAX + 2 }, () => {
    splitter.feed(Buffer.from('x'));
    return splitter.next();
  });
  expect(results.slice(0, -1)).toEqual(Array.from({ length: MAX + 1 }, () => undefined));
  expect(results.at(-1)).toBe('too_long');
});
