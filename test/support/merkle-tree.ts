/** A Merkle tree by the recursive definitions of RFC 9162 §2.1.1 to §2.1.4, over leaves in memory: the measure of the proofs. */
import { createHash } from 'node:crypto';

const sha256 = (...parts: Buffer[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest();

export const leafOf = (data: string): Buffer => sha256(Buffer.of(0), Buffer.from(data));
const node = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

/** The largest power of two smaller than n. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return sha256();
  if (leaves.length === 1) return only;
  const k = split(leaves.length);
  return node(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/** PATH(m, D[n]). */
export function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k ? [...pathOf(index, left), rootOf(right)] : [...pathOf(index - k, right), rootOf(left)];
}

/** PROOF(m, D[n]), for 0 < m < n. */
export const consistencyOf = (size: number, leaves: readonly Buffer[]): Buffer[] =>
  subproofOf(size, leaves, true);

function subproofOf(size: number, leaves: readonly Buffer[], isWhole: boolean): Buffer[] {
  if (size === leaves.length) return isWhole ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return size <= k
    ? [...subproofOf(size, left, isWhole), rootOf(right)]
    : [...subproofOf(size - k, right, false), rootOf(left)];
}
