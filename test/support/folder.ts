/** Batches as a poster folds and sends them, for tests that call the append themselves or forge what it is sent. */
import { type BatchColumns, batchColumns, linkOf, rareArgument } from '../../src/engine/batch-rows.ts';
import type { Item } from '../../src/engine/command.ts';
import { foldBatch } from '../../src/engine/fold.ts';
import { learn } from '../../src/engine/learn.ts';
import { EMPTY_LOG, type Head, LedgerState } from '../../src/engine/state.ts';
import type { OpenAnswer, PostingSession } from '../../src/engine/store.ts';
import { wantedBy } from '../../src/engine/wanted.ts';
import type { LedgerUnderTest } from './fault-ledger.ts';

/** A batch folded on what a session was told when it opened, ready to be appended. */
export interface Folded {
  readonly on: Head;
  readonly at: number;
  readonly link: string;
  readonly columns: BatchColumns;
  /** The rare rows as they are sent. */
  readonly rare: string;
  readonly head: Head;
}

/** Folds batches one on the other, as a poster does before it has any answer. */
export class Folder {
  readonly #ledger: LedgerUnderTest;
  readonly #state: LedgerState;
  readonly session: PostingSession;
  head: Head = EMPTY_LOG;
  clock = 0;

  constructor(ledger: LedgerUnderTest, session: PostingSession) {
    this.#ledger = ledger;
    this.#state = new LedgerState(ledger.ledgerId);
    this.session = session;
  }

  async open(items: readonly Item[]): Promise<OpenAnswer> {
    const opened = await this.session.open(EMPTY_LOG, wantedBy(this.#state, items, false, true));
    learn(this.#state, opened.read);
    this.head = { number: opened.read.head, link: opened.read.link, at: opened.read.at };
    this.clock = opened.clock;
    return opened;
  }

  fold(items: readonly Item[], at = Math.max(this.clock, this.head.at + 1)): Folded {
    const on = this.head;
    const { rows } = foldBatch(this.#state, on.number, at, items);
    const columns = batchColumns(rows);
    return this.#linked(on, at, columns, rows.events.length, rareArgument(rows.rare, columns.rare));
  }

  /** The same batch with columns that the fold did not make. */
  forged(batch: Folded, change: Partial<BatchColumns>): Folded {
    return this.#linked(
      batch.on,
      batch.at,
      { ...batch.columns, ...change },
      batch.head.number - batch.on.number,
      change.rare ?? batch.rare,
    );
  }

  #linked(on: Head, at: number, columns: BatchColumns, count: number, rare: string): Folded {
    const link = linkOf(this.#ledger.linkKey, this.#ledger.ledgerId, on, at, count, columns);
    this.head = { number: on.number + count, link, at };
    return { on, at, link, columns, rare, head: this.head };
  }

  send(batch: Folded): Promise<string> {
    return this.session.append(batch.on, batch.at, batch.link, 1, batch.columns, batch.rare);
  }
}
