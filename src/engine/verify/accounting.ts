/**
 * The books of a ledger kept a second time, apart from the fold: sums and differences of what it writes, by no rule of
 * its own. Stored rows are compared with the fold elsewhere; this says that what the fold writes adds up, so that an
 * error of the fold, which folding again repeats, is found as well.
 *
 *   continuity   an entry is the next one of its account: version one more, totals changed by its amount, no count less
 *   sums         the entries of an event are in sum zero for each currency
 *   captures     no leg captures more than it holds and its payer allows beyond it, nor less than before; what has ended never
 *                changes
 *   reversals    no leg goes back beyond its amount, nor less than before, and its amount stays what it was
 *   effective    what is dated is an entry that moved money, with its amount; and of an event all entries or none
 *   schedules    each is placed once, ends at most once and not before its time (schedule-books.ts)
 *   factors      each waits first, and no code is used twice (factor-books.ts)
 *   step-up      no account gives more than it may without a second factor (step-up-books.ts)
 *   four eyes    what needed a second person had one, in time and once (proposal-books.ts)
 *   stops        nothing leaves an account whose owner has stopped, and nobody authorises too early (stop-books.ts)
 *   held         what an account holds each way is the sum of what its open holds have left
 *   limits       what counts in a limit is no more than it allows (limit-books.ts; of pools, and who is in them: pool-books.ts)
 */
import { formatId } from '../../kernel/id.ts';
import { OVER_CAPTURE_BPS_MAX, overCaptureOf } from '../../ledger/over-capture.ts';
import { type Entry, legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import type { BatchRows } from '../batch-rows.ts';
import { FactorBooks } from './factor-books.ts';
import { LimitBooks } from './limit-books.ts';
import { PoolBooks } from './pool-books.ts';
import type { Check, Problems } from './problems.ts';
import { ProposalBooks } from './proposal-books.ts';
import { ScheduleBooks } from './schedule-books.ts';
import { StepUpBooks } from './step-up-books.ts';
import { StopBooks } from './stop-books.ts';

type Totals = Pick<
  Entry,
  | 'version'
  | 'debits'
  | 'credits'
  | 'heldDebits'
  | 'heldCredits'
  | 'debitCount'
  | 'creditCount'
  | 'refusedCount'
>;

const NO_TOTALS: Totals = {
  version: 0,
  debits: 0n,
  credits: 0n,
  heldDebits: 0n,
  heldCredits: 0n,
  debitCount: 0,
  creditCount: 0,
  refusedCount: 0,
};
const COUNTS = ['debitCount', 'creditCount', 'refusedCount'] as const;

interface Hold {
  readonly status: string;
  readonly debits: readonly number[];
  readonly credits: readonly number[];
  readonly amounts: readonly bigint[];
  readonly captured: readonly bigint[];
}

interface Reversed {
  readonly amounts: readonly bigint[];
  readonly reversed: readonly bigint[];
}

const numbers = (text: unknown): number[] => String(text).slice(1, -1).split(',').map(Number);
const minors = (text: unknown): bigint[] => String(text).slice(1, -1).split(',').map(BigInt);
const isOpen = ({ status }: Hold): boolean => status === 'held';

export class Accounting {
  readonly #ledgerId: number;
  readonly #problems: Problems;
  readonly #totals = new Map<number, Totals>();
  readonly #currencies = new Map<number, string>();
  /** The open ones. */
  readonly #holds = new Map<number, Hold>();
  readonly #ended = new Map<number, string>();
  /** Basis points that captures may take beyond a hold, by payer: those that have the setting. */
  readonly #overCaptures = new Map<number, number>();
  /** The newest version of what was reversed, by transfer. */
  readonly #reversals = new Map<number, Reversed>();
  readonly #limits: LimitBooks;
  readonly #schedules: ScheduleBooks;
  readonly #factors: FactorBooks;
  readonly #stepUps: StepUpBooks;
  readonly #stops: StopBooks;
  /** Of the accounts that have one. */
  readonly #owners = new Map<number, string>();
  readonly #pools: PoolBooks;
  readonly #proposals: ProposalBooks;
  /** False once a batch could not be folded: what stood before is not known any more. */
  #exact = true;

  constructor(ledgerId: number, problems: Problems) {
    this.#ledgerId = ledgerId;
    this.#problems = problems;
    this.#limits = new LimitBooks(ledgerId, problems);
    this.#schedules = new ScheduleBooks(ledgerId, problems);
    this.#factors = new FactorBooks(ledgerId, problems);
    this.#stepUps = new StepUpBooks(ledgerId, problems, this.#owners);
    this.#stops = new StopBooks(ledgerId, problems, this.#owners);
    this.#pools = new PoolBooks(ledgerId, problems);
    this.#proposals = new ProposalBooks(ledgerId, problems);
  }

  /** Takes in what the fold made of the next batch, and its time. */
  see(rows: BatchRows, at: number): void {
    const { entries, rare } = rows;
    this.#limits.begin(rows, at);
    this.#pools.begin(rows, at);
    this.#schedules.see(rows);
    this.#factors.see(rows);
    for (const row of rare.accounts) {
      const [id, , , currency, owner] = row as string[];
      this.#currencies.set(Number(id), String(currency));
      if (owner) this.#owners.set(Number(id), owner);
    }
    this.#stepUps.see(rows);
    this.#stops.see(rows, at);
    this.#proposals.see(rows, at);
    for (const entry of entries) this.#continue(entry);
    this.#sum(entries);
    const settings = rare.settings as readonly (readonly string[])[];
    let next = 0;
    const setUpTo = (number: number): void => {
      for (; next < settings.length && Number(settings[next]?.[1]) < number; next++)
        this.#set(settings[next] as readonly string[]);
    };
    for (const row of rare.holds as readonly (readonly string[])[]) {
      setUpTo(Number(row[1]));
      this.#version(row);
    }
    setUpTo(Number.POSITIVE_INFINITY);
    for (const row of rare.reversals) this.#reverse(row as readonly string[]);
    this.#date(entries, rare.effective as readonly (readonly string[])[]);
    this.#limits.end(rows);
    this.#pools.end(rows);
  }

  #set([account, , , , , , , overCaptureBps]: readonly (string | null)[]): void {
    if (overCaptureBps === undefined || overCaptureBps === null) this.#overCaptures.delete(Number(account));
    else this.#overCaptures.set(Number(account), Number(overCaptureBps));
  }

  /** A batch was left out: from here on only what one batch shows by itself is checked. */
  lose(): void {
    this.#exact = false;
    this.#totals.clear();
    this.#holds.clear();
    this.#reversals.clear();
    this.#limits.lose();
    this.#pools.lose();
    this.#schedules.lose();
    this.#factors.lose();
    this.#stepUps.lose();
    this.#proposals.lose();
    this.#stops.lose();
  }

  /** After the last batch. */
  end(): void {
    if (!this.#exact) return;
    const held = new Map<number, { debits: bigint; credits: bigint }>();
    const of = (account: number) => held.get(account) ?? { debits: 0n, credits: 0n };
    for (const { debits, credits, amounts, captured } of this.#holds.values()) {
      for (const [i, amount] of amounts.entries()) {
        const taken = captured[i] as bigint;
        const rest = taken < amount ? amount - taken : 0n;
        const [payer, payee] = [debits[i] as number, credits[i] as number];
        held.set(payer, { ...of(payer), debits: of(payer).debits + rest });
        held.set(payee, { ...of(payee), credits: of(payee).credits + rest });
      }
    }
    for (const account of new Set([...held.keys(), ...this.#totals.keys()])) {
      const { debits, credits } = of(account);
      const { heldDebits, heldCredits } = this.#totals.get(account) ?? NO_TOTALS;
      const name = formatId('acc', this.#ledgerId, account);
      this.#check('held', undefined, `held to be debited of ${name}`, debits, heldDebits);
      this.#check('held', undefined, `held to be credited of ${name}`, credits, heldCredits);
    }
  }

  #continue(entry: Entry): void {
    const before = this.#totals.get(entry.account) ?? (this.#exact ? NO_TOTALS : undefined);
    this.#totals.set(entry.account, entry);
    if (!before) return;
    this.#limits.count(before, entry);
    this.#pools.count(before, entry);
    const { amount, position } = entry;
    const check = (what: string, expected: bigint | number, found: bigint | number): void => {
      if (expected === found) return;
      const name = formatId('acc', this.#ledgerId, entry.account);
      const subject = `entry of ${name}, leg ${legOfPosition(position)}: ${what}`;
      this.#add('continuity', numberOfPosition(position), subject, String(expected), String(found));
    };
    check('version', before.version + 1, entry.version);
    check('debits', before.debits + (amount < 0n ? -amount : 0n), entry.debits);
    check('credits', before.credits + (amount > 0n ? amount : 0n), entry.credits);
    for (const count of COUNTS) {
      const isStep = entry[count] === before[count] || entry[count] === before[count] + 1;
      if (!isStep) check(count, before[count], entry[count]);
    }
  }

  #sum(entries: readonly Entry[]): void {
    // Accounts that were created in a batch that was left out have no currency here.
    if (!this.#exact) return;
    const sums = new Map<number, Map<string, bigint>>();
    for (const { account, position, amount } of entries) {
      if (amount === 0n) continue;
      const number = numberOfPosition(position);
      const currency = this.#currencies.get(account) ?? 'an unknown currency';
      const ofEvent = sums.get(number) ?? new Map<string, bigint>();
      sums.set(number, ofEvent.set(currency, (ofEvent.get(currency) ?? 0n) + amount));
    }
    for (const [number, ofEvent] of sums)
      for (const [currency, sum] of ofEvent) this.#check('sums', number, `entries in ${currency}`, 0n, sum);
  }

  /** All entries of an event count at one time, or what an event moves would not be in sum zero at every time. */
  #date(entries: readonly Entry[], rows: readonly (readonly string[])[]): void {
    if (rows.length === 0) return;
    const dated = new Map(
      rows.map(([account, position, at, amount]) => [`${account} ${position}`, { at, amount }]),
    );
    const times = new Map<number, string>();
    for (const [, position, at] of rows) times.set(numberOfPosition(Number(position)), String(at));
    for (const { account, position, amount } of entries) {
      const at = times.get(numberOfPosition(position));
      if (at === undefined || amount === 0n) continue;
      const row = dated.get(`${account} ${position}`);
      dated.delete(`${account} ${position}`);
      const name = `effective time of ${formatId('acc', this.#ledgerId, account)}, leg ${legOfPosition(position)}`;
      if (row?.at !== at || row.amount !== String(amount))
        this.#add(
          'effective',
          numberOfPosition(position),
          name,
          `${amount} at ${at}`,
          `${row?.amount} at ${row?.at}`,
        );
    }
    for (const place of dated.keys())
      this.#add('effective', undefined, `effective time of ${place}`, 'an entry', 'none');
  }

  #version([id, number, status, , debits, credits, , amounts, captured]: readonly string[]): void {
    const hold: Hold = {
      status: String(status),
      debits: numbers(debits),
      credits: numbers(credits),
      amounts: minors(amounts),
      captured: minors(captured),
    };
    const subject = `hold ${formatId('trf', this.#ledgerId, Number(id))}`;
    const before = this.#holds.get(Number(id));
    const ended = this.#ended.get(Number(id));
    if (ended !== undefined)
      this.#add('captures', Number(number), subject, `no change of what is ${ended}`, hold.status);
    for (const [i, amount] of hold.amounts.entries()) {
      const now = hold.captured[i] as bigint;
      const least = before?.captured[i] ?? 0n;
      const allowed = this.#overCaptures.get(hold.debits[i] as number) ?? 0;
      const most = amount + overCaptureOf(amount, this.#exact ? allowed : OVER_CAPTURE_BPS_MAX);
      // What was captured under another setting stays captured.
      if (now < least || (now > most && now !== least))
        this.#add('captures', Number(number), `${subject}, leg ${i}`, `${least} to ${most}`, String(now));
    }
    if (isOpen(hold)) this.#holds.set(Number(id), hold);
    else {
      this.#holds.delete(Number(id));
      this.#ended.set(Number(id), hold.status);
    }
  }

  #reverse([id, number, amounts, reversed]: readonly string[]): void {
    const now: Reversed = { amounts: minors(amounts), reversed: minors(reversed) };
    const before = this.#reversals.get(Number(id));
    const subject = `reversals of ${formatId('trf', this.#ledgerId, Number(id))}`;
    for (const [i, amount] of now.amounts.entries()) {
      const name = `${subject}, leg ${i}`;
      const back = now.reversed[i] as bigint;
      const least = before?.reversed[i] ?? 0n;
      if (back > amount || back < least)
        this.#add('reversals', Number(number), name, `${least} to ${amount}`, String(back));
      if (before && amount !== before.amounts[i])
        this.#add('reversals', Number(number), `${name}: amount`, String(before.amounts[i]), String(amount));
    }
    this.#reversals.set(Number(id), now);
  }

  #check(
    check: Check,
    number: number | undefined,
    subject: string,
    expected: bigint | number,
    found: bigint | number,
  ): void {
    if (expected !== found) this.#add(check, number, subject, String(expected), String(found));
  }

  #add(check: Check, number: number | undefined, subject: string, expected: string, found: string): void {
    this.#problems.add({ check, number, subject, expected, found });
  }
}
