/** Closes of the books as the model ledger knows them: how far they are closed, and how far that is carried forward. */
import type { CarryPeriod, ClosePeriod } from '../../src/engine/period-command.ts';

export class ModelPeriods {
  #newest:
    | { readonly number: number; readonly until: number; accounts: number; through: boolean }
    | undefined;

  get closedUntil(): number | undefined {
    return this.#newest?.until;
  }

  close({ closedUntil }: ClosePeriod, number: number, now: number): { readonly code: string } {
    if (closedUntil > now) return { code: 'period_in_future' };
    if (this.#newest && this.#newest.until >= closedUntil) return { code: 'period_not_later' };
    if (this.#newest?.through === false) return { code: 'period_carrying' };
    this.#newest = { number, until: closedUntil, accounts: 0, through: false };
    return { code: '' };
  }

  carry({ period, after, upTo, last }: CarryPeriod): { readonly code: string } | 'not_found' {
    const newest = this.#newest;
    const goesOn = newest?.number === period && !newest.through && newest.accounts === after;
    if (!goesOn || upTo < after) return 'not_found';
    newest.accounts = upTo;
    newest.through = last;
    return { code: '' };
  }
}
