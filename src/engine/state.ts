/**
 * The memory of one ledger in one process: a cache of the log's fold, never its truth.
 *
 * Everything here is as of `folded`: the stored head plus what this process folded on it. Only what the fold read or
 * changed is present; what is missing is read, over the posting connection or ahead of it. "Not there" is remembered only until
 * the next opening, since another process may create it.
 */
import type { ApiKeyState, Scope } from '../identity/api-key.ts';
import type { CustomerState } from '../identity/factor.ts';
import type { Policy, ProposalState } from '../identity/four-eyes.ts';
import type { OperatorState } from '../identity/operator.ts';
import { isAccountId, parseId } from '../kernel/id.ts';
import type { AccountState } from '../ledger/account.ts';
import type { HoldState } from '../ledger/hold.ts';
import { beginWindows, firstEnd } from '../ledger/limit.ts';
import type { BooksState } from '../ledger/period.ts';
import { type PoolState, Pools } from '../ledger/pool.ts';
import type { OriginalState } from '../ledger/reversal.ts';
import type { ScheduleState } from '../ledger/schedule.ts';
import { type LedgerTime, POINTS_MAX } from '../ledger/sliding.ts';
import type { Actor } from './command.ts';
import { Owners } from './owners.ts';
import { RecentResults } from './recent-results.ts';
import { Stops } from './stops.ts';
import type { Wanted } from './wanted.ts';

/** Where a log stands: number, link and time of its newest batch. */
export interface Head {
  readonly number: number;
  readonly link: string;
  readonly at: number;
}

export const EMPTY_LOG: Head = { number: 0, link: '', at: 0 };

/** A committed (or folded) result, found by its idempotency key. */
export interface KnownResult {
  readonly number: number;
  readonly fingerprint: string;
  readonly code: string;
  readonly body: string;
}

/** Marks of what is not there; they only spare reads. */
const ABSENT_MAX = 50_000;
const PASSES_MIN = 1000;
/** For states that fold no rows with MACs. */
const NO_KEY = Buffer.alloc(0);

export class LedgerState {
  readonly ledgerId: number;
  /** By how many microseconds the clock of a sandbox ledger is ahead; undefined: the ledger is live. */
  ahead: number | undefined;
  /** The newest close of the books, told at each opening; undefined: they were never closed. */
  books: BooksState | undefined;
  /** Which actions need a second person, told at each opening; undefined: none. */
  policy: Policy | undefined;
  readonly accounts = new Map<number, AccountState>();
  /** Accounts of which another process changed the totals alone: who they are and their settings hold, the rest is read again. */
  readonly outdated = new Map<number, AccountState>();
  readonly codes = new Map<string, number>();
  readonly results = new RecentResults<KnownResult>();
  readonly apiKeys = new Map<number, ApiKeyState>();
  readonly holds = new Map<number, HoldState>();
  /** Transfers that somebody wanted to reverse. */
  readonly originals = new Map<number, OriginalState>();
  readonly schedules = new Map<number, ScheduleState>();
  readonly pools = new Pools();
  /** Owners whose pools or accounts somebody asked for, and names of pools. */
  readonly owners = new Owners();
  /** Told at each opening: a ledger without pools asks nothing about them. */
  hasPools = false;
  /** Ledgers by name; only the installation's log asks. */
  readonly names = new Map<string, number>();
  readonly operators = new Map<number, OperatorState>();
  readonly operatorNames = new Map<string, number>();
  readonly customers = new Map<number, CustomerState>();
  readonly proposals = new Map<number, ProposalState>();
  readonly #customerIds = new Map<string, number>();
  /** Who has stopped all payments. */
  readonly stops = new Stops();
  /** Authenticates rows that give rights (row-mac.ts). */
  readonly rowKey: Buffer;
  /** The newest change of an account that was forgotten: what was read before it is old. */
  forgottenUpTo = 0;
  /** Of the batch that is folded; windows that slide look at it. */
  readonly time: LedgerTime = { at: 0, pointsMax: POINTS_MAX };
  /** Accounts and pools with limits that are, or were, in memory. */
  readonly #limited = new Set<number>();
  /** True once memory had a limit whose window slides. */
  slides = false;
  /** When the first of their windows ends. */
  #windowsEnd = Number.POSITIVE_INFINITY;
  readonly #absent = new Set<string>();
  readonly #absentKeys = new Set<string>();
  /** Transfers that are no holds. They never will be, so this is forgotten only to keep memory bounded. */
  readonly #notHeld = new Set<number>();

  constructor(ledgerId: number, rowKey: Buffer = NO_KEY) {
    this.ledgerId = ledgerId;
    this.rowKey = rowKey;
  }

  /** An account named by id or by code, as the fold sees it now. */
  account(ref: string): AccountState | undefined {
    const id = isAccountId(ref) ? parseId('acc', this.ledgerId, ref) : this.codes.get(ref);
    return id === undefined ? undefined : this.accounts.get(id);
  }

  addAccount(account: AccountState): void {
    this.accounts.set(account.identity.id, account);
    this.outdated.delete(account.identity.id);
    this.codes.set(account.identity.code, account.identity.id);
    // Or the mark would outlive an eviction and refuse a known account.
    this.#absent.delete(`account ${account.identity.id}`);
    this.#absent.delete(`code ${account.identity.code}`);
  }

  addPool(pool: PoolState): void {
    this.pools.set(pool.identity.id, pool);
    this.noteLimits(pool);
  }

  /** Says that the account or the pool has limits, or others than before. */
  noteLimits({ identity, limits }: Pick<AccountState | PoolState, 'identity' | 'limits'>): void {
    if (!limits) return;
    this.#limited.add(identity.id);
    this.slides ||= limits.slides;
    this.#windowsEnd = Math.min(this.#windowsEnd, firstEnd(limits));
  }

  /** Before a batch is folded: windows that have ended begin anew. Nothing to do but around midnight in India. */
  beginWindows(at: number): void {
    this.time.at = at;
    if (at < this.#windowsEnd) return;
    this.#windowsEnd = Number.POSITIVE_INFINITY;
    for (const id of this.#limited) {
      const limited = this.accounts.get(id) ?? this.pools.get(id);
      if (limited) beginWindows(limited, at);
      if (limited?.limits) this.noteLimits(limited);
      else this.#limited.delete(id);
    }
  }

  addOperator(operator: OperatorState): void {
    this.operators.set(operator.id, operator);
    this.operatorNames.set(operator.name, operator.id);
  }

  /** By the UUID that owns accounts. */
  customer(owner: string): CustomerState | undefined {
    return this.customers.get(this.#customerIds.get(owner) ?? 0);
  }

  addCustomer(customer: CustomerState): void {
    this.customers.set(customer.id, customer);
    this.#customerIds.set(customer.customer, customer.id);
  }

  /** Marked as not there: an account by id or code, an API key. */
  isAbsent(mark: string): boolean {
    return this.#absent.has(mark);
  }

  isAbsentKey(key: string): boolean {
    return this.#absentKeys.has(key);
  }

  /** Null: a transfer that is no hold. Undefined: not in memory. */
  hold(id: number): HoldState | null | undefined {
    return this.holds.get(id) ?? (this.#notHeld.has(id) ? null : undefined);
  }

  noteNotHeld(ids: readonly number[]): void {
    for (const id of ids) this.#notHeld.add(id);
  }

  /** Notes what was asked for and not found, until the next opening. */
  noteAbsent(wanted: Wanted): void {
    for (const id of wanted.accounts) if (!this.accounts.has(id)) this.#absent.add(`account ${id}`);
    for (const code of wanted.codes) if (!this.codes.has(code)) this.#absent.add(`code ${code}`);
    for (const key of wanted.keys) if (!this.results.has(key)) this.#absentKeys.add(key);
    for (const id of wanted.apiKeys) if (!this.apiKeys.has(id)) this.#absent.add(`api key ${id}`);
  }

  forgetAbsent(): void {
    this.#absent.clear();
    this.#absentKeys.clear();
    this.#notHeld.clear();
    this.owners.forget();
  }

  addResult(key: string, result: KnownResult): void {
    this.results.set(key, result);
    // Or the mark would outlive the result and spare the look-up that finds it.
    this.#absentKeys.delete(key);
  }

  /** Forgets subjects that another process changed; null: too many to name. `settings`: accounts of which more than totals. */
  forgetTouched(touched: readonly number[] | null, settings: readonly number[]): void {
    if (touched === null) {
      this.accounts.clear();
      this.outdated.clear();
      this.codes.clear();
      this.apiKeys.clear();
      this.holds.clear();
      this.originals.clear();
      this.schedules.clear();
      this.pools.clear();
      this.operators.clear();
      this.operatorNames.clear();
      this.customers.clear();
      this.proposals.clear();
      this.#customerIds.clear();
      this.stops.forget();
      return;
    }
    const changed = new Set(settings);
    for (const id of touched) if (changed.has(id) || !this.#outdate(id)) this.forgetSubject(id);
  }

  /** True for an account without limits, whose totals alone have to be read again. */
  #outdate(id: number): boolean {
    const account = this.accounts.get(id);
    if (!account) return this.outdated.has(id);
    if (account.limits) return false;
    this.forgottenUpTo = Math.max(this.forgottenUpTo, account.changed);
    this.accounts.delete(id);
    this.outdated.set(id, account);
    return true;
  }

  forgetSubject(id: number): void {
    const account = this.accounts.get(id) ?? this.outdated.get(id);
    if (account) {
      this.forgottenUpTo = Math.max(this.forgottenUpTo, account.changed);
      this.accounts.delete(id);
      this.outdated.delete(id);
      this.codes.delete(account.identity.code);
    }
    const pool = this.pools.get(id);
    if (pool) {
      this.forgottenUpTo = Math.max(this.forgottenUpTo, pool.changed);
      this.pools.delete(id);
    }
    this.apiKeys.delete(id);
    this.holds.delete(id);
    this.originals.delete(id);
    this.schedules.delete(id);
    this.proposals.delete(id);
    this.operators.delete(id);
    const customer = this.customers.get(id);
    if (!customer) return;
    this.customers.delete(id);
    this.#customerIds.delete(customer.customer);
  }

  /** Drops everything that is newer than the confirmed head: what discarded batches had changed. */
  forgetNewerThan(number: number): void {
    for (const [id, account] of this.accounts) if (account.changed > number) this.forgetSubject(id);
    for (const [id, apiKey] of this.apiKeys) if (apiKey.changed > number) this.apiKeys.delete(id);
    for (const [id, pool] of this.pools) if (pool.changed > number) this.forgetSubject(id);
    for (const [id, hold] of this.holds) if (hold.changed > number) this.holds.delete(id);
    for (const subjects of [this.originals, this.schedules, this.proposals])
      for (const [id, { changed }] of subjects) if (changed > number) subjects.delete(id);
    this.results.forgetWhere((result) => result.number > number);
    for (const [id, operator] of this.operators) if (operator.changed > number) this.operators.delete(id);
    for (const [id, customer] of this.customers) if (customer.changed > number) this.forgetSubject(id);
    this.stops.forgetNewerThan(number);
    this.names.clear();
    this.operatorNames.clear();
    this.forgetAbsent();
    // The clock is read again and may stand before a midnight at which windows have begun anew.
    for (const id of this.#limited) this.forgetSubject(id);
    this.#limited.clear();
    this.time.at = 0;
  }

  /**
   * Keeps memory bounded: drops accounts, holds, customers and the like not used for longest (at most `subjectsMax` of each stay), and the
   * oldest results, but none that a batch in flight has changed.
   */
  evict(confirmed: number, subjectsMax: number, resultsMax: number): void {
    for (const id of this.outdated.keys()) {
      if (this.accounts.size + this.outdated.size <= subjectsMax) break;
      this.forgetSubject(id);
    }
    this.#evictFrom(this.accounts, confirmed, subjectsMax);
    this.#evictFrom(this.holds, confirmed, subjectsMax);
    this.#evictFrom(this.originals, confirmed, subjectsMax);
    this.#evictFrom(this.schedules, confirmed, subjectsMax);
    this.#evictFrom(this.customers, confirmed, subjectsMax);
    this.#evictFrom(this.pools, confirmed, subjectsMax);
    this.#evictFrom(this.proposals, confirmed, subjectsMax);
    this.results.evict(confirmed, resultsMax);
    if (this.#absent.size + this.#absentKeys.size + this.#notHeld.size > ABSENT_MAX) this.forgetAbsent();
  }

  /**
   * A subject changed since it was last passed by is passed by once more (second chance, which comes close to least
   * recently used and costs the postings nothing).
   */
  #evictFrom<
    S extends
      | AccountState
      | CustomerState
      | HoldState
      | OriginalState
      | PoolState
      | ProposalState
      | ScheduleState,
  >(subjects: Map<number, S>, confirmed: number, max: number): void {
    // Bounded, so that no single call goes round all of a full memory; it catches up in the next ones.
    let passes = PASSES_MIN + 4 * (subjects.size - max);
    for (const [id, subject] of subjects) {
      if (subjects.size <= max || passes-- === 0) break;
      if (subject.changed > confirmed) continue;
      if (subject.changed === subject.passedBy) this.forgetSubject(id);
      else {
        subject.passedBy = subject.changed;
        subjects.delete(id);
        subjects.set(id, subject);
      }
    }
  }
}

/** At the shell everything is permitted; a client needs the scope; an operator has none. */
export const hasScope = (state: LedgerState, actor: Actor, scope: Scope): boolean =>
  actor.operator === undefined &&
  (actor.apiKey === undefined || (state.apiKeys.get(actor.apiKey)?.scopes.includes(scope) ?? false));
