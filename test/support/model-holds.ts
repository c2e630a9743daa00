/** Holds as the model ledger knows them: movements that have not happened, of which parts may be carried out. */
import type { CaptureHold } from '../../src/engine/command.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import type { ModelAccount } from './model-ledger.ts';

interface Reserved {
  readonly debit: number;
  readonly credit: number;
  readonly currency: string;
  readonly amount: bigint;
  captured: bigint;
}

interface ModelHold {
  readonly legs: Reserved[];
  readonly ends: number;
  state: 'open' | 'hold_captured' | 'hold_voided' | 'hold_expired';
}

type Side = 'debit' | 'credit';

export class ModelHolds extends Map<number, ModelHold> {
  /** Entries that move nothing: holds and releases, by account. */
  readonly still: number[] = [];
  /** Of the transfer that is being tried, where it is to hold its amounts. */
  reserving: Reserved[] = [];

  place(number: number, ends: number): void {
    for (const { debit, credit } of this.reserving) this.still.push(debit, credit);
    this.set(number, { legs: this.reserving, ends, state: 'open' });
    this.reserving = [];
  }

  /** Its state at this time; undefined where there is none. */
  standingOf(number: number, now: number): ModelHold['state'] | undefined {
    const hold = this.get(number);
    return hold?.state === 'open' && now >= hold.ends ? 'hold_expired' : hold?.state;
  }

  release(number: number, state: ModelHold['state']): void {
    const hold = this.#get(number);
    for (const { debit, credit, amount, captured } of hold.legs)
      if (captured < amount) this.still.push(debit, credit);
    hold.state = state;
  }

  /** What moves, or why nothing does. */
  capture(
    { hold: number, amounts, final }: CaptureHold,
    accounts: ReadonlyMap<number, ModelAccount>,
    unrestricted: boolean,
  ):
    | { readonly moved: readonly { debit: number; credit: number; amount: bigint }[] }
    | { readonly code: string; readonly leg?: number } {
    const hold = this.#get(number);
    const wanted = hold.legs.map(({ amount, captured, currency }, i) =>
      amounts ? minorOf(amounts[i] ?? '', currency) : amount - captured,
    );
    if (amounts && (amounts.length !== hold.legs.length || wanted.some((one) => one === undefined)))
      return { code: 'capture_amounts_mismatch' };
    for (const [leg, { debit, credit, amount, captured }] of hold.legs.entries()) {
      const one = wanted[leg] as bigint;
      const payer = accounts.get(debit) as ModelAccount;
      const isCustomers = payer.owned && payer.floor !== null && !payer.growsByDebits;
      if (captured + one > amount) return { code: 'capture_exceeds_hold', leg };
      if (one === 0n) continue;
      if (!isCustomers && !unrestricted) return { code: 'debit_not_permitted', leg };
      if (payer.debitsFrozen) return { code: 'debits_frozen', leg };
      if (accounts.get(credit)?.creditsFrozen) return { code: 'credits_frozen', leg };
    }
    const moved: { debit: number; credit: number; amount: bigint }[] = [];
    const done = hold.legs.every((leg, i) => leg.captured + (wanted[i] as bigint) === leg.amount);
    for (const [i, leg] of hold.legs.entries()) {
      const { debit, credit } = leg;
      const amount = wanted[i] as bigint;
      // A leg that only gives its rest back has entries that move nothing.
      if (amount > 0n) moved.push({ debit, credit, amount });
      else if (final && leg.captured < leg.amount) this.still.push(debit, credit);
      leg.captured += amount;
    }
    if (done || final) hold.state = 'hold_captured';
    return { moved };
  }

  /** What is held at one side of an account, minor units, with what is being tried. */
  held(account: number, side: Side): bigint {
    const open = [...this.values()].filter(({ state }) => state === 'open').flatMap(({ legs }) => legs);
    return [...open, ...this.reserving]
      .filter((leg) => leg[side] === account)
      .reduce((total, { amount, captured }) => total + amount - captured, 0n);
  }

  /** Holds that were ever placed at one side of an account. */
  placedOn(account: number, side: Side): number[] {
    return [...this]
      .filter(([, { legs }]) => legs.some((leg) => leg[side] === account))
      .map(([hold]) => hold);
  }

  #get(number: number): ModelHold {
    const hold = this.get(number);
    if (!hold) throw new Error(`no hold ${number}`);
    return hold;
  }
}

/** Minor units of a decimal with at most as many decimals as the currency has. */
function minorOf(text: string, currency: string): bigint | undefined {
  const [whole = '', decimals = ''] = text.split('.');
  const exponent = exponentOf(currency);
  if (whole === '' || decimals.length > exponent) return undefined;
  return BigInt(whole + decimals.padEnd(exponent, '0'));
}
