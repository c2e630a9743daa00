/**
 * The rows that one batch appends, and the two things made of them: the texts sent to `ledger_append` and the
 * digest in the batch's link. Both come from the same columns, but for holds, which are sent as `hold-columns.ts` says;
 * so the link covers all that is sent. The leaf hash is derived from the body where it is stored.
 *
 * Columns travel as prebuilt text: PostgreSQL parses `{1,2,3}` many times faster than the driver sends an array
 * (13.5 against 1.0 ms for an empty call of 1,000 items). Parsing is still 0.6 µs a value, so a column that holds
 * nothing but its default is sent empty, and keys and fingerprints go as one run of bytes each (as arrays
 * of 1,000 they took 1.7 and 3.3 ms to parse). Order: events by number, entries by account and position (neighbours in the index).
 */
import { createHmac } from 'node:crypto';
import { digestOf, type Json } from '../kernel/canonical-json.ts';
import type { Entry } from '../ledger/transfer.ts';
import { holdColumns } from './hold-columns.ts';
import { integersText } from './integer-text.ts';
import type { Head } from './state.ts';

export interface EventRow {
  readonly type: string;
  readonly code: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly body: string;
}

export interface SearchRow {
  readonly field: string;
  readonly value: string;
  readonly number: number;
}

/** Rows of rare kinds, each an array in the order of its SQL function. */
export interface RareRows {
  readonly ledgers: Json[];
  readonly accounts: Json[];
  readonly settings: Json[];
  readonly api_keys: Json[];
  readonly api_key_macs: Json[];
  readonly revocations: Json[];
  readonly rotations: Json[];
  readonly holds: Json[];
  /** Moves of a sandbox ledger's clock. */
  readonly clock: Json[];
  readonly reversals: Json[];
  readonly effective: Json[];
  readonly limit_marks: Json[];
  readonly schedules: Json[];
  /** Closes of the books, how far they are carried forward, and the balances themselves. */
  readonly periods: Json[];
  readonly progress: Json[];
  readonly carried: Json[];
  readonly operators: Json[];
  /** Versions of customers, with their factors. */
  readonly customers: Json[];
  /** Versions of pools, and what pools have counted by the end of the batch. */
  readonly pools: Json[];
  readonly pool_totals: Json[];
  /** Which actions need a second person, proposals, and what was decided about them. */
  readonly policies: Json[];
  readonly proposals: Json[];
  readonly proposal_decisions: Json[];
}

export interface BatchRows {
  readonly events: EventRow[];
  readonly entries: Entry[];
  readonly search: SearchRow[];
  readonly rare: RareRows;
}

export const emptyRows = (): BatchRows => ({
  events: [],
  entries: [],
  search: [],
  rare: {
    ledgers: [],
    accounts: [],
    settings: [],
    api_keys: [],
    api_key_macs: [],
    revocations: [],
    rotations: [],
    holds: [],
    clock: [],
    reversals: [],
    effective: [],
    limit_marks: [],
    schedules: [],
    periods: [],
    progress: [],
    carried: [],
    operators: [],
    customers: [],
    pools: [],
    pool_totals: [],
    policies: [],
    proposals: [],
    proposal_decisions: [],
  },
});

/** The arguments of `ledger_append` after the fence, as text. */
export interface BatchColumns {
  /** One value where all are the same. */
  readonly types: string;
  readonly codes: string;
  readonly keys: string;
  readonly fingerprints: string;
  readonly bodies: string;
  readonly accounts: string;
  readonly positions: string;
  readonly amounts: string;
  readonly debits: string;
  readonly credits: string;
  readonly heldDebits: string;
  readonly heldCredits: string;
  readonly debitCounts: string;
  readonly creditCounts: string;
  readonly refusedCounts: string;
  readonly versions: string;
  readonly netMins: string;
  readonly netMaxs: string;
  readonly searchFields: string;
  readonly searchValues: string;
  readonly searchNumbers: string;
  readonly touched: string;
  /** JSON, or empty when the batch has no rare rows. */
  readonly rare: string;
}

/** Separates texts in a column; no body, token or code contains it. */
export const TEXT_SEPARATOR = '\x1e';

/** As `integersText`, but empty where every value is the column's default. */
const sparse = <T>(rows: readonly T[], fallback: unknown, of: (row: T) => number | bigint | null): string =>
  rows.every((row) => of(row) === fallback) ? '{}' : integersText(rows, of);
const texts = <T>(rows: readonly T[], of: (row: T) => string): string => rows.map(of).join(TEXT_SEPARATOR);
const isUniform = (events: readonly EventRow[]): boolean => events.every((e) => e.type === events[0]?.type);

export function batchColumns(rows: BatchRows): BatchColumns {
  const { events, search, rare } = rows;
  const entries = rows.entries.toSorted((a, b) => a.account - b.account || a.position - b.position);
  return {
    types: texts(isUniform(events) ? events.slice(0, 1) : events, (e) => e.type),
    codes: events.some((e) => e.code !== '') ? texts(events, (e) => e.code) : '',
    keys: `\\x${events.map((e) => e.key).join('')}`,
    fingerprints: `\\x${events.map((e) => e.fingerprint).join('')}`,
    bodies: texts(events, (e) => e.body),
    accounts: integersText(entries, (e) => e.account),
    positions: integersText(entries, (e) => e.position),
    amounts: integersText(entries, (e) => e.amount),
    debits: integersText(entries, (e) => e.debits),
    credits: integersText(entries, (e) => e.credits),
    heldDebits: sparse(entries, 0n, (e) => e.heldDebits),
    heldCredits: sparse(entries, 0n, (e) => e.heldCredits),
    debitCounts: integersText(entries, (e) => e.debitCount),
    creditCounts: integersText(entries, (e) => e.creditCount),
    refusedCounts: sparse(entries, 0, (e) => e.refusedCount),
    versions: integersText(entries, (e) => e.version),
    netMins: sparse(entries, null, (e) => e.netMin),
    netMaxs: sparse(entries, null, (e) => e.netMax),
    searchFields: texts(search, (s) => s.field),
    searchValues: texts(search, (s) => s.value),
    searchNumbers: integersText(search, (s) => s.number),
    touched: integersText(touchedBy(entries, rows.rare), (id) => id),
    rare: rareText(rare),
  };
}

/** Kinds that came later: where there are none of one, the text is what it was before it, and so is every link. */
const LATER: readonly string[] = [
  'holds',
  'clock',
  'reversals',
  'effective',
  'limit_marks',
  'rotations',
  'schedules',
  'periods',
  'progress',
  'carried',
  'operators',
  'api_key_macs',
  'customers',
  'pools',
  'pool_totals',
  'policies',
  'proposals',
  'proposal_decisions',
];

/** All of the rare rows. */
export const wholeRareText = (rare: RareRows): string => textOf({ ...rare });

/** The rare rows as the link covers them: all but the MACs of rows that it covers. */
export function rareText(rare: RareRows): string {
  return textOf({ ...rare, api_key_macs: [] });
}

/** The rare rows as `ledger_append` takes them: with these MACs, and in columns what it reads faster as columns. */
export function rareArgument(rare: RareRows, text: string): string {
  if (rare.holds.length + rare.api_key_macs.length === 0) return text;
  return textOf({ ...rare, ...(rare.holds.length === 0 ? {} : { holds: holdColumns(rare.holds) }) });
}

function textOf(lists: Readonly<Record<string, readonly Json[]>>): string {
  const names = Object.keys(lists)
    .filter((name) => lists[name]?.length !== 0 || !LATER.includes(name))
    .sort();
  if (names.every((name) => lists[name]?.length === 0)) return '';
  // Canonical (RFC 8785), and in a tenth of the time: a row has texts, flags and nulls, and lists of these.
  return `{${names.map((name) => `"${name}":${JSON.stringify(lists[name])}`).join(',')}}`;
}

/** Subjects whose state the batch changed, each once, in ascending order; the entries are in the order of their accounts. */
function touchedBy(entries: readonly Entry[], rare: RareRows): number[] {
  const accounts: number[] = [];
  for (const { account } of entries) if (account !== accounts.at(-1)) accounts.push(account);
  const others = [
    rare.settings,
    rare.api_keys,
    rare.revocations,
    rare.rotations,
    rare.holds,
    rare.reversals,
    rare.schedules,
    rare.operators,
    rare.customers,
    rare.pools,
    rare.pool_totals,
    rare.proposal_decisions,
  ].flat();
  if (others.length === 0) return accounts;
  const ids = [...accounts, ...others.map((row) => Number((row as Json[])[0]))];
  return [...Float64Array.from(ids).sort()].filter((id, i, sorted) => id !== sorted[i - 1]);
}

/** The key that authenticates links; it stands outside the database. */
export interface LinkKey {
  readonly version: number;
  readonly secret: Buffer;
  readonly installation: string;
}

/** Version of what the link covers and in which order. */
const LINK_FORMAT = 1;

/**
 * The link of a batch: HMAC-SHA-256 over where it stands (installation, ledger, previous link, first number, count,
 * time) and a digest of every row appended. Fence, identity of the batch and chain in one.
 */
export function linkOf(
  key: LinkKey,
  ledgerId: number,
  previous: Head,
  at: number,
  count: number,
  columns: BatchColumns,
): string {
  const text = [
    LINK_FORMAT,
    key.version,
    key.installation,
    ledgerId,
    previous.link,
    previous.number + 1,
    count,
    at,
    digestOf(Object.values(columns) as string[]),
  ].join('|');
  return createHmac('sha256', key.secret).update(text).digest('hex');
}

/** Says which key this is without telling it: HMAC-SHA-256 of the installation's id. */
export const keyCheckValue = (key: LinkKey): string =>
  createHmac('sha256', key.secret).update(`check|${key.version}|${key.installation}`).digest('hex');
