/**
 * A posting session under observation: real, but it tells what it was asked for and can be held up at either end of an
 * append, so that a test decides what happens meanwhile.
 */
import { type PostingSession, postingSession, SessionFault } from '../../src/engine/store.ts';
import type { LedgerUnderTest } from './fault-ledger.ts';

export class Watched {
  /** Sessions made, turns opened, reads beside them, and the number of events of each append. */
  sessions = 0;
  opened = 0;
  reads = 0;
  readonly batches: number[] = [];
  /** Ends when the test lets it: before an append is sent, or once the turn is open. */
  beforeAppend: () => Promise<void> = async () => {};
  afterOpening: () => Promise<void> = async () => {};
  /** Answers are lost: the append is carried out, and its session then fails. */
  losesAnswers = false;
  readonly #ledger: LedgerUnderTest;

  constructor(ledger: LedgerUnderTest) {
    this.#ledger = ledger;
  }

  readonly openSession = (ledgerId: number): PostingSession => {
    this.sessions++;
    const session = postingSession(this.#ledger.serve, ledgerId);
    return {
      get dead() {
        return session.dead;
      },
      open: async (known, wanted) => {
        this.opened++;
        const answer = await session.open(known, wanted);
        await this.afterOpening();
        return answer;
      },
      read: (wanted) => {
        this.reads++;
        return session.read(wanted);
      },
      readOriginals: (transfers) => session.readOriginals(transfers),
      readCustomers: (owners) => session.readCustomers(owners),
      readSwitches: (after) => session.readSwitches(after),
      readOwners: (wanted) => session.readOwners(wanted),
      readProposals: (proposals) => session.readProposals(proposals),
      readWindows: (accounts, at) => session.readWindows(accounts, at),
      append: async (on, at, link, keyVersion, columns, rare) => {
        this.batches.push((columns.fingerprints.length - 2) / 64);
        await this.beforeAppend();
        const answer = await session.append(on, at, link, keyVersion, columns, rare);
        if (!this.losesAnswers) return answer;
        session.destroy('lost');
        throw new SessionFault('lost', true);
      },
      release: () => session.release(),
      flushed: () => session.flushed(),
      destroy: (why) => session.destroy(why),
    };
  };
}

/** A point where something waits until it is opened. */
export function gate(): { readonly reached: Promise<void>; pass(): Promise<void>; open(): void } {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    pass: () => {
      reached.resolve();
      return opened.promise;
    },
    open: () => opened.resolve(),
  };
}
