/**
 * Verifies a ledger's log against everything that is stored of it, by folding it again from the first event.
 *
 *   reads   pages of whole batches up to the head at the start, the next page while this one is folded; no lock, so the
 *           ledger may be served meanwhile
 *   memory  one page, and every account and hold of the ledger as the fold keeps it
 *   ensures every stored row follows from the recorded commands by the rules of this version, and no row stands beside
 *           them; the link key shows that batches are as they were appended, in their order
 */
import { INSTALLATION_LEDGER } from '../../kernel/id.ts';
import type { LinkKey } from '../batch-rows.ts';
import { checkInstallation } from './check-installation.ts';
import { type CurrencyTotals, checkTotals } from './check-totals.ts';
import { TreeCheck } from './check-tree.ts';
import { NO_ROW, type Problem, Problems } from './problems.ts';
import { TreeReads } from './reads-tree.ts';
import { LogReplay } from './replay.ts';
import { type SearchKey, type Sql, type StoredBatch, VerifyReads } from './store.ts';

export type { Check } from './problems.ts';

/** A head that was written down outside of the database. */
export interface ExpectedHead {
  readonly number: number;
  readonly link: string;
}

export interface VerifyOptions {
  /** Needs EXECUTE on the functions of the verifier, as the serving role has. */
  readonly sql: Sql;
  readonly linkKey: LinkKey;
  readonly ledgerId: number;
  readonly expectHead?: ExpectedHead | undefined;
  /** Events replayed and events in all; called after every page. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface VerifyReport {
  readonly ledger: number;
  readonly events: number;
  readonly batches: number;
  /** Transfers that were posted. */
  readonly transfers: number;
  /** Commands that were refused. */
  readonly refused: number;
  readonly entries: number;
  readonly accounts: number;
  readonly head: ExpectedHead;
  readonly currencies: readonly CurrencyTotals[];
  /** The first problems; none means that the ledger is sound. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

/** For whoever reads a report: what it shows and what it cannot. */
export const VERIFY_SCOPE = `Every recorded command was folded again by the rules of this version: events, entries, accounts, settings,
API keys, revocations, rotations, holds, limits, pools, reversals, scheduled transfers, effective times, closes, balances carried
forward, moves of a sandbox clock, operators, customers' factors, policies, proposals, decisions and search rows are exactly what
they make, nothing stands beside them, and each currency sums to zero.
The books were kept a second time apart from the fold: every entry continues the one before it, what accounts hold is what
their open holds have left, no hold was captured and no transfer reversed beyond its amount, no limit was passed, no transfer
was executed twice or before its time, no code of a factor was used twice, nothing that needs a second person was done without, and what was carried forward is what counts before the close.
Each batch carries the link that the key outside the database gives it, so batches are as they were appended, in their order.
The Merkle tree of the log was grown anew: every checkpoint has the root of its size and is signed by this installation.
Not shown: that the newest batches were not cut off (compare the head with one written down elsewhere), anything
about somebody who holds the key itself, and that what clients asked for was true.`;

/** In its place when something is wrong: what that means, and what to do before anything else. */
export const VERIFY_ALARM = `What is stored does not follow from the recorded commands, or is not as it was appended; each line above names the check
and, where there is one, the event that it shows at. The database was changed past this engine, or damaged, or is an older
copy; where every batch fails the check link, and else only rows with MACs (API keys, operators) are named, the master key is
not the one that this log was written with.
Stop posting to a ledger that is not sound: stop its servers, start no import, and leave the database as it is. An operator
has to look, with a backup and the heads that were written down elsewhere, before anybody relies on its balances.`;

/** Numbers a page holds; one answer stays at a few megabytes. */
const PAGE_EVENTS = 4000;

/** Fails with DatabaseFault only; what is wrong with the ledger is in the report. */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyReport> {
  const { ledgerId, linkKey, onProgress } = options;
  const reads = new VerifyReads(options.sql, ledgerId);
  const problems = new Problems();
  const logHead = await reads.head();
  const { head, newest_event, names, sandbox } = logHead;
  const replay = new LogReplay(ledgerId, reads, linkKey, problems, await reads.closings(head));
  if (sandbox) replay.state.ahead = 0;
  for (const [name, id] of names) replay.state.names.set(name, id);
  if (newest_event > head)
    problems.add({
      check: 'order',
      number: head + 1,
      subject: 'newest event',
      expected: String(head),
      found: String(newest_event),
    });
  if (ledgerId === INSTALLATION_LEDGER) await checkInstallation(reads, logHead, linkKey, problems);

  const tree = await TreeCheck.begin(new TreeReads(options.sql), problems, linkKey, ledgerId, head);
  const expected = new ExpectedHeadCheck(options.expectHead, problems);
  await forEachPage(reads, head, async (batches) => {
    const search: SearchKey[] = [];
    for (const batch of batches) {
      search.push(...(await replay.replay(batch)));
      expected.see(batch);
    }
    await tree.see(batches, ledgerId);
    onProgress?.(replay.head.number, head);
    for (const [field, , number] of search.length > 0 ? await reads.missingSearch(search) : [])
      problems.add({
        check: 'search',
        number,
        subject: `search row of ${field}`,
        expected: 'a row',
        found: NO_ROW,
      });
  });
  replay.end();
  expected.end(replay.head.number);
  await tree.end(ledgerId);
  const totals = await checkTotals(reads, replay, problems);
  return {
    ledger: ledgerId,
    events: replay.events,
    batches: replay.batches,
    transfers: replay.posted,
    refused: replay.refused,
    ...totals,
    head: { number: replay.head.number, link: replay.head.link },
    problems: problems.shown,
    problemCount: problems.count,
  };
}

/** The database reads the next page while this one is folded. */
async function forEachPage(
  reads: VerifyReads,
  head: number,
  run: (batches: readonly StoredBatch[]) => Promise<void>,
): Promise<void> {
  let next = reads.page(0, head, PAGE_EVENTS);
  while (true) {
    const batches = await next;
    const last = batches.at(-1);
    if (!last) return;
    next = last.last < head ? reads.page(last.last, head, PAGE_EVENTS) : Promise.resolve([]);
    // Its failure is met above, after this page.
    next.catch(() => {});
    await run(batches);
  }
}

/** Is the head that was written down still a batch of the log? A tail that was cut off shows here alone. */
class ExpectedHeadCheck {
  readonly #expected: ExpectedHead | undefined;
  readonly #problems: Problems;
  #met = false;

  constructor(expected: ExpectedHead | undefined, problems: Problems) {
    this.#expected = expected;
    this.#problems = problems;
  }

  see({ last, link }: StoredBatch): void {
    if (last === this.#expected?.number && link === this.#expected.link) this.#met = true;
  }

  end(head: number): void {
    if (!this.#expected || this.#met || this.#expected.number === 0) return;
    const { number, link } = this.#expected;
    this.#problems.add({
      check: 'head',
      number,
      subject: 'the head that was written down',
      expected: link,
      found: head < number ? `the log ends at event ${head}` : 'another batch, or none, at this number',
    });
  }
}
