/** Holds as the model ledger knows them: movements that have not happened, of which parts may be carried out. */
import type { CaptureHold } from '../../src/engine/command.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import type { ModelAccount } from './model-account.ts';

interface Reserved {
  readonly debit: number;
  readonly credit: number;
  readonly currency: string;
  readonly amount: bigint;
  captured: bigint;
  /** Its rest was given back. */
  isFreed: boolean;
}

interface ModelHold {
  readonly legs: Reserved[];
  readonly ends: number;
  state: 'open' | 'hold_captured' | 'hold_voided' | 'hold_expired';
}

type Side = 'debit' | 'credit';

/** Carries out a movement, of which so much was never reserved, and tells what stands against it. */
type Move = (
  movement: { readonly debit: number; readonly credit: number; readonly amount: bigint },
  beyond: bigint,
) => string | undefined;

export class ModelHolds extends Map<number, ModelHold> {
  /** Entries that move nothing: holds and releases, by account. */
  readonly still: number[] = [];
  /** Of the transfer that is being tried, where it is to hold its amounts. */
  reserving: Reserved[] = [];
  /** What the newest capture moved of each leg, nothing included. */
  lastCapture: readonly Pick<Reserved, 'debit' | 'credit' | 'currency' | 'amount'>[] = [];

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

  /** Minor units of what a capture names, none where it names nothing that fits. */
  named({ hold, amounts = [] }: CaptureHold): readonly bigint[] {
    const { legs } = this.#get(hold);
    const minors = legs.flatMap(({ currency }, i) => minorOf(amounts[i] ?? '', currency) ?? []);
    return amounts.length === legs.length && minors.length === legs.length ? minors : [];
  }

  expire(number: number, now: number): { readonly code: string } | 'not_found' {
    const hold = this.get(number);
    if (hold?.state !== 'open' || now < hold.ends) return 'not_found';
    this.release(number, 'hold_expired');
    return { code: '' };
  }

  release(number: number, state: ModelHold['state']): void {
    const hold = this.#get(number);
    for (const leg of hold.legs) if (leftOf(leg) > 0n) this.still.push(leg.debit, leg.credit);
    hold.state = state;
  }

  /**
   * Captures leg by leg, or nothing and says why. `move` carries out a movement and tells what stands against it.
   */
  capture(
    { hold: number, amounts, final }: CaptureHold,
    accounts: ReadonlyMap<number, ModelAccount>,
    unrestricted: boolean,
    move: Move,
  ): { readonly code: string; readonly leg?: number } | undefined {
    const hold = this.#get(number);
    const wanted = hold.legs.map((leg, i) =>
      amounts ? minorOf(amounts[i] ?? '', leg.currency) : leftOf(leg),
    );
    if (amounts && (amounts.length !== hold.legs.length || wanted.some((one) => one === undefined)))
      return { code: 'capture_amounts_mismatch' };
    const before = { legs: hold.legs.map((leg) => ({ ...leg })), still: this.still.length };
    for (const [i, leg] of hold.legs.entries()) {
      const one = wanted[i] as bigint;
      const left = leftOf(leg);
      const code = one === 0n ? undefined : this.#captureLeg(leg, one, accounts, unrestricted, move);
      if (code !== undefined) {
        for (const [k, changed] of hold.legs.entries()) Object.assign(changed, before.legs[k]);
        this.still.length = before.still;
        return { code, leg: i };
      }
      if (!final) continue;
      // A leg that only gives its rest back has entries that move nothing.
      if (one === 0n && left > 0n) this.still.push(leg.debit, leg.credit);
      leg.isFreed = true;
    }
    if (final || hold.legs.every((leg) => leftOf(leg) === 0n)) hold.state = 'hold_captured';
    this.lastCapture = hold.legs.map(({ debit, credit, currency }, i) => ({
      debit,
      credit,
      currency,
      amount: wanted[i] as bigint,
    }));
    return undefined;
  }

  #captureLeg(
    leg: Reserved,
    one: bigint,
    accounts: ReadonlyMap<number, ModelAccount>,
    unrestricted: boolean,
    move: Move,
  ): string | undefined {
    const { debit, credit, amount } = leg;
    const payer = accounts.get(debit) as ModelAccount;
    const isCustomers = payer.owner !== null && payer.floor !== null && !payer.growsByDebits;
    const percentage = amount * BigInt(payer.overCaptureBps ?? 0);
    if ((leg.captured + one - amount) * 10_000n > percentage) return 'capture_exceeds_hold';
    if (!isCustomers && !unrestricted) return 'debit_not_permitted';
    if (payer.debitsFrozen) return 'debits_frozen';
    if (accounts.get(credit)?.creditsFrozen) return 'credits_frozen';
    const left = leftOf(leg);
    leg.captured += one;
    return move({ debit, credit, amount: one }, one - (left < one ? left : one));
  }

  /** What is held at one side of an account, minor units, with what is being tried. */
  held(account: number, side: Side): bigint {
    const open = [...this.values()].filter(({ state }) => state === 'open').flatMap(({ legs }) => legs);
    return [...open, ...this.reserving]
      .filter((leg) => leg[side] === account)
      .reduce((total, one) => total + leftOf(one), 0n);
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

/** What a leg still reserves. */
export const leftOf = ({ amount, captured, isFreed }: Reserved): bigint =>
  isFreed || captured >= amount ? 0n : amount - captured;

/** Minor units of a decimal with at most as many decimals as the currency has. */
function minorOf(text: string, currency: string): bigint | undefined {
  const [whole = '', decimals = ''] = text.split('.');
  const exponent = exponentOf(currency);
  if (whole === '' || decimals.length > exponent) return undefined;
  return BigInt(whole + decimals.padEnd(exponent, '0'));
}
