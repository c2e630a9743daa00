/**
 * What no single batch shows: rows that no event accounts for, keys that stand twice, sums of the newest entries. Reads
 * whole indexes in pages, up to the number at which the replay ended.
 *
 * Bounds are no matter of the newest entry: they may have changed since, and a balance may stand outside of them. The
 * replay holds each entry against those that were in force at its event.
 */
import { formatId } from '../../kernel/id.ts';
import { accountFromRow } from '../learn.ts';
import type { AccountRow } from '../store.ts';
import { type Check, NO_ROW, type Problems } from './problems.ts';
import type { LogReplay } from './replay.ts';
import type { VerifyReads } from './store.ts';
import type { Tallied } from './tally.ts';

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
const TALLIED: readonly (readonly [Tallied, Check])[] = [
  ['batches', 'order'],
  ['accounts', 'accounts'],
  ['settings', 'settings'],
  ['api_keys', 'api_keys'],
  ['api_key_macs', 'api_keys'],
  ['revocations', 'revocations'],
  ['rotations', 'rotations'],
  ['ledgers', 'ledgers'],
  ['holds', 'holds'],
  ['clock', 'clock'],
  ['reversals', 'reversals'],
  ['effective', 'effective'],
  ['limit_marks', 'limit_marks'],
  ['schedules', 'schedules'],
  ['periods', 'periods'],
  ['progress', 'periods'],
  ['carried', 'carried'],
  ['operators', 'operators'],
  ['customers', 'factors'],
  ['pools', 'pools'],
  ['pool_totals', 'pool_totals'],
  ['policies', 'four_eyes'],
  ['proposals', 'four_eyes'],
  ['proposal_decisions', 'four_eyes'],
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
  for await (const [hold, expected, found] of reads.differingOpenHolds())
    problems.add({ check: 'open_holds', number: hold, subject: 'listed as open until', expected, found });
  for await (const [schedule, expected, found] of reads.differingOpenSchedules())
    problems.add({ check: 'open_schedules', number: schedule, subject: 'listed as due at', expected, found });
  return { entries, ...(await checkBalances(reads, replay.head.number, problems)) };
}

async function checkEntryCounts(reads: VerifyReads, replay: LogReplay, problems: Problems): Promise<number> {
  let total = 0;
  for await (const [account, count, beyond] of reads.entryCounts(replay.head.number)) {
    const seen = replay.entries.get(account) ?? 0;
    total += count;
    const name = formatId('acc', replay.state.ledgerId, account);
    if (count !== seen)
      problems.add({
        check: 'entries',
        subject: `entries of ${name}`,
        expected: String(seen),
        found: String(count),
      });
    if (beyond > 0)
      problems.add({
        check: 'entries',
        subject: `entries of ${name} after the newest batch`,
        expected: '0',
        found: String(beyond),
      });
  }
  return total;
}

async function checkKeys(reads: VerifyReads, { head, events }: LogReplay, problems: Problems): Promise<void> {
  const stored = await reads.keyCounts(head.number);
  const found = { 'events in the index of keys': stored.events, 'distinct idempotency keys': stored.keys };
  for (const [subject, count] of Object.entries(found))
    if (count !== events)
      problems.add({ check: 'keys', subject, expected: String(events), found: String(count) });
}

/** After events that could not be folded, what search rows there should be is not known. */
async function checkTally(
  reads: VerifyReads,
  { head, seen, batches, exact }: LogReplay,
  problems: Problems,
): Promise<void> {
  const tally = await reads.tally(head.number);
  const expected = { ...seen, batches };
  for (const [name, check] of TALLIED) {
    const [rows, beyond] = tally[name];
    if (beyond !== null)
      problems.add({
        check,
        number: beyond,
        subject: `row of ${name} after the newest batch`,
        expected: NO_ROW,
        found: 'a row',
      });
    if (rows === expected[name] || (name === 'search' && !exact)) continue;
    const subject = `rows of ${name}`;
    problems.add({ check, subject, expected: String(expected[name]), found: String(rows) });
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
      const account = accountFromRow(row.with(19, null) as unknown as AccountRow, head);
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
      problems.add({
        check: 'balances',
        subject: `credits of all accounts in ${currency}, minor units`,
        expected: `${debits}, as debited`,
        found: String(credits),
      });
  }
  return { accounts, currencies: currencies.sort((a, b) => (a.currency < b.currency ? -1 : 1)) };
}
