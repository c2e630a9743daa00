/**
 * Does a log still go on from the newest checkpoint that is kept outside the database? A restored backup ends before it, a
 * failover that lost commits ends before it or goes on otherwise, a history that was written anew has another root.
 */
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import { logKeyText, logOrigin } from '../../audit/log-note.ts';
import { HASH_BYTES } from '../../audit/merkle.ts';
import { type NoteKey, openNote, parseNoteKey } from '../../audit/note.ts';
import { Frontier, peaksOf, spanHash, tilesOf } from '../../audit/tree.ts';
import { formatLedgerId } from '../../kernel/id.ts';
import { isGenuineLogKey, type StoredLogKey } from './log-keys.ts';
import type { AuditStore } from './store.ts';

/** A note as it is kept outside. */
export interface OutsideNote {
  readonly ledgerId: number;
  /** For people: the file. */
  readonly where: string;
  readonly note: string;
}

type Store = Pick<AuditStore, 'tiles' | 'leaves'>;

export const WHAT_TO_DO =
  'Nothing is posted. Bring the database back that has these events. To go on without them, keep the file as evidence elsewhere, and only then take it out of the directory.';

/** Keys that a verifier of this log is given, of rows that the engine wrote. */
export const noteKeysOf = (rows: readonly StoredLogKey[], rowKey: Buffer, origin: string): NoteKey[] =>
  rows
    .filter((row) => isGenuineLogKey(row, rowKey))
    .flatMap(({ publicKey }) => {
      const key = parseNoteKey(logKeyText(origin, publicKey));
      return key.ok ? [key.value] : [];
    });

/** Undefined: the log extends the note. `head` is the number of the newest event, undefined where there is no such ledger. */
export async function outsideFlaw(
  store: Store,
  { ledgerId, where, note }: OutsideNote,
  installation: string,
  keys: readonly NoteKey[],
  head: number | undefined,
): Promise<string | undefined> {
  const ledger = formatLedgerId(ledgerId);
  const opened = keys.map((key) => openNote(note, key)).find(({ ok }) => ok);
  if (!opened?.ok)
    return `${where} holds no note that a key of this database signed: it belongs to another installation, or this database is a copy from before that key was made.`;
  const checkpoint = parseCheckpoint(opened.value.text);
  if (!checkpoint.ok || checkpoint.value.origin !== logOrigin(installation, ledgerId))
    return `${where} holds no checkpoint of ${ledger}.`;
  const { root } = checkpoint.value;
  const size = Number(checkpoint.value.size);
  if (head === undefined || head < size)
    return `The log of ${ledger} ${head === undefined ? 'is not there' : `ends at event ${head}`}, and the checkpoint in ${where} covers ${size}: this database is an older copy (a restored backup, or a failover that lost commits).`;
  return root.equals(await rootAt(store, ledgerId, size))
    ? undefined
    : `The first ${size} events of ${ledger} are not those that the checkpoint in ${where} covers: the history is another one.`;
}

/** The root of the first `size` events, as they are stored. Requires that there are so many. */
async function rootAt(store: Store, ledgerId: number, size: number): Promise<Buffer> {
  const tiles = await store.tiles(ledgerId, tilesOf(peaksOf(0, size)));
  try {
    return spanHash([0, size], tiles);
  } catch {
    // Nodes come in with checkpoints, and there may be none up to there: the tree is grown from its leaves.
    return grownRoot(store, ledgerId, size);
  }
}

const LEAVES_READ = 4096;

async function grownRoot(store: Store, ledgerId: number, size: number): Promise<Buffer> {
  const frontier = Frontier.empty();
  while (frontier.size < size) {
    const leaves = await store.leaves(ledgerId, frontier.size, LEAVES_READ);
    if (!leaves || leaves.hashes.length === 0) break;
    frontier.append(leaves.hashes.subarray(0, (size - frontier.size) * HASH_BYTES), []);
  }
  return frontier.root();
}
