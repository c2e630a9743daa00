/**
 * What a load asks for: the n-th intent of a seed, by its number alone, so that any process can make any part of it again
 * (a replay is the same range of numbers).
 */
import { randomNumbers, uuidsV4, uuidsV7, zipf } from '../random.ts';
import { AMOUNT_UNITS_MAX } from '../workload.ts';

/** hot: account 0 stands on one side of every transfer, paying and paid by turns. */
export type Spread = 'uniform' | 'zipf' | 'hot';
/** random: UUID version 4; ordered: version 7. */
export type KeyKind = 'random' | 'ordered';

export interface IntentOptions {
  readonly accounts: number;
  readonly spread: Spread;
  readonly keys: KeyKind;
  readonly seed: number;
}

export interface Intent {
  /** Indexes of accounts. */
  readonly debit: number;
  readonly credit: number;
  readonly amountUnits: number;
  readonly key: string;
}

/** Any fixed millisecond will do: keys need an order, not a time. */
const FIRST_KEY_MS = 1_760_000_000_000;
/** As many as a fast client makes. */
const KEYS_PER_MS = 8;

export function makeIntents({ accounts, spread, keys, seed }: IntentOptions): (n: number) => Intent {
  let word = 0;
  const ranked = zipf(accounts, () => word);
  const pick = (random: number): number => {
    word = random;
    return spread === 'zipf' ? ranked() : random % accounts;
  };
  return (n) => {
    const next = randomNumbers(seed + Math.imul(n, 0x9e3779b9));
    let debit = pick(next());
    let credit = pick(next());
    if (spread === 'hot') {
      const other = 1 + (credit % (accounts - 1));
      [debit, credit] = n % 2 === 0 ? [0, other] : [other, 0];
    } else if (credit === debit) credit = (credit + 1) % accounts;
    const amountUnits = 1 + (next() % AMOUNT_UNITS_MAX);
    const uuids =
      keys === 'random' ? uuidsV4(next) : uuidsV7(next, FIRST_KEY_MS + Math.floor(n / KEYS_PER_MS));
    return { debit, credit, amountUnits, key: uuids() };
  };
}
