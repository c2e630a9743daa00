/**
 * The statement of an account for a period, as a stream: the balance before it, each entry that moved money with the
 * balance after it, the balance at its end. Counted refusals move nothing and are left out (account.entries has them).
 *
 * One head holds for all of it: the last event is fixed when the stream begins, and history is append-only, so later
 * postings do not enter however long a reader takes. Memory is that of one page. The end comes last, so whoever has it
 * has all of it; and it is held against the sum of what was told before it is written.
 */
import { assert } from '../../kernel/assert.ts';
import { formatMicros } from '../../kernel/clock.ts';
import { exponentOf } from '../../kernel/currency.ts';
import { formatId, parseId } from '../../kernel/id.ts';
import { formatMinor } from '../../kernel/money.ts';
import { type AccountTotals, balancesOf, NO_TOTALS } from '../../ledger/account.ts';
import { legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import type { Reads, StatementEntry } from '../reads.ts';
import type { KnownPeriod } from './account-past.ts';
import { balancesView } from './account-view.ts';

const PAGE_ENTRIES = 500;
/** Codes never change; a reader of many counterparties forgets them all at once. */
const CODES_MAX = 10_000;

type Balances = ReturnType<typeof balancesView>;

/** One entry, its amounts as decimal strings in major units. */
export interface StatementLine {
  readonly transfer_id: string;
  readonly reference: string | null;
  readonly leg: number;
  readonly direction: 'debit' | 'credit';
  readonly amount: string;
  readonly counterparty: string;
  readonly counterparty_code: string;
  readonly balance: string;
  readonly at: string;
}

export interface StatementBegin {
  readonly account: Readonly<Record<'id' | 'code' | 'kind' | 'currency', string>> & {
    readonly owner: string | null;
  };
  readonly from: string;
  readonly to: string;
  readonly event_number: string;
  readonly opening: Balances;
}

export interface StatementEnd {
  readonly closing: Balances;
  readonly totals: { readonly debits: string; readonly credits: string; readonly entries: number };
}

/** How one format writes. */
export interface StatementFormat {
  begin(begin: StatementBegin): string;
  line(line: StatementLine, index: number, begin: StatementBegin): string;
  end(end: StatementEnd, begin: StatementBegin): string;
}

export interface StatementPeriod extends KnownPeriod {
  readonly from: number;
  /** Null: up to the newest event. */
  readonly to: number | null;
}

type StatementReads = Pick<Reads, 'statementPage' | 'accountCodes'>;

export async function* statementText(
  reads: StatementReads,
  ledgerId: number,
  period: StatementPeriod,
  format: StatementFormat,
): AsyncGenerator<string, void, void> {
  const { first, last, before = NO_TOTALS, after } = period;
  const { id, code, kind, currency, owner } = after.identity;
  const money = (minor: bigint): string => formatMinor(minor, exponentOf(currency));
  const begin: StatementBegin = {
    account: { id: formatId('acc', ledgerId, id), code, kind, currency, owner },
    from: formatMicros(period.from),
    // The next event comes later than the newest one, so a statement from here on continues this one.
    to: formatMicros(period.to ?? Math.max(period.newestAt, period.from) + 1),
    event_number: String(last),
    opening: balancesView(kind, currency, before),
  };
  const codes = new Map<number, string>();
  let totals: AccountTotals = before;
  let entries = 0;
  let text = format.begin(begin);
  for (let position = first * 256 - 1, more = true; more; ) {
    const page = await reads.statementPage(ledgerId, id, position, last, PAGE_ENTRIES);
    const moved = page.filter(({ amount }) => amount !== 0n);
    await learnCodes(reads, ledgerId, codes, moved);
    for (const row of moved) {
      const counterparty = counterpartyOf(ledgerId, row);
      const line: StatementLine = {
        transfer_id: formatId('trf', ledgerId, numberOfPosition(row.position)),
        reference: row.reference,
        leg: legOfPosition(row.position),
        direction: row.amount < 0n ? 'debit' : 'credit',
        amount: money(row.amount < 0n ? -row.amount : row.amount),
        counterparty: formatId('acc', ledgerId, counterparty),
        counterparty_code: codes.get(counterparty) ?? '',
        balance: money(balancesOf(kind, row.totals).posted),
        at: formatMicros(row.at),
      };
      text += format.line(line, entries, begin);
      entries++;
    }
    const newest = page.at(-1);
    if (newest) {
      position = newest.position;
      totals = newest.totals;
    }
    more = page.length === PAGE_ENTRIES;
    if (more) {
      yield text;
      text = '';
    }
  }
  assert(
    totals.debits === after.debits && totals.credits === after.credits,
    'a statement adds up to the balance at its end',
  );
  const moved = {
    debits: money(after.debits - before.debits),
    credits: money(after.credits - before.credits),
  };
  const end = { closing: balancesView(kind, currency, after), totals: { ...moved, entries } };
  yield text + format.end(end, begin);
}

/** The other side of the leg: the account that the money came from or went to. */
function counterpartyOf(ledgerId: number, { amount, leg }: StatementEntry): number {
  const number = parseId('acc', ledgerId, (amount < 0n ? leg?.credit : leg?.debit) ?? '');
  assert(number !== undefined, 'an entry that moved money is a side of a leg of its transfer');
  return number;
}

async function learnCodes(
  reads: StatementReads,
  ledgerId: number,
  codes: Map<number, string>,
  page: readonly StatementEntry[],
): Promise<void> {
  if (codes.size > CODES_MAX) codes.clear();
  const wanted = new Set(page.map((row) => counterpartyOf(ledgerId, row)));
  const unknown = [...wanted].filter((account) => !codes.has(account));
  if (unknown.length === 0) return;
  for (const [account, code] of await reads.accountCodes(ledgerId, unknown)) codes.set(account, code);
}
