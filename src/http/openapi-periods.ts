/** Closes of the example ledger, and what they carried forward: kept beside it from the rows that its fold makes. */
import type { BatchRows } from '../engine/batch-rows.ts';
import type { CarryPeriod } from '../engine/period-command.ts';
import type { ClosingBalance, ListedPeriod, PeriodReads } from '../engine/periods/store.ts';
import type { LedgerState } from '../engine/state.ts';
import { defined } from '../kernel/assert.ts';

export class ExamplePeriods {
  readonly #state: LedgerState;
  readonly #periods: ListedPeriod[] = [];
  readonly #carried: { readonly period: number; readonly balance: ClosingBalance }[] = [];
  /** Entries that count at another time than when they were posted. */
  readonly #dated: { readonly account: number; readonly at: number; readonly amount: bigint }[] = [];

  constructor(state: LedgerState) {
    this.#state = state;
  }

  /** Takes in what the fold made of a request at this time. */
  see({ rare }: BatchRows, at: number): void {
    for (const [account, , effective, amount] of rare.effective as string[][])
      this.#dated.push({
        account: Number(account),
        at: Number(effective),
        amount: BigInt(defined(amount, 'an amount')),
      });
    for (const [number, until] of rare.periods as string[][])
      this.#periods.unshift({
        number: Number(number),
        closedUntil: Number(until),
        closedAt: at,
        accounts: 0,
        carried: false,
      });
    for (const [account, period, , debits, credits] of rare.carried as string[][]) {
      const { id, code, kind, currency } = defined(
        this.#state.accounts.get(Number(account)),
        'an account',
      ).identity;
      const sums = { debits: BigInt(debits ?? '0'), credits: BigInt(credits ?? '0') };
      this.#carried.push({ period: Number(period), balance: { account: id, code, kind, currency, ...sums } });
    }
    for (const [, , , accounts, last] of rare.progress as unknown[][]) {
      const newest = defined(this.#periods.shift(), 'a close');
      this.#periods.unshift({ ...newest, accounts: Number(accounts), carried: last === true });
    }
  }

  /** What the newest close carries forward: of the example everything that counts before it is dated back. */
  get next(): CarryPeriod {
    const { number, closedUntil } = defined(this.#periods[0], 'a close');
    const rows = [...this.#state.accounts.keys()].flatMap((account) => {
      const counts = this.#dated.filter((one) => one.account === account && one.at < closedUntil);
      const sum = (sign: 1n | -1n): bigint =>
        counts.reduce((total, { amount }) => (amount * sign > 0n ? total + amount * sign : total), 0n);
      return counts.length === 0 ? [] : [[String(account), String(sum(-1n)), String(sum(1n))] as const];
    });
    return { type: 'period.carry', period: number, after: 0, upTo: number, rows, last: true };
  }

  get newest(): number {
    return defined(this.#periods[0], 'a close').number;
  }

  get reads(): Pick<PeriodReads, 'list' | 'balances'> {
    return {
      list: async (_, { count }) => ({ rows: this.#periods.slice(0, count), examinedTo: null }),
      balances: async (_, period, { count }) => ({
        rows: this.#carried
          .filter((one) => one.period === period)
          .slice(0, count)
          .map(({ balance }) => balance),
        examinedTo: null,
      }),
    };
  }
}
