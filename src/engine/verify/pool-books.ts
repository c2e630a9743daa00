/**
 * The second books of pools: who is in them, what they count, and that it is no more than their limits allow. Entry by entry, and by
 * no total of the fold.
 *
 *   settings     an account is in the pools that list it and in those of its owner in its currency, and in no other
 *   pool_totals  the sums of what left and entered, one row a pool and batch
 *   limits       nothing by which more counts leaves a limit above its amount or its count
 *
 * The two entries of a leg stand at one position, the payer's first. What raises the debits and held debits of the payer in sum leaves
 * its pools, but for those that the payee is in, too; in the same way what the payee takes enters. A transfer raises the
 * count of an account once, a capture never.
 */
import { formatId } from '../../kernel/id.ts';
import { type Entry, legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import type { LimitRow } from '../limit-json.ts';
import type { CountedTotals } from './limit-books.ts';
import { type Counting, countIn, countings } from './limit-counting.ts';
import { NO_ROW, type Problems } from './problems.ts';

interface Pool {
  limits: Counting[];
  out: bigint;
  into: bigint;
  credited: bigint;
  outCount: number;
  inCount: number;
  /** Event that counted last, and in the batch at hand. */
  counted: number;
}

interface Side {
  readonly account: number;
  readonly position: number;
  readonly out: bigint;
  readonly into: bigint;
  readonly back: bigint;
}

type Row = readonly unknown[];

/** A version of a pool, or of the settings of an account. */
interface Change {
  readonly number: number;
  readonly row: Row;
  readonly isPool: boolean;
}

export class PoolBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #pools = new Map<number, Pool>();
  /** Pools that list an account, and those of an owner and a currency. */
  readonly #listing = new Map<number, Set<number>>();
  readonly #owned = new Map<string, number[]>();
  /** Pools in which the batch at hand counted something. */
  readonly #countedNow = new Set<number>();
  /** Owner and currency of every account that has an owner. */
  readonly #owners = new Map<number, string>();
  #at = 0;
  #changes: readonly Change[] = [];
  #next = 0;
  #number = 0;
  /** Accounts whose count the event at hand raised, and pools that count it already. */
  readonly #raised = new Set<string>();
  #payer: Side | undefined;
  #exact = true;

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
  }

  lose(): void {
    this.#exact = false;
    this.#pools.clear();
    this.#countedNow.clear();
  }

  /** A batch begins: its entries follow in their order. */
  begin({ rare }: BatchRows, at: number): void {
    this.#at = at;
    for (const [id, , , currency, owner] of rare.accounts as Row[])
      if (owner !== null) this.#owners.set(Number(id), ownerKey(owner, currency));
    const of = (row: Row, isPool: boolean) => ({ number: Number(row[1]), row, isPool });
    // What an event does to a pool comes before what that makes of its accounts.
    this.#changes = [
      ...(rare.pools as Row[]).map((row) => of(row, true)),
      ...(rare.settings as Row[]).map((row) => of(row, false)),
    ].sort((a, b) => a.number - b.number);
    this.#next = 0;
  }

  /** The next entry of an account, and its totals before. */
  count(before: CountedTotals, entry: Entry): void {
    const { account, position } = entry;
    const number = numberOfPosition(position);
    this.#setUpTo(number);
    if (this.#pools.size === 0) return;
    if (number !== this.#number) this.#raised.clear();
    this.#number = number;
    if (entry.debitCount > before.debitCount) this.#raised.add(`out ${account}`);
    if (entry.creditCount > before.creditCount) this.#raised.add(`in ${account}`);
    const side: Side = {
      account,
      position,
      out: entry.debits + entry.heldDebits - before.debits - before.heldDebits,
      into: entry.credits + entry.heldCredits - before.credits - before.heldCredits,
      back: entry.credits - before.credits,
    };
    if (this.#payer?.position !== position) this.#payer = side;
    else this.#move(this.#payer, side, number);
  }

  /** The batch ends. */
  end({ rare }: BatchRows): void {
    this.#setUpTo(Number.POSITIVE_INFINITY);
    this.#payer = undefined;
    if (!this.#exact) return;
    const found = new Map((rare.pool_totals as Row[]).map(([id, ...rest]) => [Number(id), rest.join(' ')]));
    for (const id of this.#countedNow) {
      const { out, into, credited, outCount, inCount, counted } = this.#pools.get(id) as Pool;
      const expected = [counted, out, into, credited, outCount, inCount].join(' ');
      const stands = found.get(id) ?? NO_ROW;
      found.delete(id);
      if (expected !== stands) this.#differ(id, expected, stands);
    }
    for (const [id, stands] of found) this.#differ(id, NO_ROW, stands);
    this.#countedNow.clear();
  }

  #differ(id: number, expected: string, found: string): void {
    const subject = `counted by ${formatId('pol', this.#ledgerId, id)}`;
    this.#problems.add({ check: 'pool_totals', number: this.#number, subject, expected, found });
  }

  #move(payer: Side, payee: Side, number: number): void {
    const left = this.#poolsOf(payer.account);
    const entered = this.#poolsOf(payee.account);
    for (const id of new Set([...left, ...entered])) {
      const pool = this.#pools.get(id) as Pool;
      const pays = left.includes(id);
      if (pays && entered.includes(id)) continue;
      const side = pays ? payer : payee;
      const way = pays ? 'out' : 'in';
      const moved = pays ? payer.out : payee.into;
      const sum = moved > 0n ? moved : 0n;
      const back = pays ? 0n : payee.back;
      if (sum === 0n && back === 0n) continue;
      const isFirst = this.#raised.has(`${way} ${side.account}`) && !this.#raised.has(`${way} pool ${id}`);
      if (isFirst) this.#raised.add(`${way} pool ${id}`);
      const transfers = isFirst ? 1 : 0;
      pool.counted = number;
      this.#countedNow.add(id);
      if (pays) {
        pool.out += sum;
        pool.outCount += transfers;
      } else {
        pool.into += sum;
        pool.credited += back;
        pool.inCount += transfers;
      }
      for (const limit of pool.limits) this.#add(id, limit, way, sum, back, transfers, payer.position);
    }
  }

  #add(
    id: number,
    limit: Counting,
    way: 'out' | 'in',
    sum: bigint,
    back: bigint,
    transfers: number,
    position: number,
  ): void {
    const counts = (limit.direction === 'incoming') === (way === 'in');
    const given = limit.direction === 'net' ? back : 0n;
    const many = counts && limit.direction !== 'net' ? transfers : 0;
    const subject = `limit ${limit.name} of ${formatId('pol', this.#ledgerId, id)}, leg ${legOfPosition(position)}`;
    countIn(limit, this.#at, counts ? sum : 0n, given, many, (what, most, found) =>
      this.#problems.add({
        check: 'limits',
        number: numberOfPosition(position),
        subject: `${subject}: ${what}`,
        expected: `at most ${most}`,
        found: String(found),
      }),
    );
  }

  #poolsOf(account: number): number[] {
    const owned = this.#owned.get(this.#owners.get(account) ?? '') ?? [];
    return [...(this.#listing.get(account) ?? []), ...owned];
  }

  #setUpTo(number: number): void {
    if (!this.#exact) return;
    for (; (this.#changes[this.#next]?.number ?? number) < number; this.#next++) {
      const { row, isPool } = this.#changes[this.#next] as Change;
      if (isPool) this.#set(row);
      else this.#checkMember(row);
    }
  }

  #set([id, , , currency, owner, joined, parted, , limits]: Row): void {
    const pool = this.#pools.get(Number(id)) ?? {
      limits: [],
      out: 0n,
      into: 0n,
      credited: 0n,
      outCount: 0,
      inCount: 0,
      counted: 0,
    };
    if (owner !== null && !this.#pools.has(Number(id))) {
      const key = ownerKey(owner, currency);
      this.#owned.set(key, [...(this.#owned.get(key) ?? []), Number(id)]);
    }
    if (owner === null) {
      for (const account of numbers(joined))
        this.#listing.set(account, (this.#listing.get(account) ?? new Set()).add(Number(id)));
      for (const account of numbers(parted)) this.#listing.get(account)?.delete(Number(id));
    }
    pool.limits = countings(limits as readonly LimitRow[], pool.limits);
    this.#pools.set(Number(id), pool);
  }

  #checkMember([id, event, , , , , , , , , pools]: Row): void {
    const expected = this.#poolsOf(Number(id)).sort((a, b) => a - b);
    const found = numbers(pools);
    if (String(expected) === String(found)) return;
    this.#problems.add({
      check: 'settings',
      number: Number(event),
      subject: `pools of ${formatId('acc', this.#ledgerId, Number(id))}`,
      expected: String(expected) || 'none',
      found: String(found) || 'none',
    });
  }
}

/** Of an array literal; none where there is none. */
const numbers = (text: unknown): number[] =>
  text === undefined || text === '{}' ? [] : String(text).slice(1, -1).split(',').map(Number);

const ownerKey = (owner: unknown, currency: unknown): string => `${owner} ${currency}`;
