/**
 * The log of a ledger as an export sees it: accounts when they are opened and posted transfers, in order, read in
 * pages. An account's opening stands before its first use in the log, so one pass knows every name in time.
 */
import { type EventRecord, parseEvent } from '../../audit/event.ts';
import { assert } from '../../kernel/assert.ts';
import { formatId, parseId } from '../../kernel/id.ts';
import type { AccountKind } from '../../ledger/account.ts';
import type { Reads } from '../reads.ts';

export interface ExportedAccount {
  readonly id: string;
  readonly code: string;
  readonly kind: AccountKind;
  readonly currency: string;
}

export interface ExportedLeg {
  readonly debit: ExportedAccount;
  readonly credit: ExportedAccount;
  /** Decimal string in major units. */
  readonly amount: string;
  readonly currency: string;
}

export interface ExportedTransfer {
  readonly id: string;
  readonly number: string;
  readonly postedAt: string;
  readonly legs: readonly ExportedLeg[];
  readonly reference: string | undefined;
  readonly sourceTime: string | undefined;
  readonly event: EventRecord;
}

/** How one format writes; each text ends with its own line end. */
export interface ExportFormat {
  readonly header: string;
  /** At the day of its opening, before any transfer that uses it. */
  account(account: ExportedAccount, openedAt: string): string;
  transfer(transfer: ExportedTransfer): string;
}

export interface ExportCounts {
  accounts: number;
  transfers: number;
}

const PAGE_EVENTS = 1000;

/** The text of the export, a page at a time. Ends where the log ends while it is read. */
export async function* exportLedger(
  reads: Pick<Reads, 'events'>,
  ledgerId: number,
  format: ExportFormat,
  counts: ExportCounts,
): AsyncGenerator<string, void, void> {
  const accounts = new Map<number, ExportedAccount>();
  yield format.header;
  for (let after = 0; ; ) {
    const page = await reads.events(ledgerId, after, PAGE_EVENTS);
    let text = '';
    for (const { number, body } of page) {
      after = number;
      const event = parseEvent(body);
      if (event.type === 'account.create' && event.outcome === 'done') {
        const account = accountOf(ledgerId, event);
        accounts.set(number, account);
        counts.accounts++;
        text += format.account(account, event.at);
      } else if (event.outcome === 'posted') {
        counts.transfers++;
        text += format.transfer(transferOf(ledgerId, event, accounts));
      }
    }
    if (text !== '') yield text;
    if (page.length < PAGE_EVENTS) return;
  }
}

function accountOf(ledgerId: number, event: EventRecord): ExportedAccount {
  const { code, kind, currency } = event.data as Pick<ExportedAccount, 'kind' | 'currency'> & {
    readonly code?: string;
  };
  const id = formatId('acc', ledgerId, Number(event.number));
  return { id, code: code ?? id, kind, currency };
}

function transferOf(
  ledgerId: number,
  event: EventRecord,
  accounts: ReadonlyMap<number, ExportedAccount>,
): ExportedTransfer {
  const { legs, reference, source_time } = event.data as {
    readonly legs: readonly Record<'debit' | 'credit' | 'amount' | 'currency', string>[];
    readonly reference?: string;
    readonly source_time?: string;
  };
  const account = (id: string): ExportedAccount => {
    const found = accounts.get(parseId('acc', ledgerId, id) ?? 0);
    assert(found !== undefined, 'a posted transfer names accounts that were opened before it');
    return found;
  };
  return {
    id: formatId('trf', ledgerId, Number(event.number)),
    number: event.number,
    postedAt: event.at,
    // A capture may leave a leg as it is.
    legs: legs
      .filter(({ amount }) => /[1-9]/.test(amount))
      .map(({ debit, credit, amount, currency }) => ({
        debit: account(debit),
        credit: account(credit),
        amount,
        currency,
      })),
    reference,
    sourceTime: source_time,
    event,
  };
}
