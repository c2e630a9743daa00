/**
 * What a batch stored against what the fold makes of its commands: texts column by column, and only where they differ
 * value by value, so that a sound batch costs a few comparisons of strings. Each value that differs is a problem of its own.
 */
import { canonicalJson, leafHash } from '../../kernel/canonical-json.ts';
import { formatId } from '../../kernel/id.ts';
import { legOfPosition, numberOfPosition } from '../../ledger/transfer.ts';
import {
  type BatchColumns,
  type BatchRows,
  type RareRows,
  rareText,
  TEXT_SEPARATOR,
  wholeRareText,
} from '../batch-rows.ts';
import { type Check, NO_ROW, type Problems } from './problems.ts';
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
  ['api_key_macs', 'api_keys'],
  ['revocations', 'revocations'],
  ['rotations', 'rotations'],
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
];

/** Leaf hashes against the bodies: RFC 6962 §2.1. */
export function compareLeaves(batch: StoredBatch, bodies: readonly string[], problems: Problems): void {
  const computed = bodies.map(leafHash);
  if (computed.join('') === batch.leafHashes) return;
  for (const [i, expected] of computed.entries()) {
    const found = batch.leafHashes.slice(i * HASH_CHARS, (i + 1) * HASH_CHARS);
    if (found !== expected)
      problems.add({
        check: 'leaf',
        number: batch.first + i,
        subject: 'leaf hash of the body',
        expected,
        found,
      });
  }
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
  let named = 0;
  for (const [i, event] of rows.events.entries()) {
    const values: readonly (readonly [name: string, expected: string, found: string | undefined])[] = [
      ['type', event.type, types.length === 1 ? types[0] : types[i]],
      ['code', event.code, codes?.[i] ?? ''],
      ['key', event.key, hex(stored.keys, i, KEY_CHARS)],
      ['fingerprint', event.fingerprint, hex(stored.fingerprints, i, HASH_CHARS)],
      ['body', event.body, bodies[i]],
    ];
    for (const [subject, expected, found = ''] of values) {
      if (expected === found) continue;
      named++;
      problems.add({ check: 'event', number: batch.first + i, subject, expected, found });
    }
  }
  if (named === 0)
    problems.add({
      check: 'event',
      number: batch.first,
      subject: 'columns of the batch',
      expected: 'as the fold writes them',
      found: 'others',
    });
  return false;
}

/** Entries, touched subjects and rows of rare kinds. */
export function compareRows(
  batch: StoredBatch,
  { rare }: BatchRows,
  folded: BatchColumns,
  ledgerId: number,
  problems: Problems,
): void {
  if (ENTRY_COLUMNS.some((column) => batch.columns[column] !== folded[column]))
    explainEntries(batch, folded, ledgerId, problems);
  if (batch.columns.touched !== folded.touched)
    problems.add({
      check: 'touched',
      number: batch.first,
      subject: 'subjects that the batch changed',
      expected: folded.touched,
      found: batch.columns.touched,
    });
  if ((batch.rare ? wholeRareText(batch.rare) : '') !== wholeRareText(rare))
    explainRare(batch, rare, problems);
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

function explainEntries(
  batch: StoredBatch,
  folded: BatchColumns,
  ledgerId: number,
  problems: Problems,
): void {
  const stored = entriesOf(batch.columns);
  const expected = entriesOf(folded);
  let named = 0;
  for (const place of new Set([...expected.keys(), ...stored.keys()])) {
    const [position, account] = place.split(' ').map(Number) as [number, number];
    const name = `entry of ${formatId('acc', ledgerId, account)}, leg ${legOfPosition(position)}`;
    const [want, have] = [expected.get(place), stored.get(place)];
    const add = (subject: string, values: { expected: string; found: string }): void => {
      named++;
      problems.add({ check: 'entries', number: numberOfPosition(position), subject, ...values });
    };
    if (!have) add(name, { expected: entryText(want), found: NO_ROW });
    else if (!want) add(name, { expected: NO_ROW, found: entryText(have) });
    else
      for (const column of ENTRY_COLUMNS)
        if (want[column] !== have[column])
          add(`${name}: ${column}`, { expected: want[column] ?? '', found: have[column] ?? '' });
  }
  if (named === 0)
    problems.add({
      check: 'entries',
      number: batch.first,
      subject: 'entries of the batch',
      expected: 'as the fold writes them',
      found: 'others',
    });
}

const entryText = (values: Readonly<Record<string, string | undefined>> | undefined): string =>
  `amount ${values?.['amounts']}, debits ${values?.['debits']}, credits ${values?.['credits']}`;

/** Rows are paired by what they begin with, so that a changed one shows what it was. */
function explainRare(batch: StoredBatch, expected: RareRows, problems: Problems): void {
  for (const [name, check] of RARE_CHECKS) {
    const rows = (batch.rare?.[name] ?? []).map((row) => canonicalJson(row));
    const wanted = expected[name].map((row) => canonicalJson(row));
    const missing = wanted.filter((row) => !rows.includes(row));
    const stray = rows.filter((row) => !wanted.includes(row));
    const add = (row: string, values: { expected: string; found: string }): void =>
      problems.add({ check, number: batch.first, subject: `row of ${subjectOf(row)}`, ...values });
    for (const row of missing) {
      const i = stray.findIndex((other) => subjectOf(other) === subjectOf(row));
      add(row, { expected: row, found: i < 0 ? NO_ROW : (stray.splice(i, 1)[0] as string) });
    }
    for (const row of stray) add(row, { expected: NO_ROW, found: row });
  }
}

const subjectOf = (row: string): string => String((JSON.parse(row) as unknown[])[0]);
