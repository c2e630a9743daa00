/** Reversals as the model ledger knows them: what each transfer moved, and how much of that has gone back. */
import type { AdjustTransfer, Command, CreateTransfer, ExecuteSchedule } from '../../src/engine/command.ts';
import type { ReverseTransfer } from '../../src/engine/reversal-command.ts';
import { exponentOf } from '../../src/kernel/currency.ts';
import { modelLegs } from './model-exchange.ts';

interface Moved {
  readonly debit: number;
  readonly credit: number;
  readonly currency: string;
  readonly amount: bigint;
  back: bigint;
}

type ModelOriginal = readonly Moved[] | 'unposted' | 'reversal';

/** What goes back of which leg of the original. */
interface Return extends Pick<Moved, 'debit' | 'credit' | 'currency' | 'amount'> {
  readonly leg: number;
}

export class ModelReversals extends Map<number, ModelOriginal> {
  /** Takes in what a command came to; every transfer stands here, whatever became of it. */
  note(
    command: Command,
    number: number,
    done: boolean,
    numberOf: (account: string) => number,
    captured: readonly Omit<Moved, 'back'>[],
  ): void {
    switch (command.type) {
      case 'transfer.create':
      case 'transfer.adjust':
        if (!done || command.holdSeconds !== undefined || isToCome(command)) this.set(number, 'unposted');
        else
          this.#posted(
            number,
            (command.type === 'transfer.create' && command.exchange
              ? modelLegs(command.exchange)
              : command.legs
            ).map((leg) => ({
              ...leg,
              debit: numberOf(leg.debit),
              credit: numberOf(leg.credit),
            })),
          );
        return;
      case 'transfer.execute':
        this.note(atItsTime(command), number, done, numberOf, captured);
        return;
      case 'transfer.capture':
        if (done) this.#posted(number, captured);
        else this.set(number, 'unposted');
        return;
      case 'transfer.reverse':
        this.set(number, done ? 'reversal' : 'unposted');
    }
  }

  #posted(number: number, legs: readonly Omit<Moved, 'back'>[]): void {
    this.set(
      number,
      legs.map((leg) => ({ ...leg, back: 0n })),
    );
  }

  /** What is to move, the last leg first and from its payee to its payer, or why nothing may. */
  plan({
    transfer,
    amount,
  }: ReverseTransfer): readonly Return[] | { readonly code: string; readonly leg?: number } | 'not_found' {
    const legs = this.get(transfer);
    if (legs === undefined) return 'not_found';
    if (legs === 'unposted') return { code: 'not_posted' };
    if (legs === 'reversal') return { code: 'reversal_of_reversal' };
    const left = legs.map((leg) => leg.amount - leg.back);
    const all = left.reduce((sum, one) => sum + one, 0n);
    if (all === 0n) return { code: 'already_reversed' };
    let wanted: readonly (bigint | undefined)[] = left;
    if (typeof amount === 'string') {
      const [currency = '', ...others] = new Set(legs.map((leg) => leg.currency));
      const whole = minorOf(amount, currency);
      if (whole === undefined || others.length > 0) return { code: 'reversal_amounts_mismatch' };
      if (whole > all) return { code: 'reversal_exceeds_original' };
      wanted = shared(whole, left, all);
    } else if (amount !== undefined) {
      wanted = amount.map((text, i) => minorOf(text, legs[i]?.currency));
      if (amount.length !== legs.length || wanted.includes(undefined))
        return { code: 'reversal_amounts_mismatch' };
    }
    const over = left.findIndex((one, i) => (wanted[i] as bigint) > one);
    if (over >= 0) return { code: 'reversal_exceeds_original', leg: over };
    return legs
      .map(({ debit, credit, currency }, leg) => ({
        debit: credit,
        credit: debit,
        currency,
        amount: wanted[leg] as bigint,
        leg,
      }))
      .filter((one) => one.amount !== 0n)
      .toReversed();
  }

  /** Minor units of what a reversal names, none where it names nothing that fits. */
  named({ transfer, amount }: ReverseTransfer): readonly bigint[] {
    const legs = this.get(transfer);
    if (!Array.isArray(legs) || amount === undefined) return [];
    const [texts, of] = typeof amount === 'string' ? [[amount], legs.slice(0, 1)] : [amount, legs];
    const minors = texts.flatMap((text, i) => minorOf(text, of[i]?.currency) ?? []);
    return texts.length === of.length && minors.length === of.length ? minors : [];
  }

  returned(transfer: number, returns: readonly Return[]): void {
    const legs = this.get(transfer) as readonly Moved[];
    for (const { leg, amount } of returns) (legs[leg] as Moved).back += amount;
  }
}

const isToCome = (command: CreateTransfer | AdjustTransfer): boolean =>
  command.type === 'transfer.create' && command.scheduledFor !== undefined;

function atItsTime({ transfer }: ExecuteSchedule): CreateTransfer {
  const { scheduledFor: _for, ...now } = transfer;
  return now;
}

/** Whoever is furthest below an exact share is given the next minor unit, until none is left. */
function shared(whole: bigint, left: readonly bigint[], all: bigint): bigint[] {
  const given = left.map((one) => (whole * one) / all);
  const shortOf = (i: number): bigint => whole * (left[i] as bigint) - (given[i] as bigint) * all;
  while (given.reduce((sum, one) => sum + one, 0n) < whole) {
    const next = left.reduce((best, _, i) => (shortOf(i) > shortOf(best) ? i : best), 0);
    given[next] = (given[next] as bigint) + 1n;
  }
  return given;
}

/** Minor units of a decimal with at most as many decimals as the currency has. */
function minorOf(text: string, currency: string | undefined): bigint | undefined {
  if (currency === undefined) return undefined;
  const [whole = '', decimals = ''] = text.split('.');
  const exponent = exponentOf(currency);
  if (decimals.length > exponent) return undefined;
  return BigInt(whole + decimals.padEnd(exponent, '0'));
}
