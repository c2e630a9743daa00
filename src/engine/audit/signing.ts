/**
 * The signed log: a Merkle tree (RFC 6962) for each ledger and one for the installation, whose leaves are the events, and
 * checkpoints of it that are signed and kept outside the database.
 *
 *   stored     leaves in `event`; of the nodes above them every eighth level in `tree_node` (audit/tree.ts), append-only, so
 *              that a proof is two short reads a level; checkpoints in `checkpoint`, each with the nodes that it completes
 *   one signer whoever has the session lock `signing_lock`, of any number of processes, for all logs. Safe without it, too: a
 *              checkpoint is stored only behind the very one that it was made from, and the key (ledger, size) gives each size
 *              one root. It is signed before it is stored (a signature of Ed25519 is the same each time) and published after
 *   checked    before it signs: the log extends the note that is kept outside (outside.ts), the stored tree has the root of the
 *              newest checkpoint, each number since has one leaf, and each batch since is as it was appended, by link, leaves,
 *              sums and continuity (recheck.ts); of more than CHECKED_MAX events a second a share. What fails raises an alarm: the log is not signed, and no process posts to it (log-watch.ts)
 *   outside    a file for each log (platform/checkpoint-files.ts), replaced as a whole and synced; GET /v1/audit/checkpoint;
 *              `bahi audit checkpoint` on standard output. What could not be written is written again until it is
 *   delay      a look every second, so a commit is covered about a second later; a log that grew by more than LEAVES_MAX
 *              since is covered in several steps
 *   cost       posting waits for none of it: no lock of the log is taken. One hash a leaf, and the rows of what is checked
 *   ledgers    their checkpoints are events of the installation's log as well, once a minute (recorder.ts)
 *   keys       Ed25519, sealed under the data key for secrets, itself wrapped under the master key (log-keys.ts); verifiers
 *              are given the public one by `bahi audit key`. While one follows another, both sign each note
 */
import { randomInt } from 'node:crypto';
import { checkpointText, type LogSigner, logOrigin, signedNote } from '../../audit/log-note.ts';
import { HASH_BYTES } from '../../audit/merkle.ts';
import { Frontier, peaksOf, TreeBroken, type TreeNode, tilesOf } from '../../audit/tree.ts';
import { defined } from '../../kernel/assert.ts';
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import type { LinkKey } from '../batch-rows.ts';
import { rowKeyOf } from '../row-mac.ts';
import { EMPTY_LOG, type Head } from '../state.ts';
import type { StoredBatch } from '../verify/store.ts';
import { noteKeysOf, type OutsideNote, outsideFlaw, WHAT_TO_DO } from './outside.ts';
import { batchFlaw, entriesFlaw, firstEntries } from './recheck.ts';
import type { AuditStore, DueLog } from './store.ts';

/** Where notes go outside the database. */
export interface Publisher {
  /** Replaces the note of a log. Fails with an Error that says what to do. */
  publish(ledgerId: number, note: string): Promise<void>;
  /** The note of a log that is kept; undefined where there is none. */
  read(ledgerId: number): Promise<OutsideNote | undefined>;
}

export interface SigningDeps {
  /** Over a connection of its own, which has the lock. */
  readonly store: Pick<
    AuditStore,
    | 'due'
    | 'lock'
    | 'leaves'
    | 'tiles'
    | 'append'
    | 'keys'
    | 'headAt'
    | 'entriesBefore'
    | 'setAlarm'
    | 'status'
  >;
  /** Batches with all that they appended, behind a number. */
  readonly batches: (
    ledgerId: number,
    after: number,
    head: number,
    events: number,
  ) => Promise<readonly StoredBatch[]>;
  readonly linkKey: LinkKey;
  /** In place of CHECKED_MAX. */
  readonly checkedMax?: number;
  /** Fails with FalseLogKey. */
  readonly signers: () => Promise<readonly LogSigner[]>;
  readonly publisher: Publisher;
  readonly log: {
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}

/** What this process has signed of a ledger. */
export interface SignedLog {
  readonly ledgerId: number;
  readonly size: number;
  readonly root: Buffer;
}

/** What is stored of a log is not what was signed: it is not signed again, and an operator has to look. */
class BrokenLog extends Error {
  override readonly name = 'BrokenLog';
}

/** Events that are read at once, and checked as one or not at all: some milliseconds. */
const EVENTS_READ = 1000;
/**
 * Events of one step that are checked in full: a check takes a third of what posting took. Where a step has more, a share of its
 * pages is checked, drawn at random, so that signing leaves posting its throughput. All others are checked by `bahi verify`.
 */
const CHECKED_MAX = 2000;
/** Leaves that one checkpoint adds at most, about. */
const LEAVES_MAX = 262_144;
/** Logs that are signed side by side. */
const LOGS_AT_ONCE = 8;
/** Logs whose right edge is remembered: about 1 kB each. */
const EDGES_MAX = 10_000;

const DRAWS = 2 ** 32;

/** With this probability; nobody can tell beforehand. */
const isDrawn = (share: number): boolean => randomInt(DRAWS) < share * DRAWS;

/** Where a log was signed up to. */
interface Edge {
  readonly frontier: Frontier;
  /** The last batch. */
  readonly head: Head;
}

export class LogSigning {
  readonly #deps: SigningDeps;
  readonly #edges = new Map<number, Edge>();
  /** Newest notes that are stored and may not be outside yet. */
  readonly #unpublished = new Map<number, string>();
  /** Logs with an alarm, as far as this process knows. */
  readonly #alarms = new Set<number>();
  /** Newest checkpoints of ledgers that the installation's log may not have yet. */
  readonly #unrecorded = new Map<number, SignedLog>();
  #signers: readonly LogSigner[] = [];
  /** What others signed before this session had the lock is still to be read. */
  #isNew = true;

  constructor(deps: SigningDeps) {
    this.#deps = deps;
  }

  /**
   * Signs what no checkpoint covers, of one log or of all, and publishes. False: another process is the signer, nothing was
   * done. Fails with DatabaseFault, FalseLogKey; what is wrong with one log is logged and keeps no other.
   */
  async sign(only?: number, isStopped: () => boolean = () => false): Promise<boolean> {
    const { store } = this.#deps;
    const lock = await store.lock();
    if (lock === 'other') return false;
    // Read anew each time: a key may have been added, or have retired.
    this.#signers = await this.#deps.signers();
    if (lock === 'taken') this.#isNew = true;
    const due = await store.due(this.#isNew || this.#alarms.size > 0);
    if (this.#isNew) await this.#takeOver(due);
    const asked = due.filter(
      ({ ledgerId, head, size }) =>
        (head > size || this.#alarms.has(ledgerId)) && (only === undefined || ledgerId === only),
    );
    for (let at = 0; at < asked.length && !isStopped(); at += LOGS_AT_ONCE) {
      const signed = asked.slice(at, at + LOGS_AT_ONCE).map((log) => this.#signOne(log));
      await Promise.allSettled(signed);
      await Promise.all(signed);
    }
    for (const [ledgerId, note] of this.#unpublished)
      if (!this.#alarms.has(ledgerId)) await this.#publish(ledgerId, note);
    return true;
  }

  /** Newest checkpoints of ledgers since the last time; whoever takes them records them, or gives them back. */
  takeSigned(): readonly SignedLog[] {
    const signed = [...this.#unrecorded.values()];
    this.#unrecorded.clear();
    return signed;
  }

  giveBack(signed: readonly SignedLog[]): void {
    for (const log of signed)
      if (!this.#unrecorded.has(log.ledgerId)) this.#unrecorded.set(log.ledgerId, log);
  }

  #noteSigned(log: SignedLog): void {
    if (log.ledgerId !== INSTALLATION_LEDGER) this.#unrecorded.set(log.ledgerId, log);
  }

  /** What the signer before did, and may not have come to publish. No note outside gives way to one that does not extend it. */
  async #takeOver(logs: readonly DueLog[]): Promise<void> {
    this.#edges.clear();
    this.#unpublished.clear();
    this.#alarms.clear();
    for (const { ledgerId, alarm } of await this.#deps.store.status(false))
      if (alarm !== null) this.#alarms.add(ledgerId);
    for (const log of logs)
      await this.#unlessBroken(log.ledgerId, async () => {
        await this.#checkOutside(log);
        if (log.note === null || log.root === null) return;
        this.#unpublished.set(log.ledgerId, log.note);
        this.#noteSigned({ ledgerId: log.ledgerId, size: log.size, root: log.root });
      });
    this.#isNew = false;
  }

  #signOne(log: DueLog): Promise<void> {
    const { ledgerId } = log;
    return this.#unlessBroken(ledgerId, async () => {
      for (let from: DueLog | undefined = log; from; ) from = await this.#extend(from);
      if (!this.#alarms.has(ledgerId)) return;
      await this.#deps.store.setAlarm(ledgerId, null);
      this.#alarms.delete(ledgerId);
      this.#deps.log.warn({ ledger: ledgerId }, 'the log is signed again');
    });
  }

  /** What is wrong with one log raises its alarm and keeps no other from being signed. */
  async #unlessBroken(ledgerId: number, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (cause) {
      this.#edges.delete(ledgerId);
      if (!(cause instanceof BrokenLog)) throw cause;
      if (!this.#alarms.has(ledgerId))
        this.#deps.log.error(
          { ledger: ledgerId, why: cause.message },
          'a log is not signed: run bahi verify',
        );
      this.#alarms.add(ledgerId);
      await this.#deps.store.setAlarm(ledgerId, cause.message);
    }
  }

  /** One checkpoint; what is left of the log behind it, if any. Fails with BrokenLog. */
  async #extend(log: DueLog): Promise<DueLog | undefined> {
    const { ledgerId, size: previousSize, head } = log;
    const { store, linkKey } = this.#deps;
    const edge = await this.#edgeOf(log);
    const { frontier } = edge;
    const nodes: TreeNode[] = [];
    let last = edge.head;
    const share = Math.min(
      1,
      (this.#deps.checkedMax ?? CHECKED_MAX) / Math.min(head - previousSize, LEAVES_MAX),
    );
    while (last.number < head && last.number < previousSize + LEAVES_MAX)
      last = isDrawn(share)
        ? await this.#growChecked(ledgerId, last, head, frontier, nodes)
        : await this.#grow(ledgerId, last, frontier, nodes);
    const { size } = frontier;
    if (size === previousSize) return undefined;
    const root = frontier.root();
    const origin = logOrigin(linkKey.installation, ledgerId);
    const note = signedNote(checkpointText(origin, size, root), origin, this.#signers);
    const outcome = await store.append({ ledgerId, previousSize, size, root, note, nodes });
    if (outcome !== 'done') {
      // Another session signs: what it did is read when this one has the lock again.
      this.#isNew = true;
      this.#edges.delete(ledgerId);
      return undefined;
    }
    if (this.#edges.size >= EDGES_MAX) this.#edges.clear();
    this.#edges.set(ledgerId, { frontier, head: last });
    this.#unpublished.set(ledgerId, note);
    this.#noteSigned({ ledgerId, size, root });
    return size < head ? { ...log, size, root } : undefined;
  }

  /** Adds the next leaves: there is one for each number up to the end of a batch. Fails with BrokenLog. */
  async #grow(ledgerId: number, last: Head, frontier: Frontier, nodes: TreeNode[]): Promise<Head> {
    const leaves = await this.#deps.store.leaves(ledgerId, last.number, EVENTS_READ);
    const head = leaves && (await this.#deps.store.headAt(ledgerId, leaves.last));
    const found = (leaves?.hashes.length ?? 0) / HASH_BYTES;
    if (!leaves || !head || found !== leaves.last - last.number)
      throw new BrokenLog(
        `of the events ${last.number + 1} to ${leaves?.last ?? 'the end'} there are ${found}`,
      );
    frontier.append(leaves.hashes, nodes);
    return head;
  }

  /** As #grow, once the batches are what they have to be. Fails with BrokenLog. */
  async #growChecked(
    ledgerId: number,
    last: Head,
    head: number,
    frontier: Frontier,
    nodes: TreeNode[],
  ): Promise<Head> {
    const batches = await this.#checkedBatches(ledgerId, last, head);
    for (const { leafHashes } of batches) frontier.append(Buffer.from(leafHashes, 'hex'), nodes);
    const { last: number, link, at } = defined(batches.at(-1), 'a page has a batch');
    return { number, link, at };
  }

  /** The next batches, once they are what they have to be. Fails with BrokenLog. */
  async #checkedBatches(ledgerId: number, last: Head, head: number): Promise<readonly StoredBatch[]> {
    const { store, batches: read, linkKey } = this.#deps;
    const batches = await read(ledgerId, last.number, head, EVENTS_READ);
    if (batches.length === 0) throw new BrokenLog(`of the events behind ${last.number} there is no batch`);
    let previous = last;
    for (const batch of batches) {
      const flaw = batchFlaw(batch, previous, linkKey, ledgerId);
      if (flaw !== undefined) throw new BrokenLog(flaw);
      previous = { number: batch.last, link: batch.link, at: batch.at };
    }
    const before = await store.entriesBefore(ledgerId, firstEntries(batches));
    const flaw = entriesFlaw(batches, before);
    if (flaw !== undefined) throw new BrokenLog(flaw);
    return batches;
  }

  /**
   * Where the newest checkpoint ends, to be changed. Read anew, it has to have the root that was signed, and to extend the note
   * that is kept outside. Fails with BrokenLog.
   */
  async #edgeOf(log: DueLog): Promise<Edge> {
    const { ledgerId, size, root } = log;
    const known = this.#edges.get(ledgerId);
    if (known?.frontier.size === size) return { ...known, frontier: known.frontier.copy() };
    const { store } = this.#deps;
    await this.#checkOutside(log);
    const frontier = await this.#readFrontier(ledgerId, size);
    if (root && !frontier.root().equals(root))
      throw new BrokenLog(`its first ${size} events no longer have the root that was signed`);
    const last = size === 0 ? EMPTY_LOG : await store.headAt(ledgerId, size);
    if (!last) throw new BrokenLog(`there is no batch that ends at event ${size}, where it was signed`);
    return { frontier, head: last };
  }

  /** Fails with BrokenLog where the log does not extend the note that is kept outside. */
  async #checkOutside({ ledgerId, head, note }: DueLog): Promise<void> {
    const { store, publisher, linkKey } = this.#deps;
    const kept = await publisher.read(ledgerId);
    if (!kept || kept.note === note) return;
    const { installation } = linkKey;
    const keys = noteKeysOf(await store.keys(), rowKeyOf(linkKey), logOrigin(installation, ledgerId));
    const flaw = await outsideFlaw(store, kept, installation, keys, head);
    if (flaw !== undefined) throw new BrokenLog(`${flaw} ${WHAT_TO_DO}`);
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
