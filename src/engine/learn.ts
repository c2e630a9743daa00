/** Rows of the database become the fold's memory: the only place that reads them. */

import type { Scope } from '../identity/api-key.ts';
import { defined } from '../kernel/assert.ts';
import { type AccountKind, type AccountState, accountState } from '../ledger/account.ts';
import type { HoldState, HoldStatus } from '../ledger/hold.ts';
import { type Limit, limitsFromBases, NOTHING_RELEASED, withSliding } from '../ledger/limit.ts';
import type { PoolState } from '../ledger/pool.ts';
import type { ScheduleState, ScheduleStatus } from '../ledger/schedule.ts';
import { SlidingWindow, slidingSeconds } from '../ledger/sliding.ts';
import { isGenuineKey } from './keys/key-mac.ts';
import { limitFromRow } from './limit-json.ts';
import { operatorOfRow } from './operators/operator-row.ts';
import { type OriginalRow, originalFromRow } from './original.ts';
import type { LedgerState } from './state.ts';
import type {
  AccountRow,
  HoldRow,
  OwnersAnswer,
  PoolRow,
  ReadAnswer,
  ScheduleRow,
  SlidingRow,
  TotalsColumns,
  WindowsAnswer,
  WindowsRow,
  WindowTotalsRow,
} from './store.ts';

const minor = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** `changed` is the head at which the row was read. */
export function accountFromRow(row: AccountRow, changed: number): AccountState {
  return accountState(
    { id: row[0], code: row[1], kind: row[2] as AccountKind, currency: row[3], owner: row[4] },
    {
      floor: minor(row[5]),
      ceiling: minor(row[6]),
      debitsFrozen: row[7],
      creditsFrozen: row[8],
      closed: row[9],
      ...(row[18] === null ? {} : { overCaptureBps: row[18] }),
      ...(row[20] ? { stepUpAbove: BigInt(row[20]) } : {}),
      ...(row[19] ? { limits: row[19].map(limitFromRow) } : {}),
      ...(row[21] ? { pools: row[21] } : {}),
    },
    {
      debits: BigInt(row[10]),
      credits: BigInt(row[11]),
      heldDebits: BigInt(row[12]),
      heldCredits: BigInt(row[13]),
      debitCount: row[14],
      creditCount: row[15],
      refusedCount: row[16],
      version: row[17],
    },
    changed,
  );
}

const totalsFromRow = (row: WindowTotalsRow) => ({
  totals: {
    debits: BigInt(row[0]),
    credits: BigInt(row[1]),
    heldDebits: BigInt(row[2]),
    heldCredits: BigInt(row[3]),
    debitCount: row[4],
    creditCount: row[5],
  },
  released: { debits: BigInt(row[6]), credits: BigInt(row[7]) },
});

const slidingFrom = (
  { time }: LedgerState,
  limits: readonly Limit[],
  rows: readonly (SlidingRow | null)[],
): (SlidingWindow | undefined)[] =>
  limits.map(({ window }, i) => {
    const row = rows[i];
    const seconds = slidingSeconds(window);
    if (seconds === undefined || !row) return undefined;
    const [sum, count, moved, [isComplete, points]] = row;
    const base = { sum: BigInt(sum), count, moved: BigInt(moved) };
    return new SlidingWindow(
      seconds,
      time,
      base,
      points.map(([at, ...total]) => ({
        at,
        sum: BigInt(total[0]),
        count: total[1],
        moved: BigInt(total[2]),
      })),
      isComplete,
    );
  });

/** What memory lacked of windows that slide. Requires that the answer was read at the head that the state is folded to. */
export function learnWindows(state: LedgerState, { windows }: Pick<WindowsAnswer, 'windows'>): void {
  for (const [id, rows] of windows) {
    const account = state.accounts.get(id);
    const limited = defined(
      account ?? state.pools.get(id),
      'an account or a pool whose windows were asked for',
    );
    const terms = account ? account.settings.limits : state.pools.get(id)?.terms;
    if (!limited.limits || !terms) continue;
    limited.limits = withSliding(limited.limits, slidingFrom(state, terms, rows));
  }
}

/** Requires one row of windows for each account with limits: without it, the account would count as having none. */
function learnAccount(
  state: LedgerState,
  row: AccountRow,
  windows: ReadonlyMap<number, WindowsRow>,
  head: number,
): void {
  const account = accountFromRow(row, head);
  if (account.settings.limits) {
    const of = defined(windows.get(row[0]), 'the windows of an account with limits');
    const [, at, debits, credits, day, month, sliding] = of;
    const released = { debits: BigInt(debits), credits: BigInt(credits) };
    const bases = { day: totalsFromRow(day), month: totalsFromRow(month) };
    const { limits } = account.settings;
    account.limits = limitsFromBases(limits, bases, slidingFrom(state, limits, sliding), released, at);
  }
  state.addAccount(account);
  state.noteLimits(account);
}

const integersOf = (text: string): string[] => text.slice(1, -1).split(',');

/** Accounts whose totals alone were asked for: of those of which memory lacks no more than these. */
function learnTotals(state: LedgerState, { totals, head }: ReadAnswer): void {
  if (!totals) return;
  const [ids, debits, credits, heldDebits, heldCredits, debitCounts, creditCounts, refusedCounts, versions] =
    totals.map(integersOf) as unknown as TotalsColumns<string[]>;
  for (const [i, id] of ids.entries()) {
    const known = state.outdated.get(Number(id));
    if (!known) continue;
    const read = {
      debits: BigInt(debits[i] as string),
      credits: BigInt(credits[i] as string),
      heldDebits: BigInt(heldDebits[i] as string),
      heldCredits: BigInt(heldCredits[i] as string),
      debitCount: Number(debitCounts[i]),
      creditCount: Number(creditCounts[i]),
      refusedCount: Number(refusedCounts[i]),
      version: Number(versions[i]),
    };
    state.addAccount(accountState(known.identity, known.settings, read, head));
  }
}

/** `head` is the one at which the row was read. */
function poolFromRow(state: LedgerState, row: PoolRow, head: number): PoolState {
  const [id, name, currency, owner, members, limits, at, now, day, month, sliding] = row;
  const { heldDebits: _, ...totals } = totalsFromRow(now).totals;
  const terms = limits.map(limitFromRow);
  const bases = { day: totalsFromRow(day), month: totalsFromRow(month) };
  return {
    identity: { id, name, currency, owner },
    terms,
    limits:
      terms.length === 0
        ? undefined
        : limitsFromBases(terms, bases, slidingFrom(state, terms, sliding), NOTHING_RELEASED, at),
    ...totals,
    heldDebits: 0n,
    members,
    counted: 0,
    changed: head,
    passedBy: head,
  };
}

/** Owners and names of pools. Requires that the answer was read at the head that the state is folded to. */
export function learnOwners(
  state: LedgerState,
  { owners, names }: Pick<OwnersAnswer, 'owners' | 'names'>,
): void {
  const owned = ([id, currency]: readonly [number, string]) => ({ id, currency });
  for (const [owner, accounts, pools] of owners)
    state.owners.set(owner, { accounts: accounts.map(owned), pools: pools.map(owned) });
  for (const [name, pool] of names) state.owners.poolNames.set(name, pool);
}

const windowsOf = ({ windows }: ReadAnswer): Map<number, WindowsRow> =>
  new Map((windows ?? []).map((row) => [row[0], row]));

/** `changed` is the head at which the row was read. */
export const holdFromRow = (row: HoldRow, changed: number): HoldState => ({
  id: row[0],
  status: row[1] as HoldStatus,
  expiresAt: row[2],
  legs: row[3].map((debit, i) => ({
    debit,
    credit: row[4][i] as number,
    currency: row[5][i] as string,
    amount: BigInt(row[6][i] as string),
    captured: BigInt(row[7][i] as string),
  })),
  changed,
  passedBy: changed,
});

/** `changed` is the head at which the row was read. */
export const scheduleFromRow = (row: ScheduleRow, changed: number): ScheduleState => ({
  id: row[0],
  status: row[1] as ScheduleStatus,
  scheduledFor: row[2],
  unrestricted: row[3],
  fingerprint: row[4],
  changed,
  passedBy: changed,
});

/** Only accounts and pools that memory lacks: what it has is newer. Requires that nobody changed them since the answer's head. */
export function learnAccounts(state: LedgerState, answer: ReadAnswer): void {
  const windows = windowsOf(answer);
  for (const row of answer.accounts ?? [])
    if (!state.accounts.has(row[0])) learnAccount(state, row, windows, answer.head);
  learnTotals(state, answer);
  for (const row of answer.pools ?? [])
    if (!state.pools.has(row[0])) state.addPool(poolFromRow(state, row, answer.head));
}

/** Requires that the answer was read at the head that the state is folded to. */
export function learn(state: LedgerState, answer: ReadAnswer): void {
  const windows = windowsOf(answer);
  for (const row of answer.accounts ?? []) learnAccount(state, row, windows, answer.head);
  learnTotals(state, answer);
  for (const row of answer.pools ?? []) state.addPool(poolFromRow(state, row, answer.head));
  for (const [key, number, fingerprint, code, body] of answer.keys ?? []) {
    state.addResult(key, { number, fingerprint, code, body });
  }
  // As with operators below: a key without a valid MAC is nobody's.
  for (const [id, signed, mac, expiresAt, revoked, rotated, madeBy] of answer.api_keys ?? []) {
    if (!isGenuineKey(state.rowKey, state.ledgerId, id, signed, mac)) continue;
    const [client, , , scopes] = signed;
    state.apiKeys.set(id, {
      id,
      client,
      scopes: scopes as Scope[],
      expiresAt,
      revoked,
      rotated,
      madeBy,
      changed: answer.head,
    });
  }
  for (const [name, id] of answer.names ?? []) state.names.set(name, id);
  for (const row of answer.holds ?? []) state.holds.set(row[0], holdFromRow(row, answer.head));
  for (const row of answer.schedules ?? []) state.schedules.set(row[0], scheduleFromRow(row, answer.head));
  // One without a valid MAC is nobody's: as if it were not there.
  for (const row of answer.operators ?? []) {
    const operator = operatorOfRow(row, state.rowKey);
    if (operator) state.addOperator(operator);
  }
  state.noteNotHeld(answer.not_held ?? []);
}

/** Requires the same of the transfers that are to be reversed. */
export function learnOriginals(state: LedgerState, rows: readonly OriginalRow[]): void {
  for (const row of rows) {
    const original = originalFromRow(state.ledgerId, row);
    if (original) state.originals.set(original.id, original);
  }
}
