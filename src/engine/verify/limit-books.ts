/**
 * The second books of limits: what counts in each limit, added up entry by entry, and by no total of the fold.
 *
 *   limits       no entry by which more counts in a limit leaves it above its amount or its count
 *   limit_marks  the sums of what holds gave back, and the events at which they did
 *
 * What an account sends, or holds to be sent, raises its debits and held debits in sum; only what a hold gives back lowers
 * them. So every rise counts and no fall does, entry by entry; in the same way for what it takes. A net limit counts
 * less by what was credited.
 */
import { formatId } from '../../kernel/id.ts';
import { type Entry, legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { LimitRow } from '../limit-json.ts';
import { type Counting, countIn, countings } from './limit-counting.ts';
import { NO_ROW, type Problems } from './problems.ts';

export type CountedTotals = Pick<
  Entry,
  'debits' | 'credits' | 'heldDebits' | 'heldCredits' | 'debitCount' | 'creditCount'
>;

interface Limited {
  readonly limits: readonly Counting[];
  releasedDebits: bigint;
  releasedCredits: bigint;
}

export class LimitBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #limited = new Map<number, Limited>();
  #at = 0;
  #settings: readonly (readonly unknown[])[] = [];
  #next = 0;
  /** Marks that belong to the batch at hand: what was given back so far, by account and event. */
  readonly #marks = new Map<string, string>();
  /** False once a batch was left out: what it counted is not known. */
  #exact = true;

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
  }

  lose(): void {
    this.#exact = false;
    this.#limited.clear();
  }

  /** A batch begins: its entries follow in their order. */
  begin({ rare }: BatchRows, at: number): void {
    this.#at = at;
    this.#settings = rare.settings as readonly (readonly unknown[])[];
    this.#next = 0;
    this.#marks.clear();
  }

  /** The next entry of an account, and its totals before. */
  count(before: CountedTotals, entry: Entry): void {
    const number = numberOfPosition(entry.position);
    this.#setUpTo(number);
    const limited = this.#limited.get(entry.account);
    if (!limited) return;
    const out = entry.debits + entry.heldDebits - before.debits - before.heldDebits;
    const into = entry.credits + entry.heldCredits - before.credits - before.heldCredits;
    if (out < 0n) limited.releasedDebits -= out;
    if (into < 0n) limited.releasedCredits -= into;
    if (out < 0n || into < 0n) this.#expectMark(entry.account, number, limited);
    for (const limit of limited.limits) {
      const [way, transfers] =
        limit.direction === 'incoming'
          ? [into, entry.creditCount - before.creditCount]
          : [out, limit.direction === 'outgoing' ? entry.debitCount - before.debitCount : 0];
      const back = limit.direction === 'net' ? entry.credits - before.credits : 0n;
      this.#add(limit, way > 0n ? way : 0n, back, transfers, entry);
    }
  }

  /** The batch ends. */
  end({ rare }: BatchRows): void {
    this.#setUpTo(Number.POSITIVE_INFINITY);
    if (!this.#exact) return;
    const found = new Map(
      (rare.limit_marks as readonly (readonly string[])[]).map(([account, number, debits, credits]) => [
        `${account} ${number}`,
        `${debits} ${credits}`,
      ]),
    );
    for (const of of new Set([...this.#marks.keys(), ...found.keys()])) {
      const [account, number] = of.split(' ').map(Number) as [number, number];
      const expected = this.#marks.get(of) ?? NO_ROW;
      const stands = found.get(of) ?? NO_ROW;
      if (expected === stands) continue;
      const subject = `given back by holds of ${formatId('acc', this.#ledgerId, account)}`;
      this.#problems.add({ check: 'limit_marks', number, subject, expected, found: stands });
    }
  }

  #add(limit: Counting, sum: bigint, back: bigint, transfers: number, { account, position }: Entry): void {
    const subject = `limit ${limit.name} of ${formatId('acc', this.#ledgerId, account)}, leg ${legOfPosition(position)}`;
    countIn(limit, this.#at, sum, back, transfers, (what, most, found) =>
      this.#problems.add({
        check: 'limits',
        number: numberOfPosition(position),
        subject: `${subject}: ${what}`,
        expected: `at most ${most}`,
        found: String(found),
      }),
    );
  }

  #setUpTo(number: number): void {
    if (!this.#exact) return;
    for (; Number(this.#settings[this.#next]?.[1]) < number; this.#next++) {
      const [account, event, , , , , , , limits] = this.#settings[this.#next] as readonly unknown[];
      this.#set(Number(account), Number(event), (limits ?? []) as readonly LimitRow[]);
    }
  }

  #set(account: number, number: number, rows: readonly LimitRow[]): void {
    const before = this.#limited.get(account);
    if (rows.length === 0) {
      this.#limited.delete(account);
      return;
    }
    const limits = countings(rows, before?.limits);
    const limited = { releasedDebits: 0n, releasedCredits: 0n, ...before, limits };
    this.#limited.set(account, limited);
    if (!before) this.#expectMark(account, number, limited);
  }

  #expectMark(account: number, number: number, { releasedDebits, releasedCredits }: Limited): void {
    this.#marks.set(`${account} ${number}`, `${releasedDebits} ${releasedCredits}`);
  }
}
