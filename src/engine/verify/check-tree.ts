/**
 * The tree of the log, grown anew from the leaves that are stored: every checkpoint has the root of its size and a signature by a
 * key of this installation, stands behind the one before it, and every node that it covers is stored as it follows.
 *
 * Read in the pages of the replay. Not seen here: that the newest checkpoints were cut off with the nodes that they brought; a
 * checkpoint that is kept outside shows it.
 */
import { checkpointText, logOrigin } from '../../audit/log-note.ts';
import { HASH_BYTES } from '../../audit/merkle.ts';
import { type NoteKey, openNote } from '../../audit/note.ts';
import { Frontier, type TreeNode } from '../../audit/tree.ts';
import { isGenuineLogKey } from '../audit/log-keys.ts';
import { noteKeysOf } from '../audit/outside.ts';
import type { LinkKey } from '../batch-rows.ts';
import { rowKeyOf } from '../row-mac.ts';
import { NO_ROW, type Problems } from './problems.ts';
import type { TreeReads } from './reads-tree.ts';
import type { StoredBatch } from './store.ts';

export class TreeCheck {
  readonly #reads: TreeReads;
  readonly #problems: Problems;
  readonly #origin: string;
  readonly #keys: readonly NoteKey[];
  /** Of the newest checkpoint when the verification began: what it covers must be stored. */
  readonly #covered: number;
  readonly #frontier = Frontier.empty();
  /** The last number of the page before, and the size of the checkpoint before. */
  #seen = 0;
  #previous = 0;

  private constructor(
    reads: TreeReads,
    problems: Problems,
    origin: string,
    keys: readonly NoteKey[],
    covered: number,
  ) {
    this.#reads = reads;
    this.#problems = problems;
    this.#origin = origin;
    this.#keys = keys;
    this.#covered = covered;
  }

  /** `head` bounds what is looked at. */
  static async begin(
    reads: TreeReads,
    problems: Problems,
    linkKey: LinkKey,
    ledgerId: number,
    head: number,
  ): Promise<TreeCheck> {
    const origin = logOrigin(linkKey.installation, ledgerId);
    const rowKey = rowKeyOf(linkKey);
    const rows = await reads.keys();
    for (const { number } of rows.filter((row) => !isGenuineLogKey(row, rowKey)))
      problems.add({
        check: 'checkpoints',
        subject: `key ${number} of the logs`,
        expected: 'a row with the MAC of this engine',
        found: 'another MAC',
      });
    const keys = noteKeysOf(rows, rowKey, origin);
    const covered = Math.min(await reads.newestSize(ledgerId), head);
    return new TreeCheck(reads, problems, origin, keys, covered);
  }

  /** Takes in the next batches, and holds what is stored of the tree up to the last of them against it. */
  async see(batches: readonly StoredBatch[], ledgerId: number): Promise<void> {
    const first = this.#seen;
    const last = batches.at(-1)?.last ?? first;
    this.#seen = last;
    const { checkpoints, nodes } = await this.#reads.page(ledgerId, first, last);
    const stored = Buffer.from(batches.map(({ leafHashes }) => leafHashes).join(''), 'hex');
    // A leaf of another length is told by the replay.
    const leaves = stored.subarray(0, stored.length - (stored.length % HASH_BYTES));
    const grown: TreeNode[] = [];
    let from = first;
    const growTo = (size: number): void => {
      this.#frontier.append(leaves.subarray((from - first) * HASH_BYTES, (size - first) * HASH_BYTES), grown);
      from = size;
    };
    for (const checkpoint of checkpoints) {
      growTo(checkpoint.size);
      this.#checkCheckpoint(checkpoint);
    }
    growTo(last);
    this.#checkNodes(grown, nodes);
  }

  /** After the last batch: rows that no page came to. */
  async end(ledgerId: number): Promise<void> {
    const { checkpoints, nodes } = await this.#reads.strays(ledgerId);
    for (const size of checkpoints)
      this.#add('checkpoints', size, `checkpoint of size ${size}`, NO_ROW, 'beyond the log');
    for (const [level, position] of nodes)
      this.#add('tree', undefined, nodeName(level, position), NO_ROW, 'covered by no checkpoint');
  }

  #checkCheckpoint({ size, previousSize, root, note }: StoredTreeCheckpoint): void {
    const add = (subject: string, expected: string, found: string): void =>
      this.#add('checkpoints', size, `${subject} of the checkpoint of size ${size}`, expected, found);
    const grown = this.#frontier.root();
    if (this.#frontier.size === size && !grown.equals(root))
      add('root', grown.toString('hex'), root.toString('hex'));
    if (previousSize !== this.#previous) add('size before', String(this.#previous), String(previousSize));
    this.#previous = size;
    const text = checkpointText(this.#origin, size, root);
    if (!note.startsWith(text)) {
      add('text', text, note);
      return;
    }
    const flaw = signatureFlaw(note, this.#keys);
    if (flaw !== undefined) add('signature', 'by the keys of this installation', flaw);
  }

  #checkNodes(grown: readonly TreeNode[], stored: readonly TreeNode[]): void {
    const byPlace = new Map(stored.map((node) => [nodeName(node.level, node.position), node.hash]));
    for (const { level, position, hash } of grown) {
      const name = nodeName(level, position);
      const found = byPlace.get(name);
      byPlace.delete(name);
      const last = (position + 1) * 256 ** level;
      if (found ? found.equals(hash) : last > this.#covered) continue;
      this.#add('tree', last, name, hash.toString('hex'), found?.toString('hex') ?? NO_ROW);
    }
    // Numbers are missing in the log: told where they are.
    for (const [name, hash] of byPlace) this.#add('tree', undefined, name, NO_ROW, hash.toString('hex'));
  }

  #add(
    check: 'tree' | 'checkpoints',
    number: number | undefined,
    subject: string,
    expected: string,
    found: string,
  ): void {
    this.#problems.add({ check, number, subject, expected, found });
  }
}

export interface StoredTreeCheckpoint {
  readonly size: number;
  readonly previousSize: number;
  readonly root: Buffer;
  readonly note: string;
}

const nodeName = (level: number, position: number): string => `node ${position} of level ${level}`;

/** Undefined: every signature is by a key of these, and there is one. */
function signatureFlaw(note: string, keys: readonly NoteKey[]): string | undefined {
  const opened = keys.flatMap((key) => {
    const one = openNote(note, key);
    return one.ok ? [one.value] : [];
  });
  if (opened.length === 0) return 'no valid signature by one of them';
  return opened.some(({ otherSignatures }) => otherSignatures !== opened.length - 1)
    ? 'a signature that is by none of them, or not valid'
    : undefined;
}
