/**
 * Loads: endless sequences of transfers from a seed, as plain numbers. The driver makes requests of them, and the
 * expectation adds them up.
 */
import { randomNumbers, zipf } from '../random.ts';
import { AMOUNT_UNITS_MAX, OPENING_UNITS } from '../workload.ts';

export type LoadKind = 'uniform' | 'zipf' | 'hot' | 'split' | 'half-refused' | 'touch';

export interface Load {
  readonly kind: LoadKind;
  readonly accounts: number;
  readonly seed: number;
  /** Of the idempotency keys: in the order of time, or in none. */
  readonly keys: 'v7' | 'v4';
  /** With a reference and two metadata each: three search rows. */
  readonly described?: boolean;
  /** Each is held and then captured whole. */
  readonly held?: boolean;
}

export interface Leg {
  /** Accounts by index. */
  readonly debit: number;
  readonly credit: number;
  readonly units: number;
}

export interface Intent {
  readonly legs: readonly Leg[];
  /** The payer cannot cover it. */
  readonly refused: boolean;
}

/** No account ever holds as much. */
const BEYOND_ANY_BALANCE_UNITS = OPENING_UNITS * 1_000_000;
const PAYEES = 4;

/** The next transfer of the load at each call. */
export function intents(load: Load): () => Intent {
  const { kind, accounts } = load;
  const next = randomNumbers(load.seed);
  const units = (): number => 1 + (next() % AMOUNT_UNITS_MAX);
  const uniform = (): number => next() % accounts;
  const other = (than: number): number => (than + 1 + (next() % (accounts - 1))) % accounts;
  const posted = (...legs: Leg[]): Intent => ({ legs, refused: false });
  switch (kind) {
    case 'uniform':
      return () => {
        const debit = uniform();
        return posted({ debit, credit: other(debit), units: units() });
      };
    case 'zipf': {
      const rank = zipf(accounts, next);
      return () => {
        const debit = rank();
        let credit = rank();
        while (credit === debit) credit = rank();
        return posted({ debit, credit, units: units() });
      };
    }
    case 'hot':
      // Every second transfer has account 0 on one side, payer and payee in turn.
      return () => {
        const [side, debit] = [next() % 4, uniform()];
        if (side === 0 && debit !== 0) return posted({ debit, credit: 0, units: units() });
        if (side === 1) return posted({ debit: 0, credit: other(0), units: units() });
        return posted({ debit, credit: other(debit), units: units() });
      };
    case 'split':
      return () => {
        const debit = uniform();
        const first = other(debit);
        return posted(
          ...Array.from({ length: PAYEES }, (_, i) => {
            const credit = (first + i) % accounts;
            return { debit, credit: credit === debit ? (first + PAYEES) % accounts : credit, units: units() };
          }),
        );
      };
    case 'half-refused': {
      let made = 0;
      return () => {
        const debit = uniform();
        const refused = made++ % 2 === 1;
        const leg = { debit, credit: other(debit), units: refused ? BEYOND_ANY_BALANCE_UNITS : units() };
        return { legs: [leg], refused };
      };
    }
    case 'touch': {
      // Neighbours in turn: after accounts / 2 transfers, every account was read once.
      let made = 0;
      return () => {
        const debit = (made++ * 2) % accounts;
        return posted({ debit, credit: (debit + 1) % accounts, units: 1 });
      };
    }
  }
}
