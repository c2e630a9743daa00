/**
 * What a batch stored against what the fold makes of its commands: texts column by column, and only where they differ
 * value by value, so that a sound batch costs a few comparisons of strings. Each kind of row gives one problem a batch:
 * the first difference, and how many more.
 */
import { canonicalJson, type Json, leafHash } from '../../kernel/canonical-json.ts';
import { legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import { type BatchColumns, type BatchRows, type RareRows, rareText, TEXT_SEPARATOR } from '../batch-rows.ts';
import type { Check, Problems } from './problems.ts';
import type { StoredBatch, StoredColumns } from './store.ts';

const HASH_CHARS = 64;
const KEY_CHARS = 32;

const EVENT_COLUMNS = ['types', 'codes', 'keys', 'fingerprints', 'bodies'] as const;
const ENTRY_COLUMNS = [
  'accounts',
  'positions',
  'amounts',
  'debits',
  'credits',
  'heldDebits',
  'heldCredits',
  'debitCounts',
  'creditCounts',
  'refusedCounts',
  'versions',
  'netMins',
  'netMaxs',
] as const satisfies (keyof StoredColumns)[];
const RARE_CHECKS: readonly (readonly [keyof RareRows, Check])[] = [
  ['ledgers', 'ledgers'],
  ['accounts', 'accounts'],
  ['settings', 'settings'],
  ['api_keys', 'api_keys'],
  ['revocations', 'revocations'],
  ['holds', 'holds'],
];

const more = (count: number): string => (count > 1 ? `, and ${count - 1} more in its batch` : '');

/** Leaf hashes against the bodies: RFC 6962 §2.1. */
export function compareLeaves(batch: StoredBatch, bodies: readonly string[], problems: Problems): void {
  const computed = bodies.map(leafHash);
  if (computed.join('') === batch.leafHashes) return;
  const differing = computed.flatMap((hash, i) =>
    batch.leafHashes.slice(i * HASH_CHARS, (i + 1) * HASH_CHARS) === hash ? [] : [i],
  );
  const detail = `the leaf hash is not that of the body${more(differing.length)}`;
  problems.add('leaf', batch.first + (differing[0] ?? 0), detail);
}

/** True when the stored events are those that the fold writes, byte for byte. */
export function compareEvents(
  batch: StoredBatch,
  bodies: readonly string[],
  rows: BatchRows,
  folded: BatchColumns,
  problems: Problems,
): boolean {
  const stored = batch.columns;
  if (EVENT_COLUMNS.every((column) => stored[column] === folded[column])) return true;
  const types = stored.types.split(TEXT_SEPARATOR);
  const codes = stored.codes === '' ? undefined : stored.codes.split(TEXT_SEPARATOR);
  const hex = (text: string, i: number, chars: number): string =>
    text.slice(2 + i * chars, 2 + (i + 1) * chars);
  const differing = rows.events.flatMap((event, i) => {
    const names = [
      (types.length === 1 ? types[0] : types[i]) === event.type ? '' : 'type',
      (codes?.[i] ?? '') === event.code ? '' : 'code',
      hex(stored.keys, i, KEY_CHARS) === event.key ? '' : 'key',
      hex(stored.fingerprints, i, HASH_CHARS) === event.fingerprint ? '' : 'fingerprint',
      bodies[i] === event.body ? '' : 'body',
    ].filter((name) => name !== '');
    return names.length === 0 ? [] : [{ number: batch.first + i, names }];
  });
  const [first] = differing;
  const detail = first
    ? `${first.names.join(', ')} not as the fold writes it${more(differing.length)}`
    : 'columns not as the fold writes them';
  problems.add('event', first?.number ?? batch.first, detail);
  return false;
}

/** Entries, touched subjects and rows of rare kinds. */
export function compareRows(batch: StoredBatch, folded: BatchColumns, problems: Problems): void {
  if (ENTRY_COLUMNS.some((column) => batch.columns[column] !== folded[column]))
    explainEntries(batch, folded, problems);
  if (batch.columns.touched !== folded.touched)
    problems.add(
      'touched',
      batch.first,
      'the subjects named as touched are not those that the batch changed',
    );
  if (storedRareText(batch.rare) !== folded.rare) explainRare(batch, folded.rare, problems);
}

/** The text of rare rows that the link covers. */
export const storedRareText = (rare: RareRows | null): string => (rare ? rareText(rare) : '');

export const parseArray = (text: string): string[] => (text === '{}' ? [] : text.slice(1, -1).split(','));

type EntryTexts = ReadonlyMap<string, Readonly<Record<string, string | undefined>>>;

function entriesOf(columns: StoredColumns): EntryTexts {
  const arrays = ENTRY_COLUMNS.map((column) => [column, parseArray(columns[column])] as const);
  return new Map(
    parseArray(columns.positions).map((position, i) => {
      const values = Object.fromEntries(arrays.map(([column, array]) => [column, array[i]]));
      return [`${position} ${values['accounts']}`, values];
    }),
  );
}

function explainEntries(batch: StoredBatch, folded: BatchColumns, problems: Problems): void {
  const stored = entriesOf(batch.columns);
  const expected = entriesOf(folded);
  const found: { position: number; account: string; what: string }[] = [];
  for (const [place, values] of expected) {
    const [position, account] = place.split(' ') as [string, string];
    const actual = stored.get(place);
    const names = actual ? ENTRY_COLUMNS.filter((column) => actual[column] !== values[column]) : [];
    if (actual && names.length === 0) continue;
    found.push({
      position: Number(position),
      account,
      what: actual ? `differs in ${names.join(', ')}` : 'is missing',
    });
  }
  for (const place of stored.keys()) {
    const [position, account] = place.split(' ') as [string, string];
    if (!expected.has(place))
      found.push({ position: Number(position), account, what: 'comes from no event' });
  }
  const [first] = found.sort((a, b) => a.position - b.position);
  const detail = first
    ? `the entry of account ${first.account} at leg ${legOfPosition(first.position)} ${first.what}${more(found.length)}`
    : 'entries not as the fold writes them';
  problems.add('entries', first ? numberOfPosition(first.position) : batch.first, detail);
}

function explainRare(batch: StoredBatch, folded: string, problems: Problems): void {
  const expected = (folded === '' ? {} : JSON.parse(folded)) as Partial<Record<keyof RareRows, Json[]>>;
  for (const [name, check] of RARE_CHECKS) {
    const rows = (batch.rare?.[name] ?? []).map((row) => canonicalJson(row));
    const wanted = (expected[name] ?? []).map((row) => canonicalJson(row));
    const missing = wanted.filter((row) => !rows.includes(row));
    const stray = rows.filter((row) => !wanted.includes(row));
    if (missing.length + stray.length === 0) continue;
    const detail = `${missing.length} rows that the events make are not stored so, ${stray.length} stored rows come from no event; subject ${subjectOf(missing[0] ?? stray[0])}`;
    problems.add(check, batch.first, detail);
  }
}

const subjectOf = (row: string | undefined): string =>
  String((JSON.parse(row ?? '[]') as unknown[])[0] ?? '?');
