/**
 * The signed log: a Merkle tree (RFC 6962) for each ledger and one for the installation, whose leaves are the events, and
 * checkpoints of it that are signed and kept outside the database.
 *
 *   stored     leaves in `event`; of the nodes above them every eighth level in `tree_node` (audit/tree.ts), append-only, so
 *              that a proof is two short reads a level; checkpoints in `checkpoint`, each with the nodes that it completes
 *   one signer whoever has the session lock `signing_lock`, of any number of processes, for all logs. Safe without it, too: a
 *              checkpoint is stored only behind the very one that it was made from, and the key (ledger, size) gives each size
 *              one root. It is signed before it is stored (a signature of Ed25519 is the same each time) and published after
 *   checked    before it signs: the stored tree still has the root of the newest checkpoint, and each number since has one leaf
 *   outside    a file for each log (platform/checkpoint-files.ts), replaced as a whole and synced; GET /v1/audit/checkpoint;
 *              `bahi audit checkpoint` on standard output. What could not be written is written again until it is
 *   delay      a look every second, so a commit is covered about a second later; a log that grew by more than LEAVES_MAX
 *              since is covered in several steps
 *   cost       posting waits for none of it: no lock of the log is taken. One hash a leaf, and rows of leaves read once
 *   keys       Ed25519, sealed under the data key for secrets, itself wrapped under the master key (log-keys.ts); verifiers
 *              are given the public one by `bahi audit key`
 */
import { checkpointText, type LogSigner, logOrigin, signedNote } from '../../audit/log-note.ts';
import { HASH_BYTES } from '../../audit/merkle.ts';
import { Frontier, peaksOf, TreeBroken, type TreeNode, tilesOf } from '../../audit/tree.ts';
import type { AuditStore, DueLog } from './store.ts';

/** Where notes go outside the database. */
export interface Publisher {
  /** Replaces the note of a log. Fails with an Error that says what to do. */
  publish(ledgerId: number, note: string): Promise<void>;
}

export interface SigningDeps {
  /** Over a connection of its own, which has the lock. */
  readonly store: Pick<AuditStore, 'due' | 'lock' | 'leaves' | 'tiles' | 'append'>;
  readonly installation: string;
  /** Fails with FalseLogKey. */
  readonly signers: () => Promise<readonly LogSigner[]>;
  readonly publisher: Publisher;
  readonly log: {
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** What is stored of a log is not what was signed: it is not signed again, and an operator has to look. */
class BrokenLog extends Error {
  override readonly name = 'BrokenLog';
}

/** Leaves that are read at once: some milliseconds of hashing. */
const LEAVES_READ = 4096;
/** Leaves that one checkpoint adds at most, about. */
const LEAVES_MAX = 262_144;
/** Logs that are signed side by side. */
const LOGS_AT_ONCE = 8;
/** Logs whose right edge is remembered: about 1 kB each. */
const FRONTIERS_MAX = 10_000;

export class LogSigning {
  readonly #deps: SigningDeps;
  readonly #frontiers = new Map<number, Frontier>();
  /** Newest notes that are stored and may not be outside yet. */
  readonly #unpublished = new Map<number, string>();
  #signers: readonly LogSigner[] | undefined;
  /** Since this process has had the lock. */
  #isSigner = false;

  constructor(deps: SigningDeps) {
    this.#deps = deps;
  }

  /**
   * Signs what no checkpoint covers, of one log or of all, and publishes. False: another process is the signer, nothing was
   * done. Fails with DatabaseFault, FalseLogKey; what is wrong with one log is logged and keeps no other.
   */
  async sign(only?: number, isStopped: () => boolean = () => false): Promise<boolean> {
    const { store } = this.#deps;
    if (!(await store.lock())) {
      this.#isSigner = false;
      return false;
    }
    this.#signers ??= await this.#deps.signers();
    const due = await store.due(!this.#isSigner);
    if (!this.#isSigner) {
      // Whoever signed before may not have come to publishing.
      this.#frontiers.clear();
      for (const { ledgerId, note } of due) if (note !== null) this.#unpublished.set(ledgerId, note);
      this.#isSigner = true;
    }
    const grown = due.filter(
      ({ ledgerId, head, size }) => head > size && (only === undefined || ledgerId === only),
    );
    for (let at = 0; at < grown.length && !isStopped(); at += LOGS_AT_ONCE) {
      const signed = grown.slice(at, at + LOGS_AT_ONCE).map((log) => this.#signOne(log));
      await Promise.allSettled(signed);
      await Promise.all(signed);
    }
    for (const [ledgerId, note] of this.#unpublished) await this.#publish(ledgerId, note);
    return true;
  }

  async #signOne(log: DueLog): Promise<void> {
    try {
      for (let from: DueLog | undefined = log; from; ) from = await this.#extend(from);
    } catch (cause) {
      this.#frontiers.delete(log.ledgerId);
      if (!(cause instanceof BrokenLog)) throw cause;
      this.#deps.log.error(
        { ledger: log.ledgerId, why: cause.message },
        'a log is not signed: run bahi verify',
      );
    }
  }

  /** One checkpoint; what is left of the log behind it, if any. */
  async #extend(log: DueLog): Promise<DueLog | undefined> {
    const { ledgerId, size: previousSize, head } = log;
    const { store, installation } = this.#deps;
    const frontier = await this.#frontierOf(log);
    const nodes: TreeNode[] = [];
    while (frontier.size < head && frontier.size < previousSize + LEAVES_MAX) {
      const leaves = await store.leaves(ledgerId, frontier.size, LEAVES_READ);
      const last = leaves?.last ?? head;
      const found = (leaves?.hashes.length ?? 0) / HASH_BYTES;
      if (!leaves || found !== last - frontier.size)
        throw new BrokenLog(`of the events ${frontier.size + 1} to ${last} there are ${found}`);
      frontier.append(leaves.hashes, nodes);
    }
    const { size } = frontier;
    const root = frontier.root();
    const origin = logOrigin(installation, ledgerId);
    const note = signedNote(checkpointText(origin, size, root), origin, this.#signers ?? []);
    const outcome = await store.append({ ledgerId, previousSize, size, root, note, nodes });
    if (outcome !== 'done') {
      // Another session signs: what it did is read when this one has the lock again.
      this.#isSigner = false;
      this.#frontiers.delete(ledgerId);
      return undefined;
    }
    if (this.#frontiers.size >= FRONTIERS_MAX) this.#frontiers.clear();
    this.#frontiers.set(ledgerId, frontier);
    this.#unpublished.set(ledgerId, note);
    return size < head ? { ...log, size, root } : undefined;
  }

  /** The right edge of the tree of the newest checkpoint, to be changed. Fails with BrokenLog. */
  async #frontierOf({ ledgerId, size, root }: DueLog): Promise<Frontier> {
    const known = this.#frontiers.get(ledgerId);
    const frontier = known?.size === size ? known.copy() : await this.#readFrontier(ledgerId, size);
    if (root && !frontier.root().equals(root))
      throw new BrokenLog(`its first ${size} events no longer have the root that was signed`);
    return frontier;
  }

  async #readFrontier(ledgerId: number, size: number): Promise<Frontier> {
    const tiles = await this.#deps.store.tiles(ledgerId, tilesOf(peaksOf(0, size)));
    try {
      return Frontier.of(size, tiles);
    } catch (cause) {
      throw cause instanceof TreeBroken ? new BrokenLog(cause.message) : cause;
    }
  }

  async #publish(ledgerId: number, note: string): Promise<void> {
    try {
      await this.#deps.publisher.publish(ledgerId, note);
      // A newer one may have come meanwhile.
      if (this.#unpublished.get(ledgerId) === note) this.#unpublished.delete(ledgerId);
    } catch (cause) {
      this.#deps.log.warn({ err: cause, ledger: ledgerId }, 'a checkpoint could not be kept outside');
    }
  }
}
