/**
 * Folds a stored log again, batch after batch, and holds every row against what comes out.
 *
 * The state is the fold's own, in memory from the first event on. After events that differ it is dropped and read
 * from what is stored before each batch, so that one corruption is reported where it stands and not ever after. The
 * previous link is always the stored one, for the same reason.
 */
import type { EventRecord } from '../../audit/event.ts';
import { InvariantViolation } from '../../kernel/assert.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { type BatchColumns, batchColumns, type LinkKey, linkOf, TEXT_SEPARATOR } from '../batch-rows.ts';
import type { Group, Item } from '../command.ts';
import { learnCustomers, learnSwitches, wantedCustomers } from '../customers/wanted-customers.ts';
import { type FoldedBatch, foldBatch } from '../fold.ts';
import { holdFromRow, learn, learnOriginals, learnOwners, learnWindows, scheduleFromRow } from '../learn.ts';
import { learnProposals, wantedProposals } from '../proposals/wanted-proposals.ts';
import { rowKeyOf } from '../row-mac.ts';
import { EMPTY_LOG, type Head, LedgerState } from '../state.ts';
import { isNothing, wantedBy, wantedOriginals, wantedOwners } from '../wanted.ts';
import { wantedWindows } from '../wanted-windows.ts';
import { Accounting } from './accounting.ts';
import { CarriedBooks, type Closing } from './carried-books.ts';
import { readEvent } from './command-of-event.ts';
import { compareEvents, compareLeaves, compareRows, parseArray, storedRareText } from './compare-batch.ts';
import { UnreadableEvent } from './event-members.ts';
import { itemOf } from './item-of-event.ts';
import type { Check, Problems } from './problems.ts';
import type { SearchKey, StoredBatch, VerifyReads } from './store.ts';
import { carriedAt, storedBooks, storedPolicy } from './stored-books.ts';
import type { Tallied } from './tally.ts';

type Counts = Record<Exclude<Tallied, 'batches'>, number>;

/** The largest moment that a Date can be. */
const MICROS_MAX = 8.64e18;

export class LogReplay {
  readonly state: LedgerState;
  /** Entries seen in batches, by account. */
  readonly entries = new Map<number, number>();
  /** Rows seen in batches; `search` counts what the events call for. */
  readonly seen: Counts = {
    accounts: 0,
    settings: 0,
    api_keys: 0,
    api_key_macs: 0,
    revocations: 0,
    rotations: 0,
    ledgers: 0,
    holds: 0,
    clock: 0,
    reversals: 0,
    effective: 0,
    limit_marks: 0,
    schedules: 0,
    periods: 0,
    progress: 0,
    carried: 0,
    operators: 0,
    customers: 0,
    pools: 0,
    pool_totals: 0,
    policies: 0,
    proposals: 0,
    proposal_decisions: 0,
    search: 0,
  };
  batches = 0;
  events = 0;
  posted = 0;
  refused = 0;
  /** False once the state had to be read from what is stored. */
  exact = true;
  head: Head = EMPTY_LOG;
  readonly #reads: VerifyReads;
  readonly #linkKey: LinkKey;
  readonly #problems: Problems;
  readonly #accounting: Accounting;
  readonly #carried: CarriedBooks;

  constructor(
    ledgerId: number,
    reads: VerifyReads,
    linkKey: LinkKey,
    problems: Problems,
    closings: readonly Closing[],
  ) {
    this.state = new LedgerState(ledgerId, rowKeyOf(linkKey));
    // While it is exact, memory is all that is known: nothing is read of windows.
    this.state.time.pointsMax = Number.POSITIVE_INFINITY;
    this.state.owners.keepsAll = true;
    this.#reads = reads;
    this.#linkKey = linkKey;
    this.#problems = problems;
    this.#accounting = new Accounting(ledgerId, problems);
    this.#carried = new CarriedBooks(ledgerId, problems, closings);
  }

  /** Replays the next batch; returns the search rows that it calls for. */
  async replay(batch: StoredBatch): Promise<readonly SearchKey[]> {
    const previous = this.head;
    this.head = { number: batch.last, link: batch.link, at: batch.at };
    this.batches++;
    this.events += batch.events;
    this.#count(batch);
    this.#checkTime(batch, previous);
    const bodies = batch.events === 0 ? [] : batch.columns.bodies.split(TEXT_SEPARATOR);
    if (!this.#inOrder(batch, previous, bodies)) return this.#resync(batch);
    compareLeaves(batch, bodies, this.#problems);
    const items = this.#itemsOf(batch, bodies);
    const folded = items && (await this.#fold(batch, items));
    if (!folded) return this.#resync(batch);

    const columns = batchColumns(folded.rows);
    const sound = compareEvents(batch, bodies, folded.rows, columns, this.#problems);
    compareRows(batch, folded.rows, columns, this.state.ledgerId, this.#problems);
    this.#accounting.see(folded.rows, batch.at);
    if (this.exact) this.#carried.see(folded.rows, batch.at);
    this.#checkLink(batch, previous, columns);
    this.state.results.clear();
    const search = folded.rows.search.map(({ field, value, number }) => [field, value, number] as const);
    this.seen.search += search.length;
    if (!sound) this.#resync(batch);
    return search;
  }

  /** After the last batch. */
  end(): void {
    this.#accounting.end();
  }

  #count({ columns, rare }: StoredBatch): void {
    for (const account of parseArray(columns.accounts))
      this.entries.set(Number(account), (this.entries.get(Number(account)) ?? 0) + 1);
    for (const [name, rows] of Object.entries(rare ?? {})) this.seen[name as keyof Counts] += rows.length;
  }

  #checkTime(batch: StoredBatch, previous: Head): void {
    const add = (number: number, subject: string, expected: string, found: number): void =>
      this.#problems.add({ check: 'time', number, subject, expected, found: momentText(found) });
    if (batch.at <= previous.at)
      add(batch.first, 'time of the batch', `after ${momentText(previous.at)}`, batch.at);
    if (batch.otherTime)
      add(batch.otherTime[0], 'time of the event', momentText(batch.at), batch.otherTime[1]);
  }

  #inOrder(batch: StoredBatch, previous: Head, bodies: readonly string[]): boolean {
    const { first, last, events } = batch;
    const add = (check: Check, number: number, subject: string, expected: number, found: number): boolean => {
      this.#problems.add({ check, number, subject, expected: String(expected), found: String(found) });
      return false;
    };
    const next = previous.number + 1;
    if (first !== next) return add('order', next, 'first event of the batch', next, first);
    const size = last - first + 1;
    if (events !== size) return add('order', first, `events of the batch up to ${last}`, size, events);
    return bodies.length === events || add('body', first, 'bodies between separators', events, bodies.length);
  }

  #itemsOf(batch: StoredBatch, bodies: readonly string[]): Item[] | undefined {
    const { ledgerId } = this.state;
    const items: Item[] = [];
    let group: { readonly shared: Group; readonly end: number } | undefined;
    for (const [i, body] of bodies.entries()) {
      const number = batch.first + i;
      try {
        const event = readEvent(body);
        if (!group || number >= group.end) group = groupOf(event, number, batch.last);
        items.push(itemOf(event, ledgerId, carriedAt(batch, number), group?.shared));
        if (event.outcome === 'posted') this.posted++;
        if (event.outcome === 'refused') this.refused++;
      } catch (cause) {
        if (!(cause instanceof UnreadableEvent)) throw cause;
        this.#problems.add({
          check: 'body',
          number,
          subject: 'body',
          expected: `${cause.member} as the fold writes it`,
          found: body,
        });
        return undefined;
      }
    }
    return items;
  }

  async #fold(batch: StoredBatch, items: readonly Item[]): Promise<FoldedBatch | undefined> {
    await this.#readHolds(batch, items);
    await this.#readOriginals(batch, items);
    let folded: FoldedBatch;
    try {
      if (!this.exact) await this.#readSubjects(batch, items);
      if (!this.exact) await this.#readStates(batch, items);
      if (!this.exact) await this.#readCustomers(batch, items);
      const lacking = wantedWindows(this.state, items, batch.at);
      if (lacking.length > 0) learnWindows(this.state, await this.#reads.windows(lacking, batch));
      folded = foldBatch(this.state, batch.first - 1, batch.at, items);
    } catch (cause) {
      if (!(cause instanceof InvariantViolation)) throw cause;
      this.#cannotFold(batch.first, cause.message);
      return undefined;
    }
    const i = folded.results.findIndex(
      (result) =>
        (result.kind === 'failed' && result.code !== 'outcome_unknown') ||
        (result.kind === 'recorded' && result.replayed),
    );
    const result = folded.results[i];
    if (result) {
      const why = result.kind === 'failed' ? result.code : 'its key was used before';
      this.#cannotFold(batch.first + i, why);
      return undefined;
    }
    this.#checkClients(batch, items);
    return folded;
  }

  /** A key acts for its own client, whose idempotency keys these are. */
  #checkClients(batch: StoredBatch, items: readonly Item[]): void {
    const i = items.findIndex(
      ({ actor }) =>
        actor.apiKey !== undefined && this.state.apiKeys.get(actor.apiKey)?.client !== actor.client,
    );
    const { actor } = items[i] ?? {};
    if (actor?.apiKey === undefined) return;
    this.#problems.add({
      check: 'event',
      number: batch.first + i,
      subject: 'client of the API key',
      expected: this.state.apiKeys.get(actor.apiKey)?.client ?? 'a key of this ledger',
      found: actor.client,
    });
  }

  /** What is recorded, though the fold would have recorded nothing. */
  #cannotFold(number: number, why: string): void {
    const subject = 'the command as recorded';
    this.#problems.add({ check: 'event', number, subject, expected: `nothing: ${why}`, found: 'an event' });
  }

  #checkLink(batch: StoredBatch, previous: Head, folded: BatchColumns): void {
    if (batch.keyVersion !== this.#linkKey.version) {
      this.#problems.add({
        check: 'link',
        number: batch.first,
        subject: 'version of the key that made the link',
        expected: String(this.#linkKey.version),
        found: String(batch.keyVersion),
      });
      return;
    }
    // The order of the folded columns, the content of the stored ones.
    const columns = { ...folded, ...batch.columns, rare: storedRareText(batch.rare) };
    const link = linkOf(this.#linkKey, this.state.ledgerId, previous, batch.at, batch.events, columns);
    if (link === batch.link) return;
    const subject = `link of the batch of events ${batch.first} to ${batch.last}`;
    this.#problems.add({ check: 'link', number: batch.first, subject, expected: link, found: batch.link });
  }

  /** Memory knows all holds and schedules while it is exact, but not which numbers are transfers without one. */
  async #readHolds(batch: StoredBatch, items: readonly Item[]): Promise<void> {
    const wanted = wantedBy(this.state, items, false, false).holds;
    if (wanted.length === 0) return;
    const { holds, schedules, not_held } = await this.#reads.holds(wanted, batch.first - 1);
    this.state.noteNotHeld(not_held);
    if (this.exact) return;
    for (const row of holds) this.state.holds.set(row[0], holdFromRow(row, batch.first - 1));
    for (const row of schedules) this.state.schedules.set(row[0], scheduleFromRow(row, batch.first - 1));
  }

  /** Memory knows what was reversed while it is exact, but not what the transfers moved: that their events tell. */
  async #readOriginals(batch: StoredBatch, items: readonly Item[]): Promise<void> {
    const wanted = wantedOriginals(this.state, items);
    if (wanted.length === 0) return;
    const rows = await this.#reads.originals(wanted, batch.first - 1);
    for (const [id, body, reversed, changed] of rows) {
      try {
        learnOriginals(this.state, [this.exact ? [id, body, null, id] : [id, body, reversed, changed]]);
      } catch {
        // A body that the fold cannot have written: told where it stands. What reverses it cannot be folded, and that is told.
      }
    }
  }

  /** Before all else: a proposal says which keys are wanted. */
  async #readSubjects(batch: StoredBatch, items: readonly Item[]): Promise<void> {
    const proposals = wantedProposals(this.state, items);
    const read = batch.first - 1;
    if (proposals.length > 0) learnProposals(this.state, await this.#reads.proposals(proposals, read), read);
  }

  /** Behind the accounts, which say whose cap is raised. */
  async #readCustomers(batch: StoredBatch, items: readonly Item[]): Promise<void> {
    if (this.state.stops.lackingAfter !== undefined)
      learnSwitches(this.state, await this.#reads.switches(batch.first - 1));
    const wanted = wantedCustomers(this.state, items);
    if (wanted.length > 0) learnCustomers(this.state, await this.#reads.customers(wanted, batch.first - 1));
  }

  async #readStates(batch: StoredBatch, items: readonly Item[]): Promise<void> {
    const owners = wantedOwners(this.state, items);
    if (owners) learnOwners(this.state, await this.#reads.owners(owners, batch.first - 1));
    const wanted = wantedBy(this.state, items, false, false);
    if (isNothing(wanted)) return;
    const { accounts, windows, pools, apiKeys, operators } = await this.#reads.states(
      wanted,
      batch.first - 1,
    );
    const { number: head, link, at } = this.head;
    learn(this.state, {
      head,
      link,
      at,
      accounts,
      windows,
      pools,
      api_keys: apiKeys,
      keys: null,
      names: null,
      holds: null,
      schedules: null,
      not_held: null,
      operators,
    });
    this.state.noteAbsent(wanted);
  }

  /** From here on the state is what is stored: memory no longer follows from it. */
  #resync({ rare }: StoredBatch): readonly SearchKey[] {
    this.exact = false;
    // What memory never saw may be there.
    this.state.hasPools = true;
    this.state.books = storedBooks(this.state.books, rare);
    this.state.policy = storedPolicy(this.state.policy, rare);
    this.#accounting.lose();
    this.state.forgetTouched(null, []);
    this.state.stops.hear(Number.POSITIVE_INFINITY);
    this.state.forgetAbsent();
    this.state.results.clear();
    return [];
  }
}

/** A time that somebody wrote may be none at all. */
const momentText = (micros: number): string =>
  Math.abs(micros) <= MICROS_MAX ? formatMicros(micros) : String(micros);

/** The group that begins with this event; an impossible one is none, and then the bodies differ. */
function groupOf(
  event: EventRecord,
  number: number,
  last: number,
): { shared: Group; end: number } | undefined {
  const size = event.group?.size;
  if (size === undefined || !Number.isInteger(size) || size < 1 || number + size - 1 > last) return undefined;
  return { shared: { size }, end: number + size };
}
