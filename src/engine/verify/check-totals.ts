/**
 * What no single batch shows: rows that no event accounts for, keys that stand twice, sums and bounds of the newest
 * entries. Reads whole indexes in pages, up to the number at which the replay ended.
 */
import type { AccountState } from '../../ledger/account.ts';
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
      if (!isWithinBounds(account))
        problems.add(
          'balances',
          account.identity.id,
          'the newest entry of the account is outside its bounds',
        );
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

/**
 * A bound is kept by every change towards it, and bounds never tighten: so an account that was ever debited is not below
 * its least net, and one that was never debited may still be on its way up to it. The other side likewise.
 */
function isWithinBounds(account: AccountState): boolean {
  const net = account.credits - account.debits;
  const low = account.netMin !== null && account.debitCount > 0 && net - account.heldDebits < account.netMin;
  const high =
    account.netMax !== null && account.creditCount > 0 && net + account.heldCredits > account.netMax;
  return !low && !high;
}
