/** Proofs of inclusion and consistency against the recursive definitions of RFC 9162 §2.1, whole and with something wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConsistencyProof, consistencyFlaw, EMPTY_ROOT, inclusionFlaw } from '../../src/audit/merkle.ts';
import { leafHash } from '../../src/kernel/canonical-json.ts';
import { consistencyOf, leafOf, pathOf, rootOf } from '../support/merkle-tree.ts';

const LEAVES = Array.from({ length: 70 }, (_, i) => leafOf(`event ${i}`));
const sizes = Array.from({ length: LEAVES.length }, (_, i) => i + 1);

const inclusion = (index: number, size: number) => {
  const leaves = LEAVES.slice(0, size);
  return {
    leafIndex: BigInt(index),
    treeSize: BigInt(size),
    leafHash: LEAVES[index] as Buffer,
    proof: pathOf(index, leaves),
    root: rootOf(leaves),
  };
};

const consistency = (size1: number, size2: number): ConsistencyProof => ({
  size1: BigInt(size1),
  size2: BigInt(size2),
  root1: rootOf(LEAVES.slice(0, size1)),
  root2: rootOf(LEAVES.slice(0, size2)),
  proof: consistencyOf(size1, LEAVES.slice(0, size2)),
});

const flipped = (hash: Buffer, bit: number): Buffer => {
  const changed = Buffer.from(hash);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
};

const pair = fc
  .integer({ min: 2, max: LEAVES.length })
  .chain((size) => fc.tuple(fc.integer({ min: 1, max: size - 1 }), fc.constant(size)));
const bit = fc.integer({ min: 0, max: 255 });

test('a tree without leaves and the eight leaves that implementations of RFC 6962 agree on', () => {
  expect(EMPTY_ROOT).toEqual(rootOf([]));
  const hex = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const leaves = hex.map((text) => leafOf(Buffer.from(text, 'hex').toString('latin1')));
  expect(rootOf(leaves).toString('hex')).toMatch(/^5dc9da79[0-9a-f]+4328$/);
  expect(leafOf('event').toString('hex')).toBe(leafHash('event'));
});

describe('a proof of inclusion', () => {
  test('holds for every leaf of every tree', () => {
    for (const size of sizes)
      for (let index = 0; index < size; index++)
        expect(inclusionFlaw(inclusion(index, size))).toBeUndefined();
  });

  test('does not hold for another index, another size, another leaf or another root', () => {
    for (const size of sizes.slice(0, 20))
      for (let index = 0; index < size; index++) {
        const of = inclusion(index, size);
        for (const other of [...sizes.keys()].slice(0, 21))
          if (other !== index) expect(inclusionFlaw({ ...of, leafIndex: BigInt(other) })).toBeDefined();
        expect(inclusionFlaw({ ...of, leafHash: leafOf('another') })).toBe('root_differs');
        expect(inclusionFlaw({ ...of, root: leafOf('another') })).toBe('root_differs');
        expect(inclusionFlaw({ ...of, treeSize: of.leafIndex })).toBe('beyond_tree');
      }
  });

  test('does not hold with any bit of it changed', () => {
    fc.assert(
      fc.property(pair, fc.nat(), bit, ([index, size], at, changed) => {
        const of = inclusion(index, size);
        const proof = [...of.proof];
        const place = at % proof.length;
        proof[place] = flipped(proof[place] as Buffer, changed);
        expect(inclusionFlaw({ ...of, proof })).toBe('root_differs');
      }),
    );
  });

  test('does not hold with a hash too many, too few or of another length', () => {
    const of = inclusion(5, 13);
    expect(inclusionFlaw({ ...of, proof: [...of.proof, of.root] })).toBe('too_long');
    expect(inclusionFlaw({ ...of, proof: of.proof.slice(0, -1) })).toBe('too_short');
    expect(inclusionFlaw({ ...of, proof: [of.root, ...of.proof.slice(0, -1)] })).toBe('root_differs');
    expect(inclusionFlaw({ ...of, leafHash: Buffer.alloc(31) })).toBe('hash_length');
    expect(inclusionFlaw({ ...of, proof: of.proof.map(() => Buffer.alloc(33)) })).toBe('hash_length');
  });

  test('is decided for the largest log that there can be', () => {
    const root = leafOf('');
    const of = { leafIndex: 2n ** 64n - 2n, treeSize: 2n ** 64n - 1n, leafHash: root, root };
    expect(inclusionFlaw({ ...of, proof: [] })).toBe('too_short');
    expect(inclusionFlaw({ ...of, proof: Array(65).fill(root) })).toBe('too_long');
  });
});

describe('a proof of consistency', () => {
  test('holds for every tree and each of its beginnings', () => {
    for (const size2 of sizes)
      for (let size1 = 1; size1 <= size2; size1++)
        expect(consistencyFlaw(consistency(size1, size2))).toBeUndefined();
  });

  test('does not hold for other sizes', () => {
    for (const size2 of sizes.slice(0, 20))
      for (let size1 = 1; size1 < size2; size1++) {
        const of = consistency(size1, size2);
        for (const other of sizes.slice(0, 21)) {
          if (other !== size1) expect(consistencyFlaw({ ...of, size1: BigInt(other) })).toBeDefined();
        }
        expect(consistencyFlaw({ ...of, root1: of.root2, root2: of.root1 })).toBeDefined();
        expect(consistencyFlaw({ ...of, size1: of.size2 + 1n })).toBe('size_falls');
      }
  });

  test('does not hold with any bit of it, or of a root, changed', () => {
    fc.assert(
      fc.property(pair, fc.nat(), bit, ([size1, size2], at, changed) => {
        const of = consistency(size1, size2);
        const proof = [...of.proof];
        const place = at % proof.length;
        proof[place] = flipped(proof[place] as Buffer, changed);
        expect(consistencyFlaw({ ...of, proof })).toMatch(/root_differs$/);
        expect(consistencyFlaw({ ...of, root1: flipped(of.root1, changed) })).toMatch(/root_differs$/);
        expect(consistencyFlaw({ ...of, root2: flipped(of.root2, changed) })).toBe('root_differs');
      }),
    );
  });

  test('does not hold with a hash too many or too few, or from an empty tree', () => {
    const of = consistency(6, 13);
    const [first] = of.proof as [Buffer];
    expect(consistencyFlaw({ ...of, proof: [...of.proof, first] })).toBe('too_long');
    expect(consistencyFlaw({ ...of, proof: of.proof.slice(0, -1) })).toBe('too_short');
    expect(consistencyFlaw({ ...of, proof: [] })).toBe('too_short');
    expect(consistencyFlaw({ ...of, proof: [Buffer.alloc(5)] })).toBe('hash_length');
    expect(consistencyFlaw({ ...of, size1: 0n, root1: EMPTY_ROOT, proof: [] })).toBe('from_empty');
    const same = consistency(6, 6);
    expect(consistencyFlaw({ ...same, proof: [first] })).toBe('not_empty');
    expect(consistencyFlaw({ ...same, root2: first })).toBe('root_differs');
  });
});
