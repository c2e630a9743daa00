/**
 * What no single batch shows: rows that no event accounts for, keys that stand twice, sums of the newest entries. Reads
 * whole indexes in pages, up to the number at which the replay ended.
 *
 * Bounds are no matter of the newest entry: they may have changed since, and a balance may stand outside of them. The
 * replay holds each entry against those that were in force at its event.
 */
import { accountFromRow } from '../learn.ts';
import type { Check, Problems } from './problems.ts';
import type { LogReplay } from './replay.ts';
import type { Tally, VerifyReads } from './store.ts';

export interface CurrencyTotals {
  readonly currency: string;
  /** Cumulative, minor units. */
  readonly debits: bigint;
  readonly credits: bigint;
}

export interface Totals {
  readonly accounts: number;
  readonly entries: number;
  readonly currencies: readonly CurrencyTotals[];
}

const ACCOUNTS_PAGE = 5000;
const TALLIED: readonly (readonly [keyof Tally, Check])[] = [
  ['accounts', 'accounts'],
  ['settings', 'settings'],
  ['api_keys', 'api_keys'],
  ['revocations', 'revocations'],
  ['ledgers', 'ledgers'],
  ['holds', 'holds'],
  ['search', 'search'],
];

export async function checkTotals(
  reads: VerifyReads,
  replay: LogReplay,
  problems: Problems,
): Promise<Totals> {
  const entries = await checkEntryCounts(reads, replay, problems);
  await checkKeys(reads, replay, problems);
  await checkTally(reads, replay, problems);
  for await (const hold of reads.differingOpenHolds())
    problems.add('open_holds', hold, 'the hold is listed as open exactly if it is not, or for another time');
  return { entries, ...(await checkBalances(reads, replay.head.number, problems)) };
}

async function checkEntryCounts(reads: VerifyReads, replay: LogReplay, problems: Problems): Promise<number> {
  let total = 0;
  for await (const [account, count] of reads.entryCounts(replay.head.number)) {
    const seen = replay.entries.get(account) ?? 0;
    total += count;
    if (count !== seen)
      problems.add(
        'entries',
        undefined,
        `account ${account} has ${count} entries where the batches made ${seen}`,
      );
  }
  return total;
}

async function checkKeys(reads: VerifyReads, { head, events }: LogReplay, problems: Problems): Promise<void> {
  const distinct = await reads.distinctKeys(head.number);
  if (distinct !== events)
    problems.add('keys', undefined, `${events} events have ${distinct} distinct idempotency keys`);
}

/** After events that could not be folded, what search rows there should be is not known. */
async function checkTally(
  reads: VerifyReads,
  { head, seen, exact }: LogReplay,
  problems: Problems,
): Promise<void> {
  const tally = await reads.tally(head.number);
  for (const [name, check] of TALLIED) {
    if (tally[name] === seen[name] || (name === 'search' && !exact)) continue;
    problems.add(check, undefined, `${tally[name]} rows are stored where the batches made ${seen[name]}`);
  }
}

async function checkBalances(
  reads: VerifyReads,
  head: number,
  problems: Problems,
): Promise<Omit<Totals, 'entries'>> {
  const sums = new Map<string, { debits: bigint; credits: bigint }>();
  let accounts = 0;
  for (let after = 0; ; ) {
    const rows = await reads.accountPage(after, ACCOUNTS_PAGE, head);
    for (const row of rows) {
      const account = accountFromRow(row, head);
      const sum = sums.get(account.identity.currency) ?? { debits: 0n, credits: 0n };
      sum.debits += account.debits;
      sum.credits += account.credits;
      sums.set(account.identity.currency, sum);
      after = Math.max(after, account.identity.id);
    }
    accounts += rows.length;
    if (rows.length < ACCOUNTS_PAGE) break;
  }
  const currencies = [...sums].map(([currency, sum]) => ({ currency, ...sum }));
  for (const { currency, debits, credits } of currencies) {
    if (debits !== credits)
      problems.add('balances', undefined, `${currency} has debits of ${debits} and credits of ${credits}`);
  }
  return { accounts, currencies: currencies.sort((a, b) => (a.currency < b.currency ? -1 : 1)) };
}
