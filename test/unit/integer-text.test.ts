import fc from 'fast-check';
import { expect, it } from 'vitest';
import { integersText } from '../../src/engine/integer-text.ts';

const textOf = (values: readonly (number | bigint | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

it('writes integers as JavaScript does, and NULL', () => {
  const integer = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -1000n, max: 1000n }),
    fc.constant(null),
  );
  fc.assert(
    fc.property(fc.array(integer, { maxLength: 300 }), (values) => {
      expect(integersText(values, (value) => value)).toBe(textOf(values));
    }),
  );
});

it('writes what stands at an edge of digits, of 32 bits and of what a double holds', () => {
  const edges: bigint[] = [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n];
  for (let power = 0n; power <= 18n; power++) edges.push(10n ** power);
  const values = edges
    .flatMap((edge) => [edge - 2n, edge - 1n, edge, edge + 1n, -edge])
    .filter((v) => v < 2n ** 63n);
  expect(integersText(values, (value) => value)).toBe(textOf(values));
  const safe = values.map(Number).filter(Number.isSafeInteger);
  expect(integersText(safe, (value) => value)).toBe(textOf(safe));
});

it('has room for more than it ever wrote, all of it as long as can be', () => {
  const values = new Array<bigint>(20_000).fill(-(2n ** 63n));
  expect(integersText(values, (value) => value)).toBe(textOf(values));
});
