/**
 * Proofs of a Merkle tree log (RFC 9162 §2.1, the tree of RFC 6962): that a leaf is in a tree, and that one tree is the
 * beginning of another.
 *
 * A leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right), the empty tree SHA-256 of nothing. Sizes and
 * indexes are bigints, as a log may have up to 2^64 - 1 leaves. A proof is a list of hashes, from the leaf upwards.
 */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;
export const EMPTY_ROOT: Buffer = hash('sha256', '', 'buffer');

/** 0x01 ‖ left ‖ right of the node that is hashed right now. */
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Hash of an inner node. Requires two hashes of 32 bytes. */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(node, 1);
  right.copy(node, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
}

/** Why a proof does not hold, for people. */
export const PROOF_FLAWS = {
  hash_length: 'a hash in it is not 32 bytes long',
  beyond_tree: 'the tree has no leaf of that index',
  size_falls: 'the later tree is smaller than the earlier one',
  from_empty: 'nothing can be proved from an empty tree: it is the beginning of every tree',
  not_empty: 'trees of the same size need no proof, and this one has hashes',
  too_short: 'the proof has too few hashes for these sizes',
  too_long: 'the proof has too many hashes for these sizes',
  root_differs: 'the root that it comes to is another one',
  earlier_root_differs: 'the earlier root that it comes to is another one',
} as const;
export type ProofFlaw = keyof typeof PROOF_FLAWS;

export interface InclusionProof {
  /** From 0. */
  readonly leafIndex: bigint;
  readonly treeSize: bigint;
  readonly leafHash: Buffer;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}

export interface ConsistencyProof {
  readonly size1: bigint;
  readonly size2: bigint;
  readonly root1: Buffer;
  readonly root2: Buffer;
  readonly proof: readonly Buffer[];
}

const hasOddLength = (hashes: readonly Buffer[]): boolean =>
  hashes.some(({ length }) => length !== HASH_BYTES);

const isOdd = (n: bigint): boolean => (n & 1n) === 1n;

/** RFC 9162 §2.1.3.2. Undefined: the leaf is in the tree with this root. */
export function inclusionFlaw(of: InclusionProof): ProofFlaw | undefined {
  const { leafIndex, treeSize, leafHash, proof, root } = of;
  if (leafIndex >= treeSize) return 'beyond_tree';
  if (hasOddLength([leafHash, root, ...proof])) return 'hash_length';
  let index = leafIndex;
  let last = treeSize - 1n;
  let above = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return 'too_long';
    if (isOdd(index) || index === last) {
      above = nodeHash(sibling, above);
      // The last node of a level that has no sibling goes up as it is.
      for (; !isOdd(index) && index !== 0n; index >>= 1n) last >>= 1n;
    } else above = nodeHash(above, sibling);
    index >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return 'too_short';
  return above.equals(root) ? undefined : 'root_differs';
}

/** RFC 9162 §2.1.4.2, and trees of one size, which are the same tree. Undefined: the first is the beginning of the second. */
export function consistencyFlaw(of: ConsistencyProof): ProofFlaw | undefined {
  const { size1, size2, root1, root2, proof } = of;
  if (size2 < size1) return 'size_falls';
  if (size1 === 0n) return 'from_empty';
  if (size1 === size2) {
    if (proof.length > 0) return 'not_empty';
    return root1.equals(root2) ? undefined : 'root_differs';
  }
  if (hasOddLength([root1, root2, ...proof])) return 'hash_length';
  let index = size1 - 1n;
  let last = size2 - 1n;
  for (; isOdd(index); index >>= 1n) last >>= 1n;
  // A tree whose size is a power of two is itself the first node: the proof leaves it out.
  const [first, ...rest] = index === 0n ? [root1, ...proof] : proof;
  if (!first || proof.length === 0) return 'too_short';
  let earlier = first;
  let later = first;
  for (const sibling of rest) {
    if (last === 0n) return 'too_long';
    if (isOdd(index) || index === last) {
      earlier = nodeHash(sibling, earlier);
      later = nodeHash(sibling, later);
      for (; !isOdd(index) && index !== 0n; index >>= 1n) last >>= 1n;
    } else later = nodeHash(later, sibling);
    index >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return 'too_short';
  if (!earlier.equals(root1)) return 'earlier_root_differs';
  return later.equals(root2) ? undefined : 'root_differs';
}
