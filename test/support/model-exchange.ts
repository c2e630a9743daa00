/**
 * The legs of an exchange as the documents promise them, in whole numbers alone: what is exact is a numerator over one
 * denominator. Written from the glossary, and shares with the engine only the type of what is asked.
 */
import type { CreateTransfer, LegRequest } from '../../src/engine/command.ts';
import { exponentOf } from '../../src/kernel/currency.ts';

interface Taker {
  readonly currency: string;
  readonly closed: boolean;
  readonly creditsFrozen: boolean;
}

type Asked = NonNullable<CreateTransfer['exchange']>;

/** numerator / denominator, both whole; the numerator is not negative. */
export function modelRound(numerator: bigint, denominator: bigint, mode: string): bigint {
  const below = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n) return below;
  const twice = rest * 2n;
  const up =
    mode === 'up' ||
    (mode.startsWith('half') && twice > denominator) ||
    (twice === denominator && (mode === 'half_up' || (mode === 'half_even' && below % 2n === 1n)));
  return up ? below + 1n : below;
}

/** One minor unit of the source currency in minor units of the target, as a fraction. */
export function modelRate({ rate, currency, toCurrency }: Pick<Asked, 'rate' | 'currency' | 'toCurrency'>) {
  const [digits = '', decimals = ''] = rate.split('.');
  return {
    numerator: BigInt(digits + decimals) * 10n ** BigInt(exponentOf(toCurrency)),
    denominator: 10n ** BigInt(decimals.length + exponentOf(currency)),
  };
}

export function modelLegs(asked: Asked): LegRequest[] {
  const { currency, toCurrency, credits, rounding, beside } = asked;
  const { numerator, denominator } = modelRate(asked);
  const total = credits.reduce((sum, { amount }) => sum + amount, 0n);
  const given = modelRound(total * numerator, denominator, 'up');
  const received = modelRound(total * numerator, denominator, rounding);
  const shares = credits.map(({ amount }) => (amount * numerator) / denominator);
  // One unit at a time to whoever lacks most of what is exactly theirs.
  while (shares.reduce((sum, share) => sum + share, 0n) < received) {
    const lacking = credits.map(({ amount }, i) => amount * numerator - (shares[i] as bigint) * denominator);
    const most = lacking.reduce((best, lack, i) => (lack > (lacking[best] as bigint) ? i : best), 0);
    shares[most] = (shares[most] as bigint) + 1n;
  }
  const gives = (credit: string, amount: bigint): LegRequest => ({
    debit: asked.liquidityOut,
    credit,
    amount,
    currency: toCurrency,
  });
  return [
    { debit: asked.debit, credit: asked.liquidityIn, amount: total, currency },
    ...credits.map(({ credit }, i) => gives(credit, shares[i] as bigint)),
    ...(given === received ? [] : [gives(asked.roundingAccount, given - received)]),
    ...beside,
  ];
}

/** The account of the difference has to be able to take one, whether or not there is any. */
export function roundingRefusal(asked: Asked, find: (ref: string) => Taker | undefined): string | undefined {
  const taker = find(asked.roundingAccount);
  if (!taker) return 'account_unknown';
  if (taker === find(asked.liquidityOut)) return 'same_account';
  if (taker.closed) return 'account_closed';
  if (taker.creditsFrozen) return 'credits_frozen';
  return taker.currency === asked.toCurrency ? undefined : 'currency_mismatch';
}
