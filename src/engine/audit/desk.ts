/** What proofs and checkpoints are read from, and how: the tree of a log as it is stored, up to its newest checkpoint. */
import { logOrigin } from '../../audit/log-note.ts';
import { consistencySpans, inclusionSpans, peaksOf, type Span, spanHash, tilesOf } from '../../audit/tree.ts';
import { assert } from '../../kernel/assert.ts';
import { FailureError } from '../../kernel/failure.ts';
import type { AuditStore, StoredCheckpoint } from './store.ts';

export interface AuditDesk {
  readonly store: Pick<AuditStore, 'newest' | 'tiles'>;
  readonly installation: string;
}

export const noCheckpoint = (): FailureError =>
  new FailureError(
    'not_found',
    'This log has no checkpoint yet: ask again a second after its first event; bahi audit checkpoint signs one where no server runs.',
  );

/** The newest checkpoint and the name of its log. Fails with `not_found`. */
export async function requireCheckpoint(
  { store, installation }: AuditDesk,
  ledgerId: number,
): Promise<StoredCheckpoint & { readonly origin: string }> {
  const newest = await store.newest(ledgerId);
  if (newest) return { ...newest, origin: logOrigin(installation, ledgerId) };
  throw noCheckpoint();
}

/** The tree size that is asked for, the checkpoint's own where none is. Fails with invalid_request. */
export function treeSize(asked: number | undefined, field: string, newest: StoredCheckpoint): number {
  const size = asked ?? newest.size;
  if (size > newest.size)
    refuse(field, `the newest checkpoint covers ${newest.size} events: ask for no more`);
  return size;
}

export function refuse(field: string, message: string): never {
  throw new FailureError('invalid_request', undefined, [{ pointer: `/${field}`, message }]);
}

export interface Proof {
  readonly proof: readonly Buffer[];
  /** Of the trees asked for, in their order. */
  readonly roots: readonly Buffer[];
}

/** A leaf's place in the tree of the first `size` events. Requires index < size <= the newest checkpoint's. */
export async function proveInclusion(
  desk: AuditDesk,
  ledgerId: number,
  index: number,
  size: number,
  newest: StoredCheckpoint,
): Promise<Proof & { readonly leaf: Buffer }> {
  const leafSpan: Span = [index, index + 1];
  const spans = inclusionSpans(index, size);
  const [leaf, root, ...proof] = await hashesOf(desk, ledgerId, [leafSpan, [0, size], ...spans]);
  assert(leaf !== undefined && root !== undefined, 'every span has a hash');
  assertRoot(root, size, newest);
  return { leaf, roots: [root], proof };
}

/** That the first `from` events are the beginning of the first `to`. Requires 0 < from <= to <= the newest checkpoint's. */
export async function proveConsistency(
  desk: AuditDesk,
  ledgerId: number,
  from: number,
  to: number,
  newest: StoredCheckpoint,
): Promise<Proof> {
  const spans = consistencySpans(from, to);
  const [earlier, later, ...proof] = await hashesOf(desk, ledgerId, [[0, from], [0, to], ...spans]);
  assert(earlier !== undefined && later !== undefined, 'every span has a hash');
  assertRoot(later, to, newest);
  return { roots: [earlier, later], proof };
}

/** No proof is given of a tree that is not the one that was signed. */
const assertRoot = (root: Buffer, size: number, newest: StoredCheckpoint): void =>
  assert(
    size !== newest.size || root.equals(newest.root),
    'the stored tree has the root of its checkpoint: run bahi verify',
  );

/** Hashes of spans, by one read of all their tiles. */
async function hashesOf({ store }: AuditDesk, ledgerId: number, spans: readonly Span[]): Promise<Buffer[]> {
  const peaks = spans.flatMap(([from, to]) => peaksOf(from, to));
  const tiles = await store.tiles(ledgerId, tilesOf(peaks));
  return spans.map((span) => spanHash(span, tiles));
}
