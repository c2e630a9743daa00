/**
 * Limits as the model ledger knows them: a list of everything that ever counted, added up over the calendar of India.
 * No totals, no bases: what counts is a note with its time, its account, its way and its amount.
 */
import type { LimitTerms } from '../../src/ledger/limit.ts';

type Way = 'out' | 'in';

interface Note {
  readonly transfer: number;
  readonly at: number;
  readonly account: number;
  readonly way: Way;
  readonly amount: bigint;
  /** False for what can be spent no sooner than a capture: it lowers no net. */
  readonly spendable: boolean;
  readonly gross: boolean;
  /** True for what makes its transfer count. */
  readonly counts: boolean;
}

interface Counted {
  readonly transfer: number;
  readonly at: number;
  readonly debit: number;
  readonly credit: number;
  readonly amount: bigint;
  /** Numbers of the pools that it leaves and enters: their notes stand beside those of the accounts. */
  readonly leaves: readonly number[];
  readonly enters: readonly number[];
}

interface InForce {
  readonly terms: LimitTerms;
  /** Notes before this one do not count. */
  readonly from: number;
}

export class ModelLimits {
  readonly notes: Note[] = [];
  readonly #inForce = new Map<number, readonly InForce[]>();

  set(account: number, terms: readonly LimitTerms[]): void {
    const before = this.#inForce.get(account) ?? [];
    this.#inForce.set(
      account,
      terms.map((one) => {
        const same = before.find(
          ({ terms: { name, direction, window } }) =>
            name === one.name && direction === one.direction && window === one.window,
        );
        return { terms: one, from: same?.from ?? this.notes.length };
      }),
    );
  }

  /** In force, in order. */
  of(account: number): LimitTerms[] {
    return (this.#inForce.get(account) ?? []).map(({ terms }) => terms);
  }

  /** Notes a leg that is posted or held, or says that a limit stands against it. */
  take({ transfer, at, debit, credit, amount, leaves, enters }: Counted, held: boolean): boolean {
    const payers = [debit, ...leaves];
    const payees = [credit, ...enters];
    if (payers.some((of) => this.#exceeded(of, 'out', transfer, at, amount))) return false;
    if (payees.some((of) => this.#exceeded(of, 'in', transfer, at, amount))) return false;
    const note = { transfer, at, amount, gross: true, counts: true };
    for (const account of payers) this.notes.push({ ...note, account, way: 'out', spendable: false });
    for (const account of payees) this.notes.push({ ...note, account, way: 'in', spendable: !held });
    return true;
  }

  /** Notes what a capture moves, of which so much was never held, or says that a limit stands against that part, or `anew` against all. */
  capture(
    { transfer, at, debit, credit, amount, leaves, enters }: Counted,
    beyond: bigint,
    anew: boolean,
  ): boolean {
    const payers = [debit, ...leaves];
    const payees = [credit, ...enters];
    if (beyond > 0n || anew) {
      if (payers.some((of) => this.#exceeded(of, 'out', undefined, at, beyond))) return false;
      if (payees.some((of) => this.#exceeded(of, 'in', undefined, at, beyond))) return false;
    }
    const note = { transfer, at, counts: false };
    for (const account of payers)
      this.notes.push({ ...note, account, way: 'out', amount: beyond, spendable: false, gross: true });
    for (const account of payees)
      this.notes.push(
        { ...note, account, way: 'in', amount: beyond, spendable: false, gross: true },
        { ...note, account, way: 'in', amount, spendable: true, gross: false },
      );
    return true;
  }

  /** True when this leg of the transfer would be too much for a limit of the account; undefined: of none that counts. */
  #exceeded(account: number, way: Way, transfer: number | undefined, at: number, amount: bigint): boolean {
    return (this.#inForce.get(account) ?? []).some(
      ({ terms: { direction, window, amount: most, count }, from }) => {
        if ((direction === 'incoming') !== (way === 'in')) return false;
        const inside = this.notes
          .slice(from)
          .filter((note) => note.account === account && isInside(note.at, window, at));
        const gross = inside.filter((note) => note.way === way && note.gross);
        const back = inside.filter((note) => direction === 'net' && note.way === 'in' && note.spendable);
        const sum = (notes: readonly Note[]): bigint =>
          notes.reduce((total, note) => total + note.amount, 0n);
        const counted = gross.filter((note) => note.counts).map((note) => note.transfer);
        return (
          (most !== null && sum(gross) - sum(back) + amount > most) ||
          (count !== null && transfer !== undefined && new Set([...counted, transfer]).size > count)
        );
      },
    );
  }
}

/** Whether what was counted at one time counts at another, no earlier one. */
const isInside = (then: number, window: LimitTerms['window'], now: number): boolean =>
  window === 'day' || window === 'month'
    ? periodOf(then, window) === periodOf(now, window)
    : then > now - Number(window.slice(0, -1)) * 1_000_000;

/** The day or the month of India, as text. */
function periodOf(at: number, window: 'day' | 'month'): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata', dateStyle: 'short' }).format(
    at / 1000,
  );
  return window === 'day' ? parts : parts.slice(0, 7);
}
