/**
 * The tree of a log (RFC 9162 §2.1): how it grows by a leaf, and which stored hashes a root or a proof is made of.
 *
 * A complete subtree is named by its height h and its index i: leaves i·2^h to (i + 1)·2^h - 1, from 0. Stored are the leaves
 * and every eighth level above them (C2SP tlog-tiles): level l is height 8·l, and a tile is 256 neighbours of one level.
 * Any complete subtree is made of at most 128 neighbours within one tile, so a proof in a tree of n leaves reads at most two
 * tiles a level: log2(n) / 4 reads.
 */
import { assert, defined } from '../kernel/assert.ts';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.ts';

/** Levels of the tree between one that is stored and the next. */
const LEVEL_HEIGHT = 8;
const TILE_HASHES = 2 ** LEVEL_HEIGHT;
/** Level 5 has a node for 2^40 leaves; there is none above it. */
const LEVEL_MAX = 5;

/** A node that is stored: the root of 256^level leaves. */
export interface TreeNode {
  /** From 1. */
  readonly level: number;
  readonly position: number;
  readonly hash: Buffer;
}

/** The right edge of a growing tree: the roots of its complete subtrees, one for each binary digit 1 of its size. */
export class Frontier {
  #size: number;
  /** By height. */
  readonly #peaks: (Buffer | undefined)[];

  private constructor(size: number, peaks: (Buffer | undefined)[]) {
    this.#size = size;
    this.#peaks = peaks;
  }

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /** Of a tree that is stored. Requires the tiles that `tilesOf(peaksOf(0, size))` names. */
  static of(size: number, tiles: Tiles): Frontier {
    const peaks: (Buffer | undefined)[] = [];
    for (const peak of peaksOf(0, size)) peaks[peak.height] = subtreeHash(peak, tiles);
    return new Frontier(size, peaks);
  }

  get size(): number {
    return this.#size;
  }

  copy(): Frontier {
    return new Frontier(this.#size, [...this.#peaks]);
  }

  /** Adds leaves, 32 bytes each, and puts the nodes that they complete behind `completed`. */
  append(leaves: Buffer, completed: TreeNode[]): void {
    assert(leaves.length % HASH_BYTES === 0, 'leaves are whole hashes');
    for (let at = 0; at < leaves.length; at += HASH_BYTES)
      this.#add(leaves.subarray(at, at + HASH_BYTES), completed);
  }

  #add(leaf: Buffer, completed: TreeNode[]): void {
    this.#size++;
    let above = leaf;
    let height = 0;
    for (let peak = this.#peaks[0]; peak !== undefined; peak = this.#peaks[height]) {
      above = nodeHash(peak, above);
      this.#peaks[height++] = undefined;
      const level = height / LEVEL_HEIGHT;
      if (Number.isInteger(level) && level <= LEVEL_MAX)
        completed.push({ level, position: this.#size / 2 ** height - 1, hash: above });
    }
    // A leaf of its own: a part would keep all that it was read with.
    this.#peaks[height] = height === 0 ? Buffer.from(above) : above;
  }

  root(): Buffer {
    let root: Buffer | undefined;
    for (const peak of this.#peaks) if (peak) root = root ? nodeHash(peak, root) : peak;
    return root ?? EMPTY_ROOT;
  }
}

/** A complete subtree. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Leaves from `from` up to, not including, `to`: one hash of a proof. */
export type Span = readonly [from: number, to: number];

/**
 * The complete subtrees that a span is made of, the largest first. Requires that the span begins where a complete subtree of
 * its length could, as all spans of proofs do.
 */
export function peaksOf(from: number, to: number): Subtree[] {
  const peaks: Subtree[] = [];
  for (let at = from; at < to; ) {
    const height = Math.floor(Math.log2(to - at));
    const leaves = 2 ** height;
    assert(at % leaves === 0, 'a complete subtree begins at a multiple of its size');
    peaks.push({ height, index: at / leaves });
    at += leaves;
  }
  return peaks;
}

/** The largest power of two smaller than n. */
const split = (n: number): number => {
  const k = 2 ** Math.floor(Math.log2(n));
  return k === n ? k / 2 : k;
};

/** PATH(m, D[n]) of RFC 9162 §2.1.3.1, as spans, from the leaf upwards. Requires index < size. */
export function inclusionSpans(index: number, size: number): Span[] {
  assert(index >= 0 && index < size, 'the leaf is in the tree');
  const spans: Span[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + split(to - from);
    spans.push(index < middle ? [middle, to] : [from, middle]);
    if (index < middle) to = middle;
    else from = middle;
  }
  return spans.reverse();
}

/** PROOF(m, D[n]) of RFC 9162 §2.1.4.1, as spans. Requires 0 < earlier <= size. */
export function consistencySpans(earlier: number, size: number): Span[] {
  assert(earlier > 0 && earlier <= size, 'the earlier tree has leaves, and no more than the later one');
  const spans: Span[] = [];
  let from = 0;
  let to = size;
  while (earlier !== to) {
    const middle = from + split(to - from);
    if (earlier <= middle) {
      spans.push([middle, to]);
      to = middle;
    } else {
      spans.push([from, middle]);
      from = middle;
    }
  }
  // What is left is a subtree of the earlier tree: known to who has its root where it is the whole of it.
  if (from > 0) spans.push([from, to]);
  return spans.reverse();
}

/** Level and number of a tile. */
export interface TileName {
  readonly level: number;
  readonly tile: number;
}

/** Tiles by name: their hashes in a row, as many as there are. */
export class Tiles {
  readonly #hashes = new Map<string, Buffer>();

  set({ level, tile }: TileName, hashes: Buffer): void {
    this.#hashes.set(`${level}/${tile}`, hashes);
  }

  /** Undefined where the hash is not stored. */
  hash(level: number, position: number): Buffer | undefined {
    const at = (position % TILE_HASHES) * HASH_BYTES;
    const hashes = this.#hashes.get(`${level}/${Math.floor(position / TILE_HASHES)}`);
    return hashes && hashes.length >= at + HASH_BYTES ? hashes.subarray(at, at + HASH_BYTES) : undefined;
  }
}

/** The stored neighbours that a complete subtree is made of. */
function childrenOf({ height, index }: Subtree): { level: number; first: number; count: number } {
  const level = Math.min(Math.floor(height / LEVEL_HEIGHT), LEVEL_MAX);
  const count = 2 ** (height - level * LEVEL_HEIGHT);
  return { level, first: index * count, count };
}

/** Every tile that these subtrees are made of, once. */
export function tilesOf(subtrees: readonly Subtree[]): TileName[] {
  const names = new Map<string, TileName>();
  for (const subtree of subtrees) {
    const { level, first } = childrenOf(subtree);
    const tile = Math.floor(first / TILE_HASHES);
    names.set(`${level}/${tile}`, { level, tile });
  }
  return [...names.values()];
}

/** A hash that the tree has is not stored: rows were taken away. */
export class TreeBroken extends Error {
  override readonly name = 'TreeBroken';
}

/** Fails with TreeBroken. */
function subtreeHash(subtree: Subtree, tiles: Tiles): Buffer {
  const { level, first, count } = childrenOf(subtree);
  let row = Array.from({ length: count }, (_, i) => {
    const hash = tiles.hash(level, first + i);
    if (!hash) throw new TreeBroken(`hash ${first + i} of level ${level} is not stored`);
    return hash;
  });
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      nodeHash(defined(row[2 * i], 'a left node'), defined(row[2 * i + 1], 'a right node')),
    );
  return defined(row[0], 'a subtree has leaves');
}

/** The hash of a span. Fails with TreeBroken. */
export const spanHash = ([from, to]: Span, tiles: Tiles): Buffer =>
  peaksOf(from, to)
    .map((peak) => subtreeHash(peak, tiles))
    .reduceRight((right, left) => nodeHash(left, right));
