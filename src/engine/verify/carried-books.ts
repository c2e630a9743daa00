/**
 * The second books (accounting.ts) of closes: what each account comes to before a close is added up from its entries, each
 * at the time at which it counts, by no rule of the fold and none of the database's.
 *
 *   closed     no event behind a close moves money at a time before it
 *   carried    a balance carried forward is the sum of all that counts before its close
 *   complete   when a close says that it is through, each account is carried forward that anything new counts for
 *
 * The moments of the closes are known beforehand, so of each account there is one sum for each close that has not carried it
 * yet, and none for what counts behind the last: a ledger that was never closed pays nothing.
 */
import { formatId } from '../../kernel/id.ts';
import { numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import { type Check, NO_ROW, type Problems } from './problems.ts';

/** A close: its event, and the first moment that stays open, microseconds since 1970. */
export interface Closing {
  readonly number: number;
  readonly closedUntil: number;
}

interface Sum {
  debits: bigint;
  credits: bigint;
}

const textOf = ({ debits, credits }: Sum): string => `${debits} debited, ${credits} credited`;

export class CarriedBooks {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #closings: readonly Closing[];
  /** By account: what it was carried forward with last, and what is to be added at each close, by place. */
  readonly #carried = new Map<number, Sum>();
  readonly #open = new Map<number, Map<number, Sum>>();

  constructor(ledgerId: number, problems: Problems, closings: readonly Closing[]) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
    this.#closings = closings;
  }

  /** Takes in what the fold made of the next batch, posted at this time, microseconds. */
  see({ entries, rare }: BatchRows, at: number): void {
    if (this.#closings.length === 0) return;
    const times = new Map(
      (rare.effective as string[][]).map((row) => [numberOfPosition(Number(row[1])), Number(row[2])]),
    );
    for (const { account, position, amount } of entries) {
      if (amount === 0n) continue;
      const number = numberOfPosition(position);
      const time = times.get(number) ?? at;
      const place = this.#closings.findIndex(({ closedUntil }) => closedUntil > time);
      const closing = this.#closings[place];
      if (!closing) continue;
      if (closing.number < number)
        this.#add(
          'periods',
          number,
          `time of entries of ${this.#name(account)}`,
          'an open period',
          'a closed one',
        );
      this.#note(account, place, amount);
    }
    for (const row of rare.carried) this.#carry(row as string[]);
    for (const row of rare.progress as (readonly unknown[])[])
      if (row[4] === true) this.#complete(this.#placeOf(row[0]), Number(row[1]));
  }

  #note(account: number, place: number, amount: bigint): void {
    const sums = this.#open.get(account) ?? new Map<number, Sum>();
    const sum = sums.get(place) ?? { debits: 0n, credits: 0n };
    if (amount < 0n) sum.debits -= amount;
    else sum.credits += amount;
    this.#open.set(account, sums.set(place, sum));
  }

  #carry([id, period, number, debits, credits]: readonly string[]): void {
    const account = Number(id);
    const before = this.#carried.get(account) ?? { debits: 0n, credits: 0n };
    const now = this.#take(account, this.#placeOf(period), before);
    const found: Sum = { debits: BigInt(debits ?? ''), credits: BigInt(credits ?? '') };
    const subject = `balance carried forward of ${this.#name(account)}`;
    if (textOf(now) !== textOf(found))
      this.#add('carried', Number(number), subject, textOf(now), textOf(found));
    else if (textOf(now) === textOf(before))
      this.#add('carried', Number(number), subject, NO_ROW, textOf(found));
    this.#carried.set(account, found);
  }

  /** Everything that counts for an account before a close; what was added is forgotten. */
  #take(account: number, place: number, before: Sum): Sum {
    const now = { ...before };
    const sums = this.#open.get(account);
    for (const [of, { debits, credits }] of sums ?? []) {
      if (of > place) continue;
      now.debits += debits;
      now.credits += credits;
      sums?.delete(of);
    }
    if (sums?.size === 0) this.#open.delete(account);
    return now;
  }

  #complete(place: number, number: number): void {
    for (const [account, sums] of this.#open) {
      if (![...sums.keys()].some((of) => of <= place)) continue;
      const now = this.#take(account, place, this.#carried.get(account) ?? { debits: 0n, credits: 0n });
      const subject = `balance carried forward of ${this.#name(account)}`;
      this.#add('carried', number, subject, textOf(now), NO_ROW);
    }
  }

  /** Of a close that nobody knows it is none, and nothing counts before it. */
  #placeOf(period: unknown): number {
    return this.#closings.findIndex(({ number }) => number === Number(period));
  }

  #name(account: number): string {
    return formatId('acc', this.#ledgerId, account);
  }

  #add(check: Check, number: number, subject: string, expected: string, found: string): void {
    this.#problems.add({ check, number, subject, expected, found });
  }
}
