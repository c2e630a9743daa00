/** The growing tree, and proofs made of stored tiles, against the recursive definitions of RFC 9162 §2.1. */
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consistencyFlaw, EMPTY_ROOT, HASH_BYTES, inclusionFlaw } from '../../src/audit/merkle.ts';
import {
  consistencySpans,
  Frontier,
  inclusionSpans,
  peaksOf,
  type Span,
  spanHash,
  Tiles,
  TreeBroken,
  type TreeNode,
  tilesOf,
} from '../../src/audit/tree.ts';
import { consistencyOf, leafOf, pathOf, rootOf } from '../support/merkle-tree.ts';

/** Two levels of tiles, and a part of the second tile of the third. */
const COUNT = 256 * 256 + 256 * 3 + 77;
const LEAVES = Array.from({ length: COUNT }, (_, i) => leafOf(`event ${i}`));
const WHOLE = Buffer.concat(LEAVES);
const STORED: TreeNode[] = [];
const grown = Frontier.empty();
grown.append(WHOLE, STORED);

/** As a database would answer: what is stored of the tiles asked for. */
function tilesFor(spans: readonly Span[]): { tiles: Tiles; reads: number } {
  const names = tilesOf(spans.flatMap(([from, to]) => peaksOf(from, to)));
  const tiles = new Tiles();
  for (const { level, tile } of names) {
    const hashes =
      level === 0
        ? WHOLE.subarray(tile * 256 * HASH_BYTES, (tile + 1) * 256 * HASH_BYTES)
        : Buffer.concat(
            STORED.filter((node) => node.level === level && Math.floor(node.position / 256) === tile).map(
              (node) => node.hash,
            ),
          );
    tiles.set({ level, tile }, hashes);
  }
  return { tiles, reads: names.length };
}

const hashesOf = (spans: readonly Span[]): Buffer[] => {
  const { tiles } = tilesFor(spans);
  return spans.map((span) => spanHash(span, tiles));
};
const rootAt = (size: number): Buffer => hashesOf([[0, size]])[0] as Buffer;

describe('a growing tree', () => {
  test('has the root of the definition at every size', () => {
    const tree = Frontier.empty();
    expect(tree.root()).toEqual(EMPTY_ROOT);
    for (let size = 1; size <= 600; size++) {
      tree.append(LEAVES[size - 1] as Buffer, []);
      if (size < 40 || size % 37 === 0) expect(tree.root()).toEqual(rootOf(LEAVES.slice(0, size)));
    }
  });

  test('is the same whatever it is added to in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 6 }), (steps) => {
        const nodes: TreeNode[] = [];
        const tree = Frontier.empty();
        for (const step of steps)
          tree.append(WHOLE.subarray(tree.size * HASH_BYTES, (tree.size + step) * HASH_BYTES), nodes);
        expect(tree.root()).toEqual(rootOf(LEAVES.slice(0, tree.size)));
        expect(nodes).toEqual(
          STORED.filter(({ level, position }) => (position + 1) * 256 ** level <= tree.size),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('gives out each complete subtree of 256 and of 65,536 leaves once', () => {
    const places = STORED.map(({ level, position }) => `${level}/${position}`);
    expect(new Set(places).size).toBe(places.length);
    expect(STORED.filter(({ level }) => level === 1)).toHaveLength(Math.floor(COUNT / 256));
    expect(STORED.filter(({ level }) => level === 2)).toHaveLength(1);
    for (const { level, position, hash: found } of STORED.filter((_, i) => i % 50 === 0))
      expect(found).toEqual(rootOf(LEAVES.slice(position * 256 ** level, (position + 1) * 256 ** level)));
  });

  test('goes on from what is stored', () => {
    for (const size of [0, 1, 257, 65_535, 65_536, COUNT - 1]) {
      const tree = Frontier.of(size, tilesFor([[0, size]]).tiles);
      expect(tree.size).toBe(size);
      tree.append(WHOLE.subarray(size * HASH_BYTES), []);
      expect(tree.root()).toEqual(grown.root());
    }
  });

  test('a copy grows apart', () => {
    const tree = Frontier.of(257, tilesFor([[0, 257]]).tiles);
    const before = tree.root();
    tree.copy().append(LEAVES[257] as Buffer, []);
    expect(tree.root()).toEqual(before);
  });
});

describe('proofs from tiles', () => {
  test('of inclusion are those of the definition', () => {
    for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 600])
      for (let index = 0; index < size; index += size < 10 ? 1 : 13)
        expect(hashesOf(inclusionSpans(index, size))).toEqual(pathOf(index, LEAVES.slice(0, size)));
  });

  test('of consistency are those of the definition', () => {
    for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 600])
      for (let from = 1; from <= size; from += size < 10 ? 1 : 13)
        expect(hashesOf(consistencySpans(from, size))).toEqual(consistencyOf(from, LEAVES.slice(0, size)));
  });

  test('hold in trees of several levels', () => {
    const some = fc.integer({ min: 1, max: COUNT });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const [from, size] = [Math.min(one, other), Math.max(one, other)];
        const [root1, root2] = [rootAt(from), rootAt(size)];
        expect(
          inclusionFlaw({
            leafIndex: BigInt(from - 1),
            treeSize: BigInt(size),
            leafHash: LEAVES[from - 1] as Buffer,
            proof: hashesOf(inclusionSpans(from - 1, size)),
            root: root2,
          }),
        ).toBeUndefined();
        const proof = hashesOf(consistencySpans(from, size));
        const sizes = { size1: BigInt(from), size2: BigInt(size) };
        expect(consistencyFlaw({ ...sizes, root1, root2, proof })).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  test('read at most two tiles a level, however large the tree is', () => {
    const sizes = fc.integer({ min: 1, max: 2 ** 45 - 1 });
    fc.assert(
      fc.property(sizes, sizes, (one, other) => {
        const [from, size] = [Math.min(one, other), Math.max(one, other)];
        const levels = Math.ceil((Math.log2(size) + 1) / 8);
        const reads = (spans: readonly Span[]): number =>
          tilesOf(spans.flatMap(([first, end]) => peaksOf(first, end))).length;
        expect(reads([[from - 1, from], [0, size], ...inclusionSpans(from - 1, size)])).toBeLessThanOrEqual(
          2 * levels,
        );
        expect(reads([[0, from], [0, size], ...consistencySpans(from, size)])).toBeLessThanOrEqual(
          2 * levels,
        );
      }),
    );
  });

  test('are not made where a hash is not stored', () => {
    const { tiles } = tilesFor([[0, 600]]);
    tiles.set({ level: 1, tile: 0 }, Buffer.alloc(HASH_BYTES));
    expect(() => spanHash([0, 600], tiles)).toThrow(TreeBroken);
    expect(() => Frontier.of(600, new Tiles())).toThrow(/hash 0 of level 1 is not stored/);
  });

  test('are not asked for beyond the tree', () => {
    expect(() => inclusionSpans(5, 5)).toThrow(/in the tree/);
    expect(() => consistencySpans(0, 5)).toThrow(/earlier tree/);
    expect(() => consistencySpans(6, 5)).toThrow(/earlier tree/);
  });
});

test('the leaves of the test are what an event’s leaf is', () => {
  expect(LEAVES[3]).toEqual(hash('sha256', '\0event 3', 'buffer'));
});
